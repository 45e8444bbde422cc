"""The exact interval of a ratio of frequencies, against what is published or follows by hand."""

from __future__ import annotations

from fractions import Fraction
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diary.protocol.rate_ratio import rate_ratio_interval

SMALLEST = Fraction(1, 1000)
TAIL = Fraction(1, 40)


@pytest.mark.parametrize(
    "count,total,low,high",
    [
        # R. G. Newcombe, Statistics in Medicine 1998;17:857-872, table I, method 5.
        (81, 263, 0.2527, 0.3676),
        (15, 148, 0.0578, 0.1617),
        (0, 20, 0.0, 0.1684),
        (1, 29, 0.0009, 0.1776),
    ],
)
def test_published_intervals_of_a_probability(
    count: int, total: int, low: float, high: float
) -> None:
    # With equal times a probability p is a ratio of p / (1 - p).
    found = rate_ratio_interval(total - count, 28, count, 28)
    bounds = [float(ratio / (1 + ratio)) for ratio in found]
    assert bounds == pytest.approx([low, high], abs=0.001)


def test_after_no_attack_at_all_the_bound_follows_by_hand() -> None:
    # P(0 of n) = 1 / (1 + odds)**n = 1/40; in a quarter of the time the ratio is 4 times the odds.
    low, high = rate_ratio_interval(10, 28, 0, 7)
    assert low == 0
    assert float(high) == pytest.approx(4 * (40 ** (1 / 10) - 1), abs=0.001)


def test_of_one_attack_each_both_bounds_follow_by_hand() -> None:
    # P(2 of 2) = p**2 and P(0 of 2) = (1 - p)**2: p from 1 - (39/40)**.5 to (39/40)**.5.
    low, high = rate_ratio_interval(1, 7, 1, 7)
    top = (39 / 40) ** 0.5
    assert float(high) == pytest.approx(top / (1 - top), abs=0.001)
    assert float(low) == pytest.approx((1 - top) / top, abs=0.001)


def upper(total: int, count: int, odds: Fraction) -> Fraction:
    """The probability of `count` or more, by the textbook."""
    ways = [comb(total, number) * odds**number for number in range(total + 1)]
    return sum(ways[count:], Fraction()) / sum(ways, Fraction())


@given(st.integers(1, 25), st.integers(0, 25), st.integers(7, 40), st.integers(7, 40))
def test_bounds_are_the_last_thousandths_outside(
    before: int, after: int, days_before: int, days_after: int
) -> None:
    low, high = rate_ratio_interval(before, days_before, after, days_after)
    total, exposure = before + after, Fraction(days_after, days_before)

    def or_more(ratio: Fraction) -> Fraction:
        return upper(total, after, ratio * exposure)

    def or_fewer(ratio: Fraction) -> Fraction:
        return 1 - upper(total, after + 1, ratio * exposure)

    assert low <= Fraction(after * days_before, before * days_after) <= high
    if low > 0:
        assert or_more(low) <= TAIL
    assert or_more(low + SMALLEST) > TAIL
    assert or_fewer(high) <= TAIL
    assert or_fewer(high - SMALLEST) > TAIL


def test_many_attacks_are_no_burden() -> None:
    low, high = rate_ratio_interval(28_000, 28, 19_600, 28)
    # So many that the usual approximation is good: 0.7 times or over exp(1.96 * 0.00931).
    assert (float(low), float(high)) == (0.687, 0.713)
