"""What a phase asks of the patient, day by day, before anything is saved."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from diary.protocol.moments import Plan
from diary.web.language import clock


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """One diary day and the times at which a measurement is asked."""

    day: date
    times: tuple[str, ...]
    cancelled: bool = False

    @property
    def count(self) -> int:
        """Return the number of measurements that the day asks."""
        return 0 if self.cancelled else len(self.times)


def calendar(
    plan: Plan, first: date, last: date, *, kept_until: date | None = None
) -> list[CalendarDay]:
    """Return the days `first` to `last`; those after `kept_until` are no longer asked."""
    return [
        CalendarDay(
            day,
            tuple(clock(planned.local) for planned in plan.day(day)),
            cancelled=kept_until is not None and day > kept_until,
        )
        for day in _days(first, last)
    ]


def _days(first: date, last: date) -> Iterator[date]:
    for offset in range((last - first).days + 1):
        yield first + timedelta(days=offset)
