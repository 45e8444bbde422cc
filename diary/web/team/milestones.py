"""What happens once on a pathway: the day of the implantation, and its end."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from diary.language import N_
from diary.protocol.days import diary_day_of
from diary.protocol.follow_up import FollowUp, follow_up
from diary.store import milestones as store
from diary.store.errors import Conflict, Refused, StoreError
from diary.store.pathways import ENDED
from diary.web.language import day_short, gettext
from diary.web.team import words
from diary.web.team.access import Opened, changing, looked_at
from diary.web.team.forms import Form, FormError, read_day
from diary.web.team.timeline import VISITS

blueprint = Blueprint("milestones", __name__, url_prefix="/patients/<uuid:patient_id>")

# Ten years are planned ahead; the first ones tell whether the day was right.
PREVIEWED = 6


@blueprint.route("/implantation", methods=["GET", "POST"])
def implantation(patient_id: UUID) -> ResponseReturnValue:
    """Fill in, correct or take off the day of the implantation, and see what is due from it."""
    if request.method == "GET":
        return _implantation(patient_id, None)
    form, step = Form(request.form), request.form.get("step")
    if step not in {"check", "save"}:
        abort(400)
    if step == "check":
        return _implantation(patient_id, form)
    try:
        with changing(patient_id, "implant.place") as found:
            on = form.planned_day("implanted_on", _today(found), required=False)
            if form.errors:
                raise FormError
            seen = form.value("seen")
            store.place_implant(found.unit, found.pathway.id, on, read_day(seen) if seen else None)
    except (FormError, ValueError):
        return _implantation(patient_id, form)
    except (Refused, Conflict) as error:
        form.errors.update(getattr(error, "fields", {}))
        return _implantation(patient_id, form, error)
    return _saved(patient_id, gettext(N_("The day of the implantation is saved.")))


@blueprint.route("/end", methods=["GET", "POST"])
def end(patient_id: UUID) -> ResponseReturnValue:
    """End the pathway, once it is clear what that means."""
    if request.method == "GET":
        return _end(patient_id)
    form = Form(request.form)
    try:
        with changing(patient_id, "pathway.end") as found:
            store.end_pathway(found.unit, found.pathway.id, form.count("version") or 0)
    except (Refused, Conflict) as error:
        return _end(patient_id, error)
    return _saved(patient_id, gettext(N_("The pathway has ended. Nothing is asked any more.")))


def _saved(patient_id: UUID, said: str) -> ResponseReturnValue:
    flash(said, "good")
    return redirect(url_for("team.patient.page", patient_id=patient_id, _anchor="phases"), 303)


def _implantation(
    patient_id: UUID, form: Form | None, error: StoreError | None = None
) -> ResponseReturnValue:
    with looked_at(patient_id, "phase.read") as found:
        pathway, error = found.pathway, error or found.begun_since
    seen = "" if pathway.implanted_on is None else pathway.implanted_on.isoformat()
    due: tuple[FollowUp, ...] = ()
    checked = False
    if form is not None and error is None:
        on = form.planned_day("implanted_on", _today(found), required=False)
        checked = not form.errors
        due = () if on is None else follow_up(on, pathway.parameters)
    # What was typed when another pathway began is still shown.
    ended = pathway.ended_at is not None and not found.earlier
    page = render_template(
        "team/implantation.html",
        card=found.card,
        form=form or Form(MultiDict({"implanted_on": seen})),
        labels={"implanted_on": gettext(N_("Day of the implantation"))},
        # What was looked at goes along until it is saved; after a refusal it is looked at anew.
        seen=form.value("seen") if form is not None and error is None else seen,
        refused=words.refusal(error) if error else gettext(ENDED) if ended else "",
        ended=ended,
        checked=checked,
        due=[
            (gettext(VISITS[one.kind]) % {"months": one.month}, day_short(one.on))
            for one in sorted(due, key=lambda one: one.on)[:PREVIEWED]
        ],
    )
    wrong = error is not None or (form is not None and bool(form.errors))
    return page, 409 if isinstance(error, Conflict) else 422 if wrong else 200


def _end(patient_id: UUID, error: StoreError | None = None) -> ResponseReturnValue:
    with looked_at(patient_id, "phase.read") as found:
        pathway = found.pathway
    today = _today(found)
    page = render_template(
        "team/end_pathway.html",
        card=found.card,
        version=pathway.phases_version,
        refused=words.refusal(error) if error else "",
        ended=None if pathway.ended_at is None else day_short(pathway.ended_at.date()),
        running=[words.phase(p.kind) for p in pathway.phases if p.first_day <= today < p.end],
        ahead=[words.phase(p.kind) for p in pathway.phases if p.first_day > today],
    )
    return page, 409 if isinstance(error, Conflict) else 422 if error else 200


def _today(found: Opened) -> date:
    return diary_day_of(found.unit.now, found.pathway.zone)
