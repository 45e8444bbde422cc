"""Patients whom nobody treats any more: the administrator sees how many, and finds them somebody.

It should not happen: nobody leaves a patient alone (`relations`, `staffing`). Where it did, nobody
can open the diary, and so nobody of the team can mend it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlmodel import col

from diary.store.centres import for_administrators
from diary.store.database import Unit
from diary.store.errors import NotFound
from diary.store.relations import begin, may_treat, take_turns
from diary.store.scope import TREATING
from diary.store.tables import Patient, Staff, TreatmentRelation


@dataclass(frozen=True, slots=True)
class Untreated:
    """Patients without anybody who may sign in and treats them; `since` when the first is."""

    patient_ids: tuple[UUID, ...]
    since: datetime


def untreated(unit: Unit) -> Untreated | None:
    """Return the patients of the centre whom nobody treats; None when there are none.

    For administrators: ids and a time, nothing that tells who it is. NotFound for others.
    """
    for_administrators(unit)
    centre_id = unit.within.centre_id
    treated = (
        select(col(TreatmentRelation.patient_id))
        .join(
            Staff,
            (col(Staff.centre_id) == col(TreatmentRelation.centre_id))
            & (col(Staff.id) == col(TreatmentRelation.staff_id)),
        )
        .where(
            col(TreatmentRelation.centre_id) == centre_id,
            col(TreatmentRelation.until).is_(None),
            col(Staff.active),
            col(Staff.role).in_(TREATING),
        )
    )
    last = (
        select(func.max(col(TreatmentRelation.until)))
        .where(
            col(TreatmentRelation.centre_id) == col(Patient.centre_id),
            col(TreatmentRelation.patient_id) == col(Patient.id),
        )
        .scalar_subquery()
    )
    rows = unit.session.execute(
        select(col(Patient.id), func.coalesce(last, col(Patient.created_at)).label("since"))
        .where(col(Patient.centre_id) == centre_id, col(Patient.id).not_in(treated))
        .order_by(col(Patient.id))
    ).all()
    if not rows:
        return None
    return Untreated(tuple(row.id for row in rows), min(row.since for row in rows))


def give(unit: Unit, staff_id: UUID) -> tuple[UUID, ...]:
    """Let somebody treat all patients whom nobody treats; returns these. For administrators.

    NotFound for who does not treat here, or may not sign in.
    """
    take_turns(unit)
    found = untreated(unit)
    if not may_treat(unit, staff_id):
        raise NotFound
    patient_ids = () if found is None else found.patient_ids
    for patient_id in patient_ids:
        begin(unit, staff_id, patient_id)
    return patient_ids
