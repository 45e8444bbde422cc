"""Treatment relations: who treats whom, which is the only ground on which a diary may be read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, Select, func, select, update
from sqlmodel import col

from diary.protocol.messages import N_
from diary.store.database import Unit
from diary.store.errors import NotFound, Refused
from diary.store.scope import TREATING
from diary.store.tables import Role, Staff, TreatmentRelation

LAST_ONE = N_(
    "Nobody else treats this patient, so the diary would be read by nobody. Add a colleague first."
)


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who treats patients here; `since` when they treat this one, None: they do not."""

    id: UUID
    name: str
    role: Role
    since: datetime | None


def colleagues(unit: Unit, patient_id: UUID) -> list[Colleague]:
    """Return all who could treat the patient, those who do first, by name.

    For who treats the patient already; NotFound for others.
    """
    rows = unit.session.execute(
        select(col(TreatmentRelation.staff_id), col(TreatmentRelation.since)).where(
            unit.within.sees(col(TreatmentRelation.centre_id), col(TreatmentRelation.patient_id)),
            _current(patient_id),
        )
    )
    relations: dict[UUID, datetime] = {row.staff_id: row.since for row in rows}
    if unit.within.staff_id not in relations:
        raise NotFound
    able = unit.session.execute(_treating(unit.within.centre_id))
    found = [Colleague(row.id, row.name, row.role, relations.get(row.id)) for row in able]
    return sorted(found, key=lambda one: (one.since is None, one.name.casefold(), one.id))


def leave(unit: Unit, patient_id: UUID) -> None:
    """End the own treatment relation from now on; let this be the first change of a transaction.

    Raises Refused("last") when nobody else who may sign in treats the patient, NotFound for who
    does not.
    """
    take_turns(unit)
    if all(
        one.since is None or one.id == unit.within.staff_id for one in colleagues(unit, patient_id)
    ):
        raise Refused("last", LAST_ONE)
    unit.session.execute(
        update(TreatmentRelation)
        .where(
            col(TreatmentRelation.centre_id) == unit.within.centre_id,
            col(TreatmentRelation.staff_id) == unit.within.staff_id,
            _current(patient_id),
        )
        .values(until=unit.now)
    )


def take_turns(unit: Unit) -> None:
    """Let all who change who treats here wait for one another, until the commit.

    Two who leave a patient at once would else each see that the other stays. It is a lock of its
    own, taken before any row is: with the centre's row, which the log locks last of all, somebody
    who signs in meanwhile could wait for us and we for them. SQLite has one writer anyway.
    """
    if not unit.is_sqlite:
        digest = unit.vault.digest(f"relations:{unit.within.centre_id}")
        unit.session.execute(
            select(func.pg_advisory_xact_lock(int.from_bytes(digest[:8], signed=True)))
        )


def may_treat(unit: Unit, staff_id: UUID) -> bool:
    """Tell whether somebody of the centre treats patients and may sign in."""
    found = unit.session.execute(_treating(unit.within.centre_id).where(col(Staff.id) == staff_id))
    return found.first() is not None


def begin(unit: Unit, staff_id: UUID, patient_id: UUID) -> None:
    """Let somebody treat a patient from now on; who may do so is the caller's to decide."""
    values = {
        "centre_id": unit.within.centre_id,
        "id": uuid4(),
        "staff_id": staff_id,
        "patient_id": patient_id,
        "since": unit.now,
    }
    unit.session.execute(unit.insert(TreatmentRelation).values(values).on_conflict_do_nothing())


def _treating(centre_id: UUID) -> Select[UUID, str, Role]:
    return select(col(Staff.id), col(Staff.name), col(Staff.role)).where(
        col(Staff.centre_id) == centre_id,
        col(Staff.role).in_(TREATING),
        col(Staff.active),
    )


def _current(patient_id: UUID) -> ColumnElement[bool]:
    return (col(TreatmentRelation.patient_id) == patient_id) & col(TreatmentRelation.until).is_(
        None
    )
