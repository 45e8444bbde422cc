"""Numbers read and written exactly: never through binary floating point."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction

from diary.protocol.messages import N_

# Long enough for every dose and score there is; short enough that no number can be a burden.
LONGEST_NUMBER = 24
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?", re.ASCII)
NOT_A_NUMBER = N_("Not a number: digits with, if needed, a point and more digits are expected.")


class NumberError(ValueError):
    """What was given is not a number of the form `-?digits[.digits]`."""


def read_exact(value: object) -> Fraction:
    """Return the exact value of a JSON number or of a string `-?digits[.digits]`.

    A float stands for the shortest decimal that gives it (7.3 is 73/10). Raises NumberError for
    anything else: booleans, NaN, infinity, exponents in strings, more than 24 characters.
    """
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal | Fraction):
        raise NumberError(NOT_A_NUMBER)
    if isinstance(value, Fraction):
        return value
    if isinstance(value, int):
        if abs(value) >= 10**LONGEST_NUMBER:
            raise NumberError(NOT_A_NUMBER)
        return Fraction(value)
    text = value if isinstance(value, str) else _plain(value)
    if len(text) > LONGEST_NUMBER or not _NUMBER.fullmatch(text):
        raise NumberError(NOT_A_NUMBER)
    return Fraction(text)


def _plain(value: float | Decimal) -> str:
    """Write a JSON number without exponent; one that is not finite or too long gives ""."""
    number = Decimal(repr(value)) if isinstance(value, float) else value
    if not number.is_finite() or abs(number.adjusted()) > LONGEST_NUMBER:
        return ""
    return f"{number:f}"


def exact_text(value: Fraction) -> str:
    """Write `value` as "n" or, in lowest terms, "n/d"."""
    return str(value)


def decimal_text(value: Fraction) -> str:
    """Write a `value` that came from a decimal number as that number: "7.5", "20", "-0.25".

    Raises ValueError for a value without a finite decimal form, such as 1/3.
    """
    digits = 0
    while 10**digits % value.denominator:
        digits += 1
        if digits > LONGEST_NUMBER:
            raise ValueError(f"{value} has no finite decimal form")
    return f"{Decimal(value.numerator * (10**digits // value.denominator)).scaleb(-digits):f}"
