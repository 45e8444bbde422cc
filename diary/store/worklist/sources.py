"""Where the items come from: each source looks at rows, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from diary.protocol.cases import assess
from diary.protocol.days import ONE_DAY, diary_day_of
from diary.protocol.flags import Flag, flags
from diary.protocol.needed import Prospect
from diary.store import alarms, cases, ledger, missed, silence, travel
from diary.store.adherence import KeptWindows, windows_at_risk
from diary.store.database import Unit
from diary.store.decision_changes import KeptChanges, changed_since
from diary.store.decision_reading import last_meetings
from diary.store.kept import Kept
from diary.store.patient_list import ListedPatient
from diary.store.prompt_states import PromptState
from diary.store.worklist.items import FOR_THE_TEAM, Item, ItemKind

KeptFlags = Kept[tuple[Flag, ...]]
# What did not arrive longer ago is past mending.
LOOKS_BACK = timedelta(days=1)


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


def asked_in_vain(unit: Unit, patients: Sequence[ListedPatient]) -> Iterator[Item]:
    """Yield what the reminders tell: not delivered, missed although delivered, a silent phone."""
    undelivered = _not_delivered(unit, patients)
    for patient_id, line in undelivered.items():
        values = {"at": line.due_at}
        yield Item(patient_id, ItemKind.NOT_DELIVERED, str(line.diary_day), line.closes_at, values)
    for one in missed.missed_in_a_row(unit):
        # Who was not reached did not miss anything: "not delivered" is never "not answered".
        if one.patient_id not in undelivered:
            subject = one.since.isoformat()
            yield Item(one.patient_id, ItemKind.MISSED, subject, one.last, {"count": one.count})
    for phone in silence.silent_phones(unit):
        subject = phone.since.isoformat()
        yield Item(phone.patient_id, ItemKind.SILENT_PHONE, subject, phone.since)


def _not_delivered(unit: Unit, patients: Sequence[ListedPatient]) -> dict[UUID, ledger.Line]:
    """Return of each patient the last prompt of the last day that did not arrive."""
    lines = ledger.in_vain(unit, [patient.id for patient in patients], unit.now - LOOKS_BACK)
    return {line.patient_id: line for line in lines if line.fate.state is PromptState.NOT_DELIVERED}


def travelling(unit: Unit) -> Iterator[Item]:
    """Yield who is in another time zone and wants the team to know."""
    for patient_id, found in travel.to_call(unit).items():
        subject = found.at.isoformat()
        yield Item(patient_id, ItemKind.TRAVEL, subject, found.at, {"zone": found.zone})


def at_risk(unit: Unit, patients: Sequence[ListedPatient], kept: KeptWindows) -> Iterator[Item]:
    """Yield the windows that may soon be lost; what is lost is no reason to call any more."""
    zones = {patient.id: ZoneInfo(patient.timezone) for patient in patients}
    for patient_id, _pathway_id, window in windows_at_risk(unit, kept):
        zone, today = zones.get(patient_id), window.today
        if window.prospect is Prospect.AT_RISK and today is not None and zone is not None:
            subject = f"{window.phase.value} {today.diary_day}"
            since = datetime.combine(today.diary_day, time(), zone)
            values = {"needed": today.needed, "at": window.act_by}
            yield Item(patient_id, ItemKind.AT_RISK, subject, since, values)


def undecided(unit: Unit, items: Iterable[Item]) -> Iterator[Item]:
    """Yield `items` without the trials and switch-offs that the team has decided on since."""
    meetings = last_meetings(unit)
    for item in items:
        met_on = meetings.get(item.patient_id, date.min).isoformat()
        if item.kind not in FOR_THE_TEAM or met_on < item.subject:
            yield item


def decided_on_other_rows(unit: Unit, kept: KeptChanges) -> Iterator[Item]:
    """Yield the decisions whose verdict is another one now."""
    for change in changed_since(unit, kept):
        yield Item(
            change.patient_id,
            ItemKind.VERDICT_CHANGED,
            change.subject,
            change.since,
            {"on": change.met_on},
        )


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
