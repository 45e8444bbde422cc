"""Cases for tests in few words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from diary.protocol.cases import Assessment, assess, parse_case
from diary.protocol.verdicts import Verdict

THREE = [
    {"name": "morning", "time": "08:00"},
    {"name": "midday", "time": "13:00"},
    {"name": "evening", "time": "18:00"},
]
NIGHT = {"name": "night", "time": "03:00", "night": True}
INTAKE = {"kind": "intake", "first_day": "2026-03-02", "last_day": "2026-03-05"}
TRIAL = {"kind": "trial", "first_day": "2026-03-10", "last_day": "2026-03-19"}
BEFORE = [f"2026-03-{day:02}" for day in range(2, 6)]
AFTER = [f"2026-03-{day:02}" for day in range(16, 20)]


def paper(
    day: str, moment: str, score: object, site: str = "leg", **more: object
) -> dict[str, Any]:
    """An answer on paper."""
    return {"diary_day": day, "moment": moment, "scores": {site: score}, **more}


def phone(at: str, score: object, site: str = "leg", **more: object) -> dict[str, Any]:
    """An answer from a phone, in winter time: "2026-03-10 08:04"."""
    return {"measured_at": f"{at.replace(' ', 'T')}:00+01:00", "scores": {site: score}, **more}


def diary(
    days: Iterable[str], score: object, moments: Sequence[str] = ("morning", "midday", "evening")
) -> list[dict[str, Any]]:
    """The same score at every moment of every day."""
    return [paper(day, moment, score) for day in days for moment in moments]


def case(entries: Iterable[dict[str, Any]], **more: object) -> dict[str, Any]:
    """A case with an intake, a finished trial of ten days and three moments a day."""
    return {
        "case": "diary-case/1",
        "timezone": "Europe/Amsterdam",
        "as_of": "2026-03-25T12:00:00+01:00",
        "scale": "nrs",
        "moments": THREE,
        "phases": [INTAKE, TRIAL],
        "entries": list(entries),
        **more,
    }


def assessed(entries: Iterable[dict[str, Any]], **more: object) -> Assessment:
    """The assessment of such a case."""
    return assess(parse_case(case(entries, **more)))


def verdict(entries: Iterable[dict[str, Any]], **more: object) -> Verdict:
    """The verdict on the primary site of such a case."""
    return next(found for found in assessed(entries, **more).verdicts if found.primary)


def trial_of(days: int, **more: object) -> dict[str, Any]:
    """A trial that begins on 10 March and is planned to last `days`."""
    last = date(2026, 3, 9) + timedelta(days=days)
    return {**TRIAL, "last_day": last.isoformat(), **more}
