"""What a verdict is made of: result types without arithmetic.

A verdict carries its whole working: both windows with every entry used and every one left out and
why, the bounds, and the sensitivity table (protocol.md, section 3).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple

from diary.protocol.entries import Entry, Placement
from diary.protocol.messages import Caution
from diary.protocol.pathway import QualityOfLife
from diary.protocol.scales import Scale
from diary.protocol.versions import Mean, Parameters

Bounds = tuple[Fraction, Fraction]


class Status(StrEnum):
    """The outcome of a rule. Where several hold, the first of these.

    In a switch-off a crossing (REACHED) comes before all.
    """

    RUNNING = "running"
    NOT_COMPARABLE = "not_comparable"
    NOT_APPLICABLE = "not_applicable"
    TOO_LITTLE_DATA = "too_little_data"
    REACHED = "reached"
    NOT_REACHED = "not_reached"
    UNDECIDED = "undecided"
    """S3 does not say: the system was off without worsening, but the quality of life fell."""


class Rule(StrEnum):
    """The rules that give a verdict."""

    TRIAL_RESPONSE = "trial_response"
    SWITCH_OFF_WORSENING = "switch_off_worsening"
    ATTACK_RESPONSE = "attack_response"


class Days(StrEnum):
    """Which days of a phase make its window."""

    CALENDAR = "calendar"
    """The last four calendar days."""
    WITH_DATA = "with_data"
    """The last four valid days."""


class Reason(StrEnum):
    """Why an entry inside a window was not counted."""

    WITHDRAWN = "withdrawn"
    EXTRA = "extra"
    LATE = "late"
    SECOND = "second"
    """There is an earlier entry for the same moment."""
    OTHER_SCALE = "other_scale"
    NIGHT = "night"
    """Night measurements are left out of both windows."""


class Answer(NamedTuple):
    """The score of one entry for the site, its place, and why it was not counted (None: it was)."""

    entry: Entry
    placement: Placement
    score: Fraction
    reason: Reason | None


@dataclass(frozen=True, slots=True)
class DayMean:
    """One diary day of one site: its mean (None without counted entries) and what it rests on."""

    diary_day: date
    mean: Fraction | None
    counted: int
    planned: int
    valid: bool


@dataclass(frozen=True, slots=True)
class Window:
    """Four consecutive diary days of one site and their weighted score.

    `score` is None with fewer than four valid days or with measurements on two scales. `bounds`
    are the lowest and highest score there could have been, had each of the `missing` of the
    `planned` measurements been 0 or the scale's maximum; None with two scales.
    """

    first_day: date
    last_day: date
    valid_days: int
    score: Fraction | None
    bounds: Bounds | None
    days: tuple[DayMean, ...]
    planned: int
    missing: int
    used: tuple[Answer, ...]
    left_out: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class SensitivityRow:
    """The rule's outcome by one way of computing. `night` is None where there is no choice.

    `exact` is the rule's figure (a reduction, or a change), None where it cannot be computed.
    """

    mean: Mean
    days: Days
    late: bool
    night: bool | None
    status: Status
    exact: Fraction | None


@dataclass(frozen=True, slots=True)
class Immpact:
    """Whether the change is clinically relevant after IMMPACT; shown, never the verdict."""

    reached: bool
    by_reduction: bool
    by_points: bool


@dataclass(frozen=True, slots=True)
class Turn:
    """A counted measurement that, had it alone been `instead`, would have given `status`."""

    answer: Answer
    instead: Fraction
    status: Status


@dataclass(frozen=True, slots=True)
class Stability:
    """What a decided verdict can bear.

    `turns` are the measurements of both windows that, one `step` different (in points or mm) and
    still on the scale, would each alone have turned it. `slack` is how much the sum of the
    window's counted scores can change before the verdict turns, wherever the change falls: up for
    a verdict that was reached, down for one that was not; None: no change of them can turn it.
    """

    step: Fraction
    turns: tuple[Turn, ...]
    slack: Fraction | None


@dataclass(frozen=True, slots=True)
class QualityOfLifePair:
    """The SF-12 before the switch-off and that of its last days; whether the quality fell."""

    before: QualityOfLife
    after: QualityOfLife
    fallen: bool


@dataclass(frozen=True, slots=True)
class SwitchOff:
    """What only a switch-off has.

    `days` is the number of finished off-days that were looked at. `crossed_on` is the diary day
    at whose end the pain was first worse, `early_notices` the days that asked for a call.
    """

    days: int
    crossed_on: date | None
    early_notices: tuple[date, ...]
    quality_of_life: QualityOfLifePair | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome of one rule for one pain site, with all that it rests on.

    `change` is window minus baseline, in points or mm (negative: less pain); `reduction` is the
    part of the baseline that is gone, None in a switch-off. `threshold` and `bounds` are of the
    figure that the rule judges: the reduction, or for a switch-off the change. The bounds are its
    worst and best case in a trial, its lowest and highest in a switch-off, of all missing
    measurements. `robust`: decided, and the same at both bounds.
    """

    rule: Rule
    source: str
    parameters: Parameters
    site: str
    primary: bool
    scale: Scale
    status: Status
    threshold: Fraction
    baseline: Window | None
    window: Window | None
    change: Fraction | None
    reduction: Fraction | None
    bounds: Bounds | None
    robust: bool
    sensitivity: tuple[SensitivityRow, ...]
    cautions: tuple[Caution, ...]
    immpact: Immpact | None = None
    stability: Stability | None = None
    switch_off: SwitchOff | None = None

    @property
    def protocol(self) -> str:
        """The name of the protocol version."""
        return self.parameters.name

    @property
    def change_threshold(self) -> Fraction | None:
        """The threshold, where the rule judges the change; None where it judges the reduction."""
        return self.threshold if self.rule is Rule.SWITCH_OFF_WORSENING else None

    @property
    def agree(self) -> bool:
        """Whether every way of computing gives the same status."""
        return len({row.status for row in self.sensitivity}) <= 1

    @property
    def depends_on(self) -> tuple[str, ...]:
        """The choices ("mean", "days", "late", "night") that, changed alone, change the status."""
        choices = ("mean", "days", "late", "night")
        return tuple(name for name in choices if _matters(self.sensitivity, name))


def _matters(rows: tuple[SensitivityRow, ...], choice: str) -> bool:
    found: dict[tuple[object, ...], Status] = {}
    others = [name for name in ("mean", "days", "late", "night") if name != choice]
    return any(
        found.setdefault(tuple(getattr(row, name) for name in others), row.status) is not row.status
        for row in rows
    )
