"""Notes, consent and the facts of the intake: append-only, and for who treats the patient."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from diary.protocol.cases import case_to_json, parse_case
from diary.protocol.intake_facts import Technique
from diary.store import cases, consents, importing, intake, notes, patients, reaching, reminding
from diary.store.database import Database, Unit
from diary.store.errors import Conflict, NotFound, Refused
from diary.store.tables import Channel, Purpose
from tests.support.clock import SettableClock
from tests.support.people import People, enrolment

TODAY = date(2026, 3, 12)
Write = Callable[[Unit, People], object]
WRITES: dict[str, Write] = {
    "note": lambda unit, people: notes.add_note(unit, people.patient.pathway, "Gebeld."),
    "consent": lambda unit, people: consents.record(
        unit, people.patient.pathway, {Purpose.DATA: True}, TODAY
    ),
    "intake": lambda unit, people: intake.save(
        unit, people.patient.pathway, {"pregnant": False}, 0
    ),
}


@pytest.mark.parametrize("what", WRITES)
def test_only_who_treats_the_patient_writes_and_reads(
    what: str, people: People, database: Database, clock: SettableClock
) -> None:
    for who, scope in people.outsiders.items() | {("patient", people.patient.scope)}:
        with pytest.raises(NotFound), database.write(scope, now=clock()) as unit:
            WRITES[what](unit, people)
        assert who
    with database.write(people.nurse.scope, now=clock()) as unit:
        WRITES[what](unit, people)
    for scope, sees in [
        (people.nurse.scope, True),
        *((scope, False) for scope in people.outsiders.values()),
    ]:
        with database.read(scope, now=clock()) as unit:
            found = (
                bool(notes.notes(unit, people.patient.id))
                or bool(consents.consents(unit, people.patient.id))
                or intake.intake(unit, people.patient.pathway).number == 1
            )
            assert found is sees


@pytest.mark.parametrize("table", ["team_note", "consent", "intake_record"])
def test_nothing_is_changed_or_taken_away(
    table: str, people: People, database: Database, clock: SettableClock
) -> None:
    with database.write(people.nurse.scope, now=clock()) as unit:
        for write in WRITES.values():
            write(unit, people)
    for change in (f"DELETE FROM {table}", f"UPDATE {table} SET at = at"):
        with pytest.raises(DatabaseError), database.write(people.nurse.scope, now=clock()) as unit:
            unit.session.execute(text(change))


def test_a_note_is_corrected_once_by_a_new_one(
    people: People, database: Database, clock: SettableClock
) -> None:
    pathway = people.patient.pathway
    with database.write(people.nurse.scope, now=clock()) as unit:
        first = notes.add_note(unit, pathway, " Belt maandag.\nOver de patch. ")
    clock.advance(minutes=5)
    with database.write(people.nurse.scope, now=clock()) as unit:
        notes.add_note(unit, pathway, "Belt dinsdag.", first)
    with (
        pytest.raises(Conflict, match="already"),
        database.write(people.nurse.scope, now=clock()) as unit,
    ):
        notes.add_note(unit, pathway, "Belt woensdag.", first)
    for wrong in (" ", "x" * 4001):
        with pytest.raises(Refused), database.write(people.nurse.scope, now=clock()) as unit:
            notes.add_note(unit, pathway, wrong)
    with pytest.raises(NotFound), database.write(people.colleague.scope, now=clock()) as unit:
        notes.add_note(unit, people.other.pathway, "Van een ander.", first)
    with database.read(people.nurse.scope, now=clock()) as unit:
        found = notes.notes(unit, people.patient.id)
    assert [(n.text, n.stands, n.corrects) for n in found] == [
        ("Belt dinsdag.", True, first),
        ("Belt maandag.\nOver de patch.", False, None),
    ]
    raw = text("SELECT text FROM team_note")
    with database.read(people.nurse.scope, now=clock()) as unit:
        assert all(b"Belt" not in bytes(row[0]) for row in unit.session.execute(raw))


def test_without_consent_nothing_is_sent_over_that_channel(
    people: People, database: Database, clock: SettableClock
) -> None:
    """Given, withdrawn, given again; what is as it was is not written twice."""
    pathway, patient_id = people.patient.pathway, people.patient.id
    for given, stopped in ((True, False), (False, True), (False, True), (True, False)):
        clock.advance(minutes=1)
        with database.write(people.nurse.scope, now=clock()) as unit:
            consents.record(unit, pathway, {Purpose.EMAIL: given}, TODAY)
        with database.read(people.nurse.scope, now=clock()) as unit:
            off = reaching.stopped_at(unit, patient_id, Channel.EMAIL)
            assert (off is not None) is stopped
    with database.read(people.nurse.scope, now=clock()) as unit:
        known = consents.consents(unit, patient_id)
    assert [(view.number, view.given) for view in known] == [(3, True), (2, False), (1, True)]
    assert consents.standing(known)[Purpose.EMAIL].number == 3
    with pytest.raises(Refused), database.write(people.nurse.scope, now=clock()) as unit:
        consents.record(unit, pathway, {Purpose.SMS: True}, TODAY + timedelta(days=1))


def test_a_new_address_is_no_consent(
    people: People, database: Database, clock: SettableClock
) -> None:
    pathway, patient_id = people.patient.pathway, people.patient.id
    with database.write(people.nurse.scope, now=clock()) as unit:
        consents.record(unit, pathway, {Purpose.EMAIL: False}, TODAY)
        reminding.set_channels(unit, pathway, "anders@example.nl", "0612345678", None)
        assert reaching.stopped_at(unit, patient_id, Channel.EMAIL) is not None
        # Never asked about: off too, and on as soon as the patient agrees.
        assert reaching.stopped_at(unit, patient_id, Channel.SMS) == reaching.NEVER_ASKED
        consents.record(unit, pathway, {Purpose.SMS: True}, TODAY)
        assert reaching.reachable(unit, Channel.SMS, [patient_id]) == {patient_id: "+31612345678"}
        reminding.set_channels(unit, pathway, "anders@example.nl", "0687654321", None)
        assert reaching.reachable(unit, Channel.SMS, [patient_id]) == {patient_id: "+31687654321"}


def test_who_stops_a_channel_that_was_never_asked_about_has_stopped_it(
    people: People, database: Database, clock: SettableClock
) -> None:
    pathway, patient_id = people.patient.pathway, people.patient.id
    with database.write(people.nurse.scope, now=clock()) as unit:
        reminding.set_channels(unit, pathway, None, "0612345678", None)
    with database.write(people.patient.scope, now=clock()) as unit:
        reaching.stop(unit, patient_id, Channel.SMS)
        assert reaching.stopped_at(unit, patient_id, Channel.SMS) == clock()
    with database.write(people.nurse.scope, now=clock()) as unit:
        consents.record(unit, pathway, {Purpose.SMS: True}, TODAY)
        assert reaching.reachable(unit, Channel.SMS, [patient_id]) == {}


def test_what_the_patient_stopped_is_not_switched_on_by_a_first_consent(
    people: People, database: Database, clock: SettableClock
) -> None:
    with database.write(people.product, now=clock()) as unit:
        reaching.stop(unit, people.patient.id, Channel.EMAIL)
    with database.write(people.nurse.scope, now=clock()) as unit:
        consents.record(unit, people.patient.pathway, {Purpose.EMAIL: True}, TODAY)
        assert reaching.stopped_at(unit, people.patient.id, Channel.EMAIL) is not None


def test_facts_are_judged_and_two_who_change_them_are_told(
    people: People, database: Database, clock: SettableClock
) -> None:
    pathway = people.patient.pathway
    facts = {"pregnant": False, "bmi": "31.5", "technique": "scs"}
    with database.write(people.nurse.scope, now=clock()) as unit:
        intake.save(unit, pathway, facts, 0)
    with pytest.raises(Conflict), database.write(people.nurse.scope, now=clock()) as unit:
        intake.save(unit, pathway, {"pregnant": True}, 0)
    with (
        pytest.raises(Refused) as refused,
        database.write(people.nurse.scope, now=clock()) as unit,
    ):
        intake.save(unit, pathway, facts | {"bmi": "900", "soul": True}, 1)
    assert set(refused.value.fields) == {"bmi", "soul"}
    with database.read(people.nurse.scope, now=clock()) as unit:
        known = intake.intake(unit, pathway)
        case = cases.case_of(unit, people.patient.id, clock())
    assert (known.number, known.facts) == (1, facts)
    assert case is not None
    assert case.intake.technique is Technique.SCS


def test_facts_of_an_imported_case_come_back(
    people: People, database: Database, clock: SettableClock
) -> None:
    with database.write(people.nurse.scope, now=clock()) as unit:
        patient_id = patients.enrol(unit, enrolment(people.site_id, number=99))
        case = cases.case_of(unit, patient_id, clock())
        assert case is not None
        stated = {"pregnant": False, "team": ["nurse"], "mri_on": "2026-02-01"}
        read = parse_case(case_to_json(case) | {"intake_facts": stated})
        importing.store_case(unit, patient_id, read)
        again = cases.case_of(unit, patient_id, clock())
    assert again is not None
    assert case_to_json(again)["intake_facts"] == stated
