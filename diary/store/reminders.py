"""The ladder of reminders, and its book-keeping: planned → claimed → sent, failed or unknown.

For the worker. Except where said, the unit has no scope: all centres at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, update
from sqlalchemy.orm import aliased
from sqlmodel import col

from diary.store.chunks import chunks
from diary.store.database import Unit
from diary.store.tables import (
    Channel,
    Patient,
    Phone,
    Prompt,
    PushSubscription,
    Reminder,
    ReminderState,
    WorkerTick,
)

# How long after the moment each step goes out, if it is not answered by then.
LADDER = (timedelta(0), timedelta(minutes=30))
# Planned no earlier than this: the channels and the answer are those of the last minute.
AHEAD = timedelta(minutes=2)
# No window is longer, so older prompts need no look at all.
LONGEST_WINDOW = timedelta(hours=24)
# A claim that is older belongs to a worker that died.
CLAIM_LIVES = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Claim:
    """A reminder that this worker, and no other, is to send; `closes_at` ends the window."""

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


def plan_ladder(unit: Unit) -> int:
    """Plan the reminders that fall due within two minutes; returns how many.

    Step 0 goes out at the moment, by Web Push to who subscribed a phone, else by e-mail. Step 1
    follows 30 minutes later if there is no answer, by the other channel where there is one: a
    push service that says "sent" proves nothing. After a standstill only the latest step of an
    open window is planned: one catch-up, never two. A step that failed for good passes on to the
    other channel at once.
    """
    made = 0
    for step in range(len(LADDER)):
        made += _insert(unit, _first_tries(unit, step))
    return made + _insert(unit, _passed_on(unit))


def claim(unit: Unit, worker: str, limit: int) -> list[Claim]:
    """Take up to `limit` reminders to send now; any number of workers may do so at once.

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
        .join(Prompt, _same_centre(Reminder, Prompt, "prompt_id"))
        .join(Patient, _same_centre(Reminder, Patient, "patient_id"))
        .where(
            col(Reminder.state) == ReminderState.PLANNED,
            col(Reminder.send_at) <= unit.now,
            col(Reminder.expires_at) > unit.now,
            _still_asked(unit.now),
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
            .where(col(Reminder.id).in_(some), col(Reminder.state) == ReminderState.PLANNED)
            .values(
                state=ReminderState.CLAIMED,
                claimed_at=unit.now,
                claimed_by=worker,
                attempts=col(Reminder.attempts) + 1,
            )
        )
    return [_claim(row) for row in rows]


