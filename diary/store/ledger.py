"""The ledger of reminders: of every prompt how far each step came, and what became of it.

Rows only, and the pure function `prompt_states.fate`; nothing is kept twice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Text, cast, exists, func, select
from sqlmodel import col

from diary.protocol.entries import Kind
from diary.protocol.reminding import sendings
from diary.store import pauses, pulse
from diary.store.asking import same_centre
from diary.store.chunks import chunks
from diary.store.database import Unit
from diary.store.ladder import quiet_of, steps_of
from diary.store.prompt_states import Asking, Delivery, Fate, Sending, Span, delivery, fate
from diary.store.tables import (
    Centre,
    Channel,
    EntryRow,
    Pathway,
    Prompt,
    Receipt,
    Reminder,
    ReminderState,
    table_of,
)

Asked = tuple[UUID, date, str]
"""A pathway, a diary day and the name of a moment: what answers and prompts have in common."""


@dataclass(frozen=True, slots=True)
class Step:
    """One reminder: a step of the ladder over a channel. Instants in UTC.

    `send_at` is when it is to go out (after a failure: again); `done_at` when the provider took
    it, or when it failed, expired or was cancelled; `reason` says why, as a code.
    """

    step: int
    channel: Channel
    state: ReminderState
    reason: str | None
    attempts: int
    send_at: datetime
    claimed_at: datetime | None
    done_at: datetime | None
    shown_at: datetime | None
    opened_at: datetime | None
    receipt: Receipt | None
    receipt_at: datetime | None

    @property
    def accepted_at(self) -> datetime | None:
        """Return when the provider took it, None when that did not happen."""
        return self.done_at if self.state is ReminderState.SENT else None

    def delivery(self, *, closed: bool) -> Delivery:
        """Return how far it came; `closed`: the window of its prompt is."""
        return delivery(_sending(self), closed=closed)


@dataclass(frozen=True, slots=True)
class Line:
    """One prompt with its reminders in the order in which they were to go out."""

    prompt_id: UUID
    patient_id: UUID
    diary_day: date
    moment: str
    night: bool
    due_at: datetime
    opens_at: datetime
    closes_at: datetime
    answered_at: datetime | None
    fate: Fate
    steps: tuple[Step, ...]


def ledger(unit: Unit, patient_id: UUID, first: date, last: date) -> list[Line]:
    """Return the prompts of the diary days `first` to `last` of one patient, in time order."""
    return ledgers(unit, [patient_id], first, last).get(patient_id, [])


def ledgers(
    unit: Unit, patient_ids: Iterable[UUID], first: date, last: date
) -> dict[UUID, list[Line]]:
    """Return the same of many patients in the scope: six queries for each thousand."""
    found: dict[UUID, list[Line]] = {}
    for some in chunks(patient_ids):
        for line in _lines(unit, some, [col(Prompt.diary_day).between(first, last)]):
            found.setdefault(line.patient_id, []).append(line)
    return found


def in_vain(unit: Unit, patient_ids: Iterable[UUID], since: datetime) -> list[Line]:
    """Return the prompts that closed after `since` without an answer, though somebody tried.

    Of many patients in the scope, in time order; six queries for each thousand.
    """
    tried = exists().where(same_centre(Reminder, Prompt, "prompt_id")).correlate(table_of(Prompt))
    asked = (
        col(Prompt.closes_at) > since,
        col(Prompt.closes_at) <= unit.now,
        col(Prompt.answered_at).is_(None),
        col(Prompt.cancelled_at).is_(None),
        tried,
    )
    return [line for some in chunks(patient_ids) for line in _lines(unit, some, asked)]


def days(unit: Unit, patient_id: UUID) -> tuple[date, date] | None:
    """Return the first and the last diary day with a prompt that is not still to come."""
    first, last = unit.session.execute(
        select(func.min(col(Prompt.diary_day)), func.max(col(Prompt.diary_day))).where(
            unit.within.sees(col(Prompt.centre_id), col(Prompt.patient_id)),
            col(Prompt.patient_id) == patient_id,
            col(Prompt.opens_at) <= unit.now,
        )
    ).one()
    return None if first is None or last is None else (first, last)


def _lines(
    unit: Unit, patient_ids: Sequence[UUID], which: Iterable[ColumnElement[bool]]
) -> Iterator[Line]:
    asked = (
        unit.within.sees(col(Prompt.centre_id), col(Prompt.patient_id)),
        col(Prompt.patient_id).in_(patient_ids),
        *which,
    )
    prompts = unit.session.execute(
        select(
            col(Prompt.id),
            col(Prompt.patient_id),
            col(Prompt.pathway_id),
            col(Prompt.diary_day),
            col(Prompt.moment),
            col(Prompt.night),
            col(Prompt.due_at),
            col(Prompt.opens_at),
            col(Prompt.closes_at),
            col(Prompt.answered_at),
            col(Prompt.cancelled_at),
            col(Pathway.timezone),
            func.coalesce(col(Pathway.quiet_from), col(Centre.quiet_from)).label("quiet_from"),
            func.coalesce(col(Pathway.quiet_until), col(Centre.quiet_until)).label("quiet_until"),
            cast(func.coalesce(col(Pathway.ladder), col(Centre.ladder)), Text).label("ladder"),
        )
        .join(Pathway, same_centre(Prompt, Pathway, "pathway_id"))
        .join(Centre, col(Centre.id) == col(Prompt.centre_id))
        .where(*asked)
        .order_by(col(Prompt.due_at), col(Prompt.moment))
    ).all()
    if not prompts:
        return
    steps: defaultdict[UUID, list[Step]] = defaultdict(list)
    for prompt_id, *values in unit.session.execute(
        select(col(Reminder.prompt_id), *_STEP)
        .join(Prompt, same_centre(Reminder, Prompt, "prompt_id"))
        .where(*asked)
        .order_by(col(Reminder.step), col(Reminder.send_at), col(Reminder.channel))
    ):
        steps[prompt_id].append(Step(*values))
    days_asked = [row.diary_day for row in prompts]
    answers = _answers(unit, {row.pathway_id for row in prompts}, min(days_asked), max(days_asked))
    earliest = min(row.due_at for row in prompts)
    paused = {
        patient_id: [Span(pause.from_at, pause.end) for pause in own]
        for patient_id, own in pauses.pauses_of(unit, patient_ids).items()
    }
    gaps = [Span(gap.from_at, gap.until_at) for gap in pulse.gaps(unit, earliest)]
    for row in prompts:
        own = steps[row.id]
        yield Line(
            row.id,
            row.patient_id,
            row.diary_day,
            row.moment,
            row.night,
            row.due_at,
            row.opens_at,
            row.closes_at,
            row.answered_at,
            fate(
                _asking(row, answers),
                [_sending(step) for step in own],
                pauses=paused.get(row.patient_id, ()),
                gaps=gaps,
                now=unit.now,
            ),
            tuple(own),
        )


_STEP = (
    col(Reminder.step),
    col(Reminder.channel),
    col(Reminder.state),
    col(Reminder.reason),
    col(Reminder.attempts),
    col(Reminder.send_at),
    col(Reminder.claimed_at),
    col(Reminder.done_at),
    col(Reminder.shown_at),
    col(Reminder.opened_at),
    col(Reminder.receipt),
    col(Reminder.receipt_at),
)


@dataclass(slots=True)
class _Answers:
    """The kinds of what stands as an answer to each moment, and the moments taken back."""

    standing: defaultdict[Asked, set[Kind]]
    taken_back: set[Asked]


def _answers(unit: Unit, pathway_ids: set[UUID], first: date, last: date) -> _Answers:
    rows = unit.session.execute(
        select(
            col(EntryRow.id),
            col(EntryRow.replaces_id),
            col(EntryRow.pathway_id),
            col(EntryRow.diary_day),
            col(EntryRow.moment),
            col(EntryRow.kind),
            col(EntryRow.withdrawn),
        ).where(
            col(EntryRow.centre_id) == unit.within.centre_id,
            col(EntryRow.pathway_id).in_(pathway_ids),
            col(EntryRow.diary_day).between(first, last),
            col(EntryRow.kind) != Kind.EXTRA,
        )
    ).all()
    replaced = {row.replaces_id for row in rows}
    found = _Answers(defaultdict(set), set())
    for row in rows:
        asked = (row.pathway_id, row.diary_day, row.moment)
        if row.withdrawn:
            found.taken_back.add(asked)
        elif row.id not in replaced:
            found.standing[asked].add(row.kind)
    return found


def _asking(row: Any, answers: _Answers) -> Asking:
    asked = (row.pathway_id, row.diary_day, row.moment)
    return Asking(
        opens_at=row.opens_at,
        due_at=row.due_at,
        closes_at=row.closes_at,
        cancelled=row.cancelled_at is not None,
        answered=row.answered_at is not None,
        answers=answers.standing.get(asked, ()),
        taken_back=asked in answers.taken_back,
        quiet=_quiet(row),
    )


def _quiet(row: Any) -> bool:
    """Tell whether no step of the ladder may go out, as it is now: earlier ones are not kept."""
    quiet = quiet_of(row.quiet_from, row.quiet_until)
    return quiet is not None and not sendings(
        steps_of(row.ladder),
        quiet,
        ZoneInfo(row.timezone),
        row.due_at,
        row.closes_at,
        night=row.night,
    )


def _sending(step: Step) -> Sending:
    return Sending(
        channel=step.channel,
        state=step.state,
        reason=step.reason,
        attempts=step.attempts,
        seen=step.shown_at is not None or step.opened_at is not None,
        receipt=step.receipt,
    )
