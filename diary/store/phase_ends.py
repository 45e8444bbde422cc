"""What an early end of a phase leaves out, and who ended a phase, when and why.

Every window is the last days of its phase: a day chosen afterwards chooses the days that are
judged (protocol.md, section 2.5). So it takes a reason, which stays beside the phase.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Table, select
from sqlmodel import col

from diary.protocol.days import ONE_DAY, diary_day_of
from diary.protocol.messages import N_
from diary.store.case_details import details_of
from diary.store.database import Unit
from diary.store.errors import Refused
from diary.store.pathway_reading import PathwayView, PhaseView
from diary.store.tables import DiaryEvent, EntryRow, EventKind, PhaseRow, Staff, table_of

LONGEST_REASON = 2000
NO_REASON = N_("Fill in why days that were answered fall outside the phase.")
LONG_REASON = N_("This is too long.")

_ENTRY, _EVENT = table_of(EntryRow), table_of(DiaryEvent)
_ATTACKS = (EventKind.ATTACK, EventKind.ATTACK_DAY)


@dataclass(frozen=True, slots=True)
class Ending:
    """Who ended a phase before its planned day, when, and why ("" when that was not asked)."""

    by: str
    at: datetime
    reason: str


def left_out(unit: Unit, found: PathwayView, phase: PhaseView, ended_on: date) -> list[date]:
    """Return the finished days with an answer that fall outside `phase` if it ends on `ended_on`.

    Today is not one of them: a phase that ends yesterday ended when it was told so.
    """
    first = ended_on + ONE_DAY
    last = min(phase.end, diary_day_of(unit.now, found.zone) - ONE_DAY)
    imported = details_of(unit, [found.id]).get(found.id, {})
    days = _days(unit, _ENTRY, found.id) | _days(unit, _EVENT, found.id, _ATTACKS)
    days |= {one.diary_day for one in imported.get("attack_days", ())}
    return sorted(day for day in days if first <= day <= last)


def refuse_without_reason(
    unit: Unit, found: PathwayView, phase: PhaseView, ended_on: date, reason: str
) -> None:
    """Raise Refused when ending `phase` on `ended_on` takes a reason and there is none."""
    wrong = LONG_REASON if len(reason) > LONGEST_REASON else None
    if not reason.strip() and left_out(unit, found, phase, ended_on):
        wrong = NO_REASON
    if wrong is not None:
        raise Refused("reason", wrong, fields={"reason": wrong})


def endings(unit: Unit, found: PathwayView) -> dict[UUID, Ending]:
    """Return the endings of the phases that were ended early, of a pathway within the scope."""
    rows = unit.session.execute(
        select(
            col(PhaseRow.id), col(Staff.name), col(PhaseRow.changed_at), col(PhaseRow.end_reason)
        )
        .outerjoin(
            Staff,
            (col(Staff.centre_id) == col(PhaseRow.centre_id))
            & (col(Staff.id) == col(PhaseRow.changed_by)),
        )
        .where(
            col(PhaseRow.centre_id) == unit.within.centre_id,
            col(PhaseRow.pathway_id) == found.id,
            # Of such a phase only the end can still be changed, while it is to come: to a sooner
            # one. So its last change is this one.
            col(PhaseRow.ended_on).is_not(None),
        )
    )
    return {
        phase_id: Ending(by or "", at, "" if reason is None else unit.vault.open(reason))
        for phase_id, by, at, reason in rows
    }


def _days(
    unit: Unit, table: Table, pathway_id: UUID, kinds: tuple[EventKind, ...] = ()
) -> set[date]:
    """Return the days with a row that stands, of these kinds when there are any."""
    later = table.alias("later")
    query = (
        select(table.c.diary_day)
        .outerjoin(
            later, (later.c.centre_id == table.c.centre_id) & (later.c.replaces_id == table.c.id)
        )
        .where(
            table.c.centre_id == unit.within.centre_id,
            table.c.pathway_id == pathway_id,
            table.c.withdrawn.is_(False),
            later.c.id.is_(None),
        )
    )
    if kinds:
        query = query.where(table.c.kind.in_(kinds))
    return set(unit.session.execute(query.distinct()).scalars())
