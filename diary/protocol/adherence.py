"""Adherence: what was asked and what was answered, by day, by moment and by channel.

A planned measurement of a phase counts as asked once its window has closed, or once it is
answered. In time is inside that window, whoever judges the score; filled in afterwards is answered
too, but never counted by a verdict (protocol.md, section 1). Extra answers were not asked for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import NamedTuple

from diary.protocol.cases import Assessment
from diary.protocol.counting import SiteDiary
from diary.protocol.days import ONE_DAY
from diary.protocol.entries import Kind
from diary.protocol.moments import PlannedMeasurement
from diary.protocol.phases import PhaseKind

Asked = tuple[date, str]
"""A planned measurement: its diary day and the name of its moment."""

_NINETY = Fraction(9, 10)


class Tally(NamedTuple):
    """Of so many planned measurements asked, those answered in time and only afterwards."""

    asked: int = 0
    in_time: int = 0
    late: int = 0

    @property
    def answered(self) -> int:
        """Return how many were answered, in time or afterwards."""
        return self.in_time + self.late

    @property
    def missing(self) -> int:
        """Return how many were not made in time: what the verdict has to do without."""
        return self.asked - self.in_time

    @property
    def on_time(self) -> Fraction | None:
        """Return the part of one that was made in time, None when nothing was asked."""
        return Fraction(self.in_time, self.asked) if self.asked else None

    def plus(self, other: Tally) -> Tally:
        """Return both together."""
        return Tally(*(mine + yours for mine, yours in zip(self, other, strict=True)))


class Reminding(NamedTuple):
    """A reminder that went out: for which measurement, over which channel, when (aware)."""

    asked: Asked
    channel: str
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class DayAdherence:
    """One diary day of a phase; `extra` counts the answers that were not asked for."""

    diary_day: date
    phase: PhaseKind
    tally: Tally
    extra: int


@dataclass(frozen=True, slots=True)
class Latency:
    """How long after the moment the answers in time came; before it is negative.

    By nearest rank: the shortest time within which half, and nine in ten, of the `count` answers
    were made. Paper knows no times and is not in it.
    """

    count: int
    median: timedelta
    ninetieth: timedelta


@dataclass(frozen=True, slots=True)
class Adherence:
    """What a patient was asked and answered in all phases up to now.

    `days` are those on which something was asked, oldest first; `by_moment` in the order of the
    plan. `by_channel` is a funnel: a measurement is asked over each channel that reminded of it
    before its answer, and answered over the last of them; None are those without a reminder.
    """

    total: Tally
    days: tuple[DayAdherence, ...]
    by_moment: Mapping[str, Tally]
    by_channel: Mapping[str | None, Tally]
    latency: Latency | None


class _Fate(NamedTuple):
    """What became of one planned measurement that was asked."""

    asked: Asked
    tally: Tally
    measured_at: datetime | None
    due: datetime


def adherence(assessment: Assessment, reminders: Iterable[Reminding] = ()) -> Adherence:
    """Return the adherence of a case at its `as_of`, judged on the primary site.

    `reminders` are those that went out, for any measurements in any order.
    """
    case = assessment.case
    answers = assessment.diary.sites[case.primary_site]
    extra = Counter(
        place.diary_day
        for entry, place in assessment.placed
        if place.kind is Kind.EXTRA and case.primary_site in entry.scores and not entry.withdrawn
    )
    days, fates = [], []
    for phase in case.phases:
        day = phase.first_day
        while day <= phase.end:
            of_day = list(_fates(case.plan.day(day), answers, case.as_of))
            if of_day:
                tally = _sum(fate.tally for fate in of_day)
                days.append(DayAdherence(day, phase.kind, tally, extra[day]))
                fates += of_day
            day += ONE_DAY
    return Adherence(
        total=_sum(fate.tally for fate in fates),
        days=tuple(days),
        by_moment=_by_moment(fates, [moment.name for moment in case.plan.moments]),
        by_channel=_by_channel(fates, reminders),
        latency=_latency([fate.measured_at - fate.due for fate in fates if fate.measured_at]),
    )


def _fates(
    planned: Sequence[PlannedMeasurement], answers: SiteDiary, as_of: datetime
) -> Iterator[_Fate]:
    for one in planned:
        day, name = asked = one.diary_day, one.moment.name
        made = answers.scheduled.get(day, {}).get(name)
        late = made is None and name in answers.late.get(day, {})
        if made or late or one.closes_utc <= as_of:
            tally = Tally(1, int(made is not None), int(late))
            yield _Fate(asked, tally, made.measured_at if made else None, one.utc)


def _sum(tallies: Iterable[Tally]) -> Tally:
    total = Tally()
    for tally in tallies:
        total = total.plus(tally)
    return total


def _by_moment(fates: Iterable[_Fate], names: Sequence[str]) -> dict[str, Tally]:
    found = dict.fromkeys(names, Tally())
    for fate in fates:
        name = fate.asked[1]
        found[name] = found[name].plus(fate.tally)
    return found


def _by_channel(fates: Iterable[_Fate], reminders: Iterable[Reminding]) -> dict[str | None, Tally]:
    sent: dict[Asked, list[Reminding]] = {}
    for reminder in sorted(reminders, key=lambda one: one.sent_at):
        sent.setdefault(reminder.asked, []).append(reminder)
    found: dict[str | None, Tally] = {}
    for fate in fates:
        before: list[str | None] = [
            reminder.channel
            for reminder in sent.get(fate.asked, ())
            if fate.measured_at is None or reminder.sent_at <= fate.measured_at
        ]
        last = before[-1] if before else None
        for channel in set(before or [None]):
            tally = fate.tally if channel == last else Tally(asked=1)
            found[channel] = found.get(channel, Tally()).plus(tally)
    return found


def _latency(times: list[timedelta]) -> Latency | None:
    if not times:
        return None
    times.sort()
    return Latency(len(times), times[_rank(Fraction(1, 2), times)], times[_rank(_NINETY, times)])


def _rank(part: Fraction, times: Sequence[timedelta]) -> int:
    """Return the index of the first of the sorted `times` that has `part` of them behind it."""
    return -(-part.numerator * len(times) // part.denominator) - 1
