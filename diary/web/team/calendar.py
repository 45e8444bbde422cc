"""What a phase asks of the patient, day by day, before anything is saved."""

from __future__ import annotations

from collections.abc import Collection, Iterator
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
    passed: bool = False
    answered: bool = False

    @property
    def asked(self) -> bool:
        """Whether the day is still asked; what has passed is not, whatever is saved."""
        return not self.cancelled and not self.passed

    @property
    def count(self) -> int:
        """Return the number of measurements that the day asks."""
        return len(self.times) if self.asked else 0


def calendar(
    plan: Plan,
    first: date,
    last: date,
    *,
    kept_until: date | None = None,
    today: date | None = None,
    answered: Collection[date] = (),
) -> list[CalendarDay]:
    """Return the days `first` to `last`; those after `kept_until` are no longer asked.

    With `today` the days before it have passed, and of those the `answered` ones are told apart.
    """
    return [
        CalendarDay(
            day,
            tuple(clock(planned.local) for planned in plan.day(day)),
            cancelled=kept_until is not None and day > kept_until,
            passed=today is not None and day < today,
            answered=day in answered,
        )
        for day in _days(first, last)
    ]


def _days(first: date, last: date) -> Iterator[date]:
    for offset in range((last - first).days + 1):
        yield first + timedelta(days=offset)
