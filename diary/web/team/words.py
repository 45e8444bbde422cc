"""The team's words for what the protocol and the store know by code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from diary.charts.words import phase_name, site_name
from diary.language import LANGUAGES, N_
from diary.protocol.entries import Kind
from diary.protocol.messages import Caution
from diary.protocol.verdicts import Days, Reason, Status
from diary.protocol.versions import Mean
from diary.store.errors import StoreError
from diary.store.tables import Role
from diary.web.language import day_short, gettext


@dataclass(frozen=True, slots=True)
class Badge:
    """A verdict in a word, with a shape and a tone: never colour alone."""

    word: str
    shape: str
    tone: str


BADGES: Mapping[Status | None, Badge] = {
    Status.REACHED: Badge(N_("Reached"), "✓", "good"),
    Status.NOT_REACHED: Badge(N_("Not reached"), "✕", "bad"),
    Status.RUNNING: Badge(N_("Running"), "◔", "plain"),
    Status.TOO_LITTLE_DATA: Badge(N_("Too little data"), "?", "warn"),
    Status.NOT_COMPARABLE: Badge(N_("Not comparable"), "≠", "warn"),
    Status.NOT_APPLICABLE: Badge(N_("Not applicable"), "–", "plain"),
    Status.UNDECIDED: Badge(N_("Undecided"), "◇", "warn"),
    None: Badge(N_("No verdict yet"), "·", "plain"),
}

# What a switch-off reaches is the limit of worsening.
SWITCH_OFF_BADGES: Mapping[Status, Badge] = {
    **{status: badge for status, badge in BADGES.items() if status is not None},
    Status.REACHED: Badge(N_("Worse"), "▲", "warn"),
    Status.NOT_REACHED: Badge(N_("Not worse"), "=", "plain"),
}

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

REASONS: Mapping[Reason, str] = {
    Reason.WITHDRAWN: N_("withdrawn by the patient"),
    Reason.EXTRA: N_("extra: outside every window"),
    Reason.LATE: N_("afterwards: filled in after its window had closed"),
    Reason.SECOND: N_("second one for the same moment"),
    Reason.OTHER_SCALE: N_("on another scale than the pathway's"),
    Reason.NIGHT: N_("night: not in both windows, so left out of both"),
}

KINDS: Mapping[Kind, str] = {
    Kind.SCHEDULED: N_("scheduled"),
    Kind.EXTRA: N_("extra"),
    Kind.LATE: N_("afterwards"),
}

SOURCES: Mapping[str, str] = {"phone": N_("phone"), "paper": N_("paper")}

MEANS: Mapping[Mean, str] = {
    Mean.DAY: N_("day means"),
    Mean.POOLED: N_("all measurements together"),
}

DAYS: Mapping[Days, str] = {
    Days.CALENDAR: N_("calendar days"),
    Days.WITH_DATA: N_("days that have data"),
}

CHOICES: Mapping[str, str] = {
    "mean": N_("how the mean is taken"),
    "days": N_("which days are taken"),
    "late": N_("whether measurements made afterwards count"),
    "night": N_("whether night measurements count"),
}

INDICATIONS: Mapping[str, str] = {
    "fbss": N_("FBSS / PSPS type 2"),
    "fnss": N_("FNSS"),
    "crps": N_("CRPS"),
    "pdn": N_("painful diabetic polyneuropathy"),
    "sfn": N_("small-fibre neuropathy"),
    "cluster": N_("cluster headache"),
}

ROLES: Mapping[Role, str] = {
    Role.NURSE: N_("nurse"),
    Role.CLINICIAN: N_("clinician"),
    Role.PSYCHOLOGIST: N_("psychologist"),
    Role.ADMINISTRATOR: N_("administrator"),
    Role.AUDITOR: N_("auditor"),
}


def said(words: Mapping[Any, str], code: object) -> str:
    """Return the word for `code` in the reader's language; an unknown code as it is."""
    word = words.get(code)
    return gettext(word) if word else str(code or "–")


def phase(kind: str) -> str:
    """Return the name of a phase."""
    return phase_name(kind, gettext)


def site(name: str) -> str:
    """Return the name of a pain site, as in the middle of a sentence."""
    return site_name(name, gettext)


def spoken_language(code: str) -> str:
    """Return a language by its own name."""
    return LANGUAGES.get(code, code)


def caution(found: Caution) -> str:
    """Return a caution in the reader's language."""
    return _filled(found.text, found.values)


def refusal(error: StoreError) -> str:
    """Return what the store says, in the reader's language."""
    return _filled(error.text, error.values)


def _filled(text: str, values: Mapping[str, object]) -> str:
    readable = {
        name: day_short(value) if isinstance(value, date) else value
        for name, value in values.items()
    }
    for name in ("kind", "before"):
        if name in readable:
            readable[name] = phase(str(readable[name]))
    return gettext(text) % readable
