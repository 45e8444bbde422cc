"""Phases: the calendar before saving, steps that are not possible, and two people at once."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, update
from sqlmodel import col

from diary.protocol.phases import PhaseKind
from diary.store import milestones, pathways, patients, protocol_versions
from diary.store.database import Database
from diary.store.pathways import PathwayView, PhaseView
from diary.store.tables import PhaseRow
from tests.support.clock import SettableClock
from tests.support.people import People, Somebody, enrolment
from tests.web.team.conftest import DeskOf, Diarist, measured
from tests.web.team.pages import Page

CALENDAR = "Metingen die gevraagd worden"
FOUR = {"first_day": "2026-04-01", "days": "28"}


@pytest.fixture
def desk(people: People, desk_of: DeskOf) -> FlaskClient:
    """Give the own nurse's browser."""
    return desk_of(people.nurse)


def now_of(database: Database, clock: SettableClock, somebody: Somebody) -> PathwayView:
    with database.read(somebody.scope, now=clock()) as unit:
        found = pathways.pathway(unit, somebody.id)
    assert found is not None
    return found


def trial(pathway: PathwayView) -> PhaseView:
    return next(phase for phase in pathway.phases if phase.kind == "trial")


def url(somebody: Somebody, step: str) -> str:
    return f"/team/patients/{somebody.id}/phases/{trial(somebody.pathway).id}/{step}"


def test_an_extension_is_looked_at_and_then_saved(
    desk: FlaskClient, people: People, database: Database, clock: SettableClock
) -> None:
    address = url(people.patient, "extend")
    sent = Page(desk.get(address).text).fields()
    assert (sent["days"], sent["version"]) == ("7", "1")
    page = Page(desk.post(address, data=sent | {"step": "check"}).text)
    days = [row[0] for row in page.table(CALENDAR)[1:]]
    assert (days[0], days[-1], len(days)) == ("vrijdag 20 maart", "donderdag 26 maart", 7)
    assert page.table(CALENDAR)[1][1] == "08:00 · 13:00 · 18:00 · 22:00 · 03:00"
    assert trial(now_of(database, clock, people.patient)).extended_to is None

    answer = desk.post(address, data=page.fields() | {"step": "save"})
    assert answer.headers["Location"] == f"/team/patients/{people.patient.id}"
    assert trial(now_of(database, clock, people.patient)).extended_to == date(2026, 3, 26)
    text = Page(desk.get(answer.headers["Location"]).text).text
    assert "Al een keer verlengd" in text


def test_another_length_is_possible_and_is_said(desk: FlaskClient, people: People) -> None:
    answer = desk.post(url(people.patient, "extend"), data={"step": "check", "days": "3"})
    assert answer.status_code == 200
    said = "Dagen waarmee de proefperiode is verlengd: 3; het protocol staat 7 tot 14 toe"
    assert said in Page(answer.text).text


@pytest.mark.parametrize("days", ["", "0", "-1", "401", "seven", "7.5"])
def test_a_number_of_days_that_is_none(
    days: str, desk: FlaskClient, people: People, database: Database, clock: SettableClock
) -> None:
    for step in ("check", "save"):
        sent = {"step": step, "days": days, "version": "1"}
        answer = desk.post(url(people.patient, "extend"), data=sent)
        assert answer.status_code == 422
        page = Page(answer.text)
        assert page.problems == []
        assert page.fields()["days"] == days
        assert page.fields()["version"] == "1"
    assert now_of(database, clock, people.patient).phases == people.patient.pathway.phases


def test_extended_twice(desk: FlaskClient, people: People) -> None:
    sent = {"step": "save", "days": "7", "version": "1"}
    assert desk.post(url(people.patient, "extend"), data=sent).status_code == 303
    answer = desk.post(url(people.patient, "extend"), data=sent | {"version": "2"})
    assert answer.status_code == 422
    assert "kan één keer verlengd worden" in Page(answer.text).text


