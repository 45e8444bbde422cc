"""The weighted score: the mean of four day means (S3 l.201-204; protocol.md, section 2)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction
from math import lcm
from typing import NamedTuple

from diary.protocol.counting import HALVES, Diary, SiteDiary, Total
from diary.protocol.moments import Plan
from diary.protocol.scales import Scale
from diary.protocol.verdicts import Answer, Bounds, DayMean, Days, Window
from diary.protocol.versions import Mean, OtherScale, Parameters


class Span(NamedTuple):
    """The days, both included, from whose end a window is taken: a phase, as far as finished."""

    first: date
    last: date


class Weighed(NamedTuple):
    """A window's score in points or mm as the ratio `sum / over`; `over` 0: there is no score.

    `foreign` counts measurements on another scale that leave the window without a score.
    """

    sum: int
    over: int
    foreign: int

    @property
    def score(self) -> Fraction | None:
        """The exact score, None when there is none."""
        return Fraction(self.sum, self.over) if self.over else None


NOTHING = Weighed(0, 0, 0)


def last_days(span: Span, parameters: Parameters) -> tuple[date, ...] | None:
    """Return the last four calendar days of `span`, None when it has fewer."""
    count = parameters.window_days
    if (span.last - span.first).days + 1 < count:
        return None
    return tuple(span.last - timedelta(days=back) for back in range(count - 1, -1, -1))


def window_totals(
    site: SiteDiary, span: Span, days: Days, late: bool, night: bool, parameters: Parameters
) -> tuple[Total, ...] | None:
    """Return the totals of the four days of `span` that make its window, None with fewer days.

    With Days.WITH_DATA: the last four days of `span` that are valid under these choices.
    """
    calendar = last_days(span, parameters)
    if calendar is None:
        return None
    totals = tuple(site.totals(day).of(late, night) for day in calendar)
    if days is Days.CALENDAR or all(is_valid(total, parameters) for total in totals):
        return totals
    within = (day for day in site.days() if span.first <= day <= span.last)
    all_totals = (site.totals(day).of(late, night) for day in sorted(within))
    valid = [total for total in all_totals if is_valid(total, parameters)]
    return tuple(valid[-len(calendar) :]) if len(valid) >= len(calendar) else None


def is_valid(total: Total, parameters: Parameters) -> bool:
    """Tell whether a day has counted entries at two or more different moments."""
    return total.counted >= parameters.moments_in_a_valid_day


def weigh(totals: Sequence[Total] | None, mean: Mean, parameters: Parameters) -> Weighed:
    """Return the score of a window, given the totals of its days; all must be valid."""
    if totals is None:
        return NOTHING
    foreign = _foreign(totals, parameters)
    counts = [total.counted for total in totals]
    if foreign or min(counts) < parameters.moments_in_a_valid_day:
        return Weighed(0, 0, foreign)
    if mean is Mean.POOLED:
        return Weighed(sum([total.halves for total in totals]), HALVES * sum(counts), 0)
    common = lcm(*counts)
    weighted = sum([total.halves * (common // total.counted) for total in totals])
    return Weighed(weighted, HALVES * common * len(totals), 0)


def weigh_day(total: Total, parameters: Parameters) -> Weighed:
    """Return the score of one day by itself: any counted entry is enough."""
    foreign = _foreign((total,), parameters) if total.foreign else 0
    if foreign or not total.counted:
        return Weighed(0, 0, foreign)
    return Weighed(total.halves, HALVES * total.counted, 0)


def _foreign(totals: Sequence[Total], parameters: Parameters) -> int:
    if parameters.other_scale is OtherScale.LEFT_OUT:
        return 0
    return sum([total.foreign for total in totals])


def build_window(diary: Diary, site: str, span: Span, night: bool, plan: Plan) -> Window | None:
    """Return the window of the last four calendar days of `span` with its working, or None.

    None when `span` has fewer days. `night`: night measurements are taken in.
    """
    parameters = plan.parameters
    days = last_days(span, parameters)
    if days is None:
        return None
    answers = diary.sites[site]
    totals = [answers.totals(day).of(late=False, night=night) for day in days]
    per_day = len(plan.moments) - (plan.night is not None and not night)
    weighed = weigh(totals, parameters.mean, parameters)
    missing = per_day * len(days) - sum(total.counted for total in totals)
    found = [
        Answer(entry, place, entry.scores[site], answers.reason(entry, place, night))
        for entry, place in diary.on(days, site)
    ]
    return Window(
        first_day=days[0],
        last_day=days[-1],
        valid_days=sum(is_valid(total, parameters) for total in totals),
        score=weighed.score,
        bounds=None if weighed.foreign else _bounds(totals, missing, per_day, answers.scale),
        days=tuple(
            day_mean(day, total, per_day, parameters)
            for day, total in zip(days, totals, strict=True)
        ),
        planned=per_day * len(days),
        missing=missing,
        used=tuple(answer for answer in found if answer.reason is None),
        left_out=tuple(answer for answer in found if answer.reason is not None),
    )


def _bounds(totals: Sequence[Total], missing: int, per_day: int, scale: Scale) -> Bounds:
    # Once every planned measurement is filled in, all days have the same number of them, and the
    # mean of the day means is the plain mean, whichever of the two the parameters ask for.
    halves = sum(total.halves for total in totals)
    over = HALVES * per_day * len(totals)
    return Fraction(halves, over), Fraction(halves + missing * scale.maximum * HALVES, over)


def day_mean(day: date, total: Total, planned: int, parameters: Parameters) -> DayMean:
    """Return the mean of one day's counted entries."""
    mean = Fraction(total.halves, HALVES * total.counted) if total.counted else None
    return DayMean(day, mean, total.counted, planned, is_valid(total, parameters))
