"""The diaries that the benchmarks judge: 30 days with six entries a day."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

MOMENTS = ("07:00", "10:00", "13:00", "16:00", "19:00", "22:00")
FIRST_DAY = date(2026, 3, 2)
DAYS = 30
INTAKE_DAYS = 10
WITH_STIMULATION = 4


def month_case(seed: int = 1) -> dict[str, Any]:
    """Return a case of `DAYS` days: intake, then a finished trial, every moment answered."""
    return _case(seed, INTAKE_DAYS, ("intake", "trial"), worst_before=9)


def switch_off_case(seed: int = 1) -> dict[str, Any]:
    """Return a case of `DAYS` days: four with the system on, then off and never worse."""
    return _case(seed, WITH_STIMULATION, ("pre_switch_off", "switch_off"), worst_before=5)


def _case(seed: int, before: int, kinds: tuple[str, str], worst_before: int) -> dict[str, Any]:
    rng = random.Random(seed)
    days = [FIRST_DAY + timedelta(days=number) for number in range(DAYS)]
    spans = zip(kinds, (days[:before], days[before:]), strict=True)
    return {
        "case": "diary-case/1",
        "protocol": "nva-2020",
        "timezone": "Europe/Amsterdam",
        "as_of": f"{days[-1] + timedelta(days=2)}T12:00:00+02:00",
        "scale": "nrs",
        "sites": ["leg"],
        "moments": [{"name": f"m{time[:2]}", "time": time} for time in MOMENTS],
        "phases": [
            {"kind": kind, "first_day": str(span[0]), "last_day": str(span[-1])}
            for kind, span in spans
        ],
        "entries": [
            {
                "measured_at": f"{day}T{time}:00{_offset(day)}",
                "scores": {"leg": str(_score(rng, worst_before if index < before else 5))},
            }
            for index, day in enumerate(days)
            for time in MOMENTS
        ],
    }


def _score(rng: random.Random, worst: int) -> int:
    return rng.randint(worst - 3, worst)


def _offset(day: date) -> str:
    return "+01:00" if day < date(2026, 3, 29) else "+02:00"
