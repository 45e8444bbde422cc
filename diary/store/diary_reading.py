"""The diary as it is read: every entry with its history, and one day with its moments."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from enum import StrEnum
from fractions import Fraction
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from diary.protocol.days import is_finished
from diary.protocol.entries import Kind
from diary.protocol.moments import PlannedMeasurement
from diary.protocol.scales import Scale, Source
from diary.store.chunks import chunks
from diary.store.database import Unit
from diary.store.pathways import PathwayView
from diary.store.tables import EntryRow, ScoreRow


@dataclass(frozen=True, slots=True)
class EntryView:
    """One stored entry; `measured_at` carries the phone's own offset.

    `replaced_by` is the correction or withdrawal that took its place. A withdrawal is an entry
    too: without scores, `withdrawn`.
    """

    id: UUID
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
    found = _of(unit, [pathway.id], col(EntryRow.diary_day) == diary_day).get(pathway.id, [])
    planned = pathway.plan.day(diary_day) if pathway.phase_on(diary_day) else ()
    return DayView(
        diary_day=diary_day,
        finished=is_finished(diary_day, unit.now, pathway.zone),
        moments=tuple(_moment(one, found, unit.now) for one in planned),
        entries=tuple(found),
    )


def entries(unit: Unit, pathway: PathwayView) -> list[EntryView]:
    """Return every entry of a pathway, corrected and withdrawn ones too, in time order."""
    return entries_of(unit, [pathway.id]).get(pathway.id, [])


def entries_of(unit: Unit, pathway_ids: Iterable[UUID]) -> dict[UUID, list[EntryView]]:
    """Return every entry of these pathways, as far as the scope sees them; two queries."""
    return _of(unit, pathway_ids)


def _of(
    unit: Unit, pathway_ids: Iterable[UUID], *conditions: ColumnElement[bool]
) -> dict[UUID, list[EntryView]]:
    found: dict[UUID, list[EntryView]] = {}
    for some in chunks(pathway_ids):
        seen = (
            unit.within.sees(col(EntryRow.centre_id), col(EntryRow.patient_id)),
            col(EntryRow.pathway_id).in_(some),
            *conditions,
        )
        scores = _scores(unit, seen)
        for row in _rows(unit, seen):
            found.setdefault(row.pathway_id, []).append(_view(unit, row, scores.get(row.id)))
    for views in found.values():
        views.sort(key=_in_time)
    return found


def _rows(unit: Unit, seen: Iterable[ColumnElement[bool]]) -> Iterator[Any]:
    later = aliased(EntryRow)
    return iter(
        unit.session.execute(
            select(
                col(EntryRow.pathway_id),
                col(EntryRow.id),
                col(EntryRow.diary_day),
                col(EntryRow.moment),
                col(EntryRow.kind),
                col(EntryRow.source),
                col(EntryRow.measured_at),
                col(EntryRow.utc_offset_minutes),
                col(EntryRow.received_at),
                col(EntryRow.clock_error_seconds),
                col(EntryRow.note),
                col(EntryRow.typed_by),
                col(EntryRow.replaces_id),
                col(later.id).label("replaced_by"),
                col(EntryRow.withdrawn),
                col(EntryRow.imported_as),
            )
            .outerjoin(
                later,
                (col(later.centre_id) == col(EntryRow.centre_id))
                & (col(later.replaces_id) == col(EntryRow.id)),
            )
            .where(*seen)
        )
    )


def _scores(
    unit: Unit, seen: Iterable[ColumnElement[bool]]
) -> dict[UUID, tuple[Scale, dict[str, Fraction]]]:
    rows = unit.session.execute(
        select(
            col(ScoreRow.entry_id), col(ScoreRow.site), col(ScoreRow.scale), col(ScoreRow.halves)
        )
        .join(
            EntryRow,
            (col(EntryRow.centre_id) == col(ScoreRow.centre_id))
            & (col(EntryRow.id) == col(ScoreRow.entry_id)),
        )
        .where(*seen)
    )
    found: dict[UUID, tuple[Scale, dict[str, Fraction]]] = {}
    for entry_id, site, scale, halves in rows:
        found.setdefault(entry_id, (scale, {}))[1][site] = Fraction(halves, 2)
    return found


def _view(unit: Unit, row: Any, scored: tuple[Scale, dict[str, Fraction]] | None) -> EntryView:
    scale, scores = scored or (None, {})
    return EntryView(
        id=row.id,
        diary_day=row.diary_day,
        moment=row.moment,
        kind=row.kind,
        source=row.source,
        scores=scores,
        scale=scale,
        measured_at=_with_offset(row.measured_at, row.utc_offset_minutes),
        received_at=row.received_at,
        clock_error_seconds=row.clock_error_seconds,
        note=None if row.note is None else unit.vault.open(row.note),
        typed_by=row.typed_by,
        replaces_id=row.replaces_id,
        replaced_by=row.replaced_by,
        withdrawn=row.withdrawn,
        imported_as=row.imported_as,
    )


def _with_offset(instant: datetime | None, minutes: int | None) -> datetime | None:
    if instant is None or minutes is None:
        return instant
    return instant.astimezone(timezone(timedelta(minutes=minutes)))


def _in_time(entry: EntryView) -> tuple[object, ...]:
    # A paper entry has no time of its own; within its day it comes first, by when it came in.
    measured = entry.measured_at
    return (entry.diary_day, measured is not None, measured or entry.received_at, entry.id)


def _moment(planned: PlannedMeasurement, found: list[EntryView], now: datetime) -> MomentView:
    answers = [e for e in found if e.stands and e.moment == planned.moment.name]
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
