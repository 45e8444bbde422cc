"""Moments that went by without an answer, one after the other: somebody should call."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import exists, func, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from diary.store.asking import paused_at, same_centre, taken_back
from diary.store.database import Unit
from diary.store.tables import Pathway, Prompt

IN_A_ROW = 2
# What was missed longer ago is no reason to call today.
LOOKS_BACK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Missed:
    """The last `count` moments of a patient were missed; UTC instants of the first and the last.

    `since` is when the first of them was asked, `last` when the window of the last one closed.
    """

    patient_id: UUID
    pathway_id: UUID
    count: int
    since: datetime
    last: datetime


def missed_in_a_row(unit: Unit) -> list[Missed]:
    """Return the patients of the scope who missed the last two moments or more; one query.

    Moments that a pause fell over, or of which the answer was taken back, count neither way.
    """
    later = aliased(Prompt)
    answered_since = exists().where(
        col(later.centre_id) == col(Prompt.centre_id),
        col(later.patient_id) == col(Prompt.patient_id),
        col(later.pathway_id) == col(Prompt.pathway_id),
        col(later.closes_at) > col(Prompt.closes_at),
        col(later.answered_at).is_not(None),
    )
    count = func.count()
    rows = unit.session.execute(
        select(
            col(Prompt.patient_id),
            col(Prompt.pathway_id),
            count,
            func.min(col(Prompt.due_at)),
            func.max(col(Prompt.closes_at)),
        )
        .join(Pathway, same_centre(Prompt, Pathway, "pathway_id"))
        .where(
            unit.within.sees(col(Prompt.centre_id), col(Prompt.patient_id)),
            col(Pathway.ended_at).is_(None),
            col(Prompt.closes_at) <= unit.now,
            col(Prompt.closes_at) > unit.now - LOOKS_BACK,
            col(Prompt.answered_at).is_(None),
            col(Prompt.cancelled_at).is_(None),
            ~taken_back(),
            ~paused_at(col(Prompt.due_at)),
            ~answered_since,
        )
        .group_by(col(Prompt.patient_id), col(Prompt.pathway_id))
        .having(count >= IN_A_ROW)
        .order_by(col(Prompt.patient_id))
    )
    return [Missed(*row) for row in rows]
