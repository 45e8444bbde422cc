"""Another pathway for a patient whose last one has ended; what was before stays to be read."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from diary.language import N_
from diary.protocol.days import diary_day_of
from diary.store import centre_settings, pathways, patients, protocol_versions
from diary.store.beginning import NewPathway
from diary.store.errors import Refused
from diary.store.patients import STILL_OPEN
from diary.store.tables import Action
from diary.web.language import gettext
from diary.web.team import pathway_form, words
from diary.web.team.access import Opened, changing, looked_at
from diary.web.team.earlier import pathway_lines
from diary.web.team.forms import Form, FormError
from diary.web.team.pathway_form import Intake, Rehearsed

blueprint = Blueprint("another", __name__, url_prefix="/patients/<uuid:patient_id>/pathways/new")


LABELS = {name: label for name, label in pathway_form.LABELS.items() if name != "protocol"}


@blueprint.get("")
def form(patient_id: UUID) -> ResponseReturnValue:
    """Show the form with what is usual already filled in."""
    return _form_page(patient_id, None)


@blueprint.post("")
def save(patient_id: UUID) -> ResponseReturnValue:
    """Check what was sent; show the calendar, go back to the form, or begin."""
    sent = Form(request.form)
    step = sent.value("step")
    if step not in {"check", "change", "save"}:
        abort(400)
    try:
        with changing(patient_id, "pathway.begin", Action.CREATE) as found:
            parameters = protocol_versions.for_new(found.unit)
            new = pathway_form.read(sent, found.card.timezone, parameters)
            today = diary_day_of(found.unit.now, found.pathway.zone)
            intake = pathway_form.read_intake(sent, today)
            if new is None or sent.errors or step == "change":
                raise FormError
            patients.begin_pathway(found.unit, patient_id, new)
            begun = pathways.pathway(found.unit, patient_id)
            assert begun is not None, "it was begun in this transaction"
            pathway_form.set_up(found.unit, begun, intake)
            if step == "check":
                raise Rehearsed
    except FormError:
        return _form_page(patient_id, sent)
    except Rehearsed:
        assert new is not None
        # What was tried is rolled back, its line in the log too: this is a look.
        with looked_at(patient_id, "pathway.read") as found:
            return _check_page(found, sent, new, intake)
    except Refused as refused:
        sent.errors.update(refused.fields)
        return _form_page(patient_id, sent, "" if refused.fields else words.refusal(refused))
    flash(gettext(N_("The new pathway has begun. What follows now stands at the top.")), "good")
    return redirect(url_for("team.patient.page", patient_id=patient_id), 303)


def _form_page(patient_id: UUID, sent: Form | None, refused: str = "") -> ResponseReturnValue:
    with looked_at(patient_id, "pathway.read") as found:
        parameters = protocol_versions.for_new(found.unit)
        moments = centre_settings.usual(found.unit).moments
    tomorrow = diary_day_of(found.unit.now, found.pathway.zone) + timedelta(days=1)
    empty = Form(MultiDict(pathway_form.usual(moments, parameters, tomorrow)))
    runs = found.pathway.ended_at is None
    page = render_template(
        "team/another_pathway.html",
        card=found.card,
        form=sent or empty,
        labels={name: gettext(label) for name, label in LABELS.items()},
        parameters=parameters,
        before=pathway_lines(found),
        runs=runs,
        refused=gettext(STILL_OPEN) if runs else refused,
        **pathway_form.options(),
    )
    return page, 422 if sent is not None and (sent.errors or refused) else 200


def _check_page(
    found: Opened, sent: Form, new: NewPathway, intake: Intake | None
) -> ResponseReturnValue:
    return render_template(
        "team/enrol_check.html",
        form=sent,
        facts=[(gettext(N_("Name")), found.card.name)]
        + [(gettext(label), value) for label, value in pathway_form.facts(new)],
        days=pathway_form.days(new, intake),
        cautions=pathway_form.cautions(new, intake),
        action=url_for("team.another.save", patient_id=found.card.id),
        label=gettext(N_("Begin this pathway")),
    )
