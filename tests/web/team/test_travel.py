"""A phone on another time: asked on the start page, kept, and seen by the own team."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from diary.store import travel
from diary.store.database import Database
from tests.support.clock import SettableClock
from tests.support.people import People
from tests.web.conftest import PhoneOf
from tests.web.team.conftest import DeskOf


@pytest.fixture
def phone(people: People, phone_of: PhoneOf) -> FlaskClient:
    return phone_of(people.patient)


@pytest.mark.parametrize("answer, said", [("keep", "fine"), ("tell", "asks what to do")])
def test_what_the_patient_answers_the_team_sees(
    answer: str,
    said: str,
    phone: FlaskClient,
    people: People,
    desk_of: DeskOf,
    database: Database,
    clock: SettableClock,
) -> None:
    page = phone.get("/").text
    assert 'data-travel="Europe/Amsterdam"' in page
    assert 'data-answered=""' in page
    form = {"owner": str(people.patient.id), "zone": "Asia/Tokyo", "answer": answer}
    assert phone.post("/travel", data=form).location == "/"
    assert 'data-answered="Asia/Tokyo"' in phone.get("/").text
    desk = desk_of(people.nurse)
    desk.post("/team/language", data={"language": "en"})
    seen = desk.get(f"/team/patients/{people.patient.id}/reminding").text
    assert "Asia/Tokyo" in seen
    assert said in seen
    for outsider in people.outsiders.values():
        with database.read(outsider, now=clock()) as unit:
            assert travel.travel(unit, people.patient.id) is None
    # Asked again after two weeks.
    clock.advance(days=14)
    with database.read(people.patient.scope, now=clock()) as unit:
        assert travel.travel(unit, people.patient.id) is None


@pytest.mark.parametrize("zone, answer", [("Mars/Base", "keep"), ("Asia/Tokyo", "perhaps")])
def test_nothing_else_is_kept(phone: FlaskClient, people: People, zone: str, answer: str) -> None:
    form = {"owner": str(people.patient.id), "zone": zone, "answer": answer}
    assert phone.post("/travel", data=form).status_code == 400
