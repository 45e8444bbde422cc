"""What is said of phases that end before their day, or with their pathway, or were never held."""

from __future__ import annotations

from datetime import date

import pytest
from flask.testing import FlaskClient

from diary.protocol.phases import PhaseKind
from diary.store import milestones, pathways
from diary.store.database import Database
from tests.support.clock import SettableClock
from tests.support.people import People
from tests.web.team.conftest import DeskOf
from tests.web.team.pages import Page
from tests.web.team.test_phases import trial, url


@pytest.fixture
def desk(people: People, desk_of: DeskOf) -> FlaskClient:
    """Give the own nurse's browser."""
    return desk_of(people.nurse)


def phase_rows(page: Page) -> list[list[str]]:
    """Return of each phase its first and last day, days and state."""
    return [row[1:5] for row in page.table("Fasen")[1:]]


def steps_of(page: Page) -> list[str]:
    return [stop.text for stop in page.root.one("ol", class_="timeline").all("li")]


def test_an_end_that_is_set_for_later_is_still_to_come(
    desk_of: DeskOf, people: People, database: Database, clock: SettableClock
) -> None:
    own, base = people.patient.pathway, f"/team/patients/{people.patient.id}"
    with database.write(people.nurse.scope, now=clock()) as unit:
        pathways.end_phase(unit, trial(own).id, date(2026, 3, 16), 1, "Vakantie")
    name = people.nurse.login.title()
    page = Page(desk_of(people.nurse).get(base).text)
    days = ["10 mrt 2026", "16 mrt 2026", "7"]
    coming = "loopt; eindigt eerder, op 16 mrt 2026; gepland tot en met 19 mrt 2026"
    assert phase_rows(page)[1] == [*days, coming]
    report = Page(desk_of(people.nurse).get(f"{base}/report").text)
    for one in (page, report):
        assert f"Einde vastgelegd door {name}, 12 mrt 2026" in one.text
        assert "Waarom deze eerder eindigt: Vakantie" in one.text
        assert "Beëindigd door" not in one.text
    clock.set("2026-03-17T12:00:00+01:00")
    page = Page(desk_of(people.nurse).get(base).text)
    assert phase_rows(page)[1] == [*days, "eerder beëindigd; gepland tot en met 19 mrt 2026"]
    report = Page(desk_of(people.nurse).get(f"{base}/report").text)
    for one in (page, report):
        assert f"Beëindigd door {name}, 12 mrt 2026" in one.text
        assert "Waarom vroegtijdig beëindigd: Vakantie" in one.text


def test_an_end_that_comes_sooner_starts_with_the_reason_that_was_given(
    desk: FlaskClient, people: People, database: Database, clock: SettableClock
) -> None:
    """Also for somebody whose form a colleague was ahead of, and who typed none."""
    address = url(people.patient, "end")
    before = Page(desk.get(address).text).fields()
    assert before["reason"] == ""
    with database.write(people.nurse.scope, now=clock()) as unit:
        own = trial(people.patient.pathway)
        pathways.end_phase(unit, own.id, date(2026, 3, 16), 1, "Vakantie")
    assert Page(desk.get(address).text).fields()["reason"] == "Vakantie"
    for typed, kept in (("", "Vakantie"), ("Infectie", "Infectie")):
        sent = before | {"step": "save", "ended_on": "2026-03-14", "reason": typed}
        answer = desk.post(address, data=sent)
        assert answer.status_code == 409
        assert Page(answer.text).fields()["reason"] == kept


def test_an_end_that_is_set_for_a_planned_phase(
    desk: FlaskClient, people: People, database: Database, clock: SettableClock
) -> None:
    with database.write(people.nurse.scope, now=clock()) as unit:
        later = pathways.start_phase(
            unit,
            people.patient.pathway.id,
            PhaseKind.FOLLOW_UP,
            date(2026, 3, 25),
            date(2026, 3, 31),
        )
        pathways.end_phase(unit, later, date(2026, 3, 28), 1)
    page = Page(desk.get(f"/team/patients/{people.patient.id}").text)
    assert phase_rows(page)[2] == [
        "25 mrt 2026",
        "28 mrt 2026",
        "4",
        "gepland; eindigt eerder, op 28 mrt 2026; eerst gepland tot en met 31 mrt 2026",
    ]


def test_a_pathway_that_ends_before_an_end_set_for_later_ends_the_phase(
    desk_of: DeskOf, people: People, database: Database, clock: SettableClock
) -> None:
    own, base = people.patient.pathway, f"/team/patients/{people.patient.id}"
    with database.write(people.nurse.scope, now=clock()) as unit:
        pathways.end_phase(unit, trial(own).id, date(2026, 3, 16), 1)
        milestones.end_pathway(unit, own.id, 3)
    for now in ("2026-03-12T13:00:00+01:00", "2026-03-13T12:00:00+01:00"):
        clock.set(now)
        page = Page(desk_of(people.nurse).get(base).text)
        assert phase_rows(page)[1] == [
            "10 mrt 2026",
            "12 mrt 2026",
            "3",
            "eerder beëindigd; gepland tot en met 19 mrt 2026",
        ]
        assert steps_of(page) == [
            "Intake 2 mrt 2026 – 5 mrt 2026 achter de rug",
            "Proefstimulatie 10 mrt 2026 – 12 mrt 2026 achter de rug",
            "Traject beëindigd 12 mrt 2026 achter de rug",
        ]


@pytest.mark.parametrize("now", ["2026-03-27T12:00:00+01:00", "2026-06-01T12:00:00+02:00"])
def test_what_was_never_held_is_no_step_of_the_pathway(
    now: str, desk_of: DeskOf, people: People, database: Database, clock: SettableClock
) -> None:
    own = people.patient.pathway
    with database.write(people.nurse.scope, now=clock()) as unit:
        milestones.place_implant(unit, own.id, date(2026, 3, 20), None)
        pathways.start_phase(
            unit, own.id, PhaseKind.FOLLOW_UP, date(2026, 3, 25), date(2026, 3, 31)
        )
        milestones.end_pathway(unit, own.id, 3)
    clock.set(now)
    page = Page(desk_of(people.nurse).get(f"/team/patients/{people.patient.id}").text)
    assert [step.split(" ")[0] for step in steps_of(page)] == [
        "Intake",
        "Proefstimulatie",
        "Traject",
    ]
    assert phase_rows(page)[2] == [
        "25 mrt 2026",
        "31 mrt 2026",
        "7",
        "niet gehouden: het traject is beëindigd",
    ]


@pytest.mark.parametrize("now", ["2026-03-08T12:00:00+01:00", "2026-06-01T12:00:00+02:00"])
def test_a_pathway_that_ended_before_its_trial_has_no_verdict_to_wait_for(
    now: str, desk_of: DeskOf, people: People, database: Database, clock: SettableClock
) -> None:
    clock.set("2026-03-08T11:00:00+01:00")
    with database.write(people.nurse.scope, now=clock()) as unit:
        milestones.end_pathway(unit, people.patient.pathway.id, 2)
    clock.set(now)
    page = Page(desk_of(people.nurse).get(f"/team/patients/{people.patient.id}").text)
    verdict = page.root.one("section", **{"aria-labelledby": "verdict"}).text
    assert "Er is geen oordeel: het traject is beëindigd vóór een proefstimulatie." in verdict
