"""Which entries count: the first scheduled one of each moment and site (protocol.md, section 1).

Scores are kept here as whole numbers of half points, so that sums are quick and exact; fractions
appear only in results.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import NamedTuple

from diary.protocol.entries import Entry, Kind, Placement
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
    then the scores decide, so that the order in a file never does.
    """
    return (
        entry.measured_at or _LONG_AFTER,
        entry.id or "",
        sorted(entry.scores.items()),
        entry.scale or "",
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
        plain = self._sum(e for m, e in scheduled.items() if m != self._night)
        night = self._sum(e for m, e in scheduled.items() if m == self._night)
        if not late:
            with_night = _plus(plain, night)
            return DayTotals(plain, with_night, plain, with_night)
        filled = [(m, e) for m, e in late.items() if m not in scheduled]
        late_plain = _plus(plain, self._sum(e for m, e in filled if m != self._night))
        late_night = self._sum(e for m, e in filled if m == self._night)
        with_night = _plus(plain, night)
        return DayTotals(plain, with_night, late_plain, _plus(_plus(late_plain, night), late_night))

    def _sum(self, entries: Iterable[Entry]) -> Total:
        halves = counted = foreign = 0
        for entry in entries:
            if self._foreign(entry):
                foreign += 1
            else:
                halves += in_halves(entry.scores[self.site])
                counted += 1
        return Total(halves, counted, foreign)


def _plus(one: Total, other: Total) -> Total:
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
        night: str | None,
    ) -> None:
        self.sites = {site: SiteDiary(site, scale, night) for site in sites}
        self._by_day: dict[date, list[tuple[Entry, Placement]]] = {}
        for entry, place in zip(entries, places, strict=True):
            self._by_day.setdefault(place.diary_day, []).append((entry, place))
            if place.kind is not Kind.EXTRA and not entry.withdrawn:
                for site in entry.scores:
                    self.sites[site].add(entry, place)

    def on(self, days: Iterable[date], site: str) -> list[tuple[Entry, Placement]]:
        """Return the entries with a score for `site` on `days`, day by day in the order made."""
        return [
            pair
            for day in days
            for pair in sorted(self._by_day.get(day, ()), key=lambda pair: order_key(pair[0]))
            if site in pair[0].scores
        ]
