"""What the protocol knows by code, in a word or a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from diary.language import N_
from diary.protocol.messages import Caution
from diary.protocol.naming import STATUSES, SWITCH_OFF_STATUSES
from diary.protocol.verdicts import Days, Rule, Status
from diary.protocol.versions import Mean
from diary.wording.names import phase_name, site_name
from diary.wording.spoken import day_short, gettext


@dataclass(frozen=True, slots=True)
class Badge:
    """A verdict in a word, with a shape and a tone: never colour alone."""

    word: str
    shape: str
    tone: str


_TONES: Mapping[Status, tuple[str, str]] = {
    Status.REACHED: ("✓", "good"),
    Status.NOT_REACHED: ("✕", "bad"),
    Status.RUNNING: ("◔", "plain"),
    Status.TOO_LITTLE_DATA: ("?", "warn"),
    Status.NOT_COMPARABLE: ("≠", "warn"),
    Status.NOT_APPLICABLE: ("–", "plain"),
    Status.UNDECIDED: ("◇", "warn"),
}
# What a switch-off reaches is the limit of worsening.
_SWITCH_OFF_TONES = {**_TONES, Status.REACHED: ("▲", "warn"), Status.NOT_REACHED: ("=", "plain")}

BADGES: Mapping[Status | None, Badge] = {
    **{status: Badge(STATUSES[status], *tone) for status, tone in _TONES.items()},
    None: Badge(N_("No verdict yet"), "·", "plain"),
}
SWITCH_OFF_BADGES: Mapping[Status, Badge] = {
    status: Badge(SWITCH_OFF_STATUSES[status], *tone) for status, tone in _SWITCH_OFF_TONES.items()
}


def badge(rule: Rule, status: Status) -> Badge:
    """Return a verdict in a word: what a switch-off reaches is the limit of worsening."""
    return (SWITCH_OFF_BADGES if rule is Rule.SWITCH_OFF_WORSENING else BADGES)[status]


MEANINGS: Mapping[Status, str] = {
    Status.REACHED: N_(
        "The pain fell by as much as the protocol asks: definitive placement can be considered."
    ),
    Status.NOT_REACHED: N_("The pain fell by less than the protocol asks."),
    Status.RUNNING: N_("The trial has not finished; the figures are provisional."),
    Status.TOO_LITTLE_DATA: N_("There is not enough to judge by; what is lacking stands below."),
    Status.NOT_COMPARABLE: N_("There are measurements on two scales; scales are never converted."),
    Status.NOT_APPLICABLE: N_("The baseline is 0, so there is no reduction to compute."),
    Status.UNDECIDED: N_("The protocol does not say; the team decides."),
}

SOURCES: Mapping[str, str] = {"phone": N_("phone"), "paper": N_("paper")}

CHANNELS: Mapping[str | None, str] = {
    "web_push": N_("notification on the phone"),
    "email": N_("e-mail"),
    "sms": N_("SMS"),
    "console": N_("on the screen (demo)"),
    None: N_("without a reminder"),
}

MEANS: Mapping[Mean, str] = {
    Mean.DAY: N_("day means"),
    Mean.POOLED: N_("all measurements together"),
}

DAYS: Mapping[Days, str] = {
    Days.CALENDAR: N_("calendar days"),
    Days.WITH_DATA: N_("days that have data"),
}

INDICATIONS: Mapping[str, str] = {
    "fbss": N_("FBSS / PSPS type 2"),
    "fnss": N_("FNSS"),
    "crps": N_("CRPS"),
    "pdn": N_("painful diabetic polyneuropathy"),
    "sfn": N_("small-fibre neuropathy"),
    "cluster": N_("cluster headache"),
}


def said(words: Mapping[Any, str], code: object) -> str:
    """Return the word for `code` in the reader's language; an unknown code as it is."""
    word = words.get(code)
    return gettext(word) if word else str(code or "–")


def channel(name: str | None) -> str:
    """Return the name of the channel of a reminder; None: there was none."""
    return gettext(CHANNELS[name]) if name in CHANNELS else str(name)


def phase(kind: str) -> str:
    """Return the name of a phase."""
    return phase_name(kind, gettext)


def site(name: str) -> str:
    """Return the name of a pain site, as in the middle of a sentence."""
    return site_name(name, gettext)


def caution(found: Caution) -> str:
    """Return a caution in the reader's language."""
    return filled(found.text, found.values)


def filled(text: str, values: Mapping[str, object]) -> str:
    """Return a message with its values, days and phases in the reader's words."""
    readable = {
        name: day_short(value) if isinstance(value, date) else value
        for name, value in values.items()
    }
    for name in ("kind", "before"):
        if name in readable:
            readable[name] = phase(str(readable[name]))
    return gettext(text) % readable
