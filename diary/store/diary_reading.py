"""The diary as it is read: every entry with its history, and one day with its moments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from enum import StrEnum
from fractions import Fraction
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Select, bindparam, func, select

from diary.protocol.days import is_finished
from diary.protocol.entries import Kind
from diary.protocol.moments import PlannedMeasurement
from diary.protocol.scales import Scale, Source
from diary.store.database import Unit
from diary.store.pathways import PathwayView
from diary.store.scope import Sight
from diary.store.tables import EntryRow, ScoreRow, table_of


@dataclass(frozen=True, slots=True)
class EntryView:
    """One stored entry of a pathway; `measured_at` carries the phone's own offset.

    `replaced_by` is the correction or withdrawal that took its place. A withdrawal is an entry
    too: without scores, `withdrawn`.
    """

    id: UUID
    pathway_id: UUID
    diary_day: date
    moment: str | None
    kind: Kind
    source: Source
    scores: dict[str, Fraction]
    scale: Scale | None
    measured_at: datetime | None
    received_at: datetime
    clock_error_seconds: int | None
    note: str | None
    typed_by: UUID | None
    replaces_id: UUID | None
    replaced_by: UUID | None
    withdrawn: bool
    imported_as: str | None

    @property
    def stands(self) -> bool:
        """True for what the patient says now: not corrected, not taken back."""
        return self.replaced_by is None and not self.withdrawn


class MomentState(StrEnum):
    """Where one moment of a day stands for the patient."""

    ANSWERED = "answered"
    LATE = "late"
    OPEN = "open"
    COMING = "coming"
    MISSED = "missed"


@dataclass(frozen=True, slots=True)
class MomentView:
    """One planned moment of a day; `entry` is the answer that stands."""

    planned: PlannedMeasurement
    state: MomentState
    entry: EntryView | None


@dataclass(frozen=True, slots=True)
class DayView:
    """A diary day: its moments (none outside the phases) and all entries, in time order."""

    diary_day: date
    finished: bool
    moments: tuple[MomentView, ...]
    entries: tuple[EntryView, ...]


def day(unit: Unit, pathway: PathwayView, diary_day: date) -> DayView:
    """Return one diary day of a pathway as it stands at the unit's moment."""
    return days(unit, pathway, diary_day, diary_day)[0]


def days(unit: Unit, pathway: PathwayView, first: date, last: date) -> list[DayView]:
    """Return the diary days from `first` to `last`, both included, also those without entries."""
    by_day: dict[date, list[EntryView]] = {}
    for entry in _of(unit, pathway, (first, last)):
        by_day.setdefault(entry.diary_day, []).append(entry)
    wanted = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return [_day(unit, pathway, day, by_day.get(day, [])) for day in wanted]


def first_day(unit: Unit, pathway: PathwayView) -> date | None:
    """Return the diary day of the earliest entry, None when there is none."""
    scope = unit.within
    query = select(func.min(_ENTRY.c.diary_day)).where(
        scope.sees(_ENTRY.c.centre_id, _ENTRY.c.patient_id), _ENTRY.c.pathway_id == pathway.id
    )
    earliest: date | None = unit.session.execute(query).scalar_one()
    return earliest


def _day(unit: Unit, pathway: PathwayView, diary_day: date, found: list[EntryView]) -> DayView:
    planned = pathway.plan.day(diary_day) if pathway.phase_on(diary_day) else ()
    return DayView(
        diary_day=diary_day,
        finished=is_finished(diary_day, unit.now, pathway.zone),
        moments=tuple(_moment(one, found, unit.now) for one in planned),
        entries=tuple(found),
    )


def entries(unit: Unit, pathway: PathwayView) -> list[EntryView]:
    """Return every entry of a pathway, corrected and withdrawn ones too, in time order."""
    return _of(unit, pathway)


# Paper tells no time, and comes after all that does.
_LONG_AFTER = datetime.max.replace(tzinfo=UTC)
_ENTRY, _SCORE = table_of(EntryRow), table_of(ScoreRow)
_LATER = _ENTRY.alias("later")


