"""Notes of the team on a patient; a correction is a new note, and the old one stays to be read."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from diary.language import N_
from diary.store import notes as store
from diary.store.errors import Conflict, Refused
from diary.store.notes import NoteView
from diary.store.tables import Action
from diary.web.language import gettext, moment_in
from diary.web.team import words
from diary.web.team.access import Opened, changing, looked_at
from diary.web.team.forms import Form

blueprint = Blueprint("notes", __name__, url_prefix="/patients/<uuid:patient_id>/notes")

LABELS = {"text": N_("Note")}
# So many stand on the patient's page.
LATEST = 3


@dataclass(frozen=True, slots=True)
class NoteLine:
    """A note in words."""

    text: str
    written: str
    stands: bool
    correction: bool
    correct_url: str


@blueprint.get("")
def page(patient_id: UUID) -> ResponseReturnValue:
    """Show all notes, and the form for one more or for a correction."""
    return _look(patient_id, None)


@blueprint.post("")
def add(patient_id: UUID) -> ResponseReturnValue:
    """Write a note."""
    form = Form(request.form)
    try:
        with changing(patient_id, "note.write", Action.CREATE) as found:
            corrects = form.uuid("corrects") if form.value("corrects") else None
            store.add_note(found.unit, found.pathway, form.value("text"), corrects)
    except Refused as refusal:
        form.errors.update(refusal.fields)
        return _look(patient_id, form)
    except Conflict as conflict:
        return _look(patient_id, form, words.refusal(conflict))
    flash(gettext(N_("The note is saved.")), "good")
    return redirect(url_for("team.notes.page", patient_id=patient_id), 303)


def latest(found: Opened) -> list[NoteLine]:
    """Return the last notes that stand, for the patient's page."""
    return [line for line in _lines(found) if line.stands][:LATEST]


def _look(patient_id: UUID, form: Form | None, problem: str = "") -> ResponseReturnValue:
    with looked_at(patient_id, "note.read") as found:
        known = store.notes(found.unit, patient_id)
    chosen = (form.value("corrects") if form else "") or request.args.get("corrects", "")
    old = next((note for note in known if str(note.id) == chosen and note.stands), None)
    if form is None:
        form = Form(MultiDict({"text": old.text, "corrects": chosen} if old else {}))
    page = render_template(
        "team/notes.html",
        card=found.card,
        lines=[_line(found, note) for note in known],
        old=None if old is None else _line(found, old),
        form=form,
        labels={name: gettext(label) for name, label in LABELS.items()},
        longest=store.LONGEST_NOTE,
        problem=problem,
    )
    return page, 409 if problem else 422 if form.errors else 200


def _lines(found: Opened) -> list[NoteLine]:
    return [_line(found, note) for note in store.notes(found.unit, found.card.id)]


def _line(found: Opened, note: NoteView) -> NoteLine:
    return NoteLine(
        text=note.text,
        written=f"{moment_in(note.at, found.pathway.zone)}, {note.by}",
        stands=note.stands,
        correction=note.corrects is not None,
        correct_url=url_for(
            "team.notes.page", patient_id=found.card.id, corrects=note.id, _anchor="write"
        ),
    )
