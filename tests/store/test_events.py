"""Diary events in the store: once each, never changed, and seen by every verdict."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from fractions import Fraction
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from diary.protocol.cases import assess, case_to_json, parse_case
from diary.protocol.opioids import opioid_days
from diary.protocol.pathway import Attack, AttackDay, Case, Medication
from diary.store import alarms, cases, event_reading, medicines, own_data
from diary.store.database import Database
from diary.store.errors import Conflict, NotFound, Refused
from diary.store.scope import Scope
from diary.store.tables import AlarmClosing, DiaryEvent, StrengthUnit
from tests.store.diaries import (
    add_events,
    count,
    event,
    new_medicine,
    on_list,
    reread,
    statuses,
)
from tests.support.clock import SettableClock
from tests.support.people import NOON, People

DAY, NEXT = date(2026, 3, 12), date(2026, 3, 13)
FEVER = {"symptoms": ["fever"]}


def tick(day: date, not_taken: list[UUID] | None = None, changed: list[UUID] | None = None) -> Any:
    """Return the daily tick of a day, made on 16 March."""
    body = {
        "not_taken": [str(one) for one in not_taken or ()],
        "patches_changed": [str(one) for one in changed or ()],
    }
    return event("medicines", "2026-03-16T20:00:00+01:00", body, diary_day=day)


def case(database: Database, clock: SettableClock, people: People) -> Case:
    """Return the patient's case as the nurse sees it."""
    with database.read(people.nurse.scope, now=clock()) as unit:
        found = cases.case_of(unit, people.patient.id, clock())
    assert found is not None
    return found


def test_the_same_batch_a_hundred_times_is_one_row_each(
    database: Database, clock: SettableClock, people: People
) -> None:
    batch = [
        event("symptoms", NOON, {"symptoms": []}),
        event("attack_day", NOON, {"attacks": 0}, diary_day=DAY),
    ]
    assert statuses(add_events(database, clock, people.patient, *batch)) == ["stored"] * 2
    revision = reread(database, clock, people.patient).revision
    for _ in range(99):
        again = add_events(database, clock, people.patient, *batch)
        assert statuses(again) == ["duplicate"] * 2
    assert count(database, DiaryEvent) == 2
    assert reread(database, clock, people.patient).revision == revision


@pytest.mark.parametrize("change", ["UPDATE {} SET centre_id = centre_id", "DELETE FROM {}"])
@pytest.mark.parametrize("table", ["diary_event", "alarm_closing"])
def test_nothing_of_it_is_ever_changed(
    change: str, table: str, database: Database, clock: SettableClock, people: People
) -> None:
    report = event("symptoms", NOON, FEVER)
    add_events(database, clock, people.patient, report)
    with database.write(people.nurse.scope, now=clock()) as unit:
        alarms.close_alarm(unit, people.patient.id, report.id, "Gebeld.")
    with (
        pytest.raises(DBAPIError, match="append-only"),
        database.write(people.product, now=clock()) as unit,
    ):
        unit.session.execute(text(change.format(table)))


def test_the_case_has_attacks_and_confirmed_days(
    database: Database, clock: SettableClock, people: People
) -> None:
    began = "2026-03-12T22:00:00+01:00"
    start = event("attack", began, {"started_at": began, "ended_at": None, "intensity": None})
    stopped = {"started_at": began, "ended_at": "2026-03-12T22:45:00+01:00", "intensity": 8}
    stop = event("attack", "2026-03-12T22:46:00+01:00", stopped, replaces_id=start.id)
    backwards = {"started_at": "2026-03-13T10:00:00+01:00", "ended_at": NOON.isoformat()}
    wrong_clock = event("attack", "2026-03-13T10:00:00+01:00", backwards | {"intensity": 3})
    days = [
        # "No attacks today" was said before the attack of that evening began.
        event("attack_day", NOON, {"attacks": 0}, diary_day=DAY),
        event("attack_day", "2026-03-13T20:00:00+01:00", {"attacks": 1}, diary_day=NEXT),
        event("attack_day", "2026-03-13T21:00:00+01:00", {"attacks": 2}, diary_day=NEXT),
    ]
    clock.set("2026-03-14T12:00:00+01:00")
    told = add_events(database, clock, people.patient, start, stop, wrong_clock, *days)
    assert statuses(told) == ["stored"] * 6
    found = case(database, clock, people)
    assert found.attack_days == (AttackDay(DAY, 1), AttackDay(NEXT, 2))
    first, second = found.attacks
    assert first == Attack(
        datetime.fromisoformat(began),
        datetime.fromisoformat(str(stopped["ended_at"])),
        intensity=Fraction(8),
    )
    assert (second.ended_at, second.intensity) == (None, 3)
    assert assess(found).attacks is not None
    assert parse_case(case_to_json(found)).attack_days == found.attack_days


