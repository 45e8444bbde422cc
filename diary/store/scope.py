"""Who is asking: every query takes a scope and sees only what lies within it (architecture 5)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Uuid, and_, bindparam, false, literal, select
from sqlalchemy.sql.elements import SQLCoreOperations
from sqlmodel import col

from diary.store.tables import Role, TreatmentRelation

# Roles that treat patients; the others never see a diary.
TREATING = frozenset({Role.NURSE, Role.CLINICIAN, Role.PSYCHOLOGIST})


class Sight(Enum):
    """Which rows of patients a scope sees within its centre."""

    ALL = "all"
    OWN = "own"
    TREATED = "treated"
    NONE = "none"

    def of(
        self,
        centre_id: SQLCoreOperations[UUID],
        patient_id: SQLCoreOperations[UUID],
        value: Callable[[str], ColumnElement[UUID]] = lambda name: bindparam(name, type_=Uuid()),
    ) -> ColumnElement[bool]:
        """Return the SQL condition, by default with the names of `Scope.values` left open."""
        if self is Sight.NONE:
            return false()
        inside = centre_id == value("scope_centre")
        if self is Sight.ALL:
            return inside
        if self is Sight.OWN:
            return and_(inside, patient_id == value("scope_patient"))
        related = select(col(TreatmentRelation.patient_id)).where(
            col(TreatmentRelation.centre_id) == value("scope_centre"),
            col(TreatmentRelation.staff_id) == value("scope_staff"),
            col(TreatmentRelation.until).is_(None),
        )
        return and_(inside, patient_id.in_(related))


@dataclass(frozen=True, slots=True)
class Scope:
    """A centre and a person in it; without a person it is the product itself (worker, CLI)."""

    centre_id: UUID
    role: Role | None = None
    patient_id: UUID | None = None
    staff_id: UUID | None = None

    @property
    def sight(self) -> Sight:
        """What it sees.

        A patient sees the own rows; treating staff those of patients with a current treatment
        relation; the product itself the whole centre; everybody else nothing.
        """
        if self.role is None:
            return Sight.ALL
        if self.role is Role.PATIENT and self.patient_id is not None:
            return Sight.OWN
        if self.role in TREATING and self.staff_id is not None:
            return Sight.TREATED
        return Sight.NONE

    @property
    def values(self) -> dict[str, Any]:
        """Return what fills the names in a condition of `Sight.of`."""
        return {
            "scope_centre": self.centre_id,
            "scope_patient": self.patient_id,
            "scope_staff": self.staff_id,
        }

    def sees(
        self, centre_id: SQLCoreOperations[UUID], patient_id: SQLCoreOperations[UUID]
    ) -> ColumnElement[bool]:
        """Return the condition under which a row of this centre and patient may be seen."""
        values = self.values
        return self.sight.of(centre_id, patient_id, lambda name: literal(values[name], Uuid()))