def test_who_saves_on_an_older_state_is_told_what_changed(
    desk: FlaskClient,
    people: People,
    database: Database,
    clock: SettableClock,
) -> None:
    seen = Page(desk.get(url(people.patient, "end")).text).fields()
    with database.write(people.nurse.scope, now=clock()) as unit:
        own = trial(people.patient.pathway)
        pathways.extend_phase(unit, own.id, date(2026, 3, 28), own.version)

    checked = desk.post(url(people.patient, "end"), data=seen | {"step": "check"})
    assert Page(checked.text).fields()["version"] == "1"  # the look does not hide the change
    answer = desk.post(url(people.patient, "end"), data=seen | {"step": "save"})
    assert answer.status_code == 409
    page = Page(answer.text)
    assert page.problems == []
    assert "Deze fase is gewijzigd" in page.text
    assert "28 mrt 2026" in page.text
    assert page.fields()["version"] == "2"
    kept = trial(now_of(database, clock, people.patient))
    assert (kept.ended_on, kept.extended_to) == (None, date(2026, 3, 28))


def test_an_early_end_crosses_out_what_is_no_longer_asked(
    desk: FlaskClient, people: People, database: Database, clock: SettableClock
) -> None:
    address = url(people.patient, "end")
    page = Page(desk.post(address, data={"step": "check", "ended_on": "2026-03-14"}).text)
    rows = page.table(CALENDAR)[1:]
    assert [("wordt niet meer gevraagd" in row[1]) for row in rows] == [False] * 3 + [True] * 5
    sent = {"step": "save", "ended_on": "2026-03-14", "version": "1"}
    assert desk.post(address, data=sent).status_code == 303
    assert trial(now_of(database, clock, people.patient)).ended_on == date(2026, 3, 14)


def test_an_end_on_a_past_day_takes_a_reason_and_says_what_it_leaves_out(
    desk_of: DeskOf,
    people: People,
    database: Database,
    clock: SettableClock,
    diarist: Diarist,
) -> None:
    """Whoever chooses the last day afterwards chooses the four days that are judged."""
    clock.set(datetime.fromisoformat("2026-03-17T12:00:00+01:00"))
    desk = desk_of(people.nurse)
    diarist.write(
        people.patient,
        *(measured(f"2026-03-{day}T08:05", 3) for day in (10, 11, 12, 13, 14, 16, 17)),
    )
    address = url(people.patient, "end")
    late = Page(desk.post(address, data={"step": "check", "ended_on": "2026-03-16"}).text)
    assert "Dagen die beantwoord zijn" not in late.text
    page = Page(desk.post(address, data={"step": "check", "ended_on": "2026-03-13"}).text)
    assert "dan buiten de fase vallen: 14 mrt 2026, 16 mrt 2026" in page.text
    assert "De proefstimulatie telt 4 dagen; het protocol vraagt er minstens 7" in page.text
    said = {row[0].split()[1]: row[1] for row in page.table(CALENDAR)[1:]}
    assert said["14"] == said["16"] == "beantwoord; valt buiten de fase"
    assert said["15"] == "niet beantwoord; valt buiten de fase"
    assert "wordt niet meer gevraagd" in said["17"]
    sent = page.fields() | {"step": "save"}
    refused = desk.post(address, data=sent)
    assert refused.status_code == 422
    assert "Vul in waarom" in Page(refused.text).text
    assert trial(now_of(database, clock, people.patient)).ended_on is None

    assert desk.post(address, data=sent | {"reason": "Draad verschoven."}).status_code == 303
    assert trial(now_of(database, clock, people.patient)).ended_on == date(2026, 3, 13)
    shown = Page(desk.get(f"/team/patients/{people.patient.id}").text)
    verdict = shown.root.one("section", **{"aria-labelledby": "verdict"}).text
    assert (
        "vroegtijdig beëindigd. De laatste dag is 13 mrt 2026; gepland was 19 mrt 2026" in verdict
    )
    assert f"Beëindigd door {people.nurse.login.title()}" in shown.text
    assert "Waarom vroegtijdig beëindigd: Draad verschoven." in shown.text
    report = Page(desk.get(f"/team/patients/{people.patient.id}/report").text).text
    assert "gepland was 19 mrt 2026" in report


