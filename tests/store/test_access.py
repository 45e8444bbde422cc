"""Every query as the patient, the own nurse, and those who may not look; and the second lock."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from types import ModuleType
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import SQLModel

from diary.store import (
    accounts,
    alarms,
    answering,
    attempts,
    audit,
    beginning,
    belonging,
    cases,
    centres,
    diary_reading,
    diary_writing,
    event_cases,
    event_reading,
    events,
    importing,
    medicines,
    pathway_reading,
    pathways,
    patient_list,
    patients,
    phones,
    prompts,
    questionnaire_reading,
    questionnaires,
    reaching,
    reminders,
    subscriptions,
)
from diary.store.database import Database, Unit
from diary.store.errors import NotFound, Refused
from diary.store.tables import Action, Channel
from tests.store.diaries import add, add_events, entry, event, new_medicine, on_list
from tests.store.questionnaires import pain, typed
from tests.support.clock import SettableClock
from tests.support.people import NOON, People, enrolment

DAY = date(2026, 3, 12)
Query = Callable[[Unit, People], object]

# What each reading function gives to somebody inside the scope is truthy; outside it is not.
READS: dict[str, Query] = {
    "patients.card": lambda u, p: patients.card(u, p.patient.id),
    "pathway_reading.pathway": lambda u, p: pathways.pathway(u, p.patient.id),
    "pathway_reading.all_pathways": lambda u, p: pathways.all_pathways(u, p.patient.id),
    "pathway_reading.pathways_of": lambda u, p: pathways.pathways_of(u, [p.patient.id]),
    "pathway_reading.patients_in_phases": lambda u, p: (
        p.patient.id in pathways.patients_in_phases(u, DAY)
    ),
    "diary_reading.entries": lambda u, p: diary_reading.entries(u, p.patient.pathway),
    "diary_reading.day": lambda u, p: diary_reading.day(u, p.patient.pathway, DAY).entries,
    "diary_reading.days": lambda u, p: (
        diary_reading.days(u, p.patient.pathway, DAY, DAY)[0].entries
    ),
    "diary_reading.first_day": lambda u, p: diary_reading.first_day(u, p.patient.pathway),
    "cases.case_of": lambda u, p: cases.case_of(u, p.patient.id, NOON),
    "cases.case_in": lambda u, p: cases.case_in(u, p.patient.pathway, NOON).entries,
    "cases.cases_of": lambda u, p: cases.cases_of(u, [p.patient.id], NOON),
    "event_reading.standing": lambda u, p: event_reading.standing(u, [p.patient.pathway.id]),
    "event_reading.taken_back": lambda u, p: event_reading.taken_back(
        u, [p.patient.pathway.id], NOON.date()
    ),
    "event_cases.event_parts": lambda u, p: event_cases.event_parts(u, [p.patient.pathway]),
    "questionnaire_reading.results": lambda u, p: questionnaire_reading.results(
        u, p.patient.pathway.id
    ),
    "questionnaire_reading.standing": lambda u, p: questionnaire_reading.standing(
        u, [p.patient.pathway.id]
    ),
    "alarms.alarms": lambda u, p: alarms.alarms(u, p.patient.id),
    "alarms.open_alarms": lambda u, p: alarms.open_alarms(u),
    "medicines.medicines": lambda u, p: medicines.medicines(u, p.patient.pathway.id),
    "medicines.medicines_of": lambda u, p: medicines.medicines_of(u, [p.patient.pathway.id]),
    "prompts.prompt_at": lambda u, p: prompts.prompt_at(u, p.patient.id),
    "prompts.patients_asked": lambda u, p: p.patient.id in prompts.patients_asked(u),
    "prompts.next_prompt": lambda u, p: prompts.next_prompt(u, p.patient.id),
    "phones.phones": lambda u, p: phones.phones(u, p.patient.id),
    "subscriptions.subscriptions": lambda u, p: subscriptions.subscriptions(u, p.patient.id),
    "subscriptions.subscriptions_of": lambda u, p: subscriptions.subscriptions_of(
        u, [p.patient.id]
    ),
    "reaching.reachable": lambda u, p: reaching.reachable(u, Channel.EMAIL, [p.patient.id]),
    "reaching.address": lambda u, p: reaching.address(u, p.patient.id, Channel.EMAIL),
    "reaching.stopped_at": lambda u, p: reaching.stopped_at(u, p.patient.id, Channel.SMS),
    "subscriptions.of_phone": lambda u, p: subscriptions.of_phone(u, p.patient.phone),
    "subscriptions.email_address": lambda u, p: subscriptions.email_address(u, p.patient.id),
}
# These raise NotFound outside the scope. (What the patient may not do either is tested beside
# each function.)
WRITES: dict[str, Query] = {
    "pathway_reading.lock": lambda u, p: _or_not_found(pathways.lock(u, p.patient.pathway.id)),
    "reaching.stop": lambda u, p: reaching.stop(u, p.patient.id, Channel.SMS),
    "reaching.resume": lambda u, p: reaching.resume(u, p.patient.id, Channel.SMS),
    "subscriptions.set_email": lambda u, p: subscriptions.set_email(u, p.patient.id, None),
    "prompts.materialise": lambda u, p: _or_not_found(
        prompts.materialise(u, p.patient.pathway, date(2026, 3, 19))
    ),
    "diary_writing.add_entries": lambda u, p: diary_writing.add_entries(
        u, p.patient.pathway, [entry(NOON)], access_point="test"
    ),
    "events.add_events": lambda u, p: events.add_events(
        u, p.patient.pathway, [event("symptoms", NOON)], access_point="test"
    ),
}
# Only for the team: the patient is refused as well.
TEAM: dict[str, Query] = {
    "pathways.to_change": lambda u, p: pathways.to_change(u, p.patient.pathway.id),
    "phones.create_activation_code": lambda u, p: phones.create_activation_code(u, p.patient.id),
    "patient_list.listed": lambda u, p: _or_not_found(
        [one for one in patient_list.listed(u) if one.id == p.patient.id]
        if u.within.patient_id is None
        else []
    ),
    "patients.begin_pathway": lambda u, p: _when_ended(u, p),
    "patients.relate": lambda u, p: patients.relate(u, p.nurse.id, p.patient.id),
    "medicines.add_medicine": lambda u, p: medicines.add_medicine(
        u, p.patient.pathway, new_medicine("morfine")
    ),
    "medicines.stop_medicine": lambda u, p: medicines.stop_medicine(
        u,
        p.patient.pathway,
        medicines.add_medicine(u, p.patient.pathway, new_medicine("morfine")),
        DAY,
    ),
    "questionnaires.add_result": lambda u, p: questionnaires.add_result(
        u, p.patient.pathway, pain("2026-03-10")
    ),
    "questionnaires.correct_result": lambda u, p: questionnaires.correct_result(
        u, p.patient.pathway, a_result(u, p), pain("2026-03-10"), "Fout."
    ),
    "questionnaires.take_back": lambda u, p: questionnaires.take_back(
        u, p.patient.pathway, a_result(u, p), "Fout."
    ),
    "patients.end_relation": lambda u, p: patients.end_relation(u, p.nurse.id, p.patient.id),
}
# Tested elsewhere: they belong to nobody's diary, or who may is not a matter of treatment.
ELSEWHERE = {
    *("accounts", "attempts", "centres", "reminders"),
    *("audit.log", "audit.log_each", "audit.verify", "audit.of_patient"),
    *("pathways.start_phase", "pathways.extend_phase", "pathways.end_phase"),
    "pathways.choose_evening",
    *(
        "pathway_reading.phases_of",
        "pathway_reading.held",
        "pathway_reading.bump",
        "pathway_reading.lock_all",
        "pathway_reading.moments_as_rows",
    ),
    *("phones.activate", "phones.plain_code", "phones.give_up_phone"),
    *("phones.phone_owner", "phones.revoke_phone", "phones.silence", "phones.set_language"),
    *("patients.enrol", "importing.store_case", "questionnaires.store_imported"),
    *("questionnaires.check_result", "questionnaires.read_reason"),
    "questionnaire_reading.filled_in",
    *(
        "answering.mark_answered",
        "answering.reopen",
        "answering.mark_new",
        "prompts.follow_phases",
        "prompts.materialise_all",
        "diary_reading.with_offset",
    ),
    *("subscriptions.subscribe", "subscriptions.gone"),
    *("alarms.close_alarm", "medicines.medicine_ids", "event_reading.running_attack"),
    "event_reading.has_events",
    # Nothing of a patient is read: rows that were read already, and words.
    *("pathways.is_over", "pathways.refuse_older", "pathway_reading.moments_from_rows"),
    "pathway_reading.held",
    *("beginning.insert_pathway", "beginning.wrong_in", "beginning.is_text", "beginning.is_zone"),
    # Of pathways that the caller found; nothing of what is placed is told.
    *("belonging.placed", "pathways.reasons_of"),
    *("patient_list.searched", "patient_list.collated"),
    *(f"event_cases.{name}" for name in ("merged", "attacks", "attack_days", "medication")),
}
MODULES = (
    answering,
    *(beginning, belonging),
    *(accounts, attempts, audit, cases, centres, diary_reading, diary_writing, importing),
    *(alarms, event_cases, event_reading, events, medicines),
    *(pathway_reading, pathways, patient_list, patients, phones, prompts, reaching, reminders),
    *(questionnaire_reading, questionnaires),
    subscriptions,
)


def _when_ended(unit: Unit, people: People) -> UUID:
    """Begin another pathway; while one runs, who may is told so."""
    try:
        new = enrolment(people.site_id).pathway
        return patients.begin_pathway(unit, people.patient.id, new)
    except Refused:
        return people.patient.id


def a_result(unit: Unit, people: People) -> UUID:
    """Return the result that stands, as far as it is seen."""
    found = questionnaire_reading.results(unit, people.patient.pathway.id)
    return found[0].id if found else uuid4()


def _or_not_found(found: object) -> object:
    if not found:
        raise NotFound
    return found


@pytest.fixture
def full(database: Database, clock: SettableClock, people: People) -> People:
    """People, with something to see in every table of the patient's diary."""
    add(database, clock, people.patient, entry(clock()))
    add_events(database, clock, people.patient, event("symptoms", NOON, {"symptoms": ["fever"]}))
    none = event("symptoms", NOON, {"symptoms": []})
    back = event("symptoms", NOON, replaces_id=none.id, withdrawn=True)
    add_events(database, clock, people.patient, none, back)
    on_list(database, clock, people.nurse.scope, people.patient, new_medicine("oxycodon"))
    typed(database, clock, people.nurse.scope, people.patient, pain("2026-03-11"))
    with database.write(people.product, now=clock()) as unit:
        prompts.materialise(unit, people.patient.pathway, date(2026, 3, 13))
        subscriptions.subscribe(unit, people.patient.phone, "https://push.example", "key", "auth")
        reaching.stop(unit, people.patient.id, Channel.SMS)
        audit.log(unit, "look", Action.READ, access_point="t", patient_id=people.patient.id)
    clock.set("2026-03-12T18:00:00+01:00")
    return people


