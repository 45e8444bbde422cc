"""The worklist of one staff member: what is open, and what was closed lately."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from diary.store import patient_list
from diary.store.adherence import KeptWindows
from diary.store.database import Unit
from diary.store.decision_changes import KeptChanges
from diary.store.kept import Kept
from diary.store.patient_list import ListedPatient
from diary.store.worklist import sources
from diary.store.worklist.items import ORDER, Item, Key
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

    `asleep` is how many items were put off, `closed` what was closed in the last day.
    """

    lines: tuple[Line, ...]
    asleep: int
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
    lines, asleep = [], 0
    for item in _items(unit, listed, kept):
        handling = marks.get(item.key, NOTHING_DONE)
        if item.patient_id not in of:
            continue
        if handling.is_open(unit.now):
            lines.append(Line(item, of[item.patient_id], handling))
        elif handling.closed_at is None:
            asleep += 1
    lines.sort(key=lambda line: (ORDER[line.item.kind], line.item.since, str(line.patient.id)))
    closed = [
        Closed(key, of[key[0]], handling)
        for key, handling in closed_since(marks, unit.now - LATELY)
        if key[0] in of
    ]
    return Worklist(tuple(lines), asleep, tuple(closed))


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
