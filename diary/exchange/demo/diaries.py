"""Believable diaries: pain with a rhythm and good and bad days, and people who forget."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from random import Random
from uuid import UUID
from zoneinfo import ZoneInfo

from diary.exchange.demo.stories import Story, implanted_on, phases_of
from diary.protocol.cases import assess
from diary.protocol.days import ONE_DAY, diary_day_of
from diary.protocol.entries import Entry, Kind
from diary.protocol.moments import PlannedMeasurement, plan_of
from diary.protocol.pathway import Case
from diary.protocol.phases import Phase, PhaseKind
from diary.protocol.scales import Scale, Source
from diary.protocol.versions import NVA_2020

ZONE = ZoneInfo("Europe/Amsterdam")
ATTEMPTS = 400
# Points above or below the day's level: stiff in the morning, worn out in the evening.
RHYTHM = {"morning": 0.5, "midday": -0.4, "evening": 0.7, "bedtime": 0.2, "night": -0.3}
# How much of the relief there is on the first days of a trial.
ONSET = (0.4, 0.7, 0.9)
LATE_SHARE = 0.3
PAPER_DAYS = 0.06
EXTRA_DAYS = 0.12
# The further pain sites hurt less than the primary one.
OTHER_SITE = 0.7


class NoSuchDiaryError(RuntimeError):
    """No attempt gave the verdict that a story needs: the story asks for the impossible."""


@dataclass(frozen=True, slots=True)
class _Day:
    """What a diary day is like: the pain's level (0–10) and whether it is kept on paper."""

    level: float
    on_paper: bool


def make_case(story: Story, *, seed: str, now: datetime, days: int) -> Case:
    """Return the diary of `story` as it stands at `now`; the same arguments, the same diary.

    Where the story wants a verdict, diaries are made until one has it (NoSuchDiaryError: none).
    """
    for attempt in range(ATTEMPTS):
        # Believable, not secret: nothing here protects anything.
        rng = Random(f"{seed}/{attempt}")  # noqa: S311
        case = _Writer(story, rng, now, days).case()
        if story.wanted is None or _verdict(case) == story.wanted:
            return case
    raise NoSuchDiaryError(story.name)


def _verdict(case: Case) -> tuple[object, bool] | None:
    primary = [verdict for verdict in assess(case).verdicts if verdict.primary]
    return (primary[0].status, primary[0].robust) if primary else None


