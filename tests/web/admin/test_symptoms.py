"""The centre's own list of alarm symptoms, on the phone, for the team and in old reports."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from diary.store import symptoms
from diary.store.database import Database
from diary.store.errors import NotFound
from diary.web.symptoms import SYMPTOMS
from tests.store.diaries import add_events, event
from tests.support.clock import SettableClock
from tests.support.people import People
from tests.web.admin.conftest import See
from tests.web.conftest import PhoneOf
from tests.web.team.conftest import DeskOf
from tests.web.team.pages import Page
from tests.web.test_api_entries import send
from tests.web.test_api_events import event as told

OWN = {"text_nl": "De kabel is <los>", "text_en": "The cable is loose"}


def asked(phone: FlaskClient) -> dict[str, str]:
    answer = phone.get("/api/v1/today")
    assert answer.json is not None
    return {one["code"]: one["label"] for one in answer.json["symptoms"]}


def test_the_list_of_the_centre_is_what_the_phone_asks(
    see: See, people: People, phone_of: PhoneOf
) -> None:
    phone = phone_of(people.patient)
    assert list(asked(phone)) == list(SYMPTOMS)
    see("symptoms/fever", {"asked": "yes", "text_nl": "Koorts vanaf 38"})
    see("symptoms/shocks", {"asked": "no"})
    see("symptoms/new", OWN)
    found = asked(phone)
    assert found["fever"] == "Koorts vanaf 38"
    assert "shocks" not in found
    own = next(code for code in found if code not in SYMPTOMS)
    assert found[own] == "De kabel is <los>"
    assert "De kabel is &lt;los&gt;" in phone.get("/symptoms").text
    # Where the centre has no words, the product's are used; else the Dutch.
    phone.post("/language", data={"language": "de"})
    assert asked(phone)["fever"].startswith("Fieber")
    assert asked(phone)[own] == "De kabel is <los>"
    # What was asked while the phone was offline still arrives; what never was does not.
    for code, status in (("shocks", "stored"), (own, "stored"), ("own_1", "rejected")):
        assert reported(phone, code) == status
    assert list(asked(phone_of(people.other)))[-1] == own


def reported(phone: FlaskClient, code: str) -> str:
    return str(send(phone, told("symptoms", symptoms=[code]))[0]["status"])


def test_old_reports_keep_their_words(
    see: See, people: People, database: Database, clock: SettableClock, desk_of: DeskOf
) -> None:
    def add() -> None:
        report = event("symptoms", clock(), {"symptoms": ["fever"]})
        add_events(database, clock, people.patient, report)

    add()
    clock.advance(minutes=1)
    see("symptoms/fever", {"asked": "yes", "text_nl": "Koorts vanaf 38"})
    clock.advance(minutes=1)
    add()
    text = Page(desk_of(people.nurse).get(f"/team/patients/{people.patient.id}").text).text
    assert "Koorts vanaf 38" in text
    assert "Koorts: 38,5" in text


def test_what_is_refused(
    see: See, database: Database, clock: SettableClock, people: People
) -> None:
    assert see("symptoms/new", {"text_en": "x"}, 422).root.all("span", id="text_nl-error")
    long = see("symptoms/fever", {"asked": "yes", "text_pl": "x" * 201}, 422)
    assert long.root.all("span", id="text_pl-error")
    *others, last = SYMPTOMS
    with database.write(people.administrator.scope, now=clock()) as unit:
        for code in others:
            symptoms.keep(unit, code, False, {})
    assert see(f"symptoms/{last}", {"asked": "no"}, 422).root.all("span", id="asked-error")
    with (
        database.write(people.nurse.scope, now=clock()) as unit,
        pytest.raises(NotFound),
    ):
        symptoms.keep(unit, last, False, {})


def test_another_centre_has_its_own_list(
    see: See, people: People, database: Database, clock: SettableClock
) -> None:
    see("symptoms/new", OWN)
    with database.read(people.stranger.scope, now=clock()) as unit:
        assert symptoms.wordings(unit) == []
    see("symptoms/own_00000000", {"asked": "yes", "text_nl": "x"}, 404)
