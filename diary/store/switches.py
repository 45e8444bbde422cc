"""When the stimulator was switched on and off, as the team noted it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Select, bindparam, select

from diary.protocol.messages import N_
from diary.store import pathways
from diary.store.database import Unit
from diary.store.errors import Conflict, NotFound, Refused
from diary.store.pathways import PathwayView
from diary.store.scope import Sight
from diary.store.tables import Position, Staff, StimulatorSwitch, table_of

LONGEST_NOTE = 2000

AHEAD = N_("This has yet to come. Note it when it was done.")
LONG = N_("This is too long.")
TAKEN_BACK = N_("This was taken back already. Nothing was saved just now.")


@dataclass(frozen=True, slots=True)
class SwitchView:
    """The stimulator was set to `position` at an instant, noted by a member of staff."""

    id: UUID
    position: Position
    at: datetime
    note: str
    by: str
    recorded_at: datetime
    taken_back: bool


_SWITCHES, _STAFF = table_of(StimulatorSwitch), table_of(Staff).c
_SWITCH, _LATER = _SWITCHES.c, _SWITCHES.alias("later").c


@cache
def _of_pathway(sight: Sight) -> Select[Any]:
    return (
        select(
            _SWITCH.id,
            _SWITCH.position,
            _SWITCH.at,
            _SWITCH.note,
            _STAFF.name,
            _SWITCH.recorded_at,
            _LATER.id.label("later"),
        )
        .select_from(_SWITCHES)
        .outerjoin(
            _LATER.id.table,
            (_LATER.centre_id == _SWITCH.centre_id) & (_LATER.replaces_id == _SWITCH.id),
        )
        .join(
            _STAFF.name.table, (_STAFF.centre_id == _SWITCH.centre_id) & (_STAFF.id == _SWITCH.by)
        )
        .where(
            sight.of(_SWITCH.centre_id, _SWITCH.patient_id),
            _SWITCH.pathway_id == bindparam("pathway"),
            _SWITCH.withdrawn.is_(False),
        )
        .order_by(_SWITCH.at, _SWITCH.recorded_at, _SWITCH.id)
    )


def switches(unit: Unit, pathway_id: UUID) -> list[SwitchView]:
    """Return all that was noted on a pathway in the scope, in time order; taken back ones too."""
    scope = unit.within
    rows = unit.session.execute(_of_pathway(scope.sight), scope.values | {"pathway": pathway_id})
    return [
        SwitchView(
            id=row.id,
            position=row.position,
            at=row.at,
            note="" if row.note is None else unit.vault.open(row.note),
            by=row.name,
            recorded_at=row.recorded_at,
            taken_back=row.later is not None,
        )
        for row in rows
    ]


def standing(unit: Unit, pathway_id: UUID) -> list[tuple[datetime, bool]]:
    """Return when the stimulator was switched, and whether on; without what was taken back."""
    return [
        (view.at, view.position is Position.ON)
        for view in switches(unit, pathway_id)
        if not view.taken_back
    ]


def note_switch(
    unit: Unit, found: PathwayView, position: Position, at: datetime, note: str = ""
) -> UUID:
    """Note that the stimulator was switched, at an aware instant that has been.

    Raises Refused for one that has yet to come, NotFound outside the scope.
    """
    pathways.to_change(unit, found.id)
    wrong = {}
    if at > unit.now:
        wrong["time"] = AHEAD
    if len(note) > LONGEST_NOTE:
        wrong["note"] = LONG
    if wrong:
        raise Refused("switch", next(iter(wrong.values())), fields=wrong)
    return _insert(unit, found, position=position, at=at, note=note.strip())


def take_back(unit: Unit, found: PathwayView, switch_id: UUID) -> None:
    """Note that one was a mistake; it stays to be read.

    Raises Conflict when a colleague did so first, NotFound when it is of somebody else.
    """
    pathways.to_change(unit, found.id)
    known = {view.id: view for view in switches(unit, found.id)}
    if switch_id not in known:
        raise NotFound
    old = known[switch_id]
    if old.taken_back:
        raise Conflict(TAKEN_BACK)
    _insert(unit, found, position=old.position, at=old.at, replaces_id=old.id, withdrawn=True)


def _insert(unit: Unit, found: PathwayView, **values: Any) -> UUID:
    made, note = uuid4(), values.pop("note", "")
    unit.session.execute(
        _SWITCHES.insert().values(
            {
                "centre_id": unit.within.centre_id,
                "id": made,
                "patient_id": found.patient_id,
                "pathway_id": found.id,
                "note": unit.vault.seal(note) if note else None,
                "by": unit.within.staff_id,
                "recorded_at": unit.now,
                "withdrawn": False,
                **values,
            }
        )
    )
    # The charts show it.
    pathways.bump(unit, found.id)
    return made
