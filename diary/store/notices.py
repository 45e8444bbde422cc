"""What came of a reminder on the phone: it was shown, it was opened; and what it asks for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import select, update
from sqlmodel import col

from diary.store.database import Unit
from diary.store.prompts import Asked
from diary.store.tables import Channel, Prompt, Reminder


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


_COLUMNS = {Seen.SHOWN: col(Reminder.shown_at), Seen.OPENED: col(Reminder.opened_at)}


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
    column = _COLUMNS[seen]
    own = (
        unit.within.sees(col(Reminder.centre_id), col(Reminder.patient_id))
        & (col(Reminder.patient_id) == patient_id)
        & (col(Reminder.prompt_id) == notice.prompt_id)
        & (col(Reminder.step) == notice.step)
        & (col(Reminder.channel) == notice.channel)
        & column.is_(None)
    )
    due = unit.session.execute(select(col(Reminder.id), col(Reminder.send_at)).where(own)).first()
    if due is None:
        return
    at = min(max(notice.at, due.send_at), unit.now)
    unit.session.execute(
        update(Reminder).where(own, col(Reminder.id) == due.id).values({column: at})
    )


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
