"""§6: cluster headache."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from tests.naive.days import baseline_days, finished, finished_days, phase, phase_days
from tests.naive.verdicts import number


def count(case: dict, days: list[date]) -> dict | None:
    """Days, confirmed days and the attacks on them; an unconfirmed day is unknown, not zero."""
    if not days:
        return None
    confirmed, attacks = 0, 0
    for day in days:
        for one in case["attack_days"]:
            if one["diary_day"] == day.isoformat():
                confirmed += 1
                attacks += int(one["attacks"])
    return {
        "first": days[0],
        "last": days[-1],
        "days": len(days),
        "confirmed": confirmed,
        "attacks": attacks,
        "per_week": Fraction(attacks, confirmed) * 7 if confirmed else None,
    }


def enough(counts: dict | None, least_days: int) -> bool:
    """Long enough, and at least 80 % of the days confirmed."""
    if counts is None or counts["days"] < least_days:
        return False
    return Fraction(counts["confirmed"], counts["days"]) >= Fraction(80, 100)


def judge(running: bool, old: dict | None, new: dict | None) -> str:
    if running:
        return "running"
    if enough(old, 28) and old["per_week"] == 0:
        return "not_applicable"
    reduction = reduction_of(old, new)
    if reduction is None:
        return "too_little_data"
    return "reached" if reduction >= Fraction(30, 100) else "not_reached"


def reduction_of(old: dict | None, new: dict | None) -> Fraction | None:
    if not enough(old, 28) or not enough(new, 7) or old["per_week"] == 0:
        return None
    return (old["per_week"] - new["per_week"]) / old["per_week"]


def attack_response(case: dict) -> dict:
    trial = phase(case, "trial")
    trial_days = phase_days(trial) if trial else []
    running = bool(trial_days) and not finished(case, trial_days[-1])
    old = count(case, baseline_days(case, "intake"))
    new = count(case, finished_days(case, trial_days))  # while it runs: so far
    return {
        "rule": "attack_response",
        "site": None,
        "primary": False,
        "status": judge(running, old, new),
        "baseline": written(old),
        "window": written(new),
        "reduction": number(reduction_of(old, new)),
        "bounds": None,
    }


def written(counts: dict | None) -> dict | None:
    if counts is None:
        return None
    return {
        "first_day": counts["first"].isoformat(),
        "last_day": counts["last"].isoformat(),
        "days": counts["days"],
        "confirmed_days": counts["confirmed"],
        "attacks": counts["attacks"],
        "per_week": number(counts["per_week"]),
    }
