"""Dates and numbers as the reader writes them; the words themselves come in translated."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import lru_cache

from babel.dates import format_date
from babel.numbers import get_decimal_symbol

from diary.language import date_pattern, is_right_to_left, locale

# Takes an English message, gives the reader's (gettext).
Translate = Callable[[str], str]


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


def number(shown: str, language: str) -> str:
    """Return the protocol's `shown` value with the reader's decimal sign: "7.4" → "7,4"."""
    return shown.replace(".", get_decimal_symbol(locale(language)))


def site_name(site: str, translate: Translate) -> str:
    """Return the name of a pain site, as it stands in the middle of a sentence."""
    _ = translate
    names = {
        "leg": _("leg"),
        "back": _("back"),
        "arm": _("arm"),
        "neck": _("neck"),
        "foot": _("foot"),
        "hand": _("hand"),
        "head": _("head"),
    }
    return names.get(site) or _("other site")


def phase_name(kind: str, translate: Translate) -> str:
    """Return the name of a phase, as it stands above its days."""
    _ = translate
    names = {
        "intake": _("Intake"),
        "trial": _("Trial stimulation"),
        "pre_switch_off": _("Before switch-off"),
        "switch_off": _("Switched off"),
    }
    return names.get(kind) or _("Follow-up")
