"""The protocol's texts in the languages of the product."""

from __future__ import annotations

from functools import cache

from babel.dates import format_date
from babel.numbers import get_decimal_symbol

from diary.language import catalogue, locale
from diary.protocol.speaking import Speaker


@cache
def speaker(language: str) -> Speaker:
    """Return who says verdicts in `language`: its catalogue, its decimal sign and its dates."""
    texts, there = catalogue(language), locale(language)
    return Speaker(
        translate=texts.gettext,
        translate_plural=texts.ngettext,
        decimal=get_decimal_symbol(there),
        day=lambda day: format_date(day, "d MMMM", locale=there),
    )
