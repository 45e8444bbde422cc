"""A centre's own changes to the list of alarm symptoms: append-only, each from its moment on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from sqlalchemy import func, insert, select
from sqlmodel import col

from diary.language import LANGUAGES
from diary.protocol.messages import N_
from diary.store.centres import for_administrators
from diary.store.database import Unit
from diary.store.errors import Refused
from diary.store.tables import SymptomWording

LONGEST_TEXT = 200
MOST = 30
TOO_LONG = N_("Use at most 200 characters, on one line.")
DUTCH_FIRST = N_("Fill in the Dutch text.")


@dataclass(frozen=True, slots=True)
class Wording:
    """How a symptom is asked from `at` on. Without a text in a language the product's is used."""

    code: str
    asked: bool
    texts: Mapping[str, str]
    at: datetime


def wordings(unit: Unit) -> list[Wording]:
    """Return every change to the list of the scope's centre, the oldest first.

    For everybody in the centre: patients are asked by it.
    """
    rows = unit.session.execute(
        select(
            col(SymptomWording.code),
            col(SymptomWording.asked),
            col(SymptomWording.texts),
            col(SymptomWording.changed_at),
        )
        .where(col(SymptomWording.centre_id) == unit.within.centre_id)
        .order_by(
            col(SymptomWording.changed_at), col(SymptomWording.number), col(SymptomWording.id)
        )
    )
    return [Wording(*row) for row in rows]


def keep(unit: Unit, code: str, asked: bool, texts: Mapping[str, str]) -> None:
    """Ask a symptom so from now on, or no more. For administrators.

    Raises Refused with a text for each language at fault ("text_nl").
    """
    for_administrators(unit)
    fields = {
        f"text_{language}": TOO_LONG
        for language, text in texts.items()
        if len(text) > LONGEST_TEXT or not text.isprintable() or language not in LANGUAGES
    }
    if fields:
        raise Refused("symptom", TOO_LONG, fields=fields)
    last = unit.session.execute(
        select(func.max(col(SymptomWording.number))).where(
            col(SymptomWording.centre_id) == unit.within.centre_id,
            col(SymptomWording.code) == code,
        )
    ).scalar_one()
    unit.session.execute(
        insert(SymptomWording).values(
            centre_id=unit.within.centre_id,
            id=uuid4(),
            code=code,
            number=(last or 0) + 1,
            asked=asked,
            texts={language: text for language, text in texts.items() if text},
            changed_by=unit.within.staff_id,
            changed_at=unit.now,
        )
    )


def add(unit: Unit, texts: Mapping[str, str]) -> str:
    """Ask one more symptom, in the centre's own words; returns its code. For administrators.

    Raises Refused as `keep` does, and when the Dutch text is missing.
    """
    if not texts.get("nl"):
        raise Refused("symptom", DUTCH_FIRST, fields={"text_nl": DUTCH_FIRST})
    code = f"own_{uuid4().hex[:8]}"
    keep(unit, code, True, texts)
    return code
