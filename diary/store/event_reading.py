"""Diary events as they are read: what stands now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Select, bindparam, or_, select

from diary.protocol.scales import Source
from diary.store.chunks import chunks
from diary.store.database import Unit
from diary.store.diary_reading import with_offset
from diary.store.scope import Sight
from diary.store.tables import DiaryEvent, EventKind, table_of


@dataclass(frozen=True, slots=True)
class EventView:
    """An event that stands (not corrected, not taken back), or as it stood until then.

    `measured_at` has the phone's offset; from paper it is when it was typed over.
    """

    id: UUID
    kind: EventKind
    body: dict[str, Any]
    diary_day: date
    measured_at: datetime
    corrects: bool
    source: Source

    @property
    def runs(self) -> bool:
        """True for an attack that has not stopped yet; one on paper has, also without an end."""
        attack = self.kind is EventKind.ATTACK and self.source is Source.PHONE
        return attack and self.body.get("ended_at") is None


_TABLE = table_of(DiaryEvent)
_EVENT, _LATER = _TABLE.c, _TABLE.alias("later").c


@cache
def _events(sight: Sight) -> Select[Any]:
    """Return the query of events with what took their place, if anything did."""
    return (
        select(
            _EVENT.pathway_id,
            _EVENT.id,
            _EVENT.kind,
            _EVENT.body,
            _EVENT.diary_day,
            _EVENT.measured_at,
            _EVENT.utc_offset_minutes,
            _EVENT.replaces_id,
            _EVENT.source,
        )
        .outerjoin(
            _LATER.id.table,
            (_LATER.centre_id == _EVENT.centre_id) & (_LATER.replaces_id == _EVENT.id),
        )
        .where(
            sight.of(_EVENT.centre_id, _EVENT.patient_id),
            _EVENT.pathway_id.in_(bindparam("some", expanding=True)),
            _EVENT.withdrawn.is_(False),
        )
        # The last word on a day comes last.
        .order_by(_EVENT.diary_day, _EVENT.measured_at, _EVENT.received_at, _EVENT.id)
    )


@cache
def _standing(sight: Sight, of_today: bool) -> Select[Any]:
    query = _events(sight).where(_LATER.id.is_(None))
    if not of_today:
        return query
    # An attack may run on from an earlier day.
    return query.where(or_(_EVENT.diary_day == bindparam("day"), _EVENT.kind == EventKind.ATTACK))


@cache
def _taken_back(sight: Sight) -> Select[Any]:
    # A withdrawal of what was typed over mends a slip of the team's, and is nothing of the patient.
    return _events(sight).where(
        _LATER.withdrawn, _LATER.source == Source.PHONE, _EVENT.diary_day == bindparam("day")
    )


def standing(
    unit: Unit, pathway_ids: Iterable[UUID], diary_day: date | None = None
) -> dict[UUID, list[EventView]]:
    """Return what stands of every pathway that the scope sees, in time order.

    With `diary_day` only the events of that day, and the attacks of every day.
    """
    return _read(unit, _standing(unit.within.sight, diary_day is not None), pathway_ids, diary_day)


def taken_back(
    unit: Unit, pathway_ids: Iterable[UUID], diary_day: date
) -> dict[UUID, list[EventView]]:
    """Return what the patient took back of one day, as it stood before, in time order."""
    return _read(unit, _taken_back(unit.within.sight), pathway_ids, diary_day)


def _read(
    unit: Unit, query: Select[Any], pathway_ids: Iterable[UUID], diary_day: date | None
) -> dict[UUID, list[EventView]]:
    found: dict[UUID, list[EventView]] = {}
    scope = unit.within
    for some in chunks(pathway_ids):
        rows = unit.session.execute(query, scope.values | {"some": some, "day": diary_day})
        for row in rows:
            measured = with_offset(row.measured_at, row.utc_offset_minutes)
            assert measured is not None
            view = EventView(
                id=row.id,
                kind=row.kind,
                body=row.body,
                diary_day=row.diary_day,
                measured_at=measured,
                corrects=row.replaces_id is not None,
                source=row.source,
            )
            found.setdefault(row.pathway_id, []).append(view)
    return found


def has_events(unit: Unit, pathway_id: UUID) -> bool:
    """Tell whether a pathway that the caller has found within the scope has any event."""
    query = select(_EVENT.id).where(
        _EVENT.centre_id == unit.within.centre_id, _EVENT.pathway_id == pathway_id
    )
    return unit.session.execute(query.limit(1)).first() is not None


def running_attack(events: Sequence[EventView]) -> EventView | None:
    """Return the attack that began last and has not stopped."""
    return next((event for event in reversed(events) if event.runs), None)
