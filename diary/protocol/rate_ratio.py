"""How sure a ratio of two frequencies is: an exact confidence interval.

Two counts come about by chance, at constant rates over known times. Given their sum, the second
is binomial (Przyborowski and Wilenski, Biometrika 1940;31:313-323), and the interval of its
probability is that of Clopper and Pearson (Biometrika 1934;26:404-413). Nothing is approximated by
a normal distribution: the interval holds the true ratio at least as often as it says.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from diary.protocol.verdicts import Bounds

GRID = 1000  # bounds have three decimals
_IN_EACH_TAIL = Fraction(1, 40)
# Terms are whole numbers of units, the middle one being this many; what is cut off of them is far
# less than could move a bound to another decimal.
_MIDDLE = 1 << 128


@lru_cache(maxsize=1024)
def rate_ratio_interval(before: int, days_before: int, after: int, days_after: int) -> Bounds:
    """Return the exact 95 % interval of the second frequency over the first.

    `before` (at least 1) and `after` are counts, made in so many days. The bounds are rounded
    outwards to three decimals.
    """
    exposure = Fraction(days_after, days_before)

    def tails(ratio: int) -> _Tails:
        return _tails(before + after, after, Fraction(ratio, GRID) * exposure)

    estimate = int(Fraction(after * days_before, before * days_after) * GRID)
    # As the ratio grows, `after` or more becomes ever more likely, and `after` or fewer less.
    low = _first(lambda ratio: tails(ratio).or_more > _IN_EACH_TAIL, 1, estimate)
    high = _first(lambda ratio: tails(ratio).or_fewer <= _IN_EACH_TAIL, estimate + 1, estimate + 1)
    return Fraction(low - 1, GRID), Fraction(high, GRID)


class _Tails(NamedTuple):
    """The probabilities of a binomial count and more, and of the same count and fewer."""

    or_more: Fraction
    or_fewer: Fraction


def _tails(total: int, count: int, odds: Fraction) -> _Tails:
    """Return the tails of a binomial distribution at `count` out of `total`, by exact sums."""
    won, lost = odds.numerator, odds.denominator
    more = fewer = term = _MIDDLE
    for number in range(count, total):
        term = term * (total - number) * won // ((number + 1) * lost)
        if not term:  # beyond the middle they only become smaller
            break
        more += term
    term = _MIDDLE
    for number in range(count, 0, -1):
        term = term * number * lost // ((total - number + 1) * won)
        if not term:
            break
        fewer += term
    everything = more + fewer - _MIDDLE
    return _Tails(Fraction(more, everything), Fraction(fewer, everything))


def _first(holds: Callable[[int], bool], least: int, guess: int) -> int:
    """Return the smallest number from `least` on for which `holds`, as it does for all greater."""
    step = 1
    top = max(least, guess)
    while not holds(top):
        least = top + 1
        top += step
        step *= 2
    while least < top:
        middle = (least + top) // 2
        if holds(middle):
            top = middle
        else:
            least = middle + 1
    return top
