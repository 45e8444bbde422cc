"""Figures about the reminders for those who run the product: for /metrics and `diary doctor`.

Over all centres (the unit has no scope) unless it says otherwise, without anything of a patient.
Read from the tables at the moment of asking, so that any number of web processes gives the same
figures.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, case, extract, func, select, union_all
from sqlalchemy.sql.elements import SQLCoreOperations
from sqlmodel import col

from diary.store.asking import same_centre, still_asked
from diary.store.database import Unit
from diary.store.tables import Channel, Prompt, Reminder, ReminderState

# What is done counts for so long.
PERIOD = timedelta(hours=24)
# Reminders that are so much too late are the worker's fault, and not a matter of a busy minute.
OVERDUE = timedelta(minutes=2)
# The reason of a reminder that made the code itself fail, three times in a row, begins so.
POISON = "poison_"
# Windows are shorter (the diary day of a moment, and an hour when clocks go back).
LONGEST_WINDOW = timedelta(hours=25)
SECONDS_A_DAY = 86_400

ByChannel = Counter[tuple[Channel, ReminderState]]


@dataclass(frozen=True, slots=True)
class Done:
    """What became of the reminders of the last 24 hours.

    `poison` counts per kind of error those that were set apart because the code failed on them.
    """

    counts: ByChannel
    poison: Counter[str]


@dataclass(frozen=True, slots=True)
class Delays:
    """From the moment until the first reminder was accepted, of the last 24 hours.

    `within[i]` counts those of at most `bounds[i]` seconds; `total` is in seconds.
    """

    bounds: Sequence[int]
    within: Sequence[int]
    count: int
    total: float


@dataclass(frozen=True, slots=True)
class Overdue:
    """Reminders that should have gone out more than a while ago, and since when the oldest."""

    count: int
    since: datetime | None


def waiting(unit: Unit) -> ByChannel:
    """Return how many reminders are planned, and how many are being sent."""
    # One SELECT for each: a condition on two states would use neither partial index.
    counted = [
        select(col(Reminder.channel), col(Reminder.state), func.count())
        .where(col(Reminder.state) == state)
        .group_by(col(Reminder.channel), col(Reminder.state))
        for state in (ReminderState.PLANNED, ReminderState.CLAIMED)
    ]
    return Counter(
        {(channel, state): n for channel, state, n in unit.session.execute(union_all(*counted))}
    )


def done(unit: Unit) -> Done:
    """Return what became of the reminders of the last 24 hours; in a scope, of its centre."""
    here = [] if unit.scope is None else [col(Reminder.centre_id) == unit.scope.centre_id]
    poison = case((col(Reminder.reason).startswith(POISON), col(Reminder.reason)))
    rows = unit.session.execute(
        select(col(Reminder.channel), col(Reminder.state), poison, func.count())
        .where(col(Reminder.done_at) > unit.now - PERIOD, *here)
        .group_by(col(Reminder.channel), col(Reminder.state), poison)
    )
    counts: ByChannel = Counter()
    kinds: Counter[str] = Counter()
    for channel, state, kind, number in rows:
        counts[channel, state] += number
        if kind is not None:
            kinds[kind.removeprefix(POISON)] += number
    return Done(counts, kinds)


def delays(unit: Unit, bounds: Sequence[int]) -> Delays:
    """Return how long the first step of the ladder took, in seconds, up to each of `bounds`."""
    took = _seconds(unit, col(Prompt.due_at), col(Reminder.done_at))
    row = unit.session.execute(
        select(
            func.count(),
            func.coalesce(func.sum(took), 0),
            *(func.count(case((took <= bound, 1))) for bound in bounds),
        )
        .select_from(Reminder)
        .join(Prompt, same_centre(Reminder, Prompt, "prompt_id"))
        .where(
            col(Reminder.done_at) > unit.now - PERIOD,
            col(Reminder.step) == 0,
            col(Reminder.state) == ReminderState.SENT,
        )
    ).one()
    return Delays(bounds, row[2:], row[0], float(row[1]))


def overdue(unit: Unit, grace: timedelta) -> Overdue:
    """Return the reminders that no worker has sent `grace` after their time, and still could."""
    late = (
        select(func.count(), func.min(col(Reminder.send_at)))
        .join(Prompt, same_centre(Reminder, Prompt, "prompt_id"))
        .where(
            col(Reminder.state) == ReminderState.PLANNED,
            col(Reminder.send_at) <= unit.now - grace,
            col(Reminder.expires_at) > unit.now,
            still_asked(unit.now),
        )
    )
    count, since = unit.session.execute(late).one()
    return Overdue(count, since)


def open_windows(unit: Unit) -> int:
    """Return how many prompts can be answered in time now, and are not."""
    number: int = unit.session.execute(
        select(func.count()).where(
            # What the index of unanswered prompts is looked through for.
            col(Prompt.due_at) > unit.now - LONGEST_WINDOW,
            col(Prompt.due_at) < unit.now + LONGEST_WINDOW,
            col(Prompt.opens_at) <= unit.now,
            col(Prompt.closes_at) > unit.now,
            col(Prompt.answered_at).is_(None),
            col(Prompt.cancelled_at).is_(None),
        )
    ).scalar_one()
    return number


def _seconds(
    unit: Unit, first: SQLCoreOperations[Any], last: SQLCoreOperations[Any]
) -> ColumnElement[Any]:
    """Return the SQL for the seconds between two instants, which the databases write apart."""
    if unit.is_sqlite:
        return (func.julianday(last) - func.julianday(first)) * SECONDS_A_DAY
    return extract("epoch", last - first)
