"""Who is asking: every query takes a scope and sees only what lies within it (architecture 5)."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, select
from sqlalchemy.orm import Mapped
from sqlmodel import col

from diary.store.tables import Role, TreatmentRelation

# Roles that treat patients; the others never see a diary.
TREATING = frozenset({Role.NURSE, Role.CLINICIAN, Role.PSYCHOLOGIST})


@dataclass(frozen=True, slots=True)
class Scope:
    """A centre and a person in it; without a person it is the product itself (worker, CLI)."""

    centre_id: UUID
    role: Role | None = None
    patient_id: UUID | None = None
    staff_id: UUID | None = None

    def sees(self, centre_id: Mapped[UUID], patient_id: Mapped[UUID]) -> ColumnElement[bool]:
        """Return the SQL condition under which a row of this centre and patient may be seen.

        A patient sees the own rows; treating staff those of patients with a current treatment
        relation; the product itself the whole centre; everybody else nothing.
        """
        inside = centre_id == self.centre_id
        if self.role is None:
            return inside
        if self.role is Role.PATIENT and self.patient_id is not None:
            return and_(inside, patient_id == self.patient_id)
        if self.role in TREATING and self.staff_id is not None:
            related = select(col(TreatmentRelation.patient_id)).where(
                col(TreatmentRelation.centre_id) == self.centre_id,
                col(TreatmentRelation.staff_id) == self.staff_id,
                col(TreatmentRelation.until).is_(None),
            )
            return and_(inside, patient_id.in_(related))
        return false()
