"""Reminders as if they had been sent, and what came of them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlmodel import col

from diary.store import prompts
from diary.store.database import Database
from diary.store.pathways import pathway
from diary.store.tables import Channel, Prompt, Reminder, ReminderState
from tests.support.people import Somebody

HALF_AN_HOUR = timedelta(minutes=30)


def remind(database: Database, who: Somebody, due: datetime, now: datetime) -> UUID:
    """Lay out the prompts of the day of `due`, remind of that of then: by push, then by e-mail."""
    with database.write(who.scope, now=now) as unit:
        found = pathway(unit, who.id)
        assert found is not None
        prompts.materialise(unit, found, due.date())
        prompt = unit.session.execute(
            select(col(Prompt.id)).where(
                col(Prompt.patient_id) == who.id, col(Prompt.due_at) == due
            )
        ).scalar_one()
        for step, channel in enumerate((Channel.WEB_PUSH, Channel.EMAIL)):
            at = due + step * HALF_AN_HOUR
            unit.session.add(
                Reminder(
                    centre_id=who.phone.centre_id,
                    id=uuid4(),
                    prompt_id=prompt,
                    patient_id=who.id,
                    step=step,
                    channel=channel,
                    state=ReminderState.SENT,
                    send_at=at,
                    expires_at=at + HALF_AN_HOUR,
                )
            )
    return prompt


def seen(database: Database, prompt: UUID, now: datetime) -> list[tuple[Any, Any]]:
    """Return when each step of a prompt was shown and opened, in order."""
    with database.read(None, now=now) as unit:
        rows = unit.session.execute(
            select(col(Reminder.shown_at), col(Reminder.opened_at))
            .where(col(Reminder.prompt_id) == prompt)
            .order_by(col(Reminder.step))
        )
        return [(row.shown_at, row.opened_at) for row in rows]
