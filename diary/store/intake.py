"""What the team states of a patient at intake, for the checklist of eligibility; append-only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select

from diary.protocol.intake_facts import IntakeFacts
from diary.protocol.intake_reading import KEY, read_intake_facts
from diary.protocol.messages import N_
from diary.protocol.reading import Reader
from diary.store import pathways
from diary.store.database import Unit
from diary.store.errors import Conflict, Refused
from diary.store.pathways import PathwayView
from diary.store.tables import IntakeRecord, Staff, table_of

NOT_RIGHT = N_("Something is not right yet.")
CHANGED = N_("This was changed meanwhile. Look at it again; nothing was saved just now.")

_RECORDS, _STAFF = table_of(IntakeRecord), table_of(Staff).c
_RECORD = _RECORDS.c


@dataclass(frozen=True, slots=True)
class IntakeView:
    """The facts as they stand; `number` counts the changes, 0 before the first."""

    number: int
    facts: Mapping[str, Any]
    by: str | None = None
    at: datetime | None = None


def intake(unit: Unit, pathway: PathwayView) -> IntakeView:
    """Return the latest facts of a pathway that the caller found within the scope."""
    row = unit.session.execute(
        select(_RECORD.number, _RECORD.facts, _STAFF.name, _RECORD.at)
        .outerjoin(
            _STAFF.name.table, (_STAFF.centre_id == _RECORD.centre_id) & (_STAFF.id == _RECORD.by)
        )
        .where(
            unit.within.sees(_RECORD.centre_id, _RECORD.patient_id),
            _RECORD.pathway_id == pathway.id,
        )
        .order_by(_RECORD.number.desc())
        .limit(1)
    ).first()
    return IntakeView(0, {}) if row is None else IntakeView(*row)


def facts_of(unit: Unit, pathway_ids: Iterable[UUID]) -> dict[UUID, IntakeFacts]:
    """Return the latest facts of pathways that the caller found within the scope."""
    rows = unit.session.execute(
        select(_RECORD.pathway_id, _RECORD.facts)
        .where(
            _RECORD.centre_id == unit.within.centre_id,
            _RECORD.pathway_id.in_(pathway_ids),
        )
        .order_by(_RECORD.pathway_id, _RECORD.number)
    )
    return {pathway_id: _read(facts)[0] for pathway_id, facts in rows}


def save(unit: Unit, found: PathwayView, facts: Mapping[str, Any], number: int) -> None:
    """Keep `facts`, written as the `intake_facts` of a case file, in place of change `number`.

    Raises Conflict when a colleague changed them since, Refused with the names of the facts at
    fault, NotFound outside the scope and for the patient.
    """
    pathways.to_change(unit, found.id)
    before = intake(unit, found)
    if before.number != number:
        raise Conflict(CHANGED)
    _known, wrong = _read(facts)
    if wrong:
        raise Refused("intake", NOT_RIGHT, fields=wrong)
    if before.facts != facts:
        add(unit, found, facts, number + 1)


def add(unit: Unit, found: PathwayView, facts: Mapping[str, Any], number: int) -> None:
    """Write the facts down as change `number`, without looking whether they can be."""
    unit.session.execute(
        _RECORDS.insert().values(
            centre_id=unit.within.centre_id,
            id=uuid4(),
            patient_id=found.patient_id,
            pathway_id=found.id,
            number=number,
            facts=dict(facts),
            by=unit.within.staff_id,
            at=unit.now,
        )
    )


def _read(facts: Mapping[str, Any]) -> tuple[IntakeFacts, dict[str, str]]:
    reader = Reader()
    known = read_intake_facts(reader, {KEY: dict(facts)})
    return known, {p.pointer.split("/")[2]: p.message for p in reader.problems}