def test_the_case_has_what_was_taken(
    database: Database, clock: SettableClock, people: People
) -> None:
    def listed(substance: str, strength: str, **more: Any) -> UUID:
        new = new_medicine(substance, strength, **more)
        return on_list(database, clock, people.nurse.scope, people.patient, new)

    regular = listed("oxycodon", "10", times_a_day=3)
    as_needed = listed("oxycodon", "5", as_needed=True, times_a_day=None)
    patch = listed(
        "fentanyl",
        "25",
        unit=StrengthUnit.UG_PER_H,
        form="patch",
        route="patch",
        times_a_day=None,
        patch_days=3,
    )
    wrong = listed("morfine", "100")
    with database.write(people.nurse.scope, now=clock()) as unit:
        medicines.stop_medicine(unit, people.patient.pathway, wrong, None)
        medicines.stop_medicine(unit, people.patient.pathway, regular, date(2026, 3, 14))
    clock.set("2026-03-16T21:00:00+01:00")
    told = add_events(
        database,
        clock,
        people.patient,
        event("dose", NOON, {"medicine": str(as_needed), "count": "1.5"}),
        event("dose", NOON, {"medicine": str(as_needed), "count": "1"}),
        event("dose", NOON, {"medicine": str(wrong), "count": "1"}),
        tick(DAY, changed=[patch]),
        tick(NEXT, not_taken=[regular]),
        # Nothing was ticked on the 14th; the patch was worn all the same. On the 15th the
        # tablets had stopped, and the patch had worn out but was ticked; on the 16th it was off.
        tick(date(2026, 3, 15)),
        tick(date(2026, 3, 16), not_taken=[patch]),
    )
    assert statuses(told) == ["stored"] * 7
    found = case(database, clock, people)

    def pill(day: date, mg: str, needed: bool = False) -> Medication:
        return Medication(day, "oxycodon", "oral", mg=Fraction(mg), as_needed=needed)

    def worn(day: int, ug_per_h: int = 25) -> Medication:
        return Medication(date(2026, 3, day), "fentanyl", "patch", ug_per_h=Fraction(ug_per_h))

    assert sorted(found.medication, key=repr) == sorted(
        [
            *(pill(DAY, "30"), pill(DAY, "7.5", True), pill(DAY, "5", True), pill(NEXT, "0")),
            *(worn(12), worn(13), worn(14), worn(15), worn(16, 0)),
        ],
        key=repr,
    )
    med = {day.diary_day.day: day.med_mg for day in opioid_days(found.medication, "nl-2019")}
    assert med == {12: Fraction("123.75"), 13: 60, 14: 60, 15: 60, 16: 0}
    assert parse_case(case_to_json(found)).medication == found.medication


def test_an_alarm_stays_until_somebody_says_what_was_done(
    database: Database, clock: SettableClock, people: People
) -> None:
    none, first = event("symptoms", NOON, {"symptoms": []}), event("symptoms", NOON, FEVER)
    more = event("symptoms", NOON, {"symptoms": ["fever", "wound"]}, replaces_id=first.id)
    back = event("symptoms", NOON, replaces_id=more.id, withdrawn=True)
    add_events(database, clock, people.patient, none, first, more, back)
    with database.read(people.nurse.scope, now=clock()) as unit:
        (alarm,) = alarms.open_alarms(unit)
    # Taken back, but not forgotten: somebody has to ask.
    assert (alarm.event_id, alarm.taken_back, alarm.closing) == (more.id, True, None)

    def close(event_id: UUID, note: str, by: Any = people.nurse.scope) -> None:
        with database.write(by, now=clock()) as unit:
            alarms.close_alarm(unit, people.patient.id, event_id, note)

    for scope in (*people.outsiders.values(), people.patient.scope):
        with pytest.raises(NotFound):
            close(more.id, "Gebeld.", scope)
    with pytest.raises(Refused):
        close(more.id, "  ")
    with pytest.raises(NotFound):
        close(none.id, "Gebeld.")
    close(more.id, "Gebeld: komt vandaag.")
    with pytest.raises(Conflict):
        close(more.id, "Nog eens.")
    with database.read(people.nurse.scope, now=clock()) as unit:
        assert alarms.open_alarms(unit) == []
        (alarm,) = alarms.alarms(unit, people.patient.id)
    assert alarm.closing is not None
    assert alarm.closing.note == "Gebeld: komt vandaag."
    assert count(database, AlarmClosing) == 1
    with database.read(people.patient.scope, now=clock()) as unit:
        (copy,) = own_data.own_rows(unit, people.patient.id)["alarm_closing"]
    assert copy["note"] == "Gebeld: komt vandaag."


