"""Which entries count: the first scheduled one of each moment and site (protocol.md, section 1).

Scores are kept here as whole numbers of half points, so that sums are quick and exact; fractions
appear only in results.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

from diary.protocol.entries import Entry, Kind, Placement
from diary.protocol.moments import Plan
from diary.protocol.scales import Scale
from diary.protocol.verdicts import Reason

HALVES = 2  # in a point or a millimetre

Cells = dict[date, dict[str, Entry]]
_NO_CELLS: Mapping[str, Entry] = {}
_LONG_AFTER = datetime.max.replace(tzinfo=UTC)


class Total(NamedTuple):
    """The counted entries of a day: their sum in half points, their number, and foreign ones.

    `foreign` counts the entries that would count but are on another scale than the pathway's.
    """

    halves: int
    counted: int
    foreign: int


NOTHING = Total(0, 0, 0)


class DayTotals(NamedTuple):
    """The same day under the four choices of taking late and night measurements in or not."""

    plain: Total
    night: Total
    late: Total
    late_night: Total

    def of(self, late: bool, night: bool) -> Total:
        """Return the total under one choice."""
        return self[2 * late + night]


def order_key(entry: Entry) -> tuple[object, ...]:
    """Return what decides which of two answers to one moment was the first.

    The time measured; answers without one (paper) come after those, and between them the id and
    then everything else decides, so that the order in a file never does.
    """
    return (
        entry.measured_at or _LONG_AFTER,
        entry.id or "",
        sorted(entry.scores.items()),
        entry.scale or "",
        entry.moment or "",
        entry.kind or "",
        entry.withdrawn,
    )


class SiteDiary:
    """The answers of one pain site, by diary day and moment."""

    def __init__(self, site: str, scale: Scale, night: str | None) -> None:
        self.site = site
        self.scale = scale
        self.scheduled: Cells = {}
        self.late: Cells = {}
        self._night = night
        self._totals: dict[date, DayTotals] = {}

    def add(self, entry: Entry, place: Placement) -> None:
        """Take in an entry that is neither extra nor withdrawn; the first of a moment stays."""
        cells = self.scheduled if place.kind is Kind.SCHEDULED else self.late
        day = cells.get(place.diary_day)
        if day is None:
            day = cells[place.diary_day] = {}
        moment = place.moment
        assert moment is not None, "only extra entries have no moment"
        first = day.setdefault(moment, entry)
        if first is not entry and order_key(entry) < order_key(first):
            day[moment] = entry

    def totals(self, day: date) -> DayTotals:
        """Return the totals of `day` under every choice of late and night."""
        totals = self._totals.get(day)
        if totals is None:
            totals = self._totals[day] = self._add_up(day)
        return totals

    def days(self) -> Iterable[date]:
        """Return the days with an answer that counts under some choice."""
        return self.scheduled.keys() | self.late.keys()

    def reason(self, entry: Entry, place: Placement, night: bool) -> Reason | None:
        """Return why an entry is not counted under the choice of `night`, None when it is."""
        if entry.withdrawn:
            return Reason.WITHDRAWN
        if place.kind is not Kind.SCHEDULED:
            return Reason(place.kind.value)
        assert place.moment is not None
        if self.scheduled[place.diary_day][place.moment] is not entry:
            return Reason.SECOND
        if place.moment == self._night and not night:
            return Reason.NIGHT
        return Reason.OTHER_SCALE if self._foreign(entry) else None

    def _foreign(self, entry: Entry) -> bool:
        return entry.scale is not None and entry.scale is not self.scale

    def _add_up(self, day: date) -> DayTotals:
        scheduled = self.scheduled.get(day, _NO_CELLS)
        late = self.late.get(day, _NO_CELLS)
        by_day, by_night = self._sums(scheduled)
        plain, night = by_day, _plus(by_day, by_night)
        if not late:
            return DayTotals(plain, night, plain, night)
        filled = {moment: entry for moment, entry in late.items() if moment not in scheduled}
        late_by_day, late_by_night = self._sums(filled)
        late_plain = _plus(by_day, late_by_day)
        late_night = _plus(_plus(late_plain, by_night), late_by_night)
        return DayTotals(plain, night, late_plain, late_night)

    def _sums(self, cells: Mapping[str, Entry]) -> tuple[Total, Total]:
        """Return the totals of the measurements by day and of those by night."""
        halves = counted = foreign = 0
        by_night = NOTHING
        for moment, entry in cells.items():
            if moment == self._night:
                by_night = self._of_one(entry)
            elif entry.scale is None or entry.scale is self.scale:
                halves += in_halves(entry.scores[self.site])
                counted += 1
            else:
                foreign += 1
        return Total(halves, counted, foreign), by_night

    def _of_one(self, entry: Entry) -> Total:
        if self._foreign(entry):
            return Total(0, 0, 1)
        return Total(in_halves(entry.scores[self.site]), 1, 0)


def _plus(one: Total, other: Total) -> Total:
    if other is NOTHING:
        return one
    return Total(
        one.halves + other.halves, one.counted + other.counted, one.foreign + other.foreign
    )


def in_halves(score: Fraction) -> int:
    """Return `score` in half points. Raises ValueError for a score that is no such number."""
    numerator, denominator = score.as_integer_ratio()
    if denominator > HALVES:
        raise ValueError("a score is a whole or a half number")
    return numerator * HALVES // denominator


class Diary:
    """All entries of a case in their places, sorted out by site."""

    def __init__(
        self,
        entries: Sequence[Entry],
        places: Sequence[Placement],
        sites: Sequence[str],
        scale: Scale,
        plan: Plan,
    ) -> None:
        self.sites = {site: SiteDiary(site, scale, plan.night) for site in sites}
        self._rank = {moment.name: rank for rank, moment in enumerate(plan.moments)}
        self._by_day: dict[date, list[tuple[Entry, Placement]]] = {}
        for pair in zip(entries, places, strict=True):
            entry, place = pair
            day = self._by_day.get(place.diary_day)
            if day is None:
                day = self._by_day[place.diary_day] = []
            day.append(pair)
            if place.kind is not Kind.EXTRA and not entry.withdrawn:
                for site in entry.scores:
                    self.sites[site].add(entry, place)

    def on(self, days: Iterable[date], site: str) -> list[tuple[Entry, Placement]]:
        """Return the entries with a score for `site` on `days`, day by day in the order made."""
        return [
            pair
            for day in days
            for pair in self._in_order(self._by_day.get(day, []))
            if site in pair[0].scores
        ]

    def _in_order(self, pairs: list[tuple[Entry, Placement]]) -> list[tuple[Entry, Placement]]:
        # Nearly always they are, and then the dear keys need not be made.
        times = [entry.measured_at or _LONG_AFTER for entry, _ in pairs]
        if all(one < other for one, other in pairwise(times)):
            return pairs
        return sorted(pairs, key=self._listed)

    def _listed(self, pair: tuple[Entry, Placement]) -> tuple[object, ...]:
        """Return where an answer of a day comes: by its time, those without one by their moment."""
        entry, place = pair
        rank = self._rank.get(place.moment or "", -1)
        return (entry.measured_at or _LONG_AFTER, rank, *order_key(entry))
