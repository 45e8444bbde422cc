"""A phone on another time than the diary: the patient was asked, and this is the answer.

The diary keeps to its own zone all the same: moments that follow a journey would not be the ones
that the verdict compares. Whether they should is for the team and the patient to agree.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select, update
from sqlmodel import col

from diary.protocol.messages import N_
from diary.store.beginning import is_zone
from diary.store.database import Unit
from diary.store.errors import NotFound, Refused
from diary.store.tables import Patient

# After that it is asked again: the journey may be over, or another one.
GOOD_FOR = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Travel:
    """Where the phone was at the UTC instant `at`; `call`: the patient wants the team to know."""

    zone: str
    at: datetime
    call: bool


def note_travel(unit: Unit, patient_id: UUID, zone: str, *, call: bool) -> None:
    """Keep what the patient answered. Refused for a zone that is none, NotFound outside."""
    if not is_zone(zone):
        raise Refused("bad_zone", N_("This time zone is not known."))
    changed = unit.session.execute(
        update(Patient)
        .where(
            unit.within.sees(col(Patient.centre_id), col(Patient.id)),
            col(Patient.id) == patient_id,
        )
        .values(travel_zone=zone, travel_at=unit.now, travel_call=call)
        .returning(col(Patient.id))
    )
    if changed.first() is None:
        raise NotFound


def travel(unit: Unit, patient_id: UUID) -> Travel | None:
    """Return the answer of the last fourteen days, None when there is none or outside the scope."""
    row = unit.session.execute(
        select(col(Patient.travel_zone), col(Patient.travel_at), col(Patient.travel_call)).where(
            unit.within.sees(col(Patient.centre_id), col(Patient.id)),
            col(Patient.id) == patient_id,
            col(Patient.travel_at) > unit.now - GOOD_FOR,
        )
    ).one_or_none()
    return None if row is None else Travel(*row)


def to_call(unit: Unit) -> dict[UUID, Travel]:
    """Return the patients of the scope who are elsewhere and want the team to know; one query."""
    rows = unit.session.execute(
        select(
            col(Patient.id),
            col(Patient.travel_zone),
            col(Patient.travel_at),
            col(Patient.travel_call),
        ).where(
            unit.within.sees(col(Patient.centre_id), col(Patient.id)),
            col(Patient.travel_at) > unit.now - GOOD_FOR,
            col(Patient.travel_call).is_(True),
        )
    )
    return {patient_id: Travel(*rest) for patient_id, *rest in rows}
