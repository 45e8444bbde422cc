"""The worklist of one staff member: what is open, and what was closed lately."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from diary.store import patient_list
from diary.store.adherence import KeptWindows
from diary.store.database import Unit
from diary.store.decision_changes import KeptChanges
from diary.store.kept import Kept
from diary.store.patient_list import ListedPatient
from diary.store.worklist import sources
from diary.store.worklist.items import ORDER, Item, ItemKind, Key
from diary.store.worklist.marks import NOTHING_DONE, Handling, closed_since, handlings

# What was closed by mistake can be opened again for so long.
LATELY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Line:
    """An open item with its patient and how it stands."""

    item: Item
    patient: ListedPatient
    handling: Handling


@dataclass(frozen=True, slots=True)
class Closed:
    """An item that was closed lately."""

    key: Key
    patient: ListedPatient
    handling: Handling


@dataclass(frozen=True, slots=True)
class Worklist:
    """What there is to do now, most urgent first and the longest waiting first within that.

    `asleep` is what was put off, in the same order, `closed` what was closed in the last day.
    """

    lines: tuple[Line, ...]
    asleep: tuple[Line, ...]
    closed: tuple[Closed, ...]


@dataclass(frozen=True, slots=True)
class KeptForWorklist:
    """What this process need not compute again."""

    flags: sources.KeptFlags = field(default_factory=Kept)
    windows: KeptWindows = field(default_factory=Kept)
    changes: KeptChanges = field(default_factory=Kept)


def worklist(unit: Unit, kept: KeptForWorklist) -> Worklist:
    """Return the worklist of the scope, in a number of queries that no patient adds to."""
    listed = patient_list.listed(unit)
    of = {patient.id: patient for patient in listed}
    marks = handlings(unit)
    lines: list[Line] = []
    asleep: list[Line] = []
    items = _items(unit, listed, kept)
    ended = _still_urgent(unit, items, of)
    for item in items:
        handling = marks.get(item.key, NOTHING_DONE)
        patient = of.get(item.patient_id)
        if patient is None and item.kind is ItemKind.ALARM:
            patient = ended.get(item.patient_id)
        if patient is None:
            continue
        if handling.closed_at is None:
            into = lines if handling.is_open(unit.now) else asleep
            into.append(Line(item, patient, handling))
    for found in (lines, asleep):
        found.sort(key=lambda line: (ORDER[line.item.kind], line.item.since, str(line.patient.id)))
    closed = [
        Closed(key, of[key[0]], handling)
        for key, handling in closed_since(marks, unit.now - LATELY)
        if key[0] in of
    ]
    return Worklist(tuple(lines), tuple(asleep), tuple(closed))


def _still_urgent(
    unit: Unit, items: Sequence[Item], listed: Collection[UUID]
) -> dict[UUID, ListedPatient]:
    """Return who has an open alarm and no open pathway: an alarm stays until somebody closes it.

    Nothing else is asked of the team after the end of a pathway.
    """
    missing = {item.patient_id for item in items if item.kind is ItemKind.ALARM} - set(listed)
    if not missing:
        return {}
    return {p.id: p for p in patient_list.listed(unit, with_ended=True) if p.id in missing}


def _items(unit: Unit, listed: Sequence[ListedPatient], kept: KeptForWorklist) -> list[Item]:
    found = [
        *sources.reported(unit),
        *sources.flagged(unit, listed, kept.flags),
        *sources.asked_in_vain(unit, listed),
        *sources.at_risk(unit, listed, kept.windows),
        *sources.travelling(unit),
        *sources.decided_on_other_rows(unit, kept.changes),
    ]
    # No item twice, whatever the sources say.
    return list({item.key: item for item in sources.undecided(unit, found)}.values())
