"""Believable patients for the charts, without a database and without the protocol engine."""

from __future__ import annotations

import random
from datetime import date, timedelta
from fractions import Fraction

from diary.charts.data import (
    DayMean,
    Mark,
    Moment,
    Phase,
    Point,
    Threshold,
    TrendData,
    Window,
    WindowRole,
)

PARTS = (4 / 24, 9 / 24, 14 / 24, 18 / 24)


def patient(
    *,
    seed: int = 1,
    gap: int = 4,
    trial_days: int = 10,
    intake_days: int = 4,
    maximum: int = 10,
    running: int = 0,
    before: float = 0.75,
    after: float = 0.34,
    missing: float = 0.08,
    paper: bool = False,
) -> TrendData:
    """Return an intake and a trial of which the last `running` days are still to come."""
    chance = random.Random(seed)
    intake = date(2026, 3, 2)
    trial = intake + timedelta(days=intake_days + gap)
    last = trial + timedelta(days=trial_days - 1)
    now = last + timedelta(days=1 - running)
    days = [intake + timedelta(days=n) for n in range(intake_days)]
    days += [trial + timedelta(days=n) for n in range(trial_days - running)]
    points, missed, means = [], [], []
    for day in days:
        level = before if day < trial else after + 0.2 * 0.6 ** (day - trial).days
        counted = []
        for index, part in enumerate(PARTS):
            at = Moment(day, part + chance.uniform(-0.02, 0.04))
            score = round(maximum * (level + 0.05 * index + chance.gauss(0, 0.08)))
            score = Fraction(min(maximum, max(0, score)))
            if chance.random() < missing:
                missed.append(Moment(day, part))
                if chance.random() < 0.4:
                    points.append(Point(Moment(day, part + 0.12), score, Mark.LATE))
                continue
            on_paper = paper and day < trial
            points.append(Point(at, score, Mark.PAPER if on_paper else Mark.COUNTED))
            counted.append(score)
        if chance.random() < 0.2:
            points.append(Point(Moment(day, 0.64), Fraction(maximum * 9, 10), Mark.EXTRA))
        if counted:
            means.append(DayMean(day, sum(counted, Fraction()) / len(counted)))
    return TrendData(
        site="leg",
        scale="nrs" if maximum == 10 else "vas",
        maximum=maximum,
        phases=(
            Phase("intake", intake, intake + timedelta(days=intake_days - 1)),
            Phase("trial", trial, last),
        ),
        points=tuple(sorted(points, key=lambda p: (p.at.day, p.at.part))),
        missing=tuple(missed),
        day_means=tuple(means),
        windows=_windows(means, trial, maximum),
        threshold=_threshold(means, trial, last),
        now=Moment(now, 0.3),
    )


def _score(means: list[DayMean]) -> Fraction:
    return sum((m.score for m in means), Fraction()) / len(means)


def _shown(score: Fraction) -> str:
    return f"{float(score):.1f}"


def _windows(means: list[DayMean], trial: date, maximum: int) -> tuple[Window, ...]:
    found = []
    for role, part in (
        (WindowRole.BASELINE, [m for m in means if m.day < trial][-4:]),
        (WindowRole.TRIAL, [m for m in means if m.day >= trial][-4:]),
    ):
        if len(part) == 4:
            score = _score(part)
            spread = Fraction(maximum, 25)
            found.append(
                Window(
                    role,
                    part[0].day,
                    part[-1].day,
                    score,
                    _shown(score),
                    max(Fraction(0), score - spread),
                    score + spread,
                )
            )
    return tuple(found)


def _threshold(means: list[DayMean], trial: date, last: date) -> Threshold | None:
    baseline = [m for m in means if m.day < trial][-4:]
    if len(baseline) < 4:
        return None
    half = _score(baseline) / 2
    return Threshold(half, _shown(half), 50, trial, last)


def dutch(message: str) -> str:
    """Translate as the product does, for pictures to look at."""
    return {
        "Trial stimulation": "Proefstimulatie",
        "system down, not asked": "systeem lag stil, niet gevraagd",
        "The system was down and nothing was asked: %(periods)s.": (
            "Het systeem lag stil en er is niets gevraagd: %(periods)s."
        ),
        "switched on": "aangezet",
        "With the system on %(on)s, switched off %(off)s.": (
            "Met het systeem aan %(on)s, uitgezet %(off)s."
        ),
        "switched off": "uitgezet",
        "The stimulator: %(times)s.": "De stimulator: %(times)s.",
        "baseline %(score)s": "uitgangswaarde %(score)s",
        "trial %(score)s": "proef %(score)s",
        "%(days)d d": "%(days)d d",
        "counts": "telt mee",
        "paper, counts": "papier, telt mee",
        "paper, does not count": "papier, telt niet mee",
        "extra, does not count": "extra, telt niet mee",
        "afterwards, does not count": "achteraf, telt niet mee",
        "day mean": "daggemiddelde",
        "weighted score": "gewogen score",
        "missed": "gemist",
        "now": "nu",
    }.get(message, message)
