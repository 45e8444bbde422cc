"""When the stimulator was switched on and off: noted by the team, shown in the chart."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from diary.language import N_
from diary.store import switches as store
from diary.store.errors import Conflict, Refused
from diary.store.switches import SwitchView
from diary.store.tables import Action, Position
from diary.web.language import gettext, moment_in
from diary.web.team import words
from diary.web.team.access import Opened, changing, looked_at
from diary.web.team.forms import Form, FormError

blueprint = Blueprint("switches", __name__, url_prefix="/patients/<uuid:patient_id>/switches")

POSITIONS = {Position.OFF.value: N_("switched off"), Position.ON.value: N_("switched on")}
LABELS = {
    "position": N_("What was done"),
    "day": N_("Day"),
    "time": N_("Time"),
    "note": N_("Note"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One time that the stimulator was switched, in words."""

    at: str
    word: str
    note: str
    recorded: str
    taken_back: bool
    url: str


@blueprint.get("")
def page(patient_id: UUID) -> ResponseReturnValue:
    """Show what was noted, and the form for one more."""
    return _look(patient_id, None)


@blueprint.post("")
def add(patient_id: UUID) -> ResponseReturnValue:
    """Note that the stimulator was switched."""
    form = Form(request.form)
    try:
        with changing(patient_id, "stimulator.note", Action.CREATE) as found:
            position = form.choice("position", POSITIONS)
            day, time = form.day("day"), form.clock("time")
            if form.errors or day is None or time is None:
                raise FormError
            at = datetime.combine(day, time, found.pathway.zone)
            store.note_switch(found.unit, found.pathway, Position(position), at, form.value("note"))
    except FormError:
        return _look(patient_id, form)
    except Refused as refusal:
        form.errors.update(refusal.fields)
        return _look(patient_id, form)
    except Conflict as conflict:
        return _look(patient_id, form, words.refusal(conflict))
    return _saved(patient_id, gettext(N_("It is noted, and shown in the chart.")))


@blueprint.post("/<uuid:switch_id>/take-back")
def take_back(patient_id: UUID, switch_id: UUID) -> ResponseReturnValue:
    """Note that one was entered by mistake."""
    try:
        with changing(patient_id, "stimulator.take_back") as found:
            store.take_back(found.unit, found.pathway, switch_id)
    except Conflict as conflict:
        return _look(patient_id, None, words.refusal(conflict))
    return _saved(patient_id, gettext(N_("It is taken back.")))


def _saved(patient_id: UUID, said: str) -> ResponseReturnValue:
    flash(said, "good")
    return redirect(url_for("team.switches.page", patient_id=patient_id), 303)


def _look(patient_id: UUID, form: Form | None, problem: str = "") -> ResponseReturnValue:
    with looked_at(patient_id, "stimulator.read") as found:
        noted = store.switches(found.unit, found.pathway.id)
    page = render_template(
        "team/switches.html",
        card=found.card,
        lines=[_line(found, view) for view in noted],
        form=form or _empty(found),
        labels={name: gettext(label) for name, label in LABELS.items()},
        positions=[(code, gettext(word)) for code, word in POSITIONS.items()],
        longest=store.LONGEST_NOTE,
        problem=problem,
    )
    return page, 409 if problem else 422 if form is not None else 200


def _empty(found: Opened) -> Form:
    local = found.unit.now.astimezone(found.pathway.zone)
    return Form(MultiDict({"day": local.date().isoformat(), "time": f"{local:%H:%M}"}))


def _line(found: Opened, view: SwitchView) -> Line:
    zone = found.pathway.zone
    return Line(
        at=moment_in(view.at, zone),
        word=gettext(POSITIONS[view.position.value]),
        note=view.note,
        recorded=f"{moment_in(view.recorded_at, zone)}, {view.by}",
        taken_back=view.taken_back,
        url=url_for("team.switches.take_back", patient_id=found.card.id, switch_id=view.id),
    )
