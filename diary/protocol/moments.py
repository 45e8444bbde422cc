"""The plan of moments: when a patient is asked to measure, and until when an answer is in time.

A moment's window is [60 min before, 120 min after), in elapsed time, cut half-way to its
neighbours (those of the adjacent days too) and at the diary day's edges (protocol.md, section 1).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from diary.protocol.days import DAY_STARTS, ONE_DAY, day_span, diary_day_of, wall_clock
from diary.protocol.messages import N_
from diary.protocol.versions import NVA_2020, Parameters

LONGEST_NAME = 40
NO_MOMENTS = N_("At least one moment by day is needed.")
BAD_NAME = N_("A moment needs a name of 1 to 40 printable characters.")
SAME_NAME = N_("Two moments have the same name.")
SAME_TIME = N_("Two moments are at the same time.")
NIGHT_BY_DAY = N_("A night moment is before 04:00.")
TWO_NIGHTS = N_("At most one night moment is possible.")


@dataclass(frozen=True, slots=True)
class Moment:
    """A named wall-clock time at which the patient measures; `night` marks one before 04:00."""

    name: str
    time: time
    night: bool = False


DEFAULT_MOMENTS = (
    Moment("morning", time(8, 0)),
    Moment("midday", time(13, 0)),
    Moment("evening", time(18, 0)),
    Moment("bedtime", time(22, 0)),
)


@dataclass(frozen=True, slots=True)
class PlannedMeasurement:
    """One moment of one diary day. An answer at `opens_utc` is in time, at `closes_utc` too late.

    `local` carries the zone; the other instants are in UTC.
    """

    diary_day: date
    moment: Moment
    local: datetime
    utc: datetime
    opens_utc: datetime
    closes_utc: datetime


def check_plan(moments: Sequence[Moment]) -> list[str]:
    """Return what is wrong with a plan of moments, as templates; empty when nothing is."""
    names = [moment.name for moment in moments]
    times = [moment.time for moment in moments]
    nights = [moment for moment in moments if moment.night]
    wrong = {
        NO_MOMENTS: len(nights) == len(moments),
        BAD_NAME: any(not 0 < len(n) <= LONGEST_NAME or not n.isprintable() for n in names),
        SAME_NAME: len(set(names)) < len(names),
        SAME_TIME: len(set(times)) < len(times),
        NIGHT_BY_DAY: any(moment.time >= DAY_STARTS for moment in nights),
        TWO_NIGHTS: len(nights) > 1,
    }
    return [text for text, is_wrong in wrong.items() if is_wrong]


def plan_day(
    day: date, moments: Sequence[Moment], zone: ZoneInfo, parameters: Parameters = NVA_2020
) -> tuple[PlannedMeasurement, ...]:
    """Return the planned measurements of diary day `day`, in time order.

    Moments before 04:00 belong to the diary day that began the evening before. Where a clock
    change moves a moment over the diary day's edge, its window closes at that edge all the same.
    """
    return plan_of(tuple(moments), zone, parameters).day(day)


class _LaidOut(NamedTuple):
    """One diary day of a plan from `start` to `end`; the lists run parallel to `planned`."""

    start: datetime
    end: datetime
    day: date
    planned: tuple[PlannedMeasurement, ...]
    opens: list[datetime]
    closes: list[datetime]
    names: list[str]


_NEVER = datetime.max.replace(tzinfo=UTC)
_NO_DAY = _LaidOut(_NEVER, _NEVER, date.max, (), [], [], [])


@lru_cache(maxsize=32)
def plan_of(moments: tuple[Moment, ...], zone: ZoneInfo, parameters: Parameters) -> Plan:
    """Return the plan of `moments` in `zone`: one object for equal arguments, so it remembers."""
    return Plan(moments, zone, parameters)


class Plan:
    """The moments of a pathway laid out over days; remembers the days it was asked for."""

    # A pathway is weeks long. The memory of a plan stays small in a server that runs for months.
    REMEMBERED_DAYS = 512

    def __init__(self, moments: tuple[Moment, ...], zone: ZoneInfo, parameters: Parameters) -> None:
        self.zone = zone
        self.parameters = parameters
        # In the order of a diary day: from 04:00 on, then the hours after midnight.
        self.moments = tuple(sorted(moments, key=lambda m: (m.time < DAY_STARTS, m.time)))
        self.names = frozenset(moment.name for moment in moments)
        self.night = next((moment.name for moment in moments if moment.night), None)
        self._latest = _NO_DAY
        self._days: dict[date, _LaidOut] = {}

    def day(self, day: date) -> tuple[PlannedMeasurement, ...]:
        """Return the planned measurements of diary day `day`, in time order."""
        return self._laid_out(day).planned

    def around(self, instant: datetime) -> tuple[date, tuple[PlannedMeasurement, ...]]:
        """Return the diary day of a UTC `instant` with its planned measurements."""
        found = self._latest
        if not found.start <= instant < found.end:
            found = self._turn_to(instant)
        return found.day, found.planned

    def inside(self, instant: datetime) -> tuple[date, str | None]:
        """Return the diary day of a UTC `instant` and the moment whose window holds it, if any."""
        found = self._latest
        if not found.start <= instant < found.end:
            found = self._turn_to(instant)
        # Windows do not overlap: only the one that opened last can still be open.
        index = bisect_right(found.opens, instant) - 1
        if index < 0 or instant >= found.closes[index]:
            return found.day, None
        return found.day, found.names[index]

    def _turn_to(self, instant: datetime) -> _LaidOut:
        """Return the diary day of a UTC `instant`, and look there first the next time.

        A diary is read from beginning to end: the next entry is mostly of the same day.
        """
        self._latest = found = self._laid_out(diary_day_of(instant, self.zone))
        return found

    def _laid_out(self, day: date) -> _LaidOut:
        found = self._days.get(day)
        if found is None:
            if len(self._days) >= self.REMEMBERED_DAYS:
                self._days.clear()
            planned = self._lay_out(day)
            found = self._days[day] = _LaidOut(
                *day_span(day, self.zone),
                day,
                planned,
                [one.opens_utc for one in planned],
                [one.closes_utc for one in planned],
                [one.moment.name for one in planned],
            )
        return found

    def _instants(self, day: date) -> list[tuple[datetime, Moment]]:
        """Return the moments of `day` with their UTC instants, in time order."""
        dated = ((day + ONE_DAY if m.time < DAY_STARTS else day, m) for m in self.moments)
        # A clock change can put one moment past another: sort by what the clock really does.
        return sorted(
            ((wall_clock(date_, m.time, self.zone), m) for date_, m in dated),
            key=lambda pair: pair[0],
        )

    def _lay_out(self, day: date) -> tuple[PlannedMeasurement, ...]:
        start, end = day_span(day, self.zone)
        today = self._instants(day)
        neighbours = [
            self._instants(day - ONE_DAY)[-1][0],
            *(utc for utc, _ in today),
            self._instants(day + ONE_DAY)[0][0],
        ]
        planned = []
        for i, (utc, moment) in enumerate(today):
            before, after = neighbours[i], neighbours[i + 2]
            opens = max(start, utc - self.parameters.opens_before, before + (utc - before) / 2)
            closes = min(end, utc + self.parameters.closes_after, utc + (after - utc) / 2)
            planned.append(
                PlannedMeasurement(
                    diary_day=day,
                    moment=moment,
                    local=utc.astimezone(self.zone),
                    utc=utc,
                    opens_utc=opens,
                    closes_utc=max(opens, closes),
                )
            )
        return tuple(planned)