def test_every_function_has_a_row() -> None:
    def short(module: ModuleType) -> str:
        return module.__name__.rpartition(".")[2]

    functions = {
        f"{short(module)}.{name}"
        for module in MODULES
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__ and not name.startswith("_")
        if short(module) not in ELSEWHERE
    }
    assert functions == {*READS, *WRITES, *TEAM} | {name for name in ELSEWHERE if "." in name}


def test_who_may_read(database: Database, clock: SettableClock, full: People) -> None:
    for who, scope in (full.insiders | full.outsiders | {"product": full.product}).items():
        with database.read(scope, now=clock()) as unit:
            for name, query in READS.items():
                sees = who not in full.outsiders
                assert bool(query(unit, full)) is sees, f"{name} as {who}"


@pytest.mark.parametrize("name", [*WRITES, *TEAM])
def test_who_may_write(database: Database, clock: SettableClock, full: People, name: str) -> None:
    command = (WRITES | TEAM)[name]
    refused = full.outsiders | ({"patient": full.patient.scope} if name in TEAM else {})
    for scope in refused.values():
        with pytest.raises(NotFound), database.write(scope, now=clock()) as unit:
            command(unit, full)
    for who in {**full.insiders, "product": full.product}.keys() - refused.keys():
        scope = (full.insiders | {"product": full.product})[who]
        with suppress(_Undone), database.write(scope, now=clock()) as unit:
            command(unit, full)
            raise _Undone


