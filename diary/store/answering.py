"""Answers and the prompts they are to: which are answered, and whose reminders are to stop."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, and_, bindparam, exists, select, tuple_, update
from sqlalchemy.orm import aliased
from sqlmodel import col

from diary.protocol.entries import Kind
from diary.store.database import Unit
from diary.store.tables import EntryRow, Prompt, Reminder, ReminderState, table_of

Asked = tuple[date, str]
"""What a prompt asks for: a diary day and the name of a moment."""


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
_REMINDER = table_of(Reminder).c
_NO_LONGER = (
    update(table_of(Reminder))
    .where(
        _REMINDER.centre_id == bindparam("centre"),
        _REMINDER.prompt_id.in_(bindparam("prompts", expanding=True)),
        _REMINDER.state == ReminderState.PLANNED,
    )
    .values(state=ReminderState.CANCELLED, done_at=bindparam("now"), reason="answered")
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
            _NO_LONGER, {"centre": unit.within.centre_id, "prompts": ids, "now": unit.now}
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
    select(col(EntryRow.pathway_id), col(EntryRow.diary_day), col(EntryRow.moment))
    .where(
        col(EntryRow.centre_id) == bindparam("centre"),
        col(EntryRow.pathway_id).in_(bindparam("pathways", expanding=True)),
        col(EntryRow.diary_day).between(bindparam("first"), bindparam("last")),
        _answers(),
    )
    .distinct()
)


def mark_new(unit: Unit, asked: Mapping[UUID, Collection[Asked]]) -> None:
    """Mark which of these new prompts, by pathway, have an answer that stands already.

    An answer may be older than its prompt: from paper, or from while no worker ran.
    """
    days = [day for some in asked.values() for day, _ in some]
    if not days:
        return
    rows = unit.session.execute(
        _ANSWERED,
        {
            "centre": unit.within.centre_id,
            "pathways": list(asked),
            "first": min(days),
            "last": max(days),
        },
    )
    answered: dict[UUID, list[Asked]] = {}
    for pathway_id, day, moment in rows:
        if (day, moment) in asked[pathway_id]:
            answered.setdefault(pathway_id, []).append((day, moment))
    for pathway_id, some in answered.items():
        mark_answered(unit, pathway_id, some)


def _these(unit: Unit, pathway_id: UUID, asked: Collection[Asked]) -> ColumnElement[bool]:
    named = tuple_(col(Prompt.diary_day), col(Prompt.moment)).in_(sorted(asked))
    return (
        (col(Prompt.centre_id) == unit.within.centre_id)
        & (col(Prompt.pathway_id) == pathway_id)
        & named
    )
