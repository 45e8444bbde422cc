"""The questionnaires of a visit: an item of the worklist that closes when they are typed over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from diary.protocol.cases import assess
from diary.protocol.flags import FlagKind, flags
from diary.store import cases
from diary.store.database import Unit
from diary.store.worklist import marks
from diary.store.worklist.items import ItemKind, Key


@dataclass(frozen=True, slots=True)
class Visit:
    """Questionnaires that are due `month` months after the implant, on the list since a day."""

    key: Key
    month: int
    since: date


def open_visit(unit: Unit, patient_id: UUID) -> Visit | None:
    """Return the visit of a patient in the scope that the worklist waits for, None for none."""
    case = cases.case_of(unit, patient_id, unit.now)
    for flag in flags(assess(case)) if case else ():
        if flag.kind is FlagKind.PROMS_DUE and flag.month is not None:
            key: Key = (patient_id, ItemKind.PROMS_DUE, flag.subject)
            if marks.handling_of(unit, key).closed_at is None:
                return Visit(key, flag.month, flag.since)
    return None


def close_visit(unit: Unit, visit: Visit, note: str) -> None:
    """Close the item of a visit with what was done, as by hand; it can be opened again."""
    marks.close(unit, visit.key, marks.handling_of(unit, visit.key).number, note)
