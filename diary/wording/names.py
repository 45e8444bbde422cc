"""Names of the field's terms, and numbers, as the reader writes them."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from babel.numbers import get_decimal_symbol

from diary.language import locale
from diary.wording.spoken import gettext as _

# Takes an English message, gives the reader's (gettext).
Translate = Callable[[str], str]


def number(shown: str, language: str) -> str:
    """Return the protocol's `shown` value with the reader's decimal sign: "7.4" → "7,4"."""
    return shown.replace(".", _decimal_sign(language))


@cache
def _decimal_sign(language: str) -> str:
    return get_decimal_symbol(locale(language))


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


def moment_label(name: str) -> str:
    """Return the name of a moment ("Morning"); a centre's own name as it stands."""
    names = {
        "morning": _("Morning"),
        "midday": _("Midday"),
        "evening": _("Evening"),
        "bedtime": _("Bedtime"),
        "night": _("Night"),
    }
    return names.get(name, name)
