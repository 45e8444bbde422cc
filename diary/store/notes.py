"""Notes of the team on a patient: append-only, a correction is a new note."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import select

from diary.protocol.messages import N_
from diary.store import pathways
from diary.store.database import Unit
from diary.store.errors import Conflict, NotFound, Refused
from diary.store.pathways import PathwayView
from diary.store.tables import Staff, TeamNote, table_of

LONGEST_NOTE = 4000

EMPTY = N_("Write something first.")
LONG = N_("This is too long.")
CORRECTED = N_("This note was corrected already. Nothing was saved just now.")

_NOTES, _STAFF = table_of(TeamNote), table_of(Staff).c
_NOTE, _LATER = _NOTES.c, _NOTES.alias("later").c


@dataclass(frozen=True, slots=True)
class NoteView:
    """A note as it was written; it `stands` until another one corrects it."""

    id: UUID
    text: str
    by: str
    at: datetime
    corrects: UUID | None
    stands: bool


def notes(unit: Unit, patient_id: UUID) -> list[NoteView]:
    """Return all notes on a patient in the scope, the latest first; corrected ones too."""
    rows = unit.session.execute(
        select(
            _NOTE.id,
            _NOTE.text,
            _STAFF.name,
            _NOTE.at,
            _NOTE.replaces_id,
            _LATER.id.label("later"),
        )
        .select_from(_NOTES)
        .outerjoin(
            _LATER.id.table,
            (_LATER.centre_id == _NOTE.centre_id) & (_LATER.replaces_id == _NOTE.id),
        )
        .join(_STAFF.name.table, (_STAFF.centre_id == _NOTE.centre_id) & (_STAFF.id == _NOTE.by))
        .where(
            unit.within.sees(_NOTE.centre_id, _NOTE.patient_id),
            _NOTE.patient_id == patient_id,
        )
        .order_by(_NOTE.at.desc(), _NOTE.id)
    )
    return [
        NoteView(
            id=row.id,
            text=unit.vault.open(row.text),
            by=row.name,
            at=row.at,
            corrects=row.replaces_id,
            stands=row.later is None,
        )
        for row in rows
    ]


def add_note(unit: Unit, found: PathwayView, text: str, corrects: UUID | None = None) -> UUID:
    """Write a note, instead of the one that it `corrects`.

    Raises Refused without text or with too much of it, Conflict when a colleague corrected the
    same note first, NotFound outside the scope, for the patient, and for a note of somebody else.
    """
    pathways.to_change(unit, found.id)
    said = text.strip()
    if not said or len(said) > LONGEST_NOTE:
        wrong = LONG if said else EMPTY
        raise Refused("note", wrong, fields={"text": wrong})
    if corrects is not None:
        old = next((note for note in notes(unit, found.patient_id) if note.id == corrects), None)
        if old is None:
            raise NotFound
        if not old.stands:
            raise Conflict(CORRECTED)
    made = uuid4()
    unit.session.execute(
        _NOTES.insert().values(
            centre_id=unit.within.centre_id,
            id=made,
            patient_id=found.patient_id,
            text=unit.vault.seal(said),
            replaces_id=corrects,
            by=unit.within.staff_id,
            at=unit.now,
        )
    )
    return made
