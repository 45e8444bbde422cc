"""The centre's access log as administrators and auditors read it: ids, no patient's name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, func, select
from sqlmodel import col

from diary.store.database import Unit
from diary.store.errors import NotFound
from diary.store.tables import AccessLog, Action, Role, Staff, table_of

READERS = frozenset({Role.ADMINISTRATOR, Role.AUDITOR})
_LOG, _STAFF = table_of(AccessLog).c, table_of(Staff).c


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which lines: of a day in the centre's zone, of a person, of events that begin so, refused."""

    day: date | None = None
    actor_id: UUID | None = None
    event: str = ""
    refused: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One line. `name` is a colleague's; a patient, and the product itself, have none here."""

    number: int
    at: datetime
    event: str
    action: Action
    actor_id: UUID | None
    name: str | None
    role: Role | None
    on_behalf_of: UUID | None
    access_point: str
    patient_id: UUID | None
    object: str | None
    authorised: bool
    treatment_relation: bool
    consent: bool
    emergency: bool


def lines(
    unit: Unit, wanted: Wanted, zone: ZoneInfo, *, most: int, before: int | None = None
) -> list[Line]:
    """Return the lines that are wanted, the latest first; `most`, of numbers below `before`.

    For administrators and auditors; NotFound for others.
    """
    _for_readers(unit)
    rows = unit.session.execute(
        select(
            _LOG.number,
            _LOG.at,
            _LOG.event,
            _LOG.action,
            _LOG.actor_id,
            _STAFF.name,
            _LOG.role,
            _LOG.on_behalf_of,
            _LOG.access_point,
            _LOG.patient_id,
            _LOG.object,
            _LOG.authorised,
            _LOG.treatment_relation,
            _LOG.consent,
            _LOG.emergency,
        )
        .outerjoin(
            table_of(Staff),
            (_STAFF.centre_id == _LOG.centre_id) & (_STAFF.id == _LOG.actor_id),
        )
        .where(
            _LOG.centre_id == unit.within.centre_id,
            *_conditions(wanted, zone),
            *([] if before is None else [_LOG.number < before]),
        )
        .order_by(_LOG.number.desc())
        .limit(most)
    )
    return [Line(*row) for row in rows]


def people(unit: Unit) -> list[tuple[UUID, str]]:
    """Return the colleagues whose lines can be asked for, also those who left, by name."""
    _for_readers(unit)
    rows = unit.session.execute(
        select(col(Staff.id), col(Staff.name)).where(col(Staff.centre_id) == unit.within.centre_id)
    )
    return sorted(((row.id, row.name) for row in rows), key=lambda one: one[1].casefold())


def last_number(unit: Unit) -> int:
    """Return the number of the latest line, 0 when there is none."""
    _for_readers(unit)
    number: int | None = unit.session.execute(
        select(func.max(_LOG.number)).where(_LOG.centre_id == unit.within.centre_id)
    ).scalar_one()
    return number or 0


def _conditions(wanted: Wanted, zone: ZoneInfo) -> Iterator[ColumnElement[bool]]:
    if wanted.day is not None:
        yield _LOG.at >= datetime.combine(wanted.day, time(), zone)
        yield _LOG.at < datetime.combine(wanted.day + timedelta(days=1), time(), zone)
    if wanted.actor_id is not None:
        yield _LOG.actor_id == wanted.actor_id
    if wanted.event:
        yield _LOG.event.startswith(wanted.event, autoescape=True)
    if wanted.refused:
        yield _LOG.authorised.is_(False)


def _for_readers(unit: Unit) -> None:
    if unit.within.role not in READERS:
        raise NotFound
