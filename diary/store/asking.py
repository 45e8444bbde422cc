"""Whether a patient is still asked for a measurement; conditions for the queries of the worker."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_
from sqlalchemy.sql.elements import SQLCoreOperations
from sqlmodel import col

from diary.protocol.entries import Kind
from diary.store.tables import EntryRow, Pause, Prompt


def same_centre(child: Any, parent: Any, key: str) -> ColumnElement[bool]:
    """Return the condition that joins `child` to the `parent` its column `key` names."""
    return and_(
        col(parent.centre_id) == col(child.centre_id), col(parent.id) == col(getattr(child, key))
    )


def still_asked(now: datetime | SQLCoreOperations[datetime]) -> ColumnElement[bool]:
    """Return the condition that a prompt waits for an answer of which may be reminded.

    It is open, unanswered and not cancelled, and the patient has no pause.
    """
    return and_(
        ~taken_back(),
        ~paused_at(now),
        col(Prompt.closes_at) > now,
        col(Prompt.answered_at).is_(None),
        col(Prompt.cancelled_at).is_(None),
    )


def taken_back() -> ColumnElement[bool]:
    """Return the condition that an answer to a prompt was withdrawn.

    Whoever takes an answer back may give another one, but is not chased for it.
    """
    return exists().where(
        col(EntryRow.centre_id) == col(Prompt.centre_id),
        col(EntryRow.pathway_id) == col(Prompt.pathway_id),
        col(EntryRow.diary_day) == col(Prompt.diary_day),
        col(EntryRow.moment) == col(Prompt.moment),
        col(EntryRow.kind) != Kind.EXTRA,
        col(EntryRow.withdrawn).is_(True),
    )


def paused_at(instant: datetime | SQLCoreOperations[datetime]) -> ColumnElement[bool]:
    """Return the condition that the patient of a prompt has a pause at `instant`."""
    return exists().where(
        col(Pause.centre_id) == col(Prompt.centre_id),
        col(Pause.patient_id) == col(Prompt.patient_id),
        col(Pause.from_at) <= instant,
        col(Pause.until_at) > instant,
        or_(col(Pause.ended_at).is_(None), col(Pause.ended_at) > instant),
    )
