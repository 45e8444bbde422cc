"""The diary that the benchmarks judge: 30 days with six entries a day."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

MOMENTS = ("07:00", "10:00", "13:00", "16:00", "19:00", "22:00")
FIRST_DAY = date(2026, 3, 2)
DAYS = 30
INTAKE_DAYS = 10


def month_case(seed: int = 1) -> dict[str, Any]:
    """Return a case of `DAYS` days: intake, then a finished trial, every moment answered."""
    rng = random.Random(seed)
    days = [FIRST_DAY + timedelta(days=number) for number in range(DAYS)]
    return {
        "case": "diary-case/1",
        "protocol": "nva-2020",
        "timezone": "Europe/Amsterdam",
        "as_of": f"{days[-1] + timedelta(days=2)}T12:00:00+02:00",
        "scale": "nrs",
        "sites": ["leg"],
        "moments": [{"name": f"m{time[:2]}", "time": time} for time in MOMENTS],
        "phases": [
            {
                "kind": "intake",
                "first_day": str(days[0]),
                "last_day": str(days[INTAKE_DAYS - 1]),
            },
            {"kind": "trial", "first_day": str(days[INTAKE_DAYS]), "last_day": str(days[-1])},
        ],
        "entries": [
            {
                "measured_at": f"{day}T{time}:00{_offset(day)}",
                "scores": {
                    "leg": str(rng.randint(6, 9) if index < INTAKE_DAYS else rng.randint(2, 5))
                },
            }
            for index, day in enumerate(days)
            for time in MOMENTS
        ],
    }


def _offset(day: date) -> str:
    return "+01:00" if day < date(2026, 3, 29) else "+02:00"
