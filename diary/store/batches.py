"""What entries and diary events that come in share: a batch from a phone, or a day from paper."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from sqlalchemy import ColumnElement, Executable, Table, and_, bindparam, or_
from sqlalchemy.dialects import postgresql, sqlite

from diary.store import audit
from diary.store.database import Unit
from diary.store.new_entries import USED_ID, Outcome, Status
from diary.store.pathways import PathwayView
from diary.store.tables import Action


def under_ids(table: Table) -> ColumnElement[bool]:
    """Return the rows of a `centre` with one of these `ids`, and those that replace them.

    The centre on both sides: with it in front of the OR, SQLite went through all that the centre
    ever stored, for each batch and under the writer's lock.
    """
    own = table.c.centre_id == bindparam("centre")
    return or_(
        *(
            and_(own, column.in_(bindparam("ids", expanding=True)))
            for column in (table.c.id, table.c.replaces_id)
        )
    )


@cache
def insert_once(table: Table, is_sqlite: bool) -> Executable:
    """Return what inserts a row and gives its id; nothing when the id is taken.

    Another patient's transaction may hold the same one.
    """
    made = (sqlite.insert if is_sqlite else postgresql.insert)(table)
    return made.on_conflict_do_nothing().returning(table.c.id)


def log(
    unit: Unit,
    event: str,
    pathway: PathwayView,
    outcomes: Sequence[Outcome],
    *,
    access_point: str,
    on_paper: bool,
) -> None:
    """Write what became of a batch into the access log, unless all of it was there before.

    Who sends another answer under an id that is taken, perhaps by another patient, may not do so.
    """
    counts = {status: sum(o.status is status for o in outcomes) for status in Status}
    if not counts[Status.STORED] and not counts[Status.REJECTED]:
        return
    said = ", ".join(f"{count} {status}" for status, count in counts.items() if count)
    audit.log(
        unit,
        event,
        Action.CREATE,
        access_point=access_point,
        patient_id=pathway.patient_id,
        object=f"pathway {pathway.id}: {said}",
        authorised=not any(outcome.error == USED_ID for outcome in outcomes),
        on_behalf_of=pathway.patient_id if on_paper else None,
    )