@cache
def _rows(sight: Sight, some_days: bool) -> Select[Any]:
    # LEFT JOIN also because a withdrawal has no scores; and see `cases`.
    query = (
        select(
            _ENTRY.c.id,
            _ENTRY.c.pathway_id,
            _SCORE.c.site,
            _SCORE.c.halves,
            _SCORE.c.scale,
            _ENTRY.c.diary_day,
            _ENTRY.c.moment,
            _ENTRY.c.kind,
            _ENTRY.c.source,
            _ENTRY.c.measured_at,
            _ENTRY.c.utc_offset_minutes,
            _ENTRY.c.received_at,
            _ENTRY.c.clock_error_seconds,
            _ENTRY.c.note,
            _ENTRY.c.typed_by,
            _ENTRY.c.replaces_id,
            _LATER.c.id.label("replaced_by"),
            _ENTRY.c.withdrawn,
            _ENTRY.c.imported_as,
        )
        .outerjoin(
            _SCORE,
            (_SCORE.c.centre_id == _ENTRY.c.centre_id) & (_SCORE.c.entry_id == _ENTRY.c.id),
        )
        .outerjoin(
            _LATER,
            (_LATER.c.centre_id == _ENTRY.c.centre_id) & (_LATER.c.replaces_id == _ENTRY.c.id),
        )
        .where(
            sight.of(_ENTRY.c.centre_id, _ENTRY.c.patient_id),
            _ENTRY.c.pathway_id == bindparam("pathway"),
        )
    )
    if not some_days:
        return query
    return query.where(_ENTRY.c.diary_day.between(bindparam("first"), bindparam("last")))


def _of(unit: Unit, pathway: PathwayView, span: tuple[date, date] | None = None) -> list[EntryView]:
    scope = unit.within
    values = scope.values | {"pathway": pathway.id}
    if span is not None:
        values |= {"first": span[0], "last": span[1]}
    rows = unit.session.execute(_rows(scope.sight, span is not None), values)
    found: dict[UUID, EntryView] = {}
    for row in rows:
        view = found.get(row.id)
        if view is None:
            view = found[row.id] = _view(unit, row)
        if row.site is not None:
            view.scores[row.site] = Fraction(row.halves, 2)
    return sorted(found.values(), key=_in_time)


def _view(unit: Unit, row: Any) -> EntryView:
    return EntryView(
        id=row.id,
        pathway_id=row.pathway_id,
        diary_day=row.diary_day,
        moment=row.moment,
        kind=row.kind,
        source=row.source,
        scores={},
        scale=row.scale,
        measured_at=with_offset(row.measured_at, row.utc_offset_minutes),
        received_at=row.received_at,
        clock_error_seconds=row.clock_error_seconds,
        note=None if row.note is None else unit.vault.open(row.note),
        typed_by=row.typed_by,
        replaces_id=row.replaces_id,
        replaced_by=row.replaced_by,
        withdrawn=row.withdrawn,
        imported_as=row.imported_as,
    )


def with_offset(instant: datetime | None, minutes: int | None) -> datetime | None:
    """Return an instant as the phone told it: with its own offset from UTC."""
    if instant is None or minutes is None:
        return instant
    return instant.astimezone(timezone(timedelta(minutes=minutes)))


def _in_time(entry: EntryView) -> tuple[object, ...]:
    # A paper entry has no time of its own; within its day it comes first, by when it came in.
    measured = entry.measured_at
    return (entry.diary_day, measured is not None, measured or entry.received_at, entry.id)


def _counts_first(entry: EntryView) -> tuple[datetime, str]:
    """As `counting.order_key`: of two answers the one that counts is shown as the answer."""
    return entry.measured_at or _LONG_AFTER, entry.imported_as or str(entry.id)


def _moment(planned: PlannedMeasurement, found: list[EntryView], now: datetime) -> MomentView:
    answers = [e for e in found if e.stands and e.moment == planned.moment.name]
    answers.sort(key=_counts_first)
    for kind, state in (
        (Kind.SCHEDULED, MomentState.ANSWERED),
        (Kind.LATE, MomentState.LATE),
    ):
        first = next((answer for answer in answers if answer.kind is kind), None)
        if first is not None:
            return MomentView(planned, state, first)
    if now < planned.opens_utc:
        return MomentView(planned, MomentState.COMING, None)
    if now < planned.closes_utc:
        return MomentView(planned, MomentState.OPEN, None)
    return MomentView(planned, MomentState.MISSED, None)
