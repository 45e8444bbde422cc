"""§5: switch-off."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

from tests.naive.days import (
    baseline_days,
    finished,
    finished_days,
    instant,
    last_four,
    phase,
    phase_days,
    zone,
)
from tests.naive.entries import Entries, exact
from tests.naive.verdicts import (
    agree,
    combinations,
    comparable,
    difference,
    number,
    pair,
    row,
    score_of,
    window,
)
from tests.naive.weighted import (
    days_with_data,
    locked_scores,
    mean,
    night_counts,
    readings_of,
    weigh,
)


def margin(case: dict) -> Fraction:
    """Worse at a change of more than 2 NRS points or 15 mm (strict)."""
    return Fraction(2 if case["scale"] == "nrs" else 15)


def off_days(case: dict) -> list[date]:
    """The days off; the protocol judges on day 28, so no later day takes part."""
    return phase_days(phase(case, "switch_off"))[:28]


def sf12_fell(case: dict) -> bool | None:
    """SF-12: the latest before the first off-day, and the first from off-day 22 on.

    Both known at `as_of`. None when there is no such pair.
    """
    first_off = off_days(case)[0]
    known_until = instant(case["as_of"]).astimezone(zone(case)).date()
    earlier, later = None, None
    for form in sorted(case.get("quality_of_life", []), key=lambda one: one["on"]):
        on = date.fromisoformat(form["on"])
        if on > known_until:
            continue
        if on < first_off:
            earlier = form
        if later is None and on >= first_off + timedelta(days=21):
            later = form
    if earlier is None or later is None:
        return None
    return exact(later["pcs"]) < exact(earlier["pcs"]) or exact(later["mcs"]) < exact(
        earlier["mcs"]
    )


def at_the_end_of(
    case: dict,
    entries: Entries,
    site: str,
    done: list[date],
    choice: tuple[bool, bool, bool, bool | None],
) -> tuple[bool, dict | None, dict | None]:
    """Does night count, the window before and the window of these off-days, by one method.

    Night by §2.3 each time, unless a row of the table leaves it out.
    """
    pooled, with_data, late, night_in = choice
    days_before = baseline_days(case, "pre_switch_off")
    old_days, new_days = last_four(days_before), last_four(done)
    night = night_in is not False and night_counts(case, entries, site, old_days, new_days)
    if with_data:
        old_days = days_with_data(case, entries, site, days_before, late, night)
        new_days = days_with_data(case, entries, site, done, late, night)
    old = weigh(case, entries, site, old_days, night, late, pooled)
    new = weigh(case, entries, site, new_days, night, late, pooled)
    return night, old, new


def follow(
    case: dict, entries: Entries, site: str, choice: tuple[bool, bool, bool, bool | None]
) -> tuple[bool, dict | None, dict | None]:
    """The windows of the first crossing, at the end of an off-day from the fourth on.

    Without a crossing: those of the latest finished off-day.
    """
    done = finished_days(case, off_days(case))
    for count in range(4, len(done) + 1):
        night, old, new = at_the_end_of(case, entries, site, done[:count], choice)
        if crossed(case, old, new):
            return night, old, new
    return at_the_end_of(case, entries, site, done, choice)


def crossed(case: dict, old: dict | None, new: dict | None) -> bool:
    change = difference(old, new)
    return change is not None and change > margin(case)


def judge(case: dict, old: dict | None, new: dict | None) -> str:
    """§3: a crossing comes before all; then, where several hold, the first of these."""
    days = off_days(case)
    if crossed(case, old, new):
        return "reached"
    if not finished(case, days[-1]):
        return "running"
    if not comparable(old, new):
        return "not_comparable"
    fell = sf12_fell(case)
    if difference(old, new) is None or len(days) < 28 or fell is None:
        return "too_little_data"
    return "undecided" if fell else "not_reached"


def early_notices(case: dict, entries: Entries, site: str) -> list[str]:
    """A finished off-day's mean (any counted entry is enough) against the score before."""
    notices = []
    for day in finished_days(case, off_days(case)):
        days = last_four(baseline_days(case, "pre_switch_off"))
        night = night_counts(case, entries, site, days, [day])
        score = score_of(weigh(case, entries, site, days, night))
        readings = readings_of(case, entries, site, day, late=False, night=night)
        scores = locked_scores(readings)
        if score is None or not scores or len(scores) < len(readings):
            continue
        if mean(scores) - score > margin(case):
            notices.append(day.isoformat())
    return notices


def bounds_of(old: dict | None, new: dict | None) -> tuple[Fraction | None, Fraction | None]:
    if old is None or new is None or not comparable(old, new):
        return None, None
    return new["low"] - old["high"], new["high"] - old["low"]


def is_robust(case: dict, status: str, low: Fraction | None, high: Fraction | None) -> bool:
    if low is None or high is None:
        return False
    if status == "reached":
        return low > margin(case)
    if status == "not_reached":
        return high <= margin(case)
    return False


BY_THE_RULE = (False, False, False, None)


def switch_off_worsening(case: dict, entries: Entries, site: str) -> dict:
    night, old, new = follow(case, entries, site, BY_THE_RULE)
    status = judge(case, old, new)
    low, high = bounds_of(old, new)
    rows = []  # §3: the same rule, its first crossing included, under every combination
    for choice in combinations(night):
        _, one, other = follow(case, entries, site, choice)
        verdict = "running" if status == "running" else judge(case, one, other)
        rows.append(row(*choice, verdict, difference(one, other)))
    return {
        "rule": "switch_off_worsening",
        "site": site,
        "status": status,
        "baseline": window(old),
        "window": window(new),
        "change": number(difference(old, new)),
        "reduction": None,
        "bounds": pair(low, high),
        "robust": is_robust(case, status, low, high),
        "agree": agree(rows),
        "sensitivity": rows,
        "crossed_on": new["last"].isoformat() if status == "reached" else None,
        "early_notices": early_notices(case, entries, site),
    }