@pytest.mark.parametrize("day", ["2026-03-09", "2026-03-20", "14-03-2026", ""])
def test_an_end_outside_the_phase(day: str, desk: FlaskClient, people: People) -> None:
    for step in ("check", "save"):
        sent = {"step": step, "ended_on": day, "version": "1"}
        assert desk.post(url(people.patient, "end"), data=sent).status_code == 422


def test_a_phase_that_is_there_already(
    desk: FlaskClient, people: People, database: Database, clock: SettableClock
) -> None:
    address = f"/team/patients/{people.patient.id}/phases/new/trial"
    for step in ("check", "save"):
        sent = {"step": step, "first_day": "2026-04-01", "days": "7", "version": "2"}
        answer = desk.post(address, data=sent)
        assert answer.status_code == 422
        page = Page(answer.text)
        assert "Er is niets opgeslagen" in page.text
        assert page.fields()["first_day"] == "2026-04-01"
    assert len(now_of(database, clock, people.patient).phases) == 2


def test_what_cannot_be_done_at_all_is_said_at_once(
    desk: FlaskClient, people: People, database: Database, clock: SettableClock
) -> None:
    start = f"/team/patients/{people.patient.id}/phases/new/"
    assert desk.get(f"{start}nonsense").status_code == 404
    page = Page(desk.get(f"{start}trial").text)
    assert "Deze fase is er al" in page.text
    intake = people.patient.pathway.phases[0].id
    over = f"/team/patients/{people.patient.id}/phases/{intake}/end"
    assert "Deze fase is geëindigd" in Page(desk.get(over).text).text
    sent = {"step": "save", "ended_on": "2026-03-03", "version": "1"}
    assert desk.post(over, data=sent).status_code == 422
    assert "first_day" not in page.fields()
    with database.write(people.nurse.scope, now=clock()) as unit:
        pathways.extend_phase(unit, trial(people.patient.pathway).id, date(2026, 3, 28), 1)
    assert "kan één keer verlengd worden" in Page(desk.get(url(people.patient, "extend")).text).text
    with database.write(people.nurse.scope, now=clock()) as unit:
        milestones.end_pathway(unit, people.patient.pathway.id, 3)
    for step in (f"{start}follow_up", url(people.patient, "end")):
        assert "Het traject is beëindigd" in Page(desk.get(step).text).text


def test_what_was_never_held_is_not_printed_typed_over_or_reported(
    desk_of: DeskOf, people: People, database: Database, clock: SettableClock
) -> None:
    own, base = people.patient.pathway, f"/team/patients/{people.patient.id}"
    with database.write(people.nurse.scope, now=clock()) as unit:
        pathways.start_phase(
            unit, own.id, PhaseKind.FOLLOW_UP, date(2026, 3, 25), date(2026, 3, 31)
        )
        milestones.end_pathway(unit, own.id, 3)
        ended = pathways.pathway(unit, people.patient.id)
    assert ended is not None
    clock.set("2026-06-01T12:00:00+02:00")
    desk = desk_of(people.nurse)
    rows = Page(desk.get(f"{base}/booklet").text).table("Boekjes")[1:]
    assert [row[:3] for row in rows] == [
        ["Intake", "2 mrt 2026 – 5 mrt 2026", "9"],
        ["Proefstimulatie", "10 mrt 2026 – 12 mrt 2026", "7"],
    ]
    assert desk.get(f"{base}/booklet/{ended.phases[2].id}").status_code == 404
    page = Page(desk.get(f"{base}/typing", follow_redirects=True).text)
    days = [a.attributes["href"] or "" for a in page.root.one("nav", class_="days").all("a")]
    assert len(days) == 4 + 3
    assert {desk.get(day).status_code for day in days} == {200}
    report = Page(desk.get(f"{base}/report").text).text
    assert "10 mrt 2026 – 12 mrt 2026" in report
    assert "25 mrt" not in report
    chart = Page(desk.get(base).text)
    assert not [a for a in chart.root.all("a") if a.text == "Controle"]


