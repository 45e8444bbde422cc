"""Claiming reminders: whoever claims one, and nobody else, sends it.

For the worker, over all centres at once. It claims every few seconds, so what it asks is put
together once and not every time.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Select, bindparam, select, true, type_coerce, update
from sqlmodel import col

from diary.store.asking import paused_at, same_centre, still_asked
from diary.store.chunks import chunks
from diary.store.database import Unit
from diary.store.still_needed import still_needed
from diary.store.tables import Channel, Patient, Prompt, Reminder, ReminderState, table_of
from diary.store.tables.base import FewUuids, UtcDateTime

_NOW = bindparam("now", type_=UtcDateTime())
_REMINDER = table_of(Reminder).c


@dataclass(frozen=True, slots=True)
class Claim:
    """A reminder that this worker, and no other, is to send; `closes_at` ends the window.

    `needed`: on a repeated one, how many answers the day still needs (`still_needed`).
    """

    reminder_id: UUID
    centre_id: UUID
    prompt_id: UUID
    patient_id: UUID
    channel: Channel
    step: int
    attempts: int
    closes_at: datetime
    expires_at: datetime
    language: str
    night: bool
    needed: int | None = None


@cache
def _due(of_channel: bool) -> Select[Any]:
    return (
        select(
            _REMINDER.id,
            type_coerce(_REMINDER.centre_id, FewUuids),
            _REMINDER.prompt_id,
            _REMINDER.patient_id,
            _REMINDER.channel,
            _REMINDER.step,
            _REMINDER.attempts + 1,
            table_of(Prompt).c.closes_at,
            _REMINDER.expires_at,
            table_of(Patient).c.language,
            table_of(Prompt).c.night,
        )
        .select_from(Reminder)
        .join(Prompt, same_centre(Reminder, Prompt, "prompt_id"))
        .join(Patient, same_centre(Reminder, Patient, "patient_id"))
        .where(
            col(Reminder.state) == ReminderState.PLANNED,
            col(Reminder.send_at) <= _NOW,
            col(Reminder.expires_at) > _NOW,
            still_asked(_NOW),
            col(Reminder.channel) == bindparam("channel") if of_channel else true(),
        )
        .order_by(col(Reminder.send_at), col(Reminder.id))
        .limit(bindparam("limit"))
        # The prompt too: an answer that is being stored either comes first, and nothing is
        # claimed, or waits until the claim is made.
        .with_for_update(skip_locked=True, of=[Reminder, Prompt])
    )


_TAKE = (
    update(table_of(Reminder))
    .where(
        # The keys begin with the centre: without it the index is of little use.
        _REMINDER.centre_id.in_(bindparam("centres", expanding=True)),
        _REMINDER.id.in_(bindparam("some", expanding=True)),
        _REMINDER.state == ReminderState.PLANNED,
    )
    .values(
        state=ReminderState.CLAIMED,
        claimed_at=_NOW,
        claimed_by=bindparam("worker"),
        attempts=_REMINDER.attempts + 1,
    )
)
_WANTED = (
    select(col(Prompt.id))
    .join(Reminder, same_centre(Reminder, Prompt, "prompt_id"))
    .where(
        col(Prompt.centre_id) == bindparam("centre"),
        col(Prompt.id) == bindparam("prompt"),
        still_asked(_NOW),
        # A worker that hung for long no longer has its claim: the next step is on its way.
        col(Reminder.id) == bindparam("reminder"),
        col(Reminder.state) == ReminderState.CLAIMED,
        col(Reminder.attempts) == bindparam("attempt"),
    )
)


def claim(unit: Unit, worker: str, limit: int, channel: Channel | None = None) -> list[Claim]:
    """Take up to `limit` reminders to send now; any number of workers may do so at once.

    Of one `channel`, or of all.

    Only planned ones that are due and not expired, of prompts that are open, unanswered and not
    cancelled. Send after the commit, then `record`.
    """
    # Past the session: these rows are no objects that it has to know.
    connection = unit.session.connection()
    asked = {"now": unit.now, "limit": limit} | ({"channel": channel} if channel else {})
    rows = connection.execute(_due(channel is not None), asked).all()
    if not rows:
        return []
    claims = [Claim(*row) for row in rows]
    centres = list({one.centre_id for one in claims})
    for some in chunks(one.reminder_id for one in claims):
        connection.execute(
            _TAKE, {"centres": centres, "some": some, "now": unit.now, "worker": worker}
        )
    again = [one.prompt_id for one in claims if one.step > 0]
    needed = still_needed(unit, centres, again)
    return [replace(one, needed=needed.get(one.prompt_id)) if one.step else one for one in claims]


def still_wanted(connection: Connection, claimed: Claim, now: datetime) -> bool:
    """Tell, right before the sending, whether the prompt of a claim still waits for an answer.

    And whether the claim is still this worker's. One query, asked for every address: all it
    takes is a connection that sees all centres (`Database.glance`).
    """
    asked = {
        "now": now,
        "centre": claimed.centre_id,
        "prompt": claimed.prompt_id,
        "reminder": claimed.reminder_id,
        "attempt": claimed.attempts,
    }
    return connection.execute(_WANTED, asked).first() is not None


def why_not_wanted(unit: Unit, claimed: Claim) -> str:
    """Return why the prompt of a claim no longer waits, as a code: "paused", else "answered"."""
    paused = select(col(Prompt.id)).where(
        col(Prompt.centre_id) == claimed.centre_id,
        col(Prompt.id) == claimed.prompt_id,
        paused_at(unit.now),
    )
    return "paused" if unit.session.execute(paused).first() else "answered"
