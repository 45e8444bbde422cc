"""Diary events typed over from paper: whose they are, what they may mend, and who sees them."""

from __future__ import annotations

from datetime import date, datetime
from fractions import Fraction
from uuid import uuid4

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from diary.protocol.pathway import Attack, AttackDay
from diary.protocol.scales import Source
from diary.store import alarms, audit, cases, event_reading, events, own_data
from diary.store.database import Database
from diary.store.diary_writing import FROM_PAPER
from diary.store.errors import NotFound
from diary.store.event_reading import EventView
from diary.store.events import NewEvent
from diary.store.new_entries import Outcome
from diary.store.scope import Scope
from diary.store.tables import DiaryEvent
from tests.store.diaries import add_events, event, new_medicine, on_list, statuses
from tests.support.clock import SettableClock
from tests.support.people import NOON, People

DAY = date(2026, 3, 10)
LATER = "2026-03-25T16:00:00+01:00"


def typed(
    database: Database, clock: SettableClock, people: People, *new: NewEvent
) -> list[Outcome]:
    """Store events as the nurse who types them over."""
    nurse = people.nurse
    return add_events(database, clock, people.patient, *new, by=nurse.scope, typed_by=nurse.id)


def standing(database: Database, clock: SettableClock, people: People) -> list[EventView]:
    """Return what stands in the patient's diary."""
    with database.read(people.nurse.scope, now=clock()) as unit:
        pathway_id = people.patient.pathway.id
        return event_reading.standing(unit, [pathway_id]).get(pathway_id, [])


def test_what_was_typed_is_paper_and_says_by_whom(
    database: Database, clock: SettableClock, people: People
) -> None:
    clock.set(LATER)
    evening = event("evening", LATER, {"sleep": 4, "activity": None, "goal": 6}, diary_day=DAY)
    assert statuses(typed(database, clock, people, evening)) == ["stored"]
    assert statuses(typed(database, clock, people, evening)) == ["duplicate"]
    (stands,) = standing(database, clock, people)
    assert (stands.diary_day, stands.source) == (DAY, Source.PAPER)
    with database.read(people.patient.scope, now=clock()) as unit:
        (row,) = own_data.own_rows(unit, people.patient.id)["diary_event"]
    assert (row["source"], row["typed_by"]) == ("paper", str(people.nurse.id))
    with database.read(people.nurse.scope, now=clock()) as unit:
        (line,) = [e for e in audit.of_patient(unit, people.patient.id) if e.event == "events.add"]
    assert line.on_behalf_of == people.patient.id


def test_the_case_has_what_was_typed(
    database: Database, clock: SettableClock, people: People
) -> None:
    clock.set(LATER)
    oxycodone = new_medicine("oxycodone", as_needed=True, times_a_day=None)
    medicine = on_list(database, clock, people.nurse.scope, people.patient, oxycodone)
    started = "2026-03-11T03:30:00+01:00"
    attack = {"started_at": started, "ended_at": None, "intensity": 9}
    typed(
        database,
        clock,
        people,
        event("dose", LATER, {"medicine": str(medicine), "count": "1.5"}, diary_day=DAY),
        event("attack", LATER, attack, diary_day=DAY),
        event("attack_day", LATER, {"attacks": 2}, diary_day=DAY),
    )
    with database.read(people.nurse.scope, now=clock()) as unit:
        case = cases.case_of(unit, people.patient.id, clock())
    assert case is not None
    assert [(one.diary_day, one.mg) for one in case.medication] == [(DAY, Fraction(15))]
    assert case.attacks == (Attack(datetime.fromisoformat(started), None, None, Fraction(9)),)
    assert case.attack_days == (AttackDay(DAY, 2),)
    # One without an end on paper does not go on for ever on the phone.
    assert event_reading.running_attack(standing(database, clock, people)) is None


def test_a_slip_is_mended_whenever_it_is_found(
    database: Database, clock: SettableClock, people: People
) -> None:
    first = event("attack_day", NOON, {"attacks": 3}, diary_day=DAY)
    typed(database, clock, people, first)
    clock.set(LATER)
    better = event("attack_day", LATER, {"attacks": 1}, diary_day=DAY, replaces_id=first.id)
    assert statuses(typed(database, clock, people, better)) == ["stored"]
    gone = event("attack_day", LATER, {}, replaces_id=better.id, withdrawn=True)
    assert statuses(typed(database, clock, people, gone)) == ["stored"]
    assert standing(database, clock, people) == []


