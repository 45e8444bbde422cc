"""The evenings of a switch-off: each finished off-day judged anew (protocol.md, section 5)."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from itertools import accumulate
from typing import NamedTuple

from diary.protocol.comparison import night_in_both, night_measurements
from diary.protocol.counting import SiteDiary, Total
from diary.protocol.moments import Plan
from diary.protocol.running_scores import RunningScores
from diary.protocol.verdicts import Days
from diary.protocol.versions import Mean, Parameters
from diary.protocol.weighted import (
    NOTHING,
    Span,
    Weighed,
    is_valid,
    weigh,
    weigh_day,
    window_totals,
)


class Evening(NamedTuple):
    """The end of off-day `number`, the first being 1; whether night measurements count on it."""

    number: int
    night: bool


class Look(NamedTuple):
    """The weighted scores before the switch-off and of the last days on one evening.

    `not_judged` is the number of evenings until then on which there was no change to compute.
    """

    evening: Evening
    before: Weighed
    after: Weighed
    not_judged: int

    @property
    def change(self) -> Fraction | None:
        """After minus before, in points or mm; None where one of them has no score."""
        over = self.before.over * self.after.over
        return Fraction(_rise(self.before, self.after), over) if over else None

    def is_worse(self, margin: Fraction) -> bool:
        """Tell whether the change is more than `margin`: exactly that is not worse."""
        return _is_worse(self.before, self.after, margin)


def _is_worse(before: Weighed, after: Weighed, margin: Fraction) -> bool:
    # Without making a fraction of either: this is asked of every evening in every way.
    over = before.over * after.over
    return over > 0 and _rise(before, after) * margin.denominator > margin.numerator * over


def _rise(before: Weighed, after: Weighed) -> int:
    """Return the change times the product of what the two scores are over."""
    return after.sum * before.over - before.sum * after.over


class _Days:
    """The off-days under one choice of late and night, as windows are taken from them."""

    def __init__(self, totals: list[Total], parameters: Parameters) -> None:
        valid = [is_valid(total, parameters) for total in totals]
        self.all_valid = all(valid)
        self._calendar = self._with_data = RunningScores(totals, parameters)
        if not self.all_valid:
            with_data = [total for total, is_one in zip(totals, valid, strict=True) if is_one]
            self._with_data = RunningScores(with_data, parameters)
        self._valid_until = list(accumulate(valid, initial=0))

    def until(self, number: int, mean: Mean, days: Days) -> Weighed:
        """Return the score of the last four of the first `number` days."""
        if days is Days.CALENDAR:
            return self._calendar.until(number, mean)
        return self._with_data.until(self._valid_until[number], mean)


class Course:
    """What one pain site did from evening to evening while the system was off.

    `baseline` holds the days before, None while they are not over; `off` the finished off-days.
    The change is worse when it is more than `margin` points or mm.
    """

    def __init__(
        self, answers: SiteDiary, baseline: Span | None, off: Span, margin: Fraction, plan: Plan
    ) -> None:
        self.answers = answers
        self.baseline = baseline
        self.off = off
        self.margin = margin
        self.plan = plan
        self.days = max(0, (off.last - off.first).days + 1)
        self._totals = [answers.totals(self.day(number)) for number in range(1, self.days + 1)]
        self._nights_before = night_measurements(answers, baseline, plan)
        self._before: dict[tuple[Mean, Days, bool, bool], Weighed] = {}
        self._after: dict[tuple[bool, bool], _Days] = {}
        self._decisive: dict[tuple[Mean, Days, bool, bool], Look] = {}
        self.evenings = tuple(
            self._evening(number) for number in range(plan.parameters.window_days, self.days + 1)
        )

    def day(self, number: int) -> date:
        """Return the off-day with a number; the first is 1."""
        return self.off.first + timedelta(days=number - 1)

    def until(self, number: int) -> Span:
        """Return the off-days up to and with the one with this number."""
        return Span(self.off.first, self.day(number))

    def _evening(self, number: int) -> Evening:
        if not self._nights_before:
            return Evening(number, False)
        nights = night_measurements(self.answers, self.until(number), self.plan)
        return Evening(number, night_in_both((self._nights_before, nights), self.plan))

    def decisive(
        self,
        mean: Mean,
        days: Days = Days.CALENDAR,
        late: bool = False,
        night: bool | None = None,
    ) -> Look:
        """Return the first evening on which the pain was worse, else the last one.

        `night` False leaves night measurements out; else they count on each evening on which both
        windows hold one. Before the fourth off-day has finished there is no score after.
        """
        # Where nothing is late or missing, the ways of computing are fewer than they seem.
        late = late and bool(self.answers.late)
        if days is Days.WITH_DATA and self._all_valid(late):
            days = Days.CALENDAR
        choice = (mean, days, late, night is not False)
        if choice not in self._decisive:
            self._decisive[choice] = self._find_decisive(*choice)
        return self._decisive[choice]

    def _find_decisive(self, mean: Mean, days: Days, late: bool, night: bool) -> Look:
        sides = {
            flag: (self._off_days(late, flag), self._weighed_before(mean, days, late, flag))
            for flag in {False, night}
        }
        evening, not_judged = Evening(self.days, False), 0
        before, after = sides[False][1], NOTHING
        for evening in self.evenings:
            off, before = sides[night and evening.night]
            after = off.until(evening.number, mean, days)
            if not before.over or not after.over:
                not_judged += 1
            elif _is_worse(before, after, self.margin):
                break
        return Look(evening, before, after, not_judged)

    def early_notices(self) -> tuple[date, ...]:
        """Return the finished off-days whose own mean was worse; any counted entry is enough."""
        parameters = self.plan.parameters
        before = {
            night: self._weighed_before(parameters.mean, Days.CALENDAR, False, night)
            for night in (False, True)
        }
        found = []
        for number, totals in enumerate(self._totals, 1):
            nights = (self._nights_before, totals.night.counted - totals.plain.counted)
            night = night_in_both(nights, self.plan)
            after = weigh_day(totals.night if night else totals.plain, parameters)
            if _is_worse(before[night], after, self.margin):
                found.append(self.day(number))
        return tuple(found)

    def _all_valid(self, late: bool) -> bool:
        """Tell whether every off-day and every last day before is valid, even without night."""
        before = self.baseline and window_totals(
            self.answers, self.baseline, Days.CALENDAR, late, False, self.plan.parameters
        )
        return self._off_days(late, False).all_valid and all(
            is_valid(total, self.plan.parameters) for total in before or ()
        )

    def _weighed_before(self, mean: Mean, days: Days, late: bool, night: bool) -> Weighed:
        choice = (mean, days, late, night)
        if choice not in self._before:
            parameters = self.plan.parameters
            totals = self.baseline and window_totals(
                self.answers, self.baseline, days, late, night, parameters
            )
            self._before[choice] = weigh(totals, mean, parameters)
        return self._before[choice]

    def _off_days(self, late: bool, night: bool) -> _Days:
        if (late, night) not in self._after:
            totals = [totals.of(late, night) for totals in self._totals]
            self._after[late, night] = _Days(totals, self.plan.parameters)
        return self._after[late, night]
