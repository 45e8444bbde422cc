"""Prompts: the planned measurements of the coming days, laid down so that reminders can hang on.

The plan itself is the protocol's (`PathwayView.plan`); these rows only remember what was asked.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import (
    ColumnElement,
    and_,
    bindparam,
    delete,
    exists,
    insert,
    select,
    tuple_,
    update,
)
from sqlalchemy.orm import aliased
from sqlmodel import col

from diary.protocol.days import ONE_DAY, diary_day_of
from diary.protocol.entries import Kind
from diary.protocol.moments import PlannedMeasurement
from diary.store.database import Unit
from diary.store.pathway_reading import PathwayView, lock
from diary.store.pathway_reading import pathway as pathway_of
from diary.store.tables import EntryRow, Prompt, Reminder, ReminderState, table_of

Asked = tuple[date, str]
"""What a prompt asks for: a diary day and the name of a moment."""


@dataclass(frozen=True, slots=True)
class PromptView:
    """One planned measurement asked of a patient; instants in UTC."""

    id: UUID
    diary_day: date
    moment: str
    night: bool
    due_at: datetime
    opens_at: datetime
    closes_at: datetime
    answered_at: datetime | None


def materialise(unit: Unit, pathway: PathwayView, until: date) -> int:
    """Bring the prompts from now to diary day `until` in step with the plan and the phases.

    Creates what is missing, moves what changed, cancels what the plan no longer has, and takes
    the planned reminders of moved and cancelled ones away. Answered prompts and those whose
    window has closed are never touched. Nothing more is asked in a pathway that has ended, nor
    in another one of the same patient. Returns how many were changed; a second run gives 0.
    """
    if lock(unit, pathway.id) != pathway.patient_id:
        return 0
    today = diary_day_of(unit.now, pathway.zone)
    rows = _not_closed(unit, pathway.patient_id)
    existing = {(row.diary_day, row.moment): row for row in rows if row.pathway_id == pathway.id}
    left = [row for row in rows if row.pathway_id != pathway.id and row.answered_at is None]
    last = max([until, *(day for day, _ in existing)])
    wanted = _wanted(unit, pathway, today, last)
    new = {asked for asked in wanted if asked not in existing and asked[0] <= until}
    created = [wanted[asked] | {"id": uuid4()} for asked in sorted(new)]
    if created:
        # Past the session: these rows are no objects that it has to know.
        unit.session.connection().execute(insert(table_of(Prompt)), created)
        # Answers may be older than their prompt: from paper, or while no worker ran.
        mark_answered(unit, pathway.id, _answered(unit, pathway.id, new))
    moved = sum(_bring_in_step(unit, row, None) for row in left)
    for asked, row in existing.items():
        if row.answered_at is None:
            moved += _bring_in_step(unit, row, wanted.get(asked))
    return len(created) + moved


def follow_phases(unit: Unit, patient_id: UUID) -> None:
    """Cancel, move or revive the prompts laid down so far after a change of the phases.

    New ones are the worker's: it lays them out within minutes.
    """
    found = pathway_of(unit, patient_id)
    if found is not None:
        materialise(unit, found, date.min)


def patients_asked(unit: Unit) -> list[UUID]:
    """Return the patients of the scope with a prompt that may still be asked, whatever the plan."""
    rows = unit.session.execute(
        select(col(Prompt.patient_id))
        .where(
            unit.within.sees(col(Prompt.centre_id), col(Prompt.patient_id)),
            col(Prompt.closes_at) > unit.now,
            col(Prompt.answered_at).is_(None),
            col(Prompt.cancelled_at).is_(None),
        )
        .distinct()
        .order_by(col(Prompt.patient_id))
    )
    return list(rows.scalars())


def prompt_at(unit: Unit, patient_id: UUID) -> PromptView | None:
    """Return the prompt whose window is open now, answered or not; None when there is none."""
    return _first(unit, patient_id, col(Prompt.opens_at) <= unit.now)


def next_prompt(unit: Unit, patient_id: UUID) -> PromptView | None:
    """Return the first prompt whose window has yet to open."""
    return _first(unit, patient_id, col(Prompt.opens_at) > unit.now)


_PROMPT = table_of(Prompt).c
_ANSWER = (
    update(table_of(Prompt))
    .where(
        _PROMPT.centre_id == bindparam("centre"),
        _PROMPT.pathway_id == bindparam("pathway"),
        tuple_(_PROMPT.diary_day, _PROMPT.moment).in_(bindparam("asked", expanding=True)),
        _PROMPT.answered_at.is_(None),
    )
    .values(answered_at=bindparam("now"))
    .returning(_PROMPT.id)
)


def mark_answered(unit: Unit, pathway_id: UUID, asked: Collection[Asked]) -> None:
    """Note that these moments are answered, and cancel the reminders that wait for them."""
    if not asked:
        return
    answered = unit.session.execute(
        _ANSWER,
        {
            "centre": unit.within.centre_id,
            "pathway": pathway_id,
            "asked": sorted(asked),
            "now": unit.now,
        },
    )
    ids = list(answered.scalars())
    if ids:
        unit.session.execute(
            update(Reminder)
            .where(_waiting(unit, ids))
            .values(state=ReminderState.CANCELLED, done_at=unit.now, reason="answered")
        )


def reopen(unit: Unit, pathway_id: UUID, asked: Collection[Asked]) -> None:
    """Note that an answer was withdrawn: without another one, the moment is open again.

    Open in the app only: who takes an answer back is not chased for a new one (`still_asked`).
    """
    if not asked:
        return
    stands = exists().where(
        col(EntryRow.centre_id) == col(Prompt.centre_id),
        col(EntryRow.pathway_id) == col(Prompt.pathway_id),
        col(EntryRow.diary_day) == col(Prompt.diary_day),
        col(EntryRow.moment) == col(Prompt.moment),
        _answers(),
    )
    unit.session.execute(
        update(Prompt).where(_these(unit, pathway_id, asked), ~stands).values(answered_at=None)
    )


def _answers() -> ColumnElement[bool]:
    """Return the condition under which an entry stands as the answer to its moment."""
    later = aliased(EntryRow)
    replaced = exists().where(
        col(later.centre_id) == col(EntryRow.centre_id),
        col(later.replaces_id) == col(EntryRow.id),
    )
    return and_(col(EntryRow.kind) != Kind.EXTRA, col(EntryRow.withdrawn).is_(False), ~replaced)


_ANSWERED = (
    select(col(EntryRow.diary_day), col(EntryRow.moment))
    .where(
        col(EntryRow.centre_id) == bindparam("centre"),
        col(EntryRow.pathway_id) == bindparam("pathway"),
        col(EntryRow.diary_day).between(bindparam("first"), bindparam("last")),
        _answers(),
    )
    .distinct()
)


def _answered(unit: Unit, pathway_id: UUID, asked: Collection[Asked]) -> list[Asked]:
    """Return which of these moments have an answer that stands."""
    days = [day for day, _ in asked]
    rows = unit.session.execute(
        _ANSWERED,
        {
            "centre": unit.within.centre_id,
            "pathway": pathway_id,
            "first": min(days),
            "last": max(days),
        },
    )
    return [(row.diary_day, row.moment) for row in rows if (row.diary_day, row.moment) in asked]


_COLUMNS = (
    col(Prompt.id),
    col(Prompt.diary_day),
    col(Prompt.moment),
    col(Prompt.night),
    col(Prompt.due_at),
    col(Prompt.opens_at),
    col(Prompt.closes_at),
    col(Prompt.answered_at),
)


def _first(unit: Unit, patient_id: UUID, when: ColumnElement[bool]) -> PromptView | None:
    row = unit.session.execute(
        select(*_COLUMNS)
        .where(
            unit.within.sees(col(Prompt.centre_id), col(Prompt.patient_id)),
            col(Prompt.patient_id) == patient_id,
            col(Prompt.cancelled_at).is_(None),
            col(Prompt.closes_at) > unit.now,
            when,
        )
        .order_by(col(Prompt.opens_at))
        .limit(1)
    ).first()
    return None if row is None else PromptView(*row)


def _these(unit: Unit, pathway_id: UUID, asked: Collection[Asked]) -> ColumnElement[bool]:
    named = tuple_(col(Prompt.diary_day), col(Prompt.moment)).in_(sorted(asked))
    return (
        (col(Prompt.centre_id) == unit.within.centre_id)
        & (col(Prompt.pathway_id) == pathway_id)
        & named
    )


def _waiting(unit: Unit, prompt_ids: Collection[UUID]) -> ColumnElement[bool]:
    return (
        (col(Reminder.centre_id) == unit.within.centre_id)
        & col(Reminder.prompt_id).in_(prompt_ids)
        & (col(Reminder.state) == ReminderState.PLANNED)
    )


_NOT_CLOSED = select(*_COLUMNS, _PROMPT.pathway_id, _PROMPT.phase_id, _PROMPT.cancelled_at).where(
    _PROMPT.centre_id == bindparam("centre"),
    _PROMPT.patient_id == bindparam("patient"),
    _PROMPT.closes_at > bindparam("now"),
)


def _not_closed(unit: Unit, patient_id: UUID) -> list[Any]:
    asked = {"centre": unit.within.centre_id, "patient": patient_id, "now": unit.now}
    return list(unit.session.execute(_NOT_CLOSED, asked))


def _wanted(
    unit: Unit, pathway: PathwayView, today: date, last: date
) -> dict[Asked, dict[str, Any]]:
    """Return the rows the plan asks for from now to diary day `last`."""
    wanted: dict[Asked, dict[str, Any]] = {}
    if pathway.ended_at is not None:
        return wanted
    for phase in pathway.phases:
        day = max(phase.first_day, today)
        while day <= min(phase.end, last):
            for planned in pathway.plan.day(day):
                if planned.closes_utc > unit.now:
                    wanted[day, planned.moment.name] = _row(unit, pathway, phase.id, planned)
            day += ONE_DAY
    return wanted


def _row(
    unit: Unit, pathway: PathwayView, phase_id: UUID, planned: PlannedMeasurement
) -> dict[str, Any]:
    return {
        "centre_id": unit.within.centre_id,
        "patient_id": pathway.patient_id,
        "pathway_id": pathway.id,
        "phase_id": phase_id,
        "diary_day": planned.diary_day,
        "moment": planned.moment.name,
        "night": planned.moment.night,
        "due_at": planned.utc,
        "opens_at": planned.opens_utc,
        "closes_at": planned.closes_utc,
    }


def _bring_in_step(unit: Unit, row: Any, wanted: Mapping[str, Any] | None) -> bool:
    """Move, revive or cancel one open prompt; tell whether anything changed."""
    if wanted is None:
        if row.cancelled_at is not None:
            return False
        changes: dict[str, Any] = {"cancelled_at": unit.now}
    else:
        changes = {name: value for name, value in wanted.items() if name in _MOVABLE}
        same = all(getattr(row, name) == value for name, value in changes.items())
        if same and row.cancelled_at is None:
            return False
        changes["cancelled_at"] = None
    unit.session.execute(
        update(Prompt)
        .where(col(Prompt.centre_id) == unit.within.centre_id, col(Prompt.id) == row.id)
        .values(**changes)
    )
    unit.session.execute(delete(Reminder).where(_waiting(unit, [row.id])))
    return True


_MOVABLE = {"phase_id", "night", "due_at", "opens_at", "closes_at"}
