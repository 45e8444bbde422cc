"""Parts of an imported case that no other table holds: kept as they were read, a row per item."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import fields
from datetime import date, datetime
from fractions import Fraction
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select
from sqlmodel import col

from diary.protocol.exact import decimal_text
from diary.protocol.pathway import Attack, AttackDay, Case, Medication
from diary.store.database import Unit
from diary.store.tables import CaseDetail

PARTS: dict[str, type[AttackDay | Attack | Medication]] = {
    "attack_days": AttackDay,
    "attacks": Attack,
    "medication": Medication,
}
# How the text in a row becomes the value of a field; other fields are text or whole numbers.
_READ: dict[str, Callable[[str], object]] = {
    "diary_day": date.fromisoformat,
    **dict.fromkeys(("started_at", "ended_at"), datetime.fromisoformat),
    **dict.fromkeys(("minutes", "intensity", "mg", "ug_per_h"), Fraction),
}


def store_details(unit: Unit, pathway_id: UUID, case: Case) -> None:
    """Keep the parts of `case` that have no table of their own."""
    rows = [
        {
            "centre_id": unit.within.centre_id,
            "pathway_id": pathway_id,
            "part": part,
            "position": position,
            "value": {
                field.name: _plain(getattr(item, field.name))
                for field in fields(item)
                if getattr(item, field.name) is not None
            },
        }
        for part in PARTS
        for position, item in enumerate(getattr(case, part))
    ]
    if rows:
        unit.session.execute(insert(CaseDetail), rows)


def details_of(unit: Unit, pathway_ids: Iterable[UUID]) -> dict[UUID, dict[str, Any]]:
    """Return the kept parts of pathways that the caller has found within the scope."""
    rows = unit.session.execute(
        select(col(CaseDetail.pathway_id), col(CaseDetail.part), col(CaseDetail.value))
        .where(
            col(CaseDetail.centre_id) == unit.within.centre_id,
            col(CaseDetail.pathway_id).in_(pathway_ids),
        )
        .order_by(col(CaseDetail.part), col(CaseDetail.position))
    )
    found: dict[UUID, dict[str, Any]] = {}
    for pathway_id, part, value in rows:
        item = PARTS[part](**{name: _read(name, plain) for name, plain in value.items()})
        parts = found.setdefault(pathway_id, {})
        parts[part] = (*parts.get(part, ()), item)
    return found


def _plain(value: object) -> object:
    if isinstance(value, Fraction):
        return decimal_text(value)
    return value.isoformat() if isinstance(value, date) else value


def _read(name: str, plain: Any) -> Any:
    return _READ[name](plain) if name in _READ else plain