def record(
    unit: Unit,
    claimed: Claim,
    state: ReminderState,
    reason: str | None = None,
    retry_at: datetime | None = None,
) -> bool:
    """Write down what became of a claim; False when it was not this worker's any more.

    With `retry_at` it is planned again for then, or expires when that is too late. `reason` is a
    code, never a text with health data.
    """
    if retry_at is not None:
        late = retry_at >= claimed.expires_at
        state = ReminderState.EXPIRED if late else ReminderState.PLANNED
    values: dict[str, Any] = {"state": state, "reason": reason}
    if state is ReminderState.PLANNED:
        values |= {"send_at": retry_at, "claimed_at": None, "claimed_by": None}
    else:
        values |= {"done_at": unit.now}
    recorded = unit.session.execute(
        update(Reminder)
        .where(
            col(Reminder.centre_id) == claimed.centre_id,
            col(Reminder.id) == claimed.reminder_id,
            col(Reminder.state) == ReminderState.CLAIMED,
            col(Reminder.attempts) == claimed.attempts,
        )
        .values(values)
        .returning(col(Reminder.id))
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


def tick(unit: Unit, worker: str) -> None:
    """Show that the worker is alive."""
    unit.session.execute(
        unit.insert(WorkerTick)
        .values(worker=worker, ticked_at=unit.now)
        .on_conflict_do_update(index_elements=["worker"], set_={"ticked_at": unit.now})
    )


def last_tick(unit: Unit) -> datetime | None:
    """Return when a worker was last alive, None when none ever was."""
    latest: datetime | None = unit.session.execute(
        select(func.max(col(WorkerTick.ticked_at)))
    ).scalar_one()
    return latest


def _close(unit: Unit, which: ColumnElement[bool], values: dict[str, Any]) -> int:
    # What somebody else is changing at this moment is left for the next time: no waiting, and no
    # two transactions that wait for each other.
    ids = unit.session.execute(
        select(col(Reminder.id)).where(which).with_for_update(skip_locked=True)
    ).scalars()
    count = 0
    for some in chunks(ids):
        unit.session.execute(
            update(Reminder)
            .where(col(Reminder.id).in_(some), which)
            .values(done_at=unit.now, **values)
        )
        count += len(some)
    return count


def _same_centre(child: Any, parent: Any, key: str) -> ColumnElement[bool]:
    return and_(
        col(parent.centre_id) == col(child.centre_id), col(parent.id) == col(getattr(child, key))
    )


def _still_asked(now: datetime) -> ColumnElement[bool]:
    return and_(
        col(Prompt.closes_at) > now,
        col(Prompt.answered_at).is_(None),
        col(Prompt.cancelled_at).is_(None),
    )


def _channels_there() -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Return whether a prompt's patient can be reached by Web Push, and by e-mail."""
    pushed = exists().where(
        col(PushSubscription.centre_id) == col(Prompt.centre_id),
        col(PushSubscription.patient_id) == col(Prompt.patient_id),
        col(PushSubscription.gone_at).is_(None),
        _same_centre(PushSubscription, Phone, "phone_id"),
        col(Phone.revoked_at).is_(None),
    )
    return pushed, col(Patient.email).is_not(None)


def _first_tries(unit: Unit, step: int) -> Iterator[dict[str, Any]]:
    """Yield the rows of `step` that are due and not there yet."""
    push, email = _channels_there()
    later = LADDER[step + 1 :]
    due_at = col(Prompt.due_at)
    there = exists().where(
        col(Reminder.centre_id) == col(Prompt.centre_id),
        col(Reminder.prompt_id) == col(Prompt.id),
        col(Reminder.step) == step,
    )
    rows = unit.session.execute(
        select(
            col(Prompt.centre_id),
            col(Prompt.id),
            col(Prompt.patient_id),
            due_at,
            col(Prompt.closes_at),
            push.label("push"),
            email.label("email"),
        )
        .join(Patient, _same_centre(Prompt, Patient, "patient_id"))
        .where(
            due_at <= unit.now + AHEAD - LADDER[step],
            due_at > unit.now - min([LONGEST_WINDOW, *later]),
            _still_asked(unit.now),
            or_(push, email),
            ~there,
        )
    ).all()
    for row in rows:
        first = Channel.WEB_PUSH if row.push else Channel.EMAIL
        second = Channel.EMAIL if row.email else Channel.WEB_PUSH
        yield _planned(
            row.centre_id,
            row.id,
            row.patient_id,
            step,
            second if step else first,
            row.due_at + LADDER[step],
            min([row.closes_at, *(row.due_at + delay for delay in later)]),
        )


def _passed_on(unit: Unit) -> Iterator[dict[str, Any]]:
    """Yield for each step that failed for good the same step by the other channel, if any."""
    push, email = _channels_there()
    by_push = col(Reminder.channel) == Channel.WEB_PUSH
    other = aliased(Reminder)
    tried = exists().where(
        col(other.centre_id) == col(Reminder.centre_id),
        col(other.prompt_id) == col(Reminder.prompt_id),
        col(other.step) == col(Reminder.step),
        col(other.channel) != col(Reminder.channel),
    )
    rows = unit.session.execute(
        select(
            col(Reminder.centre_id),
            col(Reminder.prompt_id),
            col(Reminder.patient_id),
            col(Reminder.step),
            col(Reminder.channel),
            col(Reminder.expires_at),
        )
        .join(Prompt, _same_centre(Reminder, Prompt, "prompt_id"))
        .join(Patient, _same_centre(Reminder, Patient, "patient_id"))
        .where(
            col(Reminder.state) == ReminderState.FAILED,
            col(Reminder.expires_at) > unit.now,
            _still_asked(unit.now),
            or_(and_(by_push, email), and_(~by_push, push)),
            ~tried,
        )
    ).all()
    for row in rows:
        swap = Channel.EMAIL if row.channel is Channel.WEB_PUSH else Channel.WEB_PUSH
        yield _planned(
            row.centre_id,
            row.prompt_id,
            row.patient_id,
            row.step,
            swap,
            unit.now,
            row.expires_at,
        )


def _planned(
    centre_id: UUID,
    prompt_id: UUID,
    patient_id: UUID,
    step: int,
    channel: Channel,
    send_at: datetime,
    expires_at: datetime,
) -> dict[str, Any]:
    return {
        "centre_id": centre_id,
        "id": uuid4(),
        "prompt_id": prompt_id,
        "patient_id": patient_id,
        "step": step,
        "channel": channel,
        "state": ReminderState.PLANNED,
        "send_at": send_at,
        "expires_at": expires_at,
        "attempts": 0,
    }


def _insert(unit: Unit, rows: Iterator[dict[str, Any]]) -> int:
    """Insert planned reminders; those another worker planned meanwhile are left alone."""
    made = 0
    while part := list(islice(rows, 500)):
        made += len(
            unit.session.execute(
                unit.insert(Reminder)
                .values(part)
                .on_conflict_do_nothing()
                .returning(col(Reminder.id))
            ).all()
        )
    return made


def _claim(row: Any) -> Claim:
    columns = row._asdict()
    return Claim(reminder_id=columns.pop("id"), attempts=columns.pop("attempts") + 1, **columns)
