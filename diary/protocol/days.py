"""Diary days: from 04:00 to 04:00 on the patient's clock, whatever that clock does.

Every instant that leaves this module is in UTC. A wall-clock time that a change to summer time
skips moves forward by the gap; one that occurs twice means the first time.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

# readings.DiaryDay.FROM_FOUR: a measurement in the night belongs to the evening before.
DAY_STARTS = time(4, 0)
ONE_DAY = timedelta(days=1)


def wall_clock(day: date, at: time, zone: ZoneInfo) -> datetime:
    """Return the UTC instant at which the clock in `zone` shows `at` on calendar date `day`.

    Skipped by a clock change: later by the gap. Shown twice: the first time.
    """
    # fold=0 is by definition (PEP 495) the first of two, and in a gap the offset before it.
    return datetime.combine(day, at, zone).astimezone(UTC)


@lru_cache(maxsize=4096)
def day_start(day: date, zone: ZoneInfo) -> datetime:
    """Return the UTC instant at which diary day `day` begins."""
    return wall_clock(day, DAY_STARTS, zone)


def day_span(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return the UTC instants between which diary day `day` lies: first included, last not.

    24 hours, or 23 or 25 in the night of a clock change.
    """
    return day_start(day, zone), day_start(day + ONE_DAY, zone)


def diary_day_of(instant: datetime, zone: ZoneInfo) -> date:
    """Return the diary day in `zone` to which an aware `instant` belongs, whatever its offset."""
    local = instant.astimezone(zone)
    day = local.date()
    if local.time() < DAY_STARTS:
        day -= ONE_DAY
    # A clock change close to 04:00, or a date that a country skipped: the day's span decides.
    while instant < day_start(day, zone):
        day -= ONE_DAY
    while instant >= day_start(day + ONE_DAY, zone):
        day += ONE_DAY
    return day


def is_finished(day: date, as_of: datetime, zone: ZoneInfo) -> bool:
    """Tell whether diary day `day` is over: from 04:00 of the next date on."""
    return as_of >= day_start(day + ONE_DAY, zone)
