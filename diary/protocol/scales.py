"""The two pain scales and what counts as a score on them (S3 l.69)."""

from __future__ import annotations

from enum import StrEnum
from fractions import Fraction
from functools import lru_cache

from diary.protocol.exact import NOT_A_NUMBER, NumberError, read_exact
from diary.protocol.messages import N_

OFF_SCALE = N_("Not on the scale: %(least)d to %(most)d is expected.")
NOT_WHOLE = N_("A whole number is expected.")
NOT_HALF = N_("A whole or a half number is expected.")


class Source(StrEnum):
    """Where an answer was given."""

    PHONE = "phone"
    PAPER = "paper"


class Scale(StrEnum):
    """A pain scale; fixed at intake for the whole pathway and never converted."""

    NRS = "nrs"
    VAS = "vas"

    @property
    def maximum(self) -> int:
        """The worst pain imaginable: 10 points, or 100 mm."""
        return 10 if self is Scale.NRS else 100

    @property
    def unit(self) -> str:
        """What it counts in: "points" or "mm"."""
        return "points" if self is Scale.NRS else "mm"


class ScoreError(ValueError):
    """A value that is not a score. `text` is the template, `values` fill it (never the value)."""

    def __init__(self, text: str, **values: int) -> None:
        super().__init__(text % values)
        self.text = text
        self.values = values


@lru_cache(maxsize=2048)
def _parse(value: object, scale: Scale, source: str) -> Fraction:
    try:
        score = read_exact(value)
    except NumberError:
        raise ScoreError(NOT_A_NUMBER) from None
    if not 0 <= score <= scale.maximum:
        raise ScoreError(OFF_SCALE, least=0, most=scale.maximum)
    halves = scale is Scale.NRS and source == Source.PAPER
    if (score * 2 if halves else score).denominator != 1:
        raise ScoreError(NOT_HALF if halves else NOT_WHOLE)
    return score


def parse_score(value: object, scale: Scale, source: str) -> Fraction:
    """Return the score that `value` (a JSON number, or a string such as "7" or "7.5") stands for.

    NRS: 0 to 10, whole from a phone, also halves from paper. VAS: 0 to 100 whole millimetres.
    Raises ScoreError, whose message never repeats the value (S3 l.69).
    """
    if isinstance(value, bool | list | dict):  # True equals 1 in a cache, lists have no hash
        raise ScoreError(NOT_A_NUMBER)
    return _parse(value, scale, source)
