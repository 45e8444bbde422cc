"""Pauses: times in which a patient is not reminded, such as a stay in hospital.

The moments stay as they are: what is not filled in is seen, and the pause is seen beside it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Select, insert, or_, select, update
from sqlmodel import col

from diary.protocol.days import day_start, diary_day_of
from diary.protocol.messages import N_
from diary.store.chunks import chunks
from diary.store.database import Unit
from diary.store.errors import NotFound, Refused
from diary.store.pathway_reading import PathwayView, lock
from diary.store.tables import Pause, Reminder, ReminderState

LONGEST_DAYS = 60
LONGEST_REASON = 200
BAD_DAY = N_("Choose a day from tomorrow, at most 60 days from now.")
LONG_REASON = N_("Keep the reason under 200 characters.")


@dataclass(frozen=True, slots=True)
class PauseView:
    """A pause, instants in UTC; `until_at` is when reminders begin again, if not ended before.

    `by_team` False: the patient made it.
    """

    id: UUID
    from_at: datetime
    until_at: datetime
    reason: str
    by_team: bool
    ended_at: datetime | None

    @property
    def end(self) -> datetime:
        """When it was, or will be, over."""
        return self.until_at if self.ended_at is None else min(self.ended_at, self.until_at)


def pause(unit: Unit, pathway: PathwayView, first_day: date, reason: str = "") -> UUID:
    """Stop the reminders from now until diary day `first_day`, on which they begin again.

    A pause that runs is ended by the new one. What was planned is not sent. Raises Refused for
    another day than tomorrow to 60 days from now, or a long reason; NotFound outside the scope.
    """
    today = diary_day_of(unit.now, pathway.zone)
    if not 1 <= (first_day - today).days <= LONGEST_DAYS:
        raise Refused("bad_day", BAD_DAY, fields={"until": BAD_DAY})
    if len(reason) > LONGEST_REASON:
        raise Refused("long_reason", LONG_REASON, fields={"reason": LONG_REASON})
    resume(unit, pathway)
    pause_id = uuid4()
    unit.session.execute(
        insert(Pause).values(
            centre_id=unit.within.centre_id,
            id=pause_id,
            patient_id=pathway.patient_id,
            pathway_id=pathway.id,
            from_at=unit.now,
            until_at=day_start(first_day, pathway.zone),
            reason=unit.vault.seal(reason) if reason else None,
            made_by=unit.within.staff_id,
            made_at=unit.now,
        )
    )
    unit.session.execute(
        update(Reminder)
        .where(
            col(Reminder.centre_id) == unit.within.centre_id,
            col(Reminder.patient_id) == pathway.patient_id,
            col(Reminder.state) == ReminderState.PLANNED,
        )
        .values(state=ReminderState.CANCELLED, done_at=unit.now, reason="paused")
    )
    return pause_id


def resume(unit: Unit, pathway: PathwayView) -> bool:
    """End the pause that runs, if any; tells whether there was one. NotFound outside the scope."""
    if lock(unit, pathway.id) != pathway.patient_id:
        raise NotFound
    ended = unit.session.execute(
        update(Pause)
        .where(
            col(Pause.centre_id) == unit.within.centre_id,
            col(Pause.patient_id) == pathway.patient_id,
            col(Pause.until_at) > unit.now,
            col(Pause.ended_at).is_(None),
        )
        .values(ended_at=unit.now, ended_by=unit.within.staff_id)
        .returning(col(Pause.id))
    )
    return ended.first() is not None


def running(unit: Unit, patient_id: UUID) -> PauseView | None:
    """Return the pause that runs now, None when there is none or outside the scope."""
    row = unit.session.execute(
        _pauses(unit).where(
            col(Pause.patient_id) == patient_id,
            col(Pause.from_at) <= unit.now,
            col(Pause.until_at) > unit.now,
            or_(col(Pause.ended_at).is_(None), col(Pause.ended_at) > unit.now),
        )
    ).first()
    return None if row is None else _view(unit, row)


def pauses_of(unit: Unit, patient_ids: Iterable[UUID]) -> dict[UUID, list[PauseView]]:
    """Return the pauses of every patient the scope sees, in time order."""
    found: dict[UUID, list[PauseView]] = {}
    for some in chunks(patient_ids):
        rows = unit.session.execute(_pauses(unit).where(col(Pause.patient_id).in_(some)))
        for row in rows:
            found.setdefault(row.patient_id, []).append(_view(unit, row))
    return found


def _pauses(unit: Unit) -> Select[*tuple[Any, ...]]:
    return (
        select(
            col(Pause.patient_id),
            col(Pause.id),
            col(Pause.from_at),
            col(Pause.until_at),
            col(Pause.reason),
            col(Pause.made_by),
            col(Pause.ended_at),
        )
        .where(unit.within.sees(col(Pause.centre_id), col(Pause.patient_id)))
        .order_by(col(Pause.from_at), col(Pause.id))
    )


def _view(unit: Unit, row: Any) -> PauseView:
    return PauseView(
        id=row.id,
        from_at=row.from_at,
        until_at=row.until_at,
        reason="" if row.reason is None else unit.vault.open(row.reason),
        by_team=row.made_by is not None,
        ended_at=row.ended_at,
    )
