"""The team's words for what the protocol and the store know by code."""

from __future__ import annotations

from collections.abc import Mapping

from diary.language import LANGUAGES, N_
from diary.protocol.entries import Kind
from diary.store.errors import StoreError
from diary.store.tables import Role
from diary.wording.words import (
    BADGES,
    INDICATIONS,
    SOURCES,
    Badge,
    caution,
    channel,
    filled,
    phase,
    said,
    site,
)

__all__ = [
    "BADGES",
    "INDICATIONS",
    "KINDS",
    "ROLES",
    "SOURCES",
    "Badge",
    "caution",
    "channel",
    "phase",
    "refusal",
    "said",
    "site",
    "spoken_language",
]

KINDS: Mapping[Kind, str] = {
    Kind.SCHEDULED: N_("scheduled"),
    Kind.EXTRA: N_("extra"),
    Kind.LATE: N_("afterwards"),
}

ROLES: Mapping[Role, str] = {
    Role.NURSE: N_("nurse"),
    Role.CLINICIAN: N_("clinician"),
    Role.PSYCHOLOGIST: N_("psychologist"),
    Role.ADMINISTRATOR: N_("administrator"),
    Role.AUDITOR: N_("auditor"),
}


def spoken_language(code: str) -> str:
    """Return a language by its own name."""
    return LANGUAGES.get(code, code)


def refusal(error: StoreError) -> str:
    """Return what the store says, in the reader's language."""
    return filled(error.text, error.values)
