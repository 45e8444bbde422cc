"""Decisions as they are read: all of one pathway, the latest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Select, bindparam, func, select

from diary.protocol.basis import Basis
from diary.protocol.deciding import Decided, PatientSaid
from diary.store.database import Unit
from diary.store.scope import Sight
from diary.store.tables import Decision, Staff, table_of


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who was at the meeting; `role` is a TeamRole or OTHER_DISCIPLINE."""

    role: str
    name: str


@dataclass(frozen=True, slots=True)
class DecisionView:
    """One decision. `replaced_by` is the correction that took its place.

    `result` is what `diary assess` said when it was recorded, `basis` the rows it rests on.
    """

    id: UUID
    decided: Decided
    met_on: date
    team: tuple[Member, ...]
    patient_said: PatientSaid
    reasons: str
    exception: str
    replaces_id: UUID | None
    replaced_by: UUID | None
    decided_by: str
    decided_at: datetime
    result: dict[str, Any]
    basis: Basis
    basis_hash: bytes
    revision: int

    @property
    def stands(self) -> bool:
        """Whether no later one took its place."""
        return self.replaced_by is None


_DECISIONS, _STAFF = table_of(Decision), table_of(Staff).c
DECISION, LATER = _DECISIONS.c, _DECISIONS.alias("later").c
REPLACED = (LATER.centre_id == DECISION.centre_id) & (LATER.replaces_id == DECISION.id)


@cache
def _of_pathway(sight: Sight) -> Select[Any]:
    return (
        select(*DECISION, LATER.id.label("replaced_by"), _STAFF.name)
        .select_from(_DECISIONS)
        .outerjoin(LATER.id.table, REPLACED)
        .join(
            _STAFF.name.table,
            (_STAFF.centre_id == DECISION.centre_id) & (_STAFF.id == DECISION.decided_by),
        )
        .where(
            sight.of(DECISION.centre_id, DECISION.patient_id),
            DECISION.pathway_id == bindparam("pathway"),
        )
        .order_by(DECISION.met_on.desc(), DECISION.decided_at.desc(), DECISION.id)
    )


@cache
def _last_meetings(sight: Sight) -> Select[Any]:
    return (
        select(DECISION.patient_id, func.max(DECISION.met_on).label("met_on"))
        .select_from(_DECISIONS)
        .outerjoin(LATER.id.table, REPLACED)
        .where(
            sight.of(DECISION.centre_id, DECISION.patient_id),
            LATER.id.is_(None),
            DECISION.decided != Decided.POSTPONE,
        )
        .group_by(DECISION.patient_id)
    )


def decisions(unit: Unit, pathway_id: UUID) -> list[DecisionView]:
    """Return every decision on a pathway, corrected ones too, the latest meeting first."""
    scope = unit.within
    rows = unit.session.execute(_of_pathway(scope.sight), scope.values | {"pathway": pathway_id})
    return [_view(unit, row) for row in rows]


def last_meetings(unit: Unit) -> dict[UUID, date]:
    """Return of each patient in the scope the last meeting that decided, and did not postpone."""
    scope = unit.within
    rows = unit.session.execute(_last_meetings(scope.sight), scope.values)
    return {row.patient_id: row.met_on for row in rows}


def latest(found: Sequence[DecisionView]) -> DecisionView | None:
    """Return the decision that was recorded last, whenever the meeting was."""
    return max(found, key=lambda view: (view.decided_at, str(view.id)), default=None)


def _view(unit: Unit, row: Any) -> DecisionView:
    return DecisionView(
        id=row.id,
        decided=row.decided,
        met_on=row.met_on,
        team=tuple(Member(**member) for member in row.team),
        patient_said=row.patient_said,
        reasons=unit.vault.open(row.reasons),
        exception="" if row.exception is None else unit.vault.open(row.exception),
        replaces_id=row.replaces_id,
        replaced_by=row.replaced_by,
        decided_by=row.name,
        decided_at=row.decided_at,
        result=row.result,
        basis=row.basis,
        basis_hash=row.basis_hash,
        revision=row.revision,
    )
