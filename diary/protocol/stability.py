"""How little would have turned a trial's verdict: one measurement, or how many points in all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property

from diary.protocol.comparison import Comparison
from diary.protocol.scales import Scale
from diary.protocol.verdicts import DayMean, Stability, Status, Turn, Window
from diary.protocol.versions import Mean, Parameters


def stability(
    found: Comparison, status: Status, scale: Scale, parameters: Parameters
) -> Stability | None:
    """Return what a trial's verdict of `status` can bear; None when it is not decided.

    Missing measurements are not thought of here: the bounds are about those.
    """
    if status not in (Status.REACHED, Status.NOT_REACHED):
        return None
    decided = _Decided(found, status, scale, parameters)
    return Stability(decided.step, tuple(decided.turns()), decided.slack())


@dataclass(frozen=True)
class _Decided:
    """A decided verdict, around the distance of its window's score to what is just enough."""

    found: Comparison
    status: Status
    scale: Scale
    parameters: Parameters

    @cached_property
    def step(self) -> Fraction:
        return self.parameters.stability_step.on(self.scale)

    @cached_property
    def left(self) -> Fraction:
        """The part of the baseline pain that may be left."""
        return 1 - self.parameters.reduction_needed

    @cached_property
    def distance(self) -> Fraction:
        """How far the window's score lies below the highest one that is enough."""
        return _score(self.found.baseline) * self.left - _score(self.found.window)

    def turns(self) -> Iterator[Turn]:
        """Yield each counted measurement that could have turned the verdict."""
        for window in (self.found.baseline, self.found.window):
            assert window is not None, "a decided verdict has both windows"
            weights = self._weights(window)
            statuses = {
                (weight, by): self._status(window, by * weight)
                for weight in set(weights.values())
                for by in (-self.step, self.step)
            }
            if set(statuses.values()) == {self.status}:
                continue
            for answer in window.used:
                for by in (-self.step, self.step):
                    instead = answer.score + by
                    status = statuses[weights[answer.placement.diary_day], by]
                    if status is not self.status and 0 <= instead <= self.scale.maximum:
                        yield Turn(answer, instead, status)

    def slack(self) -> Fraction | None:
        """Return by how much the sum of the window's scores can change in the worst case."""
        window = self.found.window
        assert window is not None, "a decided verdict has both windows"
        reached = self.status is Status.REACHED
        weights, to_go, total = self._weights(window), abs(self.distance), Fraction()
        # A point weighs most on the day with the fewest measurements: those go first.
        for day in sorted(window.days, key=lambda day: day.counted):
            room = _room(day, self.scale.maximum if reached else 0)
            effect = room * weights[day.diary_day]
            # Exactly enough is enough: what is reached turns only beyond the distance.
            if effect > to_go or (effect == to_go and not reached):
                return total + to_go / weights[day.diary_day]
            to_go -= effect
            total += room
        return None

    def _weights(self, window: Window) -> dict[date, Fraction]:
        """Return by how much one point on each day changes the window's score."""
        if self.parameters.mean is Mean.POOLED:
            over = dict.fromkeys((day.diary_day for day in window.days), len(window.used))
        else:
            over = {day.diary_day: len(window.days) * day.counted for day in window.days}
        weight = {number: Fraction(1, number) for number in set(over.values())}
        return {day: weight[number] for day, number in over.items()}

    def _status(self, window: Window, by: Fraction) -> Status:
        """Return the status, had the score of `window` been different `by` so much."""
        distance = self.distance - by
        if window is self.found.baseline:
            if _score(window) + by == 0:
                return Status.NOT_APPLICABLE
            distance = self.distance + by * self.left
        return Status.REACHED if distance >= 0 else Status.NOT_REACHED


def _room(day: DayMean, end: int) -> Fraction:
    """Return how far the sum of a day's scores is from all of them being at one `end`."""
    assert day.mean is not None, "a decided verdict has only valid days"
    return abs(end - day.mean) * day.counted


def _score(window: Window | None) -> Fraction:
    assert window is not None, "a decided verdict has both windows"
    assert window.score is not None, "a decided verdict has both scores"
    return window.score
