"""The weighted scores of every window in a row of days, each in constant time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import accumulate
from math import lcm

from diary.protocol.counting import HALVES, Total
from diary.protocol.versions import Mean, OtherScale, Parameters
from diary.protocol.weighted import NOTHING, Weighed, is_valid


class RunningScores:
    """What `weigh` gives of each window of consecutive days, from sums that run along the days."""

    def __init__(self, totals: Sequence[Total], parameters: Parameters) -> None:
        self._window = parameters.window_days
        mixed = parameters.other_scale is OtherScale.NOT_COMPARABLE
        common = lcm(*{total.counted for total in totals if total.counted})
        self._over = HALVES * common * self._window
        self._days = _running(
            total.halves * (common // total.counted) if total.counted else 0 for total in totals
        )
        self._halves = _running(total.halves for total in totals)
        self._counted = _running(total.counted for total in totals)
        self._foreign = _running(total.foreign if mixed else 0 for total in totals)
        self._invalid = _running(not is_valid(total, parameters) for total in totals)

    def until(self, number: int, mean: Mean) -> Weighed:
        """Return the score of the window that ends with day `number`; the first is day 1."""
        start = number - self._window
        if start < 0:
            return NOTHING
        foreign = self._foreign[number] - self._foreign[start]
        if foreign or self._invalid[number] > self._invalid[start]:
            return Weighed(0, 0, foreign)
        if mean is Mean.POOLED:
            counted = self._counted[number] - self._counted[start]
            return Weighed(self._halves[number] - self._halves[start], HALVES * counted, 0)
        return Weighed(self._days[number] - self._days[start], self._over, 0)


def _running(numbers: Iterable[int]) -> list[int]:
    return list(accumulate(numbers, initial=0))