@pytest.mark.parametrize(
    "change,field",
    [
        ({"substance": "  "}, "substance"),
        ({"substance": "x" * 61}, "substance"),
        ({"strength": None}, "strength"),
        ({"strength": Fraction(0)}, "strength"),
        ({"unit": StrengthUnit.UG_PER_H}, "unit"),
        ({"route": "patch", "patch_days": 3}, "unit"),
        ({"route": "patch", "unit": StrengthUnit.UG_PER_H}, "patch_days"),
        ({"times_a_day": None}, "times_a_day"),
        ({"times_a_day": 49}, "times_a_day"),
        ({"form": "x"}, "form"),
        ({"route": "x"}, "route"),
    ],
)
def test_a_medicine_that_cannot_be_right_is_refused(
    change: dict[str, Any],
    field: str,
    database: Database,
    clock: SettableClock,
    people: People,
) -> None:
    new = replace(new_medicine("oxycodon"), **change)
    with pytest.raises(Refused) as refused:
        on_list(database, clock, people.nurse.scope, people.patient, new)
    assert set(refused.value.fields) == {field}


def test_a_medicine_is_stopped_once_and_not_before_it_started(
    database: Database, clock: SettableClock, people: People
) -> None:
    own = on_list(database, clock, people.nurse.scope, people.patient, new_medicine("morfine"))

    def stop(day: date) -> None:
        with database.write(people.nurse.scope, now=clock()) as unit:
            medicines.stop_medicine(unit, people.patient.pathway, own, day)

    with pytest.raises(Refused):
        stop(date(2026, 2, 28))
    stop(DAY)
    with pytest.raises(Conflict):
        stop(NEXT)
    with database.read(people.patient.scope, now=clock()) as unit:
        (found,) = medicines.medicines(unit, people.patient.pathway.id)
    assert found.is_current(DAY)
    assert not found.is_current(NEXT)


def evening(sleep: int, at: Any = NOON, **more: Any) -> Any:
    """Return what was said of the evening of 12 March."""
    body = {"sleep": sleep, "activity": None, "goal": None}
    return event("evening", at, body, diary_day=DAY, **more)


def said(database: Database, clock: SettableClock, people: People) -> list[int]:
    """Return what stands of the sleep of that day."""
    with database.read(people.patient.scope, now=clock()) as unit:
        pathway_id = people.patient.pathway.id
        found = event_reading.standing(unit, [pathway_id]).get(pathway_id, [])
    return [one.body["sleep"] for one in found]


def test_a_phone_that_did_not_know_of_a_change_changes_what_stands(
    database: Database, clock: SettableClock, people: People
) -> None:
    first = evening(1)
    second = evening(2, replaces_id=first.id)
    third = evening(3, replaces_id=second.id)
    for one in (first, second, third):
        assert statuses(add_events(database, clock, people.patient, one)) == ["stored"]
    # Another phone, without a network since the first.
    late = evening(4, replaces_id=first.id)
    assert statuses(add_events(database, clock, people.patient, late)) == ["stored"]
    assert statuses(add_events(database, clock, people.patient, late)) == ["duplicate"]
    assert said(database, clock, people) == [4]
    # What it takes back was another answer.
    back = event("evening", NOON, replaces_id=first.id, withdrawn=True)
    assert statuses(add_events(database, clock, people.patient, back)) == ["rejected"]
    assert said(database, clock, people) == [4]


def test_what_was_taken_back_is_read_as_it_stood(
    database: Database, clock: SettableClock, people: People
) -> None:
    nurse = {"by": people.nurse.scope, "typed_by": people.nurse.id}
    first, slip = evening(1), evening(8)
    changed = evening(2, replaces_id=first.id)
    back = event("evening", NOON, replaces_id=changed.id, withdrawn=True)
    mended = event("evening", NOON, replaces_id=slip.id, withdrawn=True)
    assert (
        statuses(add_events(database, clock, people.patient, first, changed, back))
        == ["stored"] * 3
    )
    assert (
        statuses(add_events(database, clock, people.patient, slip, mended, **nurse))
        == ["stored"] * 2
    )
    pathway_id = people.patient.pathway.id

    def read(scope: Scope, day: date) -> list[UUID]:
        with database.read(scope, now=clock()) as unit:
            found = event_reading.taken_back(unit, [pathway_id], day)
        return [one.id for one in found.get(pathway_id, [])]

    # What the nurse typed wrong was never said by the patient.
    for scope in people.insiders.values():
        assert read(scope, DAY) == [changed.id]
        assert read(scope, NEXT) == []
    for scope in people.outsiders.values():
        assert read(scope, DAY) == []


def test_what_another_phone_took_back_is_answered_anew(
    database: Database, clock: SettableClock, people: People
) -> None:
    first = evening(1)
    back = event("evening", NOON, replaces_id=first.id, withdrawn=True)
    again = evening(5, replaces_id=first.id)
    told = add_events(database, clock, people.patient, first, back, again)
    assert statuses(told) == ["stored"] * 3
    assert said(database, clock, people) == [5]
    # It is its day that is corrected, and the own diary.
    other_day = event("evening", NOON, again.body, diary_day=date(2026, 3, 11))
    wrong = replace(other_day, replaces_id=first.id)
    assert statuses(add_events(database, clock, people.patient, wrong)) == ["rejected"]
    theirs = evening(6, replaces_id=first.id)
    assert statuses(add_events(database, clock, people.other, theirs)) == ["rejected"]
    assert said(database, clock, people) == [5]
