"""§1: diary days, moments and their windows."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DEFAULT_MOMENTS = [
    {"name": "morning", "time": "08:00"},
    {"name": "midday", "time": "13:00"},
    {"name": "evening", "time": "18:00"},
    {"name": "bedtime", "time": "22:00"},
]


def zone(case: dict) -> ZoneInfo:
    return ZoneInfo(case["timezone"])


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def wall_clock(case: dict, day: date, clock: time) -> datetime:
    """§1 moment: a skipped time moves forward by the gap, a doubled one is the first.

    Both are what fold=0 means: before a gap or an overlap the older offset still holds.
    """
    return datetime.combine(day, clock, zone(case)).astimezone(UTC)


def starts(case: dict, day: date) -> datetime:
    """§1 diary day: 04:00 (included) to 04:00 of the next date."""
    return wall_clock(case, day, time(4, 0))


def ends(case: dict, day: date) -> datetime:
    return starts(case, day + timedelta(days=1))


def diary_day(case: dict, when: datetime) -> date:
    """§1: a night measurement belongs to the evening before."""
    date_there = when.astimezone(zone(case)).date()
    for day in (date_there - timedelta(days=1), date_there):
        if starts(case, day) <= when < ends(case, day):
            return day
    raise AssertionError("an instant lies in one of two diary days")


def finished(case: dict, day: date) -> bool:
    """§1: finished from 04:00 of the next date."""
    return instant(case["as_of"]) >= ends(case, day)


def days_between(first: date, last: date) -> list[date]:
    """Both included; counted by date, never by 24 h steps."""
    days = []
    day = first
    while day <= last:
        days.append(day)
        day += timedelta(days=1)
    return days


def finished_days(case: dict, days: list[date]) -> list[date]:
    return [day for day in days if finished(case, day)]


def last_four(days: list[date]) -> list[date] | None:
    """§2.1: a window is four days; with fewer there is none."""
    return days[-4:] if len(days) >= 4 else None


def plan(case: dict) -> list[dict]:
    return case.get("moments", DEFAULT_MOMENTS)


def night_names(case: dict) -> set[str]:
    return {moment["name"] for moment in plan(case) if moment.get("night")}


def fires_at(case: dict, day: date, moment: dict) -> datetime:
    """The instant of a moment of a diary day; a night one is on the next date (before 04:00)."""
    clock = time.fromisoformat(moment["time"])
    return wall_clock(case, day + timedelta(days=1) if moment.get("night") else day, clock)


def planned(case: dict, day: date) -> list[dict]:
    """§1 window of a moment: [60 min before, 120 min after), in elapsed time.

    Cut half-way to its neighbours, those of the adjacent days too, and at the day's edges.
    """
    around = []
    for near in (day - timedelta(days=1), day, day + timedelta(days=1)):
        around += [fires_at(case, near, moment) for moment in plan(case)]
    result = []
    for moment in plan(case):
        at = fires_at(case, day, moment)
        opens = max(at - timedelta(minutes=60), starts(case, day))
        closes = min(at + timedelta(minutes=120), ends(case, day))
        for other in around:
            if other < at:
                opens = max(opens, other + (at - other) / 2)
            if other > at:
                closes = min(closes, at + (other - at) / 2)
        result.append({"name": moment["name"], "at": at, "opens": opens, "closes": closes})
    return sorted(result, key=lambda one: one["at"])


def phase(case: dict, kind: str) -> dict | None:
    """The one phase of this kind, with its last day as extended or ended."""
    for one in case["phases"]:
        if one["kind"] == kind:
            return one
    return None


def phase_days(one: dict) -> list[date]:
    """The days of a phase: to `extended_to` (§4) or `ended_on` (§5) where it has one."""
    last = one.get("extended_to") or one.get("ended_on") or one["last_day"]
    return days_between(date.fromisoformat(one["first_day"]), date.fromisoformat(last))


def baseline_days(case: dict, kind: str) -> list[date]:
    """The days a baseline can be taken from: none before the phase is finished.

    The document fixes the baseline to the end of its phase and gives a provisional value to the
    running phase only.
    """
    one = phase(case, kind)
    days = phase_days(one) if one else []
    return days if days and finished(case, days[-1]) else []