def test_a_trial_of_cluster_headache_is_as_long_as_its_verdict_asks(
    desk: FlaskClient, people: People, database: Database, clock: SettableClock
) -> None:
    """Attacks are counted over a trial with a length of its own in the protocol version."""
    own: dict[str, Any] = {
        "name": "elders-2026",
        "parameters": {"trial_days": 10, "attack_trial_days": 14},
    }
    new = replace(enrolment(people.site_id, number=77), indication="cluster", sites=("head",))
    with database.write(people.administrator.scope, now=clock()) as unit:
        protocol_versions.add(unit, json.dumps(own).encode())
        protocol_versions.choose(unit, own["name"])
    with database.write(people.nurse.scope, now=clock()) as unit:
        patient_id = patients.enrol(unit, new)
    start = f"/team/patients/{patient_id}/phases/new/trial"
    page = Page(desk.get(start).text)
    assert (page.fields()["days"], "Het protocol vraagt er minstens 14." in page.text) == (
        "14",
        True,
    )
    sent = page.fields() | {"step": "check", "days": "13"}
    assert (
        "telt 13 dagen; het protocol vraagt er minstens 14"
        in Page(desk.post(start, data=sent).text).text
    )


def test_a_switch_off_with_its_diary_before_and_its_reason(
    desk: FlaskClient, people: People, database: Database, clock: SettableClock
) -> None:
    """S3 l.235-243: four days of diary, then off for one to four weeks, and why."""
    start = f"/team/patients/{people.patient.id}/phases/new/"
    off = Page(desk.post(f"{start}switch_off", data={"step": "check"} | FOUR).text)
    assert "Vul in waarom het systeem wordt uitgezet" in off.text
    off = Page(desk.post(f"{start}switch_off", data={"step": "check", "reason": "x"} | FOUR).text)
    for said in ("Er is geen dagboek van vóór het uitzetten", "Er is nog geen dag van implantatie"):
        assert said in off.text
    with database.write(people.nurse.scope, now=clock()) as unit:
        milestones.place_implant(unit, people.patient.pathway.id, date(2026, 3, 25), None)

    first = Page(desk.get(f"{start}pre_switch_off").text).fields()
    assert (first["first_day"], first["days"]) == ("2026-03-20", "4")
    assert desk.post(f"{start}pre_switch_off", data=first | {"step": "save"}).status_code == 303
    sent = Page(desk.get(f"{start}switch_off").text).fields() | {"reason": "Twijfel <van haar>."}
    assert (sent["first_day"], sent["days"]) == ("2026-03-24", "28")
    long = Page(desk.post(f"{start}switch_off", data=sent | {"step": "check", "days": "29"}).text)
    assert "het protocol staat 7 tot 28 toe" in long.text
    assert desk.post(f"{start}switch_off", data=sent | {"step": "save"}).status_code == 303

    page = Page(desk.get(f"/team/patients/{people.patient.id}").text)
    assert page.problems == []
    assert "Waarom gepland: Twijfel <van haar>." in page.text
    line = [stop.text for stop in page.root.one("ol", class_="timeline").all("li")]
    assert line[1] == "Proefstimulatie 10 mrt 2026 – 19 mrt 2026 dag 3 van 10"
    assert [text.split(" 2")[0] for text in line[2:5]] == [
        "Voor het uitzetten",
        "Uitgezet",
        "Implantatie",
    ]
    visit = Page(desk.get(f"{start}follow_up").text).fields()
    assert visit["first_day"] == "2026-06-21"


def test_a_colleague_who_was_first_takes_no_reason_away(
    desk: FlaskClient, people: People, database: Database, clock: SettableClock
) -> None:
    """The days have to be looked at anew; why it ends is still what it was."""
    address = url(people.patient, "end")
    seen = Page(desk.get(address).text).fields()
    with database.write(people.nurse.scope, now=clock()) as unit:
        pathways.extend_phase(unit, trial(people.patient.pathway).id, date(2026, 3, 28), 1)
    sent = seen | {"step": "save", "ended_on": "2026-03-11", "reason": "Draad verschoven."}
    answer = desk.post(address, data=sent)
    fields = Page(answer.text).fields()
    assert answer.status_code == 409
    assert (fields["reason"], fields["ended_on"]) == ("Draad verschoven.", "2026-03-12")
    done = desk.post(address, data=fields | {"step": "save"})
    assert done.status_code == 303


