"""Starting, extending and ending a phase: first the calendar that results, then saving."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from diary.language import N_
from diary.protocol.messages import Caution
from diary.protocol.phases import Phase, PhaseKind, check_phases
from diary.store.errors import Conflict, Refused, StoreError
from diary.web.language import gettext
from diary.web.team import words
from diary.web.team.access import Opened, changing, looked_at
from diary.web.team.forms import Form, FormError
from diary.web.team.phase_changes import Change, End, Extend, phase_of
from diary.web.team.phase_starts import Start

blueprint = Blueprint("phases", __name__, url_prefix="/patients/<uuid:patient_id>/phases")

Maker = Callable[[Opened], Change]


@blueprint.route("/new/<kind>", methods=["GET", "POST"])
def start(patient_id: UUID, kind: str) -> ResponseReturnValue:
    """Plan a phase of any kind."""
    if kind not in set(PhaseKind):
        abort(404)
    return _answer(patient_id, Start.event, lambda found: Start(found, PhaseKind(kind)))


@blueprint.route("/<uuid:phase_id>/extend", methods=["GET", "POST"])
def extend(patient_id: UUID, phase_id: UUID) -> ResponseReturnValue:
    """Make a trial longer."""
    return _answer(patient_id, Extend.event, lambda found: Extend(found, phase_of(found, phase_id)))


@blueprint.route("/<uuid:phase_id>/end", methods=["GET", "POST"])
def end(patient_id: UUID, phase_id: UUID) -> ResponseReturnValue:
    """End a phase early."""
    return _answer(patient_id, End.event, lambda found: End(found, phase_of(found, phase_id)))


def _answer(patient_id: UUID, event: str, make: Maker) -> ResponseReturnValue:
    if request.method == "GET":
        return _look(patient_id, make, None)
    step = request.form.get("step")
    if step not in {"check", "save"}:
        abort(400)
    if step == "check":
        return _look(patient_id, make, Form(request.form))
    return _save(patient_id, event, make)


def _save(patient_id: UUID, event: str, make: Maker) -> ResponseReturnValue:
    form = Form(request.form)
    try:
        with changing(patient_id, event) as found:
            change = make(found)
            new = change.read(form)
            if new is None:
                raise FormError
            change.save(new, form.count("version") or 0)
    except FormError:
        return _look(patient_id, make, form)
    except (Refused, Conflict) as error:
        # Rolled back: look again at how things stand now, and say what is the matter.
        return _look(patient_id, make, Form(request.form), error)
    flash(gettext(N_("Saved. The patient is asked by the new calendar.")), "good")
    return redirect(url_for("team.patient.page", patient_id=patient_id), 303)


def _look(
    patient_id: UUID, make: Maker, form: Form | None, error: StoreError | None = None
) -> ResponseReturnValue:
    with looked_at(patient_id, "phase.read") as found:
        change = make(found)
        if form is None:
            return _page(change, Form(MultiDict(change.usual())), started=False)
        if found.earlier:
            return _page(change, form, error=found.begun_since)
        if isinstance(error, Conflict):
            # The days were about another phase than there is now: they have to be looked at anew.
            anew = change.usual()
            if typed := form.value("reason"):
                anew["reason"] = typed
            return _page(change, Form(MultiDict(anew)), error=error, started=False)
        return _page(change, form, error=error)


def _page(
    change: Change, form: Form, error: StoreError | None = None, started: bool = True
) -> ResponseReturnValue:
    new = change.read(form) if started else None
    refused = words.refusal(error) if error else None
    if not started and refused is None:
        refused = change.impossible or None
    cautions: list[Caution] = []
    if new is not None and refused is None:
        refused, cautions = _findings(change, new)
    page = render_template(
        "team/phase.html",
        card=change.found.card,
        title=change.title,
        explanation=change.explanation,
        fields=() if change.impossible and not started else change.fields(),
        labels={field.name: field.label for field in change.fields()},
        form=form,
        # The version that was looked at goes along until it is saved.
        version=form.value("version") or change.version,
        refused=refused,
        cautions=[words.caution(found) for found in cautions],
        days=change.days(new) if new is not None and refused is None else [],
        save=change.save_words,
        ending=change.ending,
    )
    wrong = started and (refused is not None or form.errors)
    return page, 409 if isinstance(error, Conflict) else 422 if wrong else 200


def _findings(change: Change, new: Phase) -> tuple[str | None, list[Caution]]:
    """Return why `new` is impossible, or None, and what has to be known about it."""
    own = change.phase
    pathway = change.found.pathway
    others = [p.phase for p in pathway.phases if own is None or p.id != own.id]
    findings = check_phases([*others, new], pathway.parameters)
    about_new = [finding for finding in findings if finding.index == len(others)]
    blocking = [finding.message for finding in about_new if finding.blocks]
    refused = words.caution(blocking[0]) if blocking else None
    return refused, [*(finding.message for finding in about_new), *change.cautions(new)]
