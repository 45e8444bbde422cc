"""The book-keeping of reminders: planned → claimed → sent, failed or unknown.

For the worker. Except where said, the unit has no scope: all centres at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, bindparam, select, true, update
from sqlmodel import col

from diary.store.asking import same_centre, still_asked
from diary.store.chunks import chunks
from diary.store.database import Unit
from diary.store.ladder import plan_ladder
from diary.store.still_needed import still_needed
from diary.store.tables import (
    Channel,
    Patient,
    Prompt,
    Reminder,
    ReminderState,
    table_of,
)

__all__ = [
    "Claim",
    "claim",
    "expire",
    "plan_ladder",
    "record",
    "still_wanted",
]

# A claim that is older belongs to a worker that died.
CLAIM_LIVES = timedelta(minutes=5)


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


def claim(unit: Unit, worker: str, limit: int, channel: Channel | None = None) -> list[Claim]:
    """Take up to `limit` reminders to send now; any number of workers may do so at once.

    Of one `channel`, or of all.

    Only planned ones that are due and not expired, of prompts that are open, unanswered and not
    cancelled. Send after the commit, then `record`.
    """
    rows = unit.session.execute(
        select(
            col(Reminder.id),
            col(Reminder.centre_id),
            col(Reminder.prompt_id),
            col(Reminder.patient_id),
            col(Reminder.channel),
            col(Reminder.step),
            col(Reminder.attempts),
            col(Prompt.closes_at),
            col(Reminder.expires_at),
            col(Patient.language),
            col(Prompt.night),
        )
        .join(Prompt, same_centre(Reminder, Prompt, "prompt_id"))
        .join(Patient, same_centre(Reminder, Patient, "patient_id"))
        .where(
            col(Reminder.state) == ReminderState.PLANNED,
            col(Reminder.send_at) <= unit.now,
            col(Reminder.expires_at) > unit.now,
            still_asked(unit.now),
            true() if channel is None else col(Reminder.channel) == channel,
        )
        .order_by(col(Reminder.send_at), col(Reminder.id))
        .limit(limit)
        # The prompt too: an answer that is being stored either comes first, and nothing is
        # claimed, or waits until the claim is made.
        .with_for_update(skip_locked=True, of=[Reminder, Prompt])
    ).all()
    for some in chunks(row.id for row in rows):
        unit.session.execute(
            update(Reminder)
            .where(
                # The keys begin with the centre: without it the index is of little use.
                col(Reminder.centre_id).in_({row.centre_id for row in rows}),
                col(Reminder.id).in_(some),
                col(Reminder.state) == ReminderState.PLANNED,
            )
            .values(
                state=ReminderState.CLAIMED,
                claimed_at=unit.now,
                claimed_by=worker,
                attempts=col(Reminder.attempts) + 1,
            )
        )
    needed = still_needed(
        unit,
        {row.centre_id for row in rows},
        [row.prompt_id for row in rows if row.step > 0],
    )
    return [_claim(row, needed.get(row.prompt_id)) for row in rows]


def still_wanted(unit: Unit, claimed: Claim) -> bool:
    """Tell, right before the sending, whether the prompt of a claim still waits for an answer.

    And whether the claim is still this worker's.
    """
    asked = (
        select(col(Prompt.id))
        .join(Reminder, same_centre(Reminder, Prompt, "prompt_id"))
        .where(
            col(Prompt.centre_id) == claimed.centre_id,
            col(Prompt.id) == claimed.prompt_id,
            still_asked(unit.now),
            # A worker that hung for long no longer has its claim: the next step is on its way.
            col(Reminder.id) == claimed.reminder_id,
            col(Reminder.state) == ReminderState.CLAIMED,
            col(Reminder.attempts) == claimed.attempts,
        )
    )
    return unit.session.execute(asked).first() is not None


_REMINDER = table_of(Reminder).c
_CLAIMED = (
    update(table_of(Reminder))
    .where(
        _REMINDER.centre_id == bindparam("centre"),
        _REMINDER.id == bindparam("reminder"),
        _REMINDER.state == ReminderState.CLAIMED,
        _REMINDER.attempts == bindparam("attempt"),
    )
    .values(state=bindparam("new_state"), reason=bindparam("why"))
    .returning(_REMINDER.id)
)
_AGAIN = _CLAIMED.values(
    send_at=bindparam("at"),
    claimed_at=None,
    claimed_by=None,
    attempts=_REMINDER.attempts - bindparam("untried"),
)
_DONE = _CLAIMED.values(done_at=bindparam("at"), provider_ref=bindparam("ref"))


def record(
    unit: Unit,
    claimed: Claim,
    state: ReminderState,
    reason: str | None = None,
    retry_at: datetime | None = None,
    *,
    tried: bool = True,
    provider_ref: str | None = None,
) -> bool:
    """Write down what became of a claim; False when it was not this worker's any more.

    With `retry_at` it is planned again for then, or expires when that is too late; not `tried`:
    nobody was asked, so it does not count as an attempt. `reason` is a code, never a text with
    health data; `provider_ref` is the provider's name for what it accepted.
    """
    if retry_at is not None:
        late = retry_at >= claimed.expires_at
        state = ReminderState.EXPIRED if late else ReminderState.PLANNED
    again = state is ReminderState.PLANNED
    recorded = unit.session.execute(
        _AGAIN if again else _DONE,
        {
            "centre": claimed.centre_id,
            "reminder": claimed.reminder_id,
            "attempt": claimed.attempts,
            "new_state": state,
            "why": reason,
            "at": retry_at if again else unit.now,
            **({"untried": 0 if tried else 1} if again else {"ref": provider_ref}),
        },
    )
    return recorded.first() is not None


def expire(unit: Unit) -> int:
    """Close what can no longer be sent; returns how many reminders that were.

    Planned ones past their time expire; claims older than five minutes become `unknown` and are
    not sent again, since their worker may have died after the sending.
    """
    closed = [
        (
            and_(
                col(Reminder.state) == ReminderState.PLANNED,
                col(Reminder.expires_at) <= unit.now,
            ),
            {"state": ReminderState.EXPIRED, "reason": "too_late"},
        ),
        (
            and_(
                col(Reminder.state) == ReminderState.CLAIMED,
                col(Reminder.claimed_at) <= unit.now - CLAIM_LIVES,
            ),
            {"state": ReminderState.UNKNOWN, "reason": "worker_died"},
        ),
    ]
    return sum(_close(unit, which, values) for which, values in closed)


def _close(unit: Unit, which: ColumnElement[bool], values: dict[str, Any]) -> int:
    # What somebody else is changing at this moment is left for the next time: no waiting, and no
    # two transactions that wait for each other.
    rows = unit.session.execute(
        select(col(Reminder.centre_id), col(Reminder.id))
        .where(which)
        .with_for_update(skip_locked=True)
    ).all()
    count = 0
    for some in chunks(row.id for row in rows):
        unit.session.execute(
            update(Reminder)
            .where(
                col(Reminder.centre_id).in_({row.centre_id for row in rows}),
                col(Reminder.id).in_(some),
                which,
            )
            .values(done_at=unit.now, **values)
        )
        count += len(some)
    return count


def _claim(row: Any, needed: int | None) -> Claim:
    columns = row._asdict()
    return Claim(
        reminder_id=columns.pop("id"),
        attempts=columns.pop("attempts") + 1,
        needed=needed,
        **columns,
    )