class _Writer:
    """Writes one diary, day by day."""

    def __init__(self, story: Story, rng: Random, now: datetime, days: int) -> None:
        self.story = story
        self.rng = rng
        self.now = now
        self.phases = phases_of(story, diary_day_of(now, ZONE), days)
        self.plan = plan_of(story.moments, ZONE, NVA_2020)

    def case(self) -> Case:
        """Return the whole diary up to now."""
        entries = [
            entry
            for phase in self.phases
            for day in self._days(phase)
            for entry in self._entries_of(day, phase)
        ]
        return Case(
            as_of=self.now,
            scale=self.story.scale,
            phases=self.phases,
            timezone=ZONE.key,
            indication=self.story.indication,
            sites=self.story.sites,
            primary_site=self.story.sites[0],
            moments=self.story.moments,
            entries=tuple(sorted(entries, key=_in_time)),
            implanted_on=implanted_on(self.story, diary_day_of(self.now, ZONE)),
        )

    def _days(self, phase: Phase) -> Iterator[date]:
        today = diary_day_of(self.now, ZONE)
        day = phase.first_day
        while day <= min(phase.end, today):
            yield day
            day += ONE_DAY

    def _entries_of(self, day: date, phase: Phase) -> Iterator[Entry]:
        like = self._day(day, phase)
        planned = self.plan.day(day)
        for one in planned:
            # What is open now is left for whoever tries the demo.
            if one.closes_utc > self.now:
                continue
            if self.rng.random() >= self.story.missed:
                yield self._on_paper(one, like) if like.on_paper else self._in_time(one, like)
            elif self.rng.random() < LATE_SHARE:
                yield from self._late(one, like)
        if self.rng.random() < EXTRA_DAYS and not like.on_paper:
            yield from self._extra(planned, like)

    def _day(self, day: date, phase: Phase) -> _Day:
        relief = 0.0
        if phase.kind is PhaseKind.TRIAL:
            since = (day - phase.first_day).days
            relief = self.story.relief * (ONSET[since] if since < len(ONSET) else 1)
        elif phase.kind is PhaseKind.SWITCH_OFF and self.story.returns:
            since = (day - phase.first_day).days
            relief = self.story.relief * (1 - ONSET[since] if since < len(ONSET) else 0)
        elif phase.kind is not PhaseKind.INTAKE:
            relief = self.story.relief
        good_or_bad = self.rng.gauss(0, 0.5)
        level = self.story.level * (1 - relief) + good_or_bad
        return _Day(level, self.rng.random() < PAPER_DAYS)

    def _in_time(self, planned: PlannedMeasurement, like: _Day) -> Entry:
        window = (planned.closes_utc - planned.utc).total_seconds()
        after = min(self.rng.expovariate(1 / 900), window - 60)
        return self._phone(planned, planned.utc + timedelta(seconds=after), like, Kind.SCHEDULED)

    def _on_paper(self, planned: PlannedMeasurement, like: _Day) -> Entry:
        return Entry(
            id=self._id(),
            measured_at=None,
            diary_day=planned.diary_day,
            moment=planned.moment.name,
            scores=self._scores(planned.moment.name, like, halves=True),
            kind=Kind.SCHEDULED,
            source=Source.PAPER,
        )

    def _late(self, planned: PlannedMeasurement, like: _Day) -> Iterator[Entry]:
        instant = planned.closes_utc + timedelta(seconds=self.rng.uniform(600, 7200))
        if instant < self.now and diary_day_of(instant, ZONE) == planned.diary_day:
            yield self._phone(planned, instant, like, Kind.LATE)

    def _extra(self, planned: tuple[PlannedMeasurement, ...], like: _Day) -> Iterator[Entry]:
        """Yield a measurement between two windows, on a bad moment."""
        gaps = [
            (one.closes_utc, other.opens_utc)
            for one, other in pairwise(planned)
            if other.opens_utc - one.closes_utc > timedelta(minutes=30)
        ]
        if not gaps:
            return
        start, end = self.rng.choice(gaps)
        instant = start + (end - start) * self.rng.random()
        if instant < self.now:
            bad = replace(like, level=like.level + 1.5)
            yield self._phone(planned[0], instant, bad, Kind.EXTRA)

    def _phone(
        self, planned: PlannedMeasurement, instant: datetime, like: _Day, kind: Kind
    ) -> Entry:
        moment = None if kind is Kind.EXTRA else planned.moment.name
        return Entry(
            id=self._id(),
            measured_at=instant.replace(microsecond=0).astimezone(ZONE),
            diary_day=planned.diary_day,
            moment=moment,
            scores=self._scores(planned.moment.name, like, halves=False),
            kind=kind,
        )

    def _scores(self, moment: str, like: _Day, *, halves: bool) -> dict[str, Fraction]:
        pain = like.level + RHYTHM[moment] + self.rng.gauss(0, 0.4)
        return {
            site: self._score(pain if site == self.story.sites[0] else pain * OTHER_SITE, halves)
            for site in self.story.sites
        }

    def _score(self, pain: float, halves: bool) -> Fraction:
        """Return pain of 0–10 as a score on the scale of the story."""
        if self.story.scale is Scale.VAS:
            return Fraction(min(100, max(0, round(pain * 10 + self.rng.gauss(0, 2)))))
        steps = 2 if halves else 1
        return Fraction(min(10 * steps, max(0, round(pain * steps))), steps)

    def _id(self) -> str:
        return str(UUID(int=self.rng.getrandbits(128), version=4))


def _in_time(entry: Entry) -> tuple[object, ...]:
    assert entry.diary_day is not None
    measured = entry.measured_at
    return (entry.diary_day, measured is not None, measured or entry.diary_day, entry.id)