class _Undone(Exception):  # noqa: N818 - no error: it rolls back what the next one does again
    pass


def test_unknown_and_foreign_look_the_same(
    database: Database, clock: SettableClock, full: People
) -> None:
    with database.read(full.stranger.scope, now=clock()) as unit:
        assert patients.card(unit, uuid4()) == patients.card(unit, full.patient.id)
    messages = set()
    for patient_id in (uuid4(), full.patient.id):
        with (
            pytest.raises(NotFound) as refused,
            database.write(full.stranger.scope, now=clock()) as unit,
        ):
            phones.create_activation_code(unit, patient_id)
        messages.add(str(refused.value))
    assert len(messages) == 1


def test_a_relation_that_ended_ends_the_sight(
    database: Database, clock: SettableClock, full: People
) -> None:
    with database.write(full.nurse.scope, now=clock()) as unit:
        patients.end_relation(unit, full.nurse.id, full.patient.id)
    with database.read(full.nurse.scope, now=clock()) as unit:
        assert patients.card(unit, full.patient.id) is None


def test_row_level_security_alone_keeps_centres_apart(
    postgresql_database: Database, clock: SettableClock
) -> None:
    from tests.support.people import Maker

    people = Maker(postgresql_database, clock).people()
    add(postgresql_database, clock, people.patient, entry(clock()))
    add_events(postgresql_database, clock, people.patient, event("symptoms", NOON))
    on_list(postgresql_database, clock, people.nurse.scope, people.patient, new_medicine("x"))
    typed(postgresql_database, clock, people.nurse.scope, people.patient, pain("2026-03-11"))
    with postgresql_database.write(people.product, now=clock()) as unit:
        prompts.materialise(unit, people.patient.pathway, date(2026, 3, 13))
        subscriptions.subscribe(unit, people.patient.phone, "https://push.example", "key", "auth")
    filled = ["patient", "pathway", "phase", "entry", "score", "phone", "prompt", "access_log"]
    filled += ["diary_event", "medicine", "questionnaire_result"]
    for scope, sees in ((people.product, True), (people.stranger.scope, False)):
        with postgresql_database.read(scope, now=clock()) as unit:
            for table in filled:
                # Nothing of ours stands in between: a bare SELECT, as a mistake would make it.
                rows = unit.session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()
                assert bool(rows) is sees, table
            centre_ids = unit.session.execute(text("SELECT id FROM centre")).scalars().all()
            assert centre_ids == [scope.centre_id]
    with postgresql_database.engine.connect() as connection:
        # Without `diary.centre` there is nothing at all.
        for table in SQLModel.metadata.tables:
            if table not in {"attempt", "worker_tick"}:
                assert connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one() == 0


def test_row_level_security_keeps_from_writing_too(
    postgresql_database: Database, clock: SettableClock
) -> None:
    from tests.support.people import Maker

    people = Maker(postgresql_database, clock).people()
    with postgresql_database.write(people.stranger.scope, now=clock()) as unit:
        changed = unit.session.execute(text("UPDATE patient SET language = 'en' RETURNING id"))
        assert changed.all() == []
    with (
        pytest.raises(DBAPIError, match="row-level security"),
        postgresql_database.write(people.stranger.scope, now=clock()) as unit,
    ):
        unit.session.execute(
            text("INSERT INTO site (centre_id, id, name) VALUES (:centre, :id, 'x')"),
            {"centre": people.centre_id, "id": uuid4()},
        )
