"""§4: trial stimulation."""

from __future__ import annotations

from fractions import Fraction

from tests.naive.days import baseline_days, finished, finished_days, last_four, phase, phase_days
from tests.naive.entries import Entries
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
from tests.naive.weighted import days_with_data, night_counts, weigh

ENOUGH = Fraction(1, 2)


def reduction_of(before: dict | None, after: dict | None) -> Fraction | None:
    old, new = score_of(before), score_of(after)
    if old is None or new is None or old == 0:
        return None
    return (old - new) / old


def judge(running: bool, trial_days: int, before: dict | None, after: dict | None) -> str:
    """§3: where several hold, the first of these."""
    if running:
        return "running"
    if not comparable(before, after):
        return "not_comparable"
    if score_of(before) == 0:
        return "not_applicable"
    reduction = reduction_of(before, after)
    if reduction is None or trial_days < 7:
        return "too_little_data"
    return "reached" if reduction >= ENOUGH else "not_reached"


def bounds_of(before: dict | None, after: dict | None) -> tuple[Fraction | None, Fraction | None]:
    """§4: worst case from (lowest baseline, highest trial), best from (highest, lowest)."""
    if before is None or after is None or not comparable(before, after) or before["low"] == 0:
        return None, None
    worst = (before["low"] - after["high"]) / before["low"]
    best = (before["high"] - after["low"]) / before["high"]
    return worst, best


def is_robust(status: str, worst: Fraction | None, best: Fraction | None) -> bool:
    """§3: reached or not reached, and so at both bounds."""
    if worst is None or best is None:
        return False
    if status == "reached":
        return worst >= ENOUGH and best >= ENOUGH
    if status == "not_reached":
        return worst < ENOUGH and best < ENOUGH
    return False


def trial_response(case: dict, entries: Entries, site: str) -> dict:
    intake_days = baseline_days(case, "intake")
    trial_days = phase_days(phase(case, "trial"))
    running = not finished(case, trial_days[-1])
    done = finished_days(case, trial_days)  # while it runs: the last four finished ones
    base_window, trial_window = last_four(intake_days), last_four(done)

    night = night_counts(case, entries, site, base_window, trial_window)
    before = weigh(case, entries, site, base_window, night)
    after = weigh(case, entries, site, trial_window, night)
    status = judge(running, len(trial_days), before, after)
    worst, best = bounds_of(before, after)

    rows = []
    for pooled, with_data, late, night_in in combinations(night):
        one, other = base_window, trial_window
        if with_data:
            one = days_with_data(case, entries, site, intake_days, late, bool(night_in))
            other = days_with_data(case, entries, site, done, late, bool(night_in))
        old = weigh(case, entries, site, one, bool(night_in), late, pooled)
        new = weigh(case, entries, site, other, bool(night_in), late, pooled)
        verdict = judge(running, len(trial_days), old, new)
        value = reduction_of(old, new)
        rows.append(row(pooled, with_data, late, night_in, verdict, value))

    return {
        "rule": "trial_response",
        "site": site,
        "status": status,
        "baseline": window(before),
        "window": window(after),
        "change": number(difference(before, after)),
        "reduction": number(reduction_of(before, after)),
        "bounds": pair(worst, best),
        "robust": is_robust(status, worst, best),
        "agree": agree(rows),
        "sensitivity": rows,
    }
