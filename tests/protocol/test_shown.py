"""Rounding for the screen."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diary.protocol.shown import rounded, shown_number, shown_percent

HALF = Fraction(1, 2)


@pytest.mark.parametrize(
    "value,shown",
    [
        *(("8", "8.0"), ("0", "0.0"), ("37/8", "4.6"), ("51/100", "0.5"), ("100", "100.0")),
        *(("1/20", "0.1"), ("-1/20", "\N{MINUS SIGN}0.1"), ("-1/100", "0.0")),
        ("-4", "\N{MINUS SIGN}4.0"),
    ],
)
def test_one_decimal_half_away_from_zero(value: str, shown: str) -> None:
    assert shown_number(Fraction(value)) == shown


@pytest.mark.parametrize(
    "value,shown",
    [
        ("1/2", "50.0 %"),
        ("4995/10000", "49.95 %"),
        ("5004/10000", "50.04 %"),
        ("49999/100000", "49.999 %"),
        ("50000001/100000000", "50.000001 %"),
        ("494/1000", "49.4 %"),
        ("1001/2000", "50.1 %"),
        ("-1/32", "\N{MINUS SIGN}3.1 %"),
        ("1/3", "33.3 %"),
    ],
)
def test_a_percentage_never_contradicts_its_threshold(value: str, shown: str) -> None:
    assert shown_percent(Fraction(value), HALF) == shown


def test_without_a_threshold_one_decimal_is_enough() -> None:
    assert shown_percent(Fraction(4995, 10000)) == "50.0 %"


@given(st.fractions(-1000, 1000), st.fractions(-1000, 1000, max_denominator=20))
def test_what_is_shown_lies_on_the_same_side(value: Fraction, threshold: Fraction) -> None:
    near = Fraction(rounded(value, threshold))
    if value != threshold:
        assert near != threshold
        assert (near > threshold) is (value > threshold)
    assert abs(near - value) <= Fraction(1, 20)
