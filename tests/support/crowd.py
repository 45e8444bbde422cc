"""Many patients quickly: copies of one, row by row, with the same diary."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Table, insert, select

from diary.store.database import Unit
from diary.store.tables import (
    EntryRow,
    Pathway,
    Patient,
    PhaseRow,
    Prompt,
    ScoreRow,
    TreatmentRelation,
    table_of,
)

# Parents first. Events, phones and decisions are not copied.
COPIED = (Patient, TreatmentRelation, Pathway, PhaseRow, Prompt, EntryRow, ScoreRow)


def multiply(unit: Unit, patient_id: UUID, times: int, name: str = "Patient") -> None:
    """Add `times` copies of a patient, called "Patient 0" and so on, treated by the same people."""
    tables = [table_of(model) for model in COPIED]
    originals = {table.name: _rows(unit, table, patient_id) for table in tables}
    new_ids: list[dict[Any, UUID]] = [{} for _ in range(times)]
    for ids in new_ids:
        for rows in originals.values():
            ids.update({row["id"]: uuid4() for row in rows if "id" in row})
    for table in tables:
        copies = [
            {
                column: ids[value] if isinstance(value, UUID) and value in ids else value
                for column, value in row.items()
            }
            for ids in new_ids
            for row in originals[table.name]
        ]
        if table.name == "patient":
            for number, copy in enumerate(copies):
                copy |= _identity(unit, f"{name} {number}")
        if copies:
            unit.session.execute(insert(table), copies)


def _identity(unit: Unit, name: str) -> dict[str, bytes]:
    number = f"{name}:{uuid4().hex[:8]}"
    return {
        "name": unit.vault.seal(name),
        "hospital_number": unit.vault.seal(number),
        "hospital_number_hash": unit.vault.digest(number),
    }


def _rows(unit: Unit, table: Table, patient_id: UUID) -> list[dict[str, Any]]:
    if table.name == "patient":
        chosen = table.c.id == patient_id
    elif "patient_id" in table.c:
        chosen = table.c.patient_id == patient_id
    elif "pathway_id" in table.c:
        own = select(table_of(Pathway).c.id).where(table_of(Pathway).c.patient_id == patient_id)
        chosen = table.c.pathway_id.in_(own)
    else:
        own = select(table_of(EntryRow).c.id).where(table_of(EntryRow).c.patient_id == patient_id)
        chosen = table.c.entry_id.in_(own)
    return [dict(row._mapping) for row in unit.session.execute(select(table).where(chosen))]
