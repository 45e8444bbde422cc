"""What a trend chart shows of one pain site, ready to draw; `readings` fills it from a case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction


class Mark(StrEnum):
    """How a measurement is drawn. Filled marks count in the weighted score, hollow ones do not.

    `aside` was in time and does not count all the same: a second one, or a night left out.
    """

    COUNTED = "counted"
    PAPER = "paper"
    EXTRA = "extra"
    LATE = "late"
    ASIDE = "aside"
    PAPER_ASIDE = "paper_aside"


class WindowRole(StrEnum):
    """Which of the windows of a comparison a weighted score belongs to."""

    BASELINE = "baseline"
    TRIAL = "trial"
    ON = "on"
    """The last four days before a switch-off."""
    OFF = "off"
    """The four off-days that are compared with them."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A place on the time axis: a diary day and the part of it that has passed (0 up to 1)."""

    day: date
    part: float


@dataclass(frozen=True, slots=True)
class Point:
    """One measurement: where, how much (in points or millimetres), and how it is drawn.

    `entry` is the id of the entry that holds it.
    """

    at: Moment
    score: Fraction
    mark: Mark
    entry: str = ""


@dataclass(frozen=True, slots=True)
class DayMean:
    """The mean of a day's counted measurements."""

    day: date
    score: Fraction


@dataclass(frozen=True, slots=True)
class Phase:
    """One phase in whole diary days, both ends included; `kind` as in a case file."""

    kind: str
    first_day: date
    last_day: date


@dataclass(frozen=True, slots=True)
class Window:
    """Four days that are compared; `shown` is the protocol's own rounding of `score`.

    `score` and `shown` are None with too little data; `low` and `high` are the bounds.
    """

    role: WindowRole
    first_day: date
    last_day: date
    score: Fraction | None = None
    shown: str | None = None
    low: Fraction | None = None
    high: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Threshold:
    """The score at which the rule is just met, from the first trial day to the last.

    `percent` is what of the baseline it is (50), `shown` the rounded score.
    """

    score: Fraction
    shown: str
    percent: int
    first_day: date
    last_day: date


@dataclass(frozen=True, slots=True)
class Gap:
    """A standstill of the system in which moments were not asked.

    The instants have the offset of the patient's zone.
    """

    start: Moment
    end: Moment
    from_at: datetime
    until_at: datetime


@dataclass(frozen=True, slots=True)
class Switch:
    """The stimulator was switched on, or off; `at` has the offset of the patient's zone."""

    moment: Moment
    at: datetime
    on: bool


@dataclass(frozen=True, slots=True)
class OpioidDay:
    """The opioids of a day in mg of oral morphine; None: a physician has to judge them."""

    day: date
    med_mg: Fraction | None


@dataclass(frozen=True, slots=True)
class TrendData:
    """One pain site on one scale; everything in time order. `now` is where the data stop.

    `one_moment`: the points and the line between the days are those of one moment of the day
    only; the weighted scores are of all moments, always. `switches` are all there were, also on
    days that the chart does not have.
    """

    site: str
    scale: str
    maximum: int
    phases: tuple[Phase, ...]
    points: tuple[Point, ...]
    missing: tuple[Moment, ...]
    day_means: tuple[DayMean, ...]
    windows: tuple[Window, ...]
    threshold: Threshold | None
    now: Moment
    gaps: tuple[Gap, ...] = ()
    switches: tuple[Switch, ...] = ()
    opioids: tuple[OpioidDay, ...] = ()
    one_moment: bool = False
