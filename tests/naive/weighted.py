"""§2: the weighted score of a window of four diary days, and its bounds."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from tests.naive.days import last_four, night_names, plan
from tests.naive.entries import Entries, counted


def mean(numbers: list[Fraction]) -> Fraction:
    return sum(numbers, Fraction(0)) / len(numbers)


def readings_of(
    case: dict, entries: Entries, site: str, day: date, late: bool, night: bool
) -> dict[str, dict]:
    """The day's readings, without those of the night where it does not count (§2.3)."""
    readings = counted(case, entries, site, day, late)
    if not night:
        for name in night_names(case):
            readings.pop(name, None)
    return readings


def locked_scores(readings: dict[str, dict]) -> list[Fraction]:
    return [reading["score"] for reading in readings.values() if reading["locked"]]


def is_valid(case: dict, entries: Entries, site: str, day: date, late: bool, night: bool) -> bool:
    """§2.2: counted entries at two or more different moments."""
    return len(locked_scores(readings_of(case, entries, site, day, late, night))) >= 2


def holds_night(case: dict, entries: Entries, site: str, days: list[date] | None) -> bool:
    for day in days or []:
        for name, reading in counted(case, entries, site, day, late=False).items():
            if name in night_names(case) and reading["locked"]:
                return True
    return False


def night_counts(
    case: dict,
    entries: Entries,
    site: str,
    before: list[date] | None,
    after: list[date] | None,
) -> bool:
    """§2.3: both windows of the comparison at hand hold a counted night entry."""
    return holds_night(case, entries, site, before) and holds_night(case, entries, site, after)


def days_with_data(
    case: dict, entries: Entries, site: str, days: list[date], late: bool, night: bool
) -> list[date] | None:
    """§3: the last four days that are valid under the row's own late and night choice."""
    return last_four([day for day in days if is_valid(case, entries, site, day, late, night)])


def weigh(
    case: dict,
    entries: Entries,
    site: str,
    days: list[date] | None,
    night: bool,
    late: bool = False,
    pooled: bool = False,
) -> dict | None:
    """§2: valid days, score (or none) and bounds of a window; None where there is no window."""
    if days is None:
        return None
    top = Fraction(10 if case["scale"] == "nrs" else 100)
    moments_a_day = len(plan(case)) if night else len(plan(case)) - len(night_names(case))
    valid_days, comparable = 0, True
    everything, day_means, low_means, high_means = [], [], [], []
    for day in days:
        readings = readings_of(case, entries, site, day, late, night)
        scores = locked_scores(readings)
        if len(scores) < len(readings):
            comparable = False
        if len(scores) >= 2:
            valid_days += 1
        if scores:
            day_means.append(mean(scores))
        everything += scores
        missing = moments_a_day - len(scores)
        low_means.append(mean(scores + [Fraction(0)] * missing))
        high_means.append(mean(scores + [top] * missing))
    score = None
    if comparable and valid_days == 4:  # §2.5, §1 scale lock
        score = mean(everything) if pooled else mean(day_means)  # §2.4, §3
    return {
        "first": days[0],
        "last": days[-1],
        "valid_days": valid_days,
        "comparable": comparable,
        "score": score,
        "low": mean(low_means) if comparable else None,  # §2.6
        "high": mean(high_means) if comparable else None,
    }
