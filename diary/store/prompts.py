"""Prompts: the planned measurements of the coming days, laid down so that reminders can hang on.

The plan itself is the protocol's (`PathwayView.plan`); these rows only remember what was asked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, bindparam, delete, insert, select, update
from sqlmodel import col

from diary.protocol.days import ONE_DAY, diary_day_of
from diary.protocol.moments import PlannedMeasurement
from diary.store.answering import Asked, mark_new
from diary.store.database import Unit
from diary.store.pathway_reading import PathwayView, lock_all
from diary.store.pathway_reading import pathway as pathway_of
from diary.store.tables import Prompt, Reminder, ReminderState, table_of


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
    return materialise_all(unit, [(pathway, until)])


def materialise_all(unit: Unit, plans: Sequence[tuple[PathwayView, date]]) -> int:
    """Do as `materialise` for the pathways of several patients, in as many queries as for one."""
    locked = lock_all(unit, [pathway.id for pathway, _ in plans])
    plans = [(one, until) for one, until in plans if locked.get(one.id) == one.patient_id]
    open_ = _not_closed(unit, [pathway.patient_id for pathway, _ in plans])
    created: list[dict[str, Any]] = []
    new: dict[UUID, set[Asked]] = {}
    moved = 0
    for pathway, until in plans:
        rows = open_.get(pathway.patient_id, [])
        existing = {(r.diary_day, r.moment) for r in rows if r.pathway_id == pathway.id}
        wanted = _wanted(unit, pathway, max([until, *(day for day, _ in existing)]))
        for row in rows:
            if row.answered_at is None:
                own = row.pathway_id == pathway.id
                asked = wanted.get((row.diary_day, row.moment)) if own else None
                moved += _bring_in_step(unit, row, asked)
        missing = {asked for asked in wanted if asked not in existing and asked[0] <= until}
        if missing:
            new[pathway.id] = missing
            created += [wanted[asked] | {"id": uuid4()} for asked in sorted(missing)]
    if created:
        # Past the session: these rows are no objects that it has to know.
        unit.session.connection().execute(insert(table_of(Prompt)), created)
        mark_new(unit, new)
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


_PROMPT = table_of(Prompt).c
_NOT_CLOSED = select(
    *_COLUMNS, _PROMPT.patient_id, _PROMPT.pathway_id, _PROMPT.phase_id, _PROMPT.cancelled_at
).where(
    _PROMPT.centre_id == bindparam("centre"),
    _PROMPT.patient_id.in_(bindparam("patients", expanding=True)),
    _PROMPT.closes_at > bindparam("now"),
)


def _not_closed(unit: Unit, patient_ids: Sequence[UUID]) -> dict[UUID, list[Any]]:
    asked = {"centre": unit.within.centre_id, "patients": patient_ids, "now": unit.now}
    found: dict[UUID, list[Any]] = {}
    for row in unit.session.execute(_NOT_CLOSED, asked):
        found.setdefault(row.patient_id, []).append(row)
    return found


def _wanted(unit: Unit, pathway: PathwayView, last: date) -> dict[Asked, dict[str, Any]]:
    """Return the rows the plan asks for from now to diary day `last`."""
    wanted: dict[Asked, dict[str, Any]] = {}
    if pathway.ended_at is not None:
        return wanted
    today = diary_day_of(unit.now, pathway.zone)
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
    unit.session.execute(
        delete(Reminder).where(
            col(Reminder.centre_id) == unit.within.centre_id,
            col(Reminder.prompt_id) == row.id,
            col(Reminder.state) == ReminderState.PLANNED,
        )
    )
    return True


_MOVABLE = {"phase_id", "night", "due_at", "opens_at", "closes_at"}
