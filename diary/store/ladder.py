"""The ladder: which reminder goes out when, over which channel, until when."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from diary.protocol.entries import Kind
from diary.store.database import Unit
from diary.store.tables import (
    Channel,
    EntryRow,
    Patient,
    Phone,
    Prompt,
    PushSubscription,
    Reminder,
    ReminderState,
)

# How long after the moment each step goes out, if it is not answered by then.
LADDER = (timedelta(0), timedelta(minutes=30))
# Planned no earlier than this: the channels and the answer are those of the last minute.
AHEAD = timedelta(minutes=2)
# No window is longer, so older prompts need no look at all.
LONGEST_WINDOW = timedelta(hours=24)


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


def same_centre(child: Any, parent: Any, key: str) -> ColumnElement[bool]:
    """Return the condition that joins `child` to the `parent` its column `key` names."""
    return and_(
        col(parent.centre_id) == col(child.centre_id), col(parent.id) == col(getattr(child, key))
    )


def still_asked(now: datetime) -> ColumnElement[bool]:
    """Return the condition that a prompt is open, unanswered and not cancelled.

    Nor was an answer to it withdrawn: whoever takes an answer back may give another one, but is
    not chased for it.
    """
    taken_back = exists().where(
        col(EntryRow.centre_id) == col(Prompt.centre_id),
        col(EntryRow.pathway_id) == col(Prompt.pathway_id),
        col(EntryRow.diary_day) == col(Prompt.diary_day),
        col(EntryRow.moment) == col(Prompt.moment),
        col(EntryRow.kind) != Kind.EXTRA,
        col(EntryRow.withdrawn).is_(True),
    )
    return and_(
        ~taken_back,
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
        same_centre(PushSubscription, Phone, "phone_id"),
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
        .join(Patient, same_centre(Prompt, Patient, "patient_id"))
        .where(
            due_at <= unit.now + AHEAD - LADDER[step],
            due_at > unit.now - min([LONGEST_WINDOW, *later]),
            still_asked(unit.now),
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
        .join(Prompt, same_centre(Reminder, Prompt, "prompt_id"))
        .join(Patient, same_centre(Reminder, Patient, "patient_id"))
        .where(
            col(Reminder.state) == ReminderState.FAILED,
            col(Reminder.expires_at) > unit.now,
            still_asked(unit.now),
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
