"""The day of the implantation, the end of a pathway, and the stimulator switched on and off."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from flask.testing import FlaskClient

from diary.store import milestones, switches
from diary.store.database import Database
from diary.store.tables import Position
from tests.store.diaries import reread
from tests.support.clock import SettableClock
from tests.support.people import People
from tests.web.team.conftest import DeskOf, Diarist, measured
from tests.web.team.pages import Page


@pytest.fixture
def desk(people: People, desk_of: DeskOf) -> FlaskClient:
    """Give the own nurse's browser."""
    return desk_of(people.nurse)


def test_the_day_of_the_implantation_shows_what_is_due_from_it(
    desk: FlaskClient, people: People, database: Database, clock: SettableClock
) -> None:
    url = f"/team/patients/{people.patient.id}/implantation"
    sent = {"step": "check", "implanted_on": "2026-11-30", "seen": ""}
    page = Page(desk.post(url, data=sent).text)
    assert page.problems == []
    due = page.table("Wat daarna volgt")[1:]
    assert due[0] == ["Contact na 3 maanden", "28 feb 2027"]
    assert ["Vragenlijsten na 6 maanden", "30 mei 2027"] in due
    assert reread(database, clock, people.patient).implanted_on is None
    assert desk.post(url, data=sent | {"step": "save"}).status_code == 303

    with database.write(people.nurse.scope, now=clock()) as unit:
        own = people.patient.pathway.id
        milestones.place_implant(unit, own, date(2026, 12, 7), date(2026, 11, 30))
    answer = desk.post(url, data=sent | {"step": "save", "seen": "2026-11-30"})
    assert answer.status_code == 409
    page = Page(answer.text)
    assert "gewijzigd in 7 dec 2026" in page.text
    assert page.fields()["seen"] == "2026-12-07"
    assert reread(database, clock, people.patient).implanted_on == date(2026, 12, 7)
    for wrong in ("30-11-2026", "2026-01-01"):
        answer = desk.post(url, data={"step": "save", "implanted_on": wrong, "seen": "2026-12-07"})
        assert answer.status_code == 422
    assert desk.post(url, data={}).status_code == 400


def test_the_end_says_what_it_does_and_happens_once(
    desk: FlaskClient, people: People, database: Database, clock: SettableClock
) -> None:
    url = f"/team/patients/{people.patient.id}/end"
    page = Page(desk.get(url).text)
    assert "Wat loopt eindigt vandaag: Proefstimulatie." in page.text
    stale = desk.post(url, data={"version": "1"})
    assert (stale.status_code, "De fasen zijn intussen gewijzigd" in stale.text) == (409, True)
    assert desk.post(url, data=page.fields()).status_code == 303
    assert reread(database, clock, people.patient).ended_at == clock()
    again = desk.post(url, data=page.fields())
    assert (again.status_code, "al beëindigd" in again.text) == (409, True)
    page = Page(desk.get(f"/team/patients/{people.patient.id}").text)
    assert page.problems == []
    assert "Traject beëindigd 12 mrt 2026" in page.text
    assert "Proefperiode plannen" not in page.text


def test_switching_is_noted_shown_and_taken_back(
    desk: FlaskClient,
    people: People,
    database: Database,
    clock: SettableClock,
    diarist: Diarist,
) -> None:
    diarist.write(people.patient, measured("2026-03-12T08:05", 5))
    url = f"/team/patients/{people.patient.id}/switches"
    sent = {"position": "off", "day": "2026-03-12", "time": "09:30", "note": "Twijfel"}
    assert desk.post(url, data=sent).status_code == 303
    page = Page(desk.get(url).text)
    assert page.problems == []
    row = page.table("Aan- en uitgezet")[1]
    assert row[:3] == ["12 mrt 2026 09:30", "uitgezet", "Twijfel"]
    chart = f"/team/patients/{people.patient.id}/trend.svg?theme=light&size=wide"
    assert "uitgezet" in desk.get(chart).text
    # Also for who sees the picture: not every line in it has room for its words.
    for end in ("", "/report"):
        page = Page(desk.get(f"/team/patients/{people.patient.id}{end}").text)
        assert "De stimulator: 12 maart 2026 uitgezet." in page.text

    for wrong in ({"time": "12:01"}, {"day": "2026-03-13"}, {"position": ""}, {"time": "9"}):
        assert desk.post(url, data=sent | wrong).status_code == 422
    with database.read(people.nurse.scope, now=clock()) as unit:
        (noted,) = switches.switches(unit, people.patient.pathway.id)
    assert desk.post(f"{url}/{people.other.id}/take-back").status_code == 404
    assert desk.post(f"{url}/{noted.id}/take-back").status_code == 303
    assert desk.post(f"{url}/{noted.id}/take-back").status_code == 409
    assert "teruggenomen" in Page(desk.get(url).text).table("Aan- en uitgezet")[1][4]
    assert "uitgezet" not in desk.get(chart).text


def test_what_is_switched_on_after_the_phase_is_told_too(
    desk_of: DeskOf,
    people: People,
    database: Database,
    clock: SettableClock,
    diarist: Diarist,
) -> None:
    """The chart has no such day; without it the page says that the stimulator is still off."""
    diarist.write(people.patient, measured("2026-03-12T08:05", 5))
    clock.set("2026-03-20T12:00:00+01:00")
    with database.write(people.nurse.scope, now=clock()) as unit:
        for day, position in (("18", Position.OFF), ("20", Position.ON)):
            at = datetime.fromisoformat(f"2026-03-{day}T09:30:00+01:00")
            switches.note_switch(unit, people.patient.pathway, position, at)
    desk = desk_of(people.nurse)
    for end in ("", "/report"):
        page = Page(desk.get(f"/team/patients/{people.patient.id}{end}").text)
        assert "De stimulator: 18 maart 2026 uitgezet; 20 maart 2026 aangezet." in page.text
