"""To which pathway of a patient something belongs that comes in from a phone, perhaps late.

A phone without network may still hold answers of a pathway that has ended, or ask by its plan. A
score of one scale, or of other pain sites, must never stand under another pathway (ADR 12).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import bindparam, select

from diary.store.database import Unit
from diary.store.events import NewEvent
from diary.store.new_entries import NewEntry
from diary.store.pathways import PathwayView
from diary.store.tables import DiaryEvent, EntryRow, table_of

Incoming = NewEntry | NewEvent


def placed(
    unit: Unit, pathways: Sequence[PathwayView], items: Sequence[Incoming]
) -> list[PathwayView | None]:
    """Return of each item the pathway it belongs to, None where none can be told.

    `pathways` are all of the patient, the current one last. A correction belongs where its
    original is. What says by which pathway it was asked (`pathway_id`) belongs there, also when
    that has ended since. What says nothing belongs to the pathway that ran when it was measured,
    as far as the phone's clock can be set right; with one pathway there is nothing to tell apart.
    """
    of = {pathway.id: pathway for pathway in pathways}
    originals = _originals(unit, items) if len(pathways) > 1 else {}
    found: list[PathwayView | None] = []
    for item in items:
        place = originals.get(item.replaces_id) if item.replaces_id else None
        place = place or item.pathway_id
        pathway = of.get(place) if place else _by_time(pathways, item)
        found.append(pathway)
        if pathway is not None:
            # A correction may follow in the same batch.
            originals[item.id] = pathway.id
    return found


def _by_time(pathways: Sequence[PathwayView], item: Incoming) -> PathwayView | None:
    """Return the pathway that had begun last at the time of the item."""
    if len(pathways) == 1:
        return pathways[0]
    if item.measured_at is None or item.measured_at.utcoffset() is None:
        return None
    at = item.measured_at - timedelta(seconds=item.clock_error_seconds or 0)
    begun = [pathway for pathway in pathways if pathway.started_at <= at]
    return max(begun, key=lambda pathway: pathway.started_at, default=None)


_QUERIES = [
    select(table.c.id, table.c.pathway_id).where(
        table.c.centre_id == bindparam("centre"), table.c.id.in_(bindparam("ids", expanding=True))
    )
    for table in (table_of(EntryRow), table_of(DiaryEvent))
]


def _originals(unit: Unit, items: Iterable[Incoming]) -> dict[UUID, UUID]:
    """Return the pathways of what is corrected; one of somebody else is in none of the own ones."""
    ids = [item.replaces_id for item in items if item.replaces_id is not None]
    found: dict[UUID, UUID] = {}
    for query in _QUERIES if ids else ():
        rows = unit.session.execute(query, {"centre": unit.within.centre_id, "ids": ids})
        found.update({row.id: row.pathway_id for row in rows})
    return found
