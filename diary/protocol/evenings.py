"""The evenings of a switch-off: each finished off-day judged anew (protocol.md, section 5)."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import NamedTuple

from diary.protocol.comparison import night_in_both, night_measurements
from diary.protocol.counting import SiteDiary
from diary.protocol.moments import Plan
from diary.protocol.verdicts import Days
from diary.protocol.versions import Mean
from diary.protocol.weighted import Span, Weighed, weigh, weigh_day, window_totals


class Evening(NamedTuple):
    """The off-days up to one evening, and whether night measurements count on it."""

    span: Span
    night: bool


class Look(NamedTuple):
    """The weighted scores before the switch-off and of the last days on one evening."""

    evening: Evening
    before: Weighed
    after: Weighed

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
        self._nights_before = night_measurements(answers, baseline, plan)
        self._before: dict[tuple[Mean, Days, bool, bool], Weighed] = {}
        self.evenings = tuple(
            self._evening(off.first + timedelta(days=number - 1))
            for number in range(plan.parameters.window_days, self.days + 1)
        )

    def _evening(self, day: date) -> Evening:
        span = Span(self.off.first, day)
        nights = (self._nights_before, night_measurements(self.answers, span, self.plan))
        return Evening(span, night_in_both(nights, self.plan))

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
        last = None
        for evening in self.evenings:
            last = self._look(evening, mean, days, late, night)
            if last.is_worse(self.margin):
                return last
        return last or self._look(Evening(self.off, False), mean, days, late, night)

    def not_judged(self) -> int:
        """Return on how many evenings the last four days gave no score to compare."""
        mean = self.plan.parameters.mean
        looks = (self._look(one, mean, Days.CALENDAR, False, None) for one in self.evenings)
        return sum(not (look.before.over and look.after.over) for look in looks)

    def early_notices(self) -> tuple[date, ...]:
        """Return the finished off-days whose own mean was worse; any counted entry is enough."""
        parameters = self.plan.parameters
        found = []
        for number in range(self.days):
            day = self.off.first + timedelta(days=number)
            totals = self.answers.totals(day)
            nights = (self._nights_before, totals.night.counted - totals.plain.counted)
            night = night_in_both(nights, self.plan)
            before = self._weighed_before(parameters.mean, Days.CALENDAR, False, night)
            after = weigh_day(totals.of(late=False, night=night), parameters)
            if _is_worse(before, after, self.margin):
                found.append(day)
        return tuple(found)

    def _look(
        self, evening: Evening, mean: Mean, days: Days, late: bool, night: bool | None
    ) -> Look:
        parameters = self.plan.parameters
        with_night = evening.night and night is not False
        totals = window_totals(self.answers, evening.span, days, late, with_night, parameters)
        return Look(
            evening,
            self._weighed_before(mean, days, late, with_night),
            weigh(totals, mean, parameters),
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
