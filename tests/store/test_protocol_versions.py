"""A centre's own protocol versions: who may, and that a pathway keeps what it began with."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from diary.protocol.cases import assess, case_to_json, parse_case
from diary.protocol.own_versions import parse_version, version_to_json
from diary.protocol.versions import NVA_2020, Parameters
from diary.store import cases, patients, prompts, protocol_versions
from diary.store.database import Database
from diary.store.errors import NotFound, Refused
from diary.store.scope import Scope
from diary.store.still_needed import still_needed
from diary.store.tables import Prompt, table_of
from tests.store.deciding import IMPLANT, MISSING, Desk, fill
from tests.store.diaries import add, entry, reread
from tests.store.test_cases import EVERYTHING, there_and_back
from tests.support.clock import SettableClock
from tests.support.people import Maker, People, Somebody, enrolment

OWN: dict[str, Any] = {
    "name": "elders-2026",
    "parameters": {"reduction_needed": "0.6", "trial_days": 5, "moments_in_a_valid_day": 3},
    "deviates_from": {"trial_days": "decided by the team"},
}
WRONG = {"name": "nva-2020", "parameters": {"trial_days": 5, "hours": 1}, "more": 1}


def body(value: object) -> bytes:
    return json.dumps(value).encode()


def in_use(database: Database, clock: SettableClock, by: Scope) -> None:
    with database.write(by, now=clock()) as unit:
        protocol_versions.add(unit, body(OWN))
        protocol_versions.choose(unit, OWN["name"])


def for_new(database: Database, clock: SettableClock, scope: Scope) -> Parameters:
    with database.read(scope, now=clock()) as unit:
        return protocol_versions.for_new(unit)


def refusal(database: Database, clock: SettableClock, by: Scope, sent: bytes) -> dict[str, str]:
    with pytest.raises(Refused) as refused, database.write(by, now=clock()) as unit:
        protocol_versions.add(unit, sent)
    return refused.value.fields


def test_a_pathway_keeps_the_version_that_it_began_with(
    database: Database, clock: SettableClock, people: People, maker: Maker
) -> None:
    in_use(database, clock, people.administrator.scope)
    younger = maker.patient(people.nurse.scope, people.site_id, "Cor Smit")
    with database.write(people.administrator.scope, now=clock()) as unit:
        protocol_versions.choose(unit, NVA_2020.name)
    own = parse_version(OWN)
    for somebody, parameters, needed in ((people.patient, NVA_2020, 2), (younger, own, 3)):
        found = reread(database, clock, somebody)
        assert (found.protocol, found.parameters) == (parameters.name, parameters)
        assert found.plan.parameters == parameters
        assert asked(database, clock, people.product, somebody) == {needed}
    for somebody, parameters, status in (
        (people.patient, NVA_2020, "reached"),
        (younger, own, "not_reached"),
    ):
        # Ten days of exactly half the pain.
        fill(database, clock, somebody)
        add(database, clock, somebody, entry(MISSING, 4))
        with database.read(people.nurse.scope, now=clock()) as unit:
            case = cases.case_of(unit, somebody.id, clock())
        assert case is not None
        verdict = assess(case).verdicts[0]
        assert (verdict.protocol, verdict.status) == (parameters.name, status)
        assert verdict.reduction == Fraction(1, 2)
        noted = [one.values["note"] for one in verdict.cautions if one.code == "deviates_from"]
        assert noted == ([] if parameters is NVA_2020 else ["decided by the team"])
        # What leaves the house says it too, and so does what a decision rests on.
        written = case_to_json(case)
        assert written["protocol"] == version_to_json(parameters)
        assert parse_case(json.loads(json.dumps(written))).parameters == parameters
        desk = Desk(database, clock, people.nurse.scope, somebody)
        desk.record(replace(IMPLANT, implanted_on=None))
        assert desk.read()[0].basis["protocol"] == version_to_json(parameters)
        assert desk.compare() is None


def asked(database: Database, clock: SettableClock, product: Scope, somebody: Somebody) -> set[int]:
    """Return how many answers a day without any still needs, as a reminder says it."""
    with database.write(product, now=clock()) as unit:
        found = somebody.pathway
        day = clock().date().replace(day=14)
        prompts.materialise(unit, found, day)
        prompt = table_of(Prompt).c
        rows = unit.session.execute(
            select(prompt.id).where(prompt.pathway_id == found.id, prompt.diary_day == day)
        ).scalars()
        return set(still_needed(unit, [product.centre_id], list(rows)).values())


def test_every_problem_is_told_at_its_place(
    database: Database, clock: SettableClock, people: People
) -> None:
    by = people.administrator.scope
    assert set(refusal(database, clock, by, body(WRONG))) == {"/name", "/parameters/hours", "/more"}
    assert set(refusal(database, clock, by, b"{")) == {""}
    weak = {"name": "x", "parameters": {"trial_days": 5, "window_days": 3}}
    assert set(refusal(database, clock, by, body(weak))) == {
        "/parameters/trial_days",
        "/parameters/window_days",
    }
    in_use(database, clock, by)
    assert refusal(database, clock, by, body(OWN | {"parameters": {}, "deviates_from": {}})) == {
        "/name": protocol_versions.NAME_TAKEN
    }
    with pytest.raises(Refused) as refused, database.write(by, now=clock()) as unit:
        protocol_versions.choose(unit, "elders-2027")
    assert set(refused.value.fields) == {"protocol"}
    assert for_new(database, clock, by) == parse_version(OWN)


def test_only_the_administrator_and_only_the_own_centre(
    database: Database, clock: SettableClock, people: People
) -> None:
    in_use(database, clock, people.administrator.scope)
    with database.read(people.administrator.scope, now=clock()) as unit:
        (one,) = protocol_versions.versions(unit)
    assert (one.parameters, one.added_at) == (parse_version(OWN), clock())
    others = (people.patient, people.nurse, people.colleague, people.stranger, people.auditor)
    for who in others:
        for refused in (
            lambda unit: protocol_versions.add(unit, body(OWN)),
            lambda unit: protocol_versions.choose(unit, NVA_2020.name),
            protocol_versions.versions,
        ):
            with pytest.raises(NotFound), database.write(who.scope, now=clock()) as unit:
                refused(unit)
    assert for_new(database, clock, people.nurse.scope).name == OWN["name"]
    assert for_new(database, clock, people.stranger.scope) == NVA_2020
    # An administrator there sees none of them, and cannot choose them either.
    there = replace(people.administrator.scope, centre_id=people.stranger.centre_id)
    with database.read(there, now=clock()) as unit:
        assert protocol_versions.versions(unit) == []
    with pytest.raises(Refused), database.write(there, now=clock()) as unit:
        protocol_versions.choose(unit, OWN["name"])


@pytest.mark.parametrize("change", ["DELETE FROM", "UPDATE"])
def test_nothing_is_ever_changed(
    database: Database, clock: SettableClock, people: People, change: str
) -> None:
    in_use(database, clock, people.administrator.scope)
    more = " SET name = 'x'" if change == "UPDATE" else ""
    with (
        pytest.raises(DBAPIError, match="append-only"),
        database.write(people.product, now=clock()) as unit,
    ):
        unit.session.execute(text(f"{change} protocol_version{more}"))


def test_an_imported_case_keeps_its_own_version(
    database: Database, clock: SettableClock, people: People
) -> None:
    case = parse_case(EVERYTHING | {"protocol": OWN})
    back = there_and_back(database, clock, people.nurse.scope, people.site_id, case)
    assert (back.protocol, back.own_protocol) == (OWN["name"], parse_version(OWN))
    with database.write(people.nurse.scope, now=clock()) as unit:
        form = replace(enrolment(people.site_id, number=77), parameters=case.parameters)
        patient_id = patients.enrol(unit, form)
        found = cases.case_of(unit, patient_id, clock())
    assert found is not None
    assert found.parameters == parse_version(OWN)
