"""Rounding for the screen: the only place where an exact number loses anything.

A rounded number may never contradict a verdict. Where the usual one decimal would put a figure on
the other side of its threshold, or on the threshold itself while it is not, it gets as many more
decimals as it needs: 49.95 % stays "49.95 %" and never becomes "50.0 %"; 50.04 % stays "50.04 %".
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

MINUS = "\N{MINUS SIGN}"
DECIMALS = 1


def rounded(value: Fraction, threshold: Fraction | None = None) -> Decimal:
    """Return `value` with one decimal (half away from zero), or more where `threshold` asks it.

    A value that is not the threshold itself is never rounded onto it or over it.
    """
    decimals = DECIMALS
    while True:
        near = nearest(value, decimals)
        if (
            threshold is None
            or threshold == value
            or _order(near, threshold) == _order(value, threshold)
        ):
            return Decimal(int(near * 10**decimals)).scaleb(-decimals)
        decimals += 1


def nearest(value: Fraction, decimals: int) -> Fraction:
    """Return `value` rounded to that many decimals, half away from zero."""
    return Fraction(_half_up(value * 10**decimals), 10**decimals)


def _half_up(value: Fraction) -> int:
    whole = (2 * abs(value.numerator) + value.denominator) // (2 * value.denominator)
    return whole if value >= 0 else -whole


def _order(one: Fraction, other: Fraction) -> int:
    return (one > other) - (one < other)


def shown_number(value: Fraction, threshold: Fraction | None = None) -> str:
    """Write a score or a change with a point and a real minus sign: "8.0", "\N{MINUS SIGN}4.0"."""
    return f"{rounded(value, threshold):f}".replace("-", MINUS)


def shown_percent(value: Fraction, threshold: Fraction | None = None) -> str:
    """Write a part of one as a percentage: 1/2 is "50.0 %". `threshold` is a part of one too."""
    return f"{shown_number(value * 100, None if threshold is None else threshold * 100)} %"
