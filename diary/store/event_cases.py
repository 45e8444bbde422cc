"""From diary events to the attacks and the medication of a case (protocol.md, sections 6 and 8)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any
from uuid import UUID

from diary.protocol.days import ONE_DAY, diary_day_of
from diary.protocol.pathway import Attack, AttackDay, Medication
from diary.protocol.scales import Scale
from diary.store.database import Unit
from diary.store.event_reading import EventView, standing
from diary.store.medicines import MedicineView, medicines_of
from diary.store.pathways import PathwayView
from diary.store.tables import EventKind, StrengthUnit

Parts = dict[str, Any]


def event_parts(unit: Unit, pathways: Iterable[PathwayView]) -> dict[UUID, Parts]:
    """Return `attacks`, `attack_days` and `medication` by pathway, as far as the events tell.

    The caller has found the pathways within the scope. Medicines are read only for who has events.
    """
    by_id = {pathway.id: pathway for pathway in pathways}
    events = standing(unit, by_id)
    lists = medicines_of(unit, events) if events else {}
    return {
        pathway_id: {
            "attacks": attacks(found, by_id[pathway_id].scale),
            "attack_days": attack_days(found),
            "medication": medication(
                found, lists.get(pathway_id, []), diary_day_of(unit.now, by_id[pathway_id].zone)
            ),
        }
        for pathway_id, found in events.items()
    }


def merged(kept: Parts, told: Parts) -> Parts:
    """Return the parts that were imported together with those that the events tell.

    A day whose attacks were confirmed in both ways has the larger number.
    """
    if not told:
        return kept
    both = {name: (*kept.get(name, ()), *told.get(name, ())) for name in (*kept, *told)}
    if "attack_days" in both:
        logged = Counter[date]()
        for one in both["attack_days"]:
            logged[one.diary_day] = max(logged[one.diary_day], one.attacks)
        both["attack_days"] = tuple(AttackDay(day, logged[day]) for day in sorted(logged))
    return both


def attacks(events: Sequence[EventView], scale: Scale) -> tuple[Attack, ...]:
    """Return the attacks in time order.

    The intensity is asked from 0 to 10, so a case on another scale has none: scales are never
    converted. An end before the start comes from a clock that was set right in between.
    """
    found = []
    for event in events:
        if event.kind is not EventKind.ATTACK:
            continue
        started_at = datetime.fromisoformat(event.body["started_at"])
        ended, intensity = event.body["ended_at"], event.body["intensity"]
        ended_at = None if ended is None else datetime.fromisoformat(ended)
        found.append(
            Attack(
                started_at=started_at,
                ended_at=None if ended_at is None or ended_at < started_at else ended_at,
                intensity=None if intensity is None or scale is Scale.VAS else Fraction(intensity),
            )
        )
    return tuple(sorted(found, key=lambda attack: attack.started_at))


def attack_days(events: Sequence[EventView]) -> tuple[AttackDay, ...]:
    """Return the confirmed days: the last answer of each, and no fewer than were logged on it."""
    logged = Counter(event.diary_day for event in events if event.kind is EventKind.ATTACK)
    said = {
        event.diary_day: event.body["attacks"]
        for event in events
        if event.kind is EventKind.ATTACK_DAY
    }
    return tuple(AttackDay(day, max(said[day], logged[day])) for day in sorted(said))


def medication(
    events: Sequence[EventView], medicines: Sequence[MedicineView], today: date
) -> tuple[Medication, ...]:
    """Return what was taken: one row for each dose, and for each regular medicine of a ticked day.

    A regular medicine that was not taken is a row of 0, so that its day counts as logged. A patch
    is worn on each ticked day, and from the day it was changed on for as long as it lasts.
    """
    by_id = {str(medicine.id): medicine for medicine in medicines if not medicine.mistaken}
    ticks = {event.diary_day: event.body for event in events if event.kind is EventKind.MEDICINES}
    rows = [
        _taken(event.diary_day, by_id[event.body["medicine"]], Fraction(event.body["count"]))
        for event in events
        if event.kind is EventKind.DOSE and event.body["medicine"] in by_id
    ]
    for medicine_id, medicine in by_id.items():
        if medicine.as_needed:
            continue
        missed = {day for day, tick in ticks.items() if medicine_id in tick["not_taken"]}
        days = set(ticks)
        if medicine.is_patch:
            changed = {day for day, tick in ticks.items() if medicine_id in tick["patches_changed"]}
            days |= _worn(changed, missed, medicine.patch_days or 1, today)
        pieces = Fraction(medicine.times_a_day or 1)
        rows += [
            _taken(day, medicine, Fraction(0) if day in missed else pieces)
            for day in days
            if medicine.is_current(day)
        ]
    return tuple(sorted(rows, key=lambda row: (row.diary_day, row.substance, row.as_needed)))


def _worn(changed: set[date], missed: set[date], lasts: int, today: date) -> set[date]:
    """Return the days on which a patch that was put on is worn: until it is off or worn out."""
    worn = set()
    for first in changed:
        day = first
        while day < first + timedelta(days=lasts) and day <= today and day not in missed:
            worn.add(day)
            day += ONE_DAY
    return worn


def _taken(day: date, medicine: MedicineView, pieces: Fraction) -> Medication:
    row = Medication(day, medicine.substance, medicine.route, as_needed=medicine.as_needed)
    amount = medicine.strength * pieces
    if medicine.unit is StrengthUnit.UG_PER_H:
        return replace(row, ug_per_h=amount)
    return replace(row, mg=amount)
