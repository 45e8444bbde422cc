"""Decisions whose verdict the diary changed behind their back: later synced, typed or withdrawn.

Nothing of this is stored: it is computed from the rows, each time the pathway has a new revision.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Select, bindparam, func, select

from diary.protocol.basis import RowChanges, as_decided, basis_hash, basis_of, row_changes
from diary.protocol.cases import Case, assess
from diary.protocol.changed_verdicts import Difference, differences
from diary.protocol.result_writing import assessment_to_json
from diary.store import cases
from diary.store.chunks import chunks
from diary.store.database import Unit
from diary.store.decision_reading import DECISION, LATER, REPLACED, DecisionView
from diary.store.kept import Kept
from diary.store.scope import Sight
from diary.store.tables import Decision, EntryRow, Pathway, table_of


@dataclass(frozen=True, slots=True)
class Change:
    """What is otherwise than when a decision was recorded.

    Without `differences` the verdict is the same, although the rows are not.
    """

    decision_id: UUID
    met_on: date
    rows: RowChanges
    differences: tuple[Difference, ...]
    basis_hash: bytes


class Changed(NamedTuple):
    """A decision of a patient whose verdict changed; `subject` names this very change.

    `since` is when the last measurement of its days arrived, else when it was recorded.
    """

    patient_id: UUID
    decision_id: UUID
    subject: str
    met_on: date
    since: datetime


KeptChanges = Kept[tuple[Changed, ...]]


def change_since(case: Case, decision: DecisionView, revision: int) -> Change | None:
    """Return what changed since `decision`, None when its rows are as they were.

    `case` is the patient's as it is read now, at `revision` of the pathway.
    """
    if decision.revision == revision:
        return None
    then = replace(case, as_of=decision.decided_at)
    basis = basis_of(then)
    found = basis_hash(basis)
    if found == decision.basis_hash:
        return None
    now = assessment_to_json(assess(as_decided(then, decision.basis)))
    return Change(
        decision.id,
        decision.met_on,
        row_changes(decision.basis, basis),
        differences(decision.result["verdicts"], now["verdicts"]),
        found,
    )


_PATHWAY = table_of(Pathway).c
_STALE = (
    DECISION.id,
    DECISION.patient_id,
    DECISION.pathway_id,
    DECISION.decided_at,
    DECISION.met_on,
    DECISION.basis_hash,
    _PATHWAY.revision,
)


@cache
def _stale(sight: Sight) -> Select[Any]:
    return (
        select(*_STALE)
        .select_from(table_of(Decision))
        .join(
            _PATHWAY.id.table,
            (_PATHWAY.centre_id == DECISION.centre_id) & (_PATHWAY.id == DECISION.pathway_id),
        )
        .outerjoin(LATER.id.table, REPLACED)
        .where(
            sight.of(DECISION.centre_id, DECISION.patient_id),
            LATER.id.is_(None),
            _PATHWAY.ended_at.is_(None),
            _PATHWAY.revision > DECISION.revision,
        )
        .order_by(DECISION.decided_at, DECISION.id)
    )


_FROZEN = select(DECISION.id, DECISION.basis, DECISION.result).where(
    DECISION.centre_id == bindparam("centre"), DECISION.id.in_(bindparam("some", expanding=True))
)
_ENTRY = table_of(EntryRow).c
_ARRIVED = (
    select(DECISION.id, func.max(_ENTRY.received_at).label("at"))
    .select_from(table_of(Decision))
    .join(
        table_of(EntryRow),
        (_ENTRY.centre_id == DECISION.centre_id) & (_ENTRY.pathway_id == DECISION.pathway_id),
    )
    .where(
        DECISION.centre_id == bindparam("centre"),
        DECISION.id.in_(bindparam("some", expanding=True)),
        _ENTRY.diary_day <= func.date(DECISION.decided_at),
        _ENTRY.received_at > DECISION.decided_at,
    )
    .group_by(DECISION.id)
)


def changed_since(unit: Unit, kept: KeptChanges) -> list[Changed]:
    """Return the standing decisions of the scope whose verdict is another one now.

    One query when no pathway with a decision changed; of those that did, only what is not in
    `kept` is computed, in a fixed number of queries for each thousand.
    """
    scope = unit.within
    rows = unit.session.execute(_stale(scope.sight), scope.values).all()
    of: dict[UUID, list[Any]] = {}
    for row in rows:
        of.setdefault(row.pathway_id, []).append(row)
    anew = [
        row
        for pathway_id, some in of.items()
        if kept.get(pathway_id, _key(some)) is None
        for row in some
    ]
    computed = _compute(unit, anew)
    for pathway_id in {row.pathway_id for row in anew}:
        found = tuple(computed[row.id] for row in of[pathway_id] if row.id in computed)
        kept.put(pathway_id, _key(of[pathway_id]), found)
    return [
        one for pathway_id, some in of.items() for one in kept.get(pathway_id, _key(some)) or ()
    ]


def _key(rows: Sequence[Any]) -> tuple[object, ...]:
    return rows[0].revision, *(row.id for row in rows)


def _compute(unit: Unit, rows: Sequence[Any]) -> dict[UUID, Changed]:
    """Return what changed, by decision: the hashes first, since they hardly ever differ."""
    read = cases.cases_of(unit, {row.patient_id for row in rows}, unit.now) if rows else {}
    other = []
    for row in rows:
        then = replace(read[row.patient_id], as_of=row.decided_at)
        hashed = basis_hash(basis_of(then))
        if hashed != row.basis_hash:
            other.append((row, then, hashed))
    frozen = _frozen(unit, [row.id for row, _, _ in other])
    arrived = _arrived(unit, [row.id for row, _, _ in other])
    found = {}
    for row, then, hashed in other:
        basis, result = frozen[row.id]
        now = assessment_to_json(assess(as_decided(then, basis)))
        if differences(result["verdicts"], now["verdicts"]):
            subject = f"{row.id}:{hashed.hex()[:16]}"
            since = arrived.get(row.id, row.decided_at)
            found[row.id] = Changed(row.patient_id, row.id, subject, row.met_on, since)
    return found


def _arrived(unit: Unit, ids: Sequence[UUID]) -> dict[UUID, datetime]:
    """Return when the last measurement arrived that was made before its decision was recorded."""
    found: dict[UUID, datetime] = {}
    for some in chunks(ids):
        rows = unit.session.execute(_ARRIVED, {"centre": unit.within.centre_id, "some": some})
        found.update({row.id: row.at for row in rows})
    return found


def _frozen(unit: Unit, ids: Sequence[UUID]) -> dict[UUID, tuple[Any, Any]]:
    found = {}
    for some in chunks(ids):
        rows = unit.session.execute(_FROZEN, {"centre": unit.within.centre_id, "some": some})
        found.update({row.id: (row.basis, row.result) for row in rows})
    return found
