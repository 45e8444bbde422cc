"""What a patient is asked today, and in the coming days: for the pages and for the phone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from diary.protocol.days import ONE_DAY, diary_day_of
from diary.protocol.moments import PlannedMeasurement
from diary.protocol.scales import Source
from diary.store import diary_reading
from diary.store.database import Unit
from diary.store.diary_reading import EntryView, MomentState
from diary.store.pathways import PathwayView
from diary.web.labels import moment_label, phase_title
from diary.web.language import clock, inside, joined
from diary.web.language import day as day_words
from diary.web.language import gettext as _

# From here to here the screen stays dark and dim, on the patient's own clock.
NIGHT_FROM, NIGHT_UNTIL = 22, 6
# Whose clock is not known yet is most likely here; the phone's own script then knows better.
HERE = ZoneInfo("Europe/Amsterdam")


@dataclass(frozen=True, slots=True)
class AskedMoment:
    """One moment of today in the patient's words; times on the patient's clock.

    `entry`: what answers it and may be changed as long as the diary day lasts, so nothing that was
    typed over from paper.
    """

    name: str
    label: str
    at: datetime
    closes: datetime
    state: MomentState
    entry: UUID | None


@dataclass(frozen=True, slots=True)
class Today:
    """A day of a phase: where the patient is, today's moments and what comes next."""

    title: str
    day_number: int
    days: int
    moments: tuple[AskedMoment, ...]
    next: str | None

    @property
    def open(self) -> AskedMoment | None:
        """The moment that can be answered in time now."""
        return next((m for m in self.moments if m.state is MomentState.OPEN), None)

    def missed(self, name: str | None) -> AskedMoment | None:
        """Return the missed moment of today with this name."""
        states = {MomentState.MISSED, MomentState.LATE}
        return next((m for m in self.moments if m.name == name and m.state in states), None)


def is_night(now: datetime, zone: ZoneInfo = HERE) -> bool:
    """Tell whether it is night on the patient's clock, or here when that is not known."""
    hour = now.astimezone(zone).hour
    return hour >= NIGHT_FROM or hour < NIGHT_UNTIL


def read_today(unit: Unit, pathway: PathwayView) -> Today | None:
    """Return what is asked on the present diary day; None when it lies in no phase."""
    diary_day = diary_day_of(unit.now, pathway.zone)
    phase = pathway.phase_on(diary_day)
    if phase is None or pathway.ended_at is not None:
        return None
    view = diary_reading.day(unit, pathway, diary_day)
    return Today(
        title=phase_title(phase.kind),
        day_number=(diary_day - phase.first_day).days + 1,
        days=phase.phase.days,
        moments=tuple(
            AskedMoment(
                name=one.planned.moment.name,
                label=moment_label(one.planned.moment.name),
                at=one.planned.local,
                closes=one.planned.closes_utc.astimezone(pathway.zone),
                state=one.state,
                entry=_own(one.entry),
            )
            for one in view.moments
        ),
        next=next_words(pathway, unit.now),
    )


def _own(entry: EntryView | None) -> UUID | None:
    return None if entry is None or entry.source is Source.PAPER else entry.id


def next_words(pathway: PathwayView, now: datetime) -> str | None:
    """Return the next moment that opens ("evening, 18:00", "tomorrow, morning, 08:00"), or None."""
    today = diary_day_of(now, pathway.zone)
    planned = next((one for one in coming(pathway, today) if one.opens_utc > now), None)
    if planned is None:
        return None
    words = joined(inside(moment_label(planned.moment.name)), clock(planned.local))
    days = (planned.diary_day - today).days
    if days == 0:
        return words
    when = _("tomorrow") if days == 1 else day_words(planned.diary_day)
    return joined(when, words)


def coming(
    pathway: PathwayView, first: date, days: int | None = None
) -> Iterator[PlannedMeasurement]:
    """Yield the planned measurements of the phases from diary day `first` on, for `days` days."""
    if pathway.ended_at is not None:
        return
    last = first + timedelta(days=days - 1) if days else date.max
    for phase in pathway.phases:
        day = max(first, phase.first_day)
        while day <= min(phase.end, last):
            yield from pathway.plan.day(day)
            day += ONE_DAY
