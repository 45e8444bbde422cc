"""What came of a reminder on the phone: it was shown, it was opened; and what it asks for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Select, bindparam, select, update
from sqlmodel import col

from diary.store.answering import Asked
from diary.store.database import Unit
from diary.store.scope import Sight
from diary.store.tables import Channel, Prompt, Reminder, table_of


class Seen(StrEnum):
    """What a phone reports of a reminder."""

    SHOWN = "shown"
    OPENED = "opened"


@dataclass(frozen=True, slots=True)
class Notice:
    """One report: of which step for which prompt over which channel, and when it happened."""

    prompt_id: UUID
    step: int
    channel: Channel
    seen: Seen
    at: datetime


@dataclass(frozen=True, slots=True)
class AskedPrompt:
    """What a reminder asks for: a moment of a diary day, and whether that is still to be asked."""

    diary_day: date
    moment: str
    closes_at: datetime
    answered: bool
    cancelled: bool


_REMINDER = table_of(Reminder).c
_COLUMNS = {Seen.SHOWN: _REMINDER.shown_at, Seen.OPENED: _REMINDER.opened_at}


@cache
def _own(sight: Sight, seen: Seen) -> Select[Any]:
    """Return the query for a patient's own reminder of which this was not told before."""
    return select(_REMINDER.centre_id, _REMINDER.id, _REMINDER.send_at).where(
        sight.of(_REMINDER.centre_id, _REMINDER.patient_id),
        _REMINDER.patient_id == bindparam("patient"),
        _REMINDER.prompt_id == bindparam("prompt"),
        _REMINDER.step == bindparam("step"),
        _REMINDER.channel == bindparam("channel"),
        _COLUMNS[seen].is_(None),
    )


_KEEP = {
    seen: update(table_of(Reminder))
    .where(
        _REMINDER.centre_id == bindparam("centre"),
        _REMINDER.id == bindparam("reminder"),
        column.is_(None),
    )
    .values({column: bindparam("at")})
    for seen, column in _COLUMNS.items()
}


def note(unit: Unit, patient_id: UUID, notices: Iterable[Notice]) -> None:
    """Keep when the patient's own reminders were shown and opened; the first time counts.

    Others' are passed over in silence. A phone's clock may be wrong: no reminder is seen before
    it was due or after now. What was opened was shown, also when the phone says it of the one only.
    """
    for notice in notices:
        seen = [notice.seen, Seen.SHOWN] if notice.seen is Seen.OPENED else [notice.seen]
        for one in seen:
            _note(unit, patient_id, notice, one)


def _note(unit: Unit, patient_id: UUID, notice: Notice, seen: Seen) -> None:
    scope = unit.within
    asked = {
        "patient": patient_id,
        "prompt": notice.prompt_id,
        "step": notice.step,
        "channel": notice.channel,
    }
    due = unit.session.execute(_own(scope.sight, seen), scope.values | asked).first()
    if due is None:
        return
    at = min(max(notice.at, due.send_at), unit.now)
    unit.session.execute(_KEEP[seen], {"centre": due.centre_id, "reminder": due.id, "at": at})


def asked_by(unit: Unit, patient_id: UUID, prompt_id: UUID) -> AskedPrompt | None:
    """Return what the patient's own prompt asks for; None for anybody else's."""
    row = unit.session.execute(
        select(
            col(Prompt.diary_day),
            col(Prompt.moment),
            col(Prompt.closes_at),
            col(Prompt.answered_at).is_not(None),
            col(Prompt.cancelled_at).is_not(None),
        ).where(
            unit.within.sees(col(Prompt.centre_id), col(Prompt.patient_id)),
            col(Prompt.patient_id) == patient_id,
            col(Prompt.id) == prompt_id,
        )
    ).first()
    return None if row is None else AskedPrompt(*row)


def prompt_ids(unit: Unit, pathway_id: UUID, first: date) -> dict[Asked, UUID]:
    """Return the prompts of a pathway from diary day `first` on, by what they ask for."""
    rows = unit.session.execute(
        select(col(Prompt.diary_day), col(Prompt.moment), col(Prompt.id)).where(
            unit.within.sees(col(Prompt.centre_id), col(Prompt.patient_id)),
            col(Prompt.pathway_id) == pathway_id,
            col(Prompt.diary_day) >= first,
        )
    )
    return {(day, moment): prompt_id for day, moment, prompt_id in rows}
