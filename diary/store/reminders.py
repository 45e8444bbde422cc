"""The book-keeping of reminders: planned → claimed → sent, failed or unknown.

For the worker. Except where said, the unit has no scope: all centres at once.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, select, update
from sqlmodel import col

from diary.store.chunks import chunks
from diary.store.claims import Claim, claim, still_wanted, why_not_wanted
from diary.store.database import Unit
from diary.store.ladder import plan_ladder
from diary.store.tables import Reminder, ReminderState, table_of

__all__ = [
    "Claim",
    "claim",
    "expire",
    "plan_ladder",
    "record",
    "still_wanted",
    "why_not_wanted",
]

# A claim that is older belongs to a worker that died.
CLAIM_LIVES = timedelta(minutes=5)


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
    # Past the session: these rows are no objects that it has to know.
    recorded = unit.session.connection().execute(
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
