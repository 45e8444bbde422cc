"""Everything that is kept about one patient, row by row: for the patient's own copy (GDPR, 15)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, LargeBinary, Table, select
from sqlmodel import SQLModel

from diary.store.database import Unit
from diary.store.tables import DiaryEvent, EntryRow, Pathway, Patient, table_of

# Keys to a phone and the log's own chain: of no use to the patient, and of use to a thief.
LEFT_OUT = frozenset({"activation_code", "push_subscription", "pin"})
SECRETS = ("hash", "token")


def own_rows(unit: Unit, patient_id: UUID) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of every table that are about the patient, as plain JSON values.

    Sealed texts are opened, keys and hashes left out. Empty outside the scope.
    """
    found = {}
    for table in SQLModel.metadata.sorted_tables:
        condition = None if table.name in LEFT_OUT else _about(unit, table, patient_id)
        if condition is None:
            continue
        columns = [column for column in table.columns if not column.name.endswith(SECRETS)]
        rows = unit.session.execute(
            select(*columns).where(condition).order_by(*table.primary_key.columns)
        )
        found[table.name] = [
            {
                column.name: _plain(unit, value, sealed=isinstance(column.type, LargeBinary))
                for column, value in zip(columns, row, strict=True)
            }
            for row in rows
        ]
    return {name: rows for name, rows in found.items() if rows}


def _about(unit: Unit, table: Table, patient_id: UUID) -> ColumnElement[bool] | None:
    """Return the condition that a row of `table` is about the patient; None when none is."""
    parents = {
        "pathway_id": table_of(Pathway),
        "entry_id": table_of(EntryRow),
        "event_id": table_of(DiaryEvent),
    }
    columns = table.columns
    if table is table_of(Patient):
        own = columns.id
    elif "patient_id" in columns:
        own = columns.patient_id
    else:
        for key, parent in parents.items():
            if key in columns:
                of_patient = _about(unit, parent, patient_id)
                assert of_patient is not None
                return columns[key].in_(select(parent.c.id).where(of_patient))
        return None
    return unit.within.sees(columns.centre_id, own) & (own == patient_id)


def _plain(unit: Unit, value: object, *, sealed: bool) -> object:
    if isinstance(value, bytes):
        assert sealed
        return unit.vault.open(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value if isinstance(value, bool | int | list | dict | None) else str(value)