def test_why_it_was_switched_off_stays_beside_why_that_was_ended_early(
    people: People, database: Database, clock: SettableClock, desk_of: DeskOf
) -> None:
    """S3 l.237 asks the reason; the end of it takes nothing away."""
    with database.write(people.nurse.scope, now=clock()) as unit:
        milestones.place_implant(unit, people.patient.pathway.id, date(2026, 3, 20), None)
        pathways.start_phase(
            unit,
            people.patient.pathway.id,
            PhaseKind.SWITCH_OFF,
            date(2026, 4, 1),
            date(2026, 4, 28),
            reason="Twijfel van haar.",
        )
    clock.set("2026-04-06T12:00:00+02:00")
    (off,) = (p for p in now_of(database, clock, people.patient).phases if p.kind == "switch_off")
    with database.write(people.nurse.scope, now=clock()) as unit:
        pathways.end_phase(unit, off.id, date(2026, 4, 5), off.version, "Zij wil niet meer.")
    desk, base = desk_of(people.nurse), f"/team/patients/{people.patient.id}"
    told = (
        *("Waarom gepland: Twijfel van haar.", "Beëindigd door Nurse1"),
        "Waarom vroegtijdig beëindigd: Zij wil niet meer.",
    )
    for page in (Page(desk.get(base).text), Page(desk.get(f"{base}/report").text)):
        assert page.problems == []
        for line in told:
            assert line in page.text


def test_who_ended_an_imported_phase_is_not_known(
    people: People, database: Database, clock: SettableClock, desk_of: DeskOf
) -> None:
    with database.write(people.product, now=clock()) as unit:
        unit.session.execute(
            update(PhaseRow)
            .where(col(PhaseRow.id) == trial(people.patient.pathway).id)
            .values(ended_on=date(2026, 3, 12), changed_by=None)
        )
    page = Page(desk_of(people.nurse).get(f"/team/patients/{people.patient.id}").text)
    assert "eerder beëindigd; gepland tot en met 19 mrt 2026" in page.text
    assert "Beëindigd door" not in page.text


def test_two_who_plan_at_once(
    desk: FlaskClient, people: People, database: Database, clock: SettableClock
) -> None:
    """The second one is told what changed, and nothing is overwritten."""
    address = f"/team/patients/{people.patient.id}/phases/new/follow_up"
    seen = Page(desk.get(address).text).fields()
    assert desk.post(address, data=seen | {"step": "save"}).status_code == 303
    answer = desk.post(address, data=seen | {"step": "save", "first_day": "2026-05-01"})
    assert answer.status_code == 409
    page = Page(answer.text)
    assert "De fasen zijn intussen gewijzigd. Nazorg loopt nu van" in page.text
    assert len(now_of(database, clock, people.patient).phases) == 3
    assert page.fields()["version"] == "3"


def test_a_form_without_a_step(desk: FlaskClient, people: People) -> None:
    assert desk.post(url(people.patient, "end"), data={}).status_code == 400


@pytest.mark.parametrize("first", ["9999-12-31", "0001-01-01", "0202-03-12", "1026-03-12"])
@pytest.mark.parametrize("kind", ["intake", "trial"])
def test_a_mistyped_year_is_not_saved(
    first: str,
    kind: str,
    desk: FlaskClient,
    people: People,
    database: Database,
    clock: SettableClock,
) -> None:
    with database.write(None, now=clock()) as unit:
        unit.session.execute(delete(PhaseRow))
    for step in ("check", "save"):
        sent = {"step": step, "first_day": first, "days": "1"}
        answer = desk.post(f"/team/patients/{people.patient.id}/phases/new/{kind}", data=sent)
        assert answer.status_code == 422
        page = Page(answer.text)
        assert page.problems == []
        assert page.fields()["first_day"] == first
    assert now_of(database, clock, people.patient).phases == ()
