"""Dates and numbers as the reader writes them; the words themselves come in translated."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from babel.dates import format_date

from diary.language import date_pattern, is_right_to_left, locale
from diary.wording.names import Translate, number, phase_name, site_name

__all__ = ["Translate", "long_day", "number", "phase_name", "short_day", "site_name"]


@lru_cache(maxsize=4096)
def short_day(day: date, language: str) -> str:
    """Return `day` as on an axis: "2 mrt".

    A picture has no direction of its own: a mark says so when the words run from right to left.
    """
    pattern = date_pattern(language, "MMMd")
    written = format_date(day, pattern, locale=locale(language)).rstrip(".")
    return f"\u200f{written}" if is_right_to_left(language) else written


def long_day(day: date, language: str) -> str:
    """Return `day` as in a sentence: "2 maart 2026"."""
    return format_date(day, "long", locale=locale(language))