def test_what_the_phone_said_is_not_mended_from_paper(
    database: Database, clock: SettableClock, people: People
) -> None:
    own = event("attack_day", NOON, {"attacks": 3}, diary_day=DAY)
    add_events(database, clock, people.patient, own)
    other = event("attack_day", NOON, {"attacks": 1}, diary_day=DAY, replaces_id=own.id)
    assert statuses(typed(database, clock, people, other)) == ["rejected"]
    assert [one.id for one in standing(database, clock, people)] == [own.id]


def test_a_day_to_come_cannot_be_typed(
    database: Database, clock: SettableClock, people: People
) -> None:
    ahead = event("attack_day", NOON, {"attacks": 0}, diary_day=date(2026, 3, 13))
    assert statuses(typed(database, clock, people, ahead)) == ["rejected"]


def test_an_alarm_on_paper_is_urgent_and_about_its_day(
    database: Database, clock: SettableClock, people: People
) -> None:
    clock.set(LATER)
    typed(database, clock, people, event("symptoms", LATER, {"symptoms": ["fever"]}, diary_day=DAY))
    with database.read(people.nurse.scope, now=clock()) as unit:
        (alarm,) = alarms.open_alarms(unit)
    assert (alarm.diary_day, alarm.source) == (DAY, Source.PAPER)


@pytest.mark.parametrize(
    "who", ["colleague", "stranger", "administrator", "auditor", "other patient"]
)
def test_outsiders_type_nothing(
    who: str, database: Database, clock: SettableClock, people: People
) -> None:
    scope: Scope = people.outsiders[who]
    new = event("attack_day", NOON, {"attacks": 0}, diary_day=DAY)
    with pytest.raises(NotFound), database.write(scope, now=clock()) as unit:
        events.add_events(
            unit, people.patient.pathway, [new], access_point="t", typed_by=people.colleague.id
        )
    assert standing(database, clock, people) == []


@pytest.mark.parametrize("source,by_nurse", [("paper", False), ("phone", True)])
def test_paper_has_somebody_who_typed_it_and_the_phone_has_not(
    source: str, by_nurse: bool, database: Database, clock: SettableClock, people: People
) -> None:
    row = {
        "centre_id": people.centre_id,
        "id": uuid4(),
        "patient_id": people.patient.id,
        "pathway_id": people.patient.pathway.id,
        "kind": "attack_day",
        "body": {"attacks": 0},
        "diary_day": DAY,
        "measured_at": NOON,
        "utc_offset_minutes": 60,
        "received_at": NOON,
        "withdrawn": False,
        "urgent": False,
        "body_hash": b"",
        "source": source,
        "typed_by": people.nurse.id if by_nurse else None,
    }
    wrong = insert(DiaryEvent).values(row)
    with database.write(people.product, now=clock()) as unit:
        with pytest.raises(IntegrityError, match="typed_by"), unit.session.begin_nested():
            unit.session.execute(wrong)
        row |= {"typed_by": people.nurse.id, "source": "paper"}
        unit.session.execute(insert(DiaryEvent).values(row))


@pytest.mark.parametrize("kind", ["attack_day", "evening", "dose"])
def test_what_was_typed_over_is_not_changed_from_the_phone(
    kind: str, database: Database, clock: SettableClock, people: People
) -> None:
    oxycodone = new_medicine("oxycodone", as_needed=True, times_a_day=None)
    medicine = on_list(database, clock, people.nurse.scope, people.patient, oxycodone)
    body = {
        "attack_day": {"attacks": 2},
        "evening": {"sleep": 4, "activity": None, "goal": 6},
        "dose": {"medicine": str(medicine), "count": "1"},
    }[kind]
    paper = event(kind, NOON, body, diary_day=NOON.date())
    typed(database, clock, people, paper)
    for changed in (
        event(kind, NOON, body, diary_day=NOON.date(), replaces_id=paper.id),
        event(kind, NOON, replaces_id=paper.id, withdrawn=True),
    ):
        (told,) = add_events(database, clock, people.patient, changed)
        assert told.error == FROM_PAPER
    assert [one.id for one in standing(database, clock, people)] == [paper.id]
