"""Reported alarm symptoms: urgent for the team until somebody closes them with what was done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Select, bindparam, or_, select

from diary.protocol.messages import N_
from diary.protocol.scales import Source
from diary.store.database import Unit
from diary.store.diary_reading import with_offset
from diary.store.errors import Conflict, NotFound, Refused
from diary.store.scope import TREATING, Sight
from diary.store.tables import AlarmClosing, DiaryEvent, Staff, table_of

LONGEST_NOTE = 2000

NO_NOTE = N_("Fill in what was done.")
LONG_NOTE = N_("This is too long.")
CLOSED_BEFORE = N_("This was closed already. Nothing was saved just now.")


@dataclass(frozen=True, slots=True)
class Closing:
    """What became of a report."""

    at: datetime
    by: str
    note: str


@dataclass(frozen=True, slots=True)
class Alarm:
    """A report of alarm symptoms (their codes). `measured_at` has the phone's offset.

    From paper it is about `diary_day`, and `measured_at` is when it was typed over.
    `taken_back`: the patient said later that it is not so. It stays until it is closed: what
    was meant is for the team to find out.
    """

    event_id: UUID
    patient_id: UUID
    symptoms: tuple[str, ...]
    measured_at: datetime
    received_at: datetime
    diary_day: date
    source: Source
    clock_error_seconds: int | None
    taken_back: bool
    closing: Closing | None


_EVENTS, _CLOSINGS, _STAFF = table_of(DiaryEvent), table_of(AlarmClosing).c, table_of(Staff).c
_EVENT, _LATER = _EVENTS.c, _EVENTS.alias("later").c


@cache
def _alarms(sight: Sight, of_one: bool) -> Select[Any]:
    query = (
        select(
            _EVENT.id,
            _EVENT.patient_id,
            _EVENT.body,
            _EVENT.measured_at,
            _EVENT.utc_offset_minutes,
            _EVENT.received_at,
            _EVENT.diary_day,
            _EVENT.source,
            _EVENT.clock_error_seconds,
            _LATER.id.label("later"),
            _CLOSINGS.closed_at,
            _CLOSINGS.note,
            _STAFF.name,
        )
        .select_from(_EVENTS)
        .outerjoin(
            _LATER.id.table,
            (_LATER.centre_id == _EVENT.centre_id) & (_LATER.replaces_id == _EVENT.id),
        )
        .outerjoin(
            _CLOSINGS.note.table,
            (_CLOSINGS.centre_id == _EVENT.centre_id) & (_CLOSINGS.event_id == _EVENT.id),
        )
        .outerjoin(
            _STAFF.name.table,
            (_STAFF.centre_id == _CLOSINGS.centre_id) & (_STAFF.id == _CLOSINGS.closed_by),
        )
        .where(
            sight.of(_EVENT.centre_id, _EVENT.patient_id),
            _EVENT.urgent,
            # A report that was corrected into another one stands there.
            or_(_LATER.id.is_(None), ~_LATER.urgent),
        )
        .order_by(_EVENT.received_at.desc(), _EVENT.id)
    )
    if of_one:
        return query.where(_EVENT.patient_id == bindparam("patient"))
    return query.where(_CLOSINGS.closed_at.is_(None))


def open_alarms(unit: Unit) -> list[Alarm]:
    """Return the reports of all patients in the scope that nobody has closed, latest first."""
    scope = unit.within
    rows = unit.session.execute(_alarms(scope.sight, False), scope.values)
    return [_alarm(unit, row) for row in rows]


def alarms(unit: Unit, patient_id: UUID) -> list[Alarm]:
    """Return every report of one patient, closed ones too, latest first."""
    scope = unit.within
    rows = unit.session.execute(_alarms(scope.sight, True), scope.values | {"patient": patient_id})
    return [_alarm(unit, row) for row in rows]


def close_alarm(unit: Unit, patient_id: UUID, event_id: UUID, note: str) -> None:
    """Note what was done about a report; for treating staff.

    Raises Refused without a note, Conflict when a colleague closed it first, NotFound outside
    the scope.
    """
    scope = unit.within
    if scope.role not in TREATING or scope.staff_id is None:
        raise NotFound
    if all(alarm.event_id != event_id for alarm in alarms(unit, patient_id)):
        raise NotFound
    wrong = NO_NOTE if not note.strip() else LONG_NOTE if len(note) > LONGEST_NOTE else None
    if wrong is not None:
        raise Refused("note", wrong, fields={"note": wrong})
    inserted = unit.session.execute(
        unit.insert(AlarmClosing)
        .values(
            centre_id=scope.centre_id,
            event_id=event_id,
            closed_at=unit.now,
            closed_by=scope.staff_id,
            note=unit.vault.seal(note.strip()),
        )
        .on_conflict_do_nothing()
        .returning(_CLOSINGS.event_id)
    )
    if inserted.first() is None:
        raise Conflict(CLOSED_BEFORE)


def _alarm(unit: Unit, row: Any) -> Alarm:
    measured_at = with_offset(row.measured_at, row.utc_offset_minutes)
    assert measured_at is not None
    return Alarm(
        event_id=row.id,
        patient_id=row.patient_id,
        symptoms=tuple(row.body["symptoms"]),
        measured_at=measured_at,
        received_at=row.received_at,
        diary_day=row.diary_day,
        source=row.source,
        clock_error_seconds=row.clock_error_seconds,
        taken_back=row.later is not None,
        closing=row.closed_at and Closing(row.closed_at, row.name, unit.vault.open(row.note)),
    )
