"""Where the items come from: each source looks at rows, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from diary.protocol.cases import assess
from diary.protocol.days import ONE_DAY, diary_day_of
from diary.protocol.flags import Flag, flags
from diary.store import alarms, cases
from diary.store.database import Unit
from diary.store.kept import Kept
from diary.store.patients import ListedPatient
from diary.store.worklist.items import Item, ItemKind

KeptFlags = Kept[tuple[Flag, ...]]


def reported(unit: Unit) -> Iterator[Item]:
    """Yield the alarm symptoms that nobody has closed."""
    for alarm in alarms.open_alarms(unit):
        yield Item(
            alarm.patient_id,
            ItemKind.ALARM,
            str(alarm.event_id),
            alarm.received_at,
            {"symptoms": alarm.symptoms, "event_id": alarm.event_id},
        )


def flagged(unit: Unit, patients: Sequence[ListedPatient], kept: KeptFlags) -> Iterator[Item]:
    """Yield what verdicts and calendar ask for; only what changed is computed anew."""
    keys = {p.id: (p.revision, diary_day_of(unit.now, ZoneInfo(p.timezone))) for p in patients}
    found = {p.id: kept.get(p.pathway_id, keys[p.id]) for p in patients}
    stale = [p for p in patients if found[p.id] is None]
    read = cases.cases_of(unit, [p.id for p in stale], unit.now) if stale else {}
    for patient in stale:
        if patient.id in read:
            result = flags(assess(read[patient.id]))
            kept.put(patient.pathway_id, keys[patient.id], result)
            found[patient.id] = result
    for patient in patients:
        for flag in found[patient.id] or ():
            yield _item(patient.id, flag, ZoneInfo(patient.timezone))


def flagged_in(unit: Unit, patient_ids: Iterable[UUID]) -> Iterator[Item]:
    """Yield the same for some patients, computed now; for the worker."""
    for patient_id, case in cases.cases_of(unit, patient_ids, unit.now).items():
        for flag in flags(assess(case)):
            yield _item(patient_id, flag, case.zone)


def _item(patient_id: UUID, flag: Flag, zone: ZoneInfo) -> Item:
    values: dict[str, object] = {"on": flag.on}
    if flag.month is not None:
        values["month"] = flag.month
    return Item(
        patient_id,
        ItemKind(flag.kind.value),
        flag.subject,
        _known_at(flag.since, zone, flag.kind.value),
        values,
    )


def _known_at(day: date, zone: ZoneInfo, kind: str) -> datetime:
    """Return since when it is known: a verdict of a diary day when that day is over."""
    over = {ItemKind.WORSE_WHILE_OFF.value, ItemKind.EARLY_NOTICE.value}
    shown = day + ONE_DAY if kind in over else day
    return datetime.combine(shown, time(), zone)
