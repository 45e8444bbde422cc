"""The PIN before history and settings; scoring and the start ask for none."""

from __future__ import annotations

import secrets

import pytest
from flask import Flask
from flask.testing import FlaskClient

from diary.store import accounts, audit
from diary.store.database import Database
from diary.web.identity import PHONE_COOKIE, TEAM_COOKIE
from diary.web.patient.access import BEHIND_PIN
from tests.support.clock import SettableClock
from tests.support.people import PIN, People


@pytest.fixture
def phone(app: Flask, people: People) -> FlaskClient:
    """Give the patient's browser, which fills in no PIN by itself."""
    app.test_client_class = FlaskClient
    client = app.test_client()
    client.set_cookie(PHONE_COOKIE, people.patient.token)
    client.post("/language", data={"language": "en"})
    return client


def give(client: FlaskClient, people: People, pin: str, **more: str) -> tuple[int, str]:
    form = {"owner": str(people.patient.id), "pin": pin, "again": pin, **more}
    answer = client.post("/pin", data=form)
    return answer.status_code, answer.location if answer.status_code == 303 else answer.text


def sit_down(app: Flask, people: People, database: Database, clock: SettableClock) -> FlaskClient:
    """Return the browser of the nurse, who has just signed in."""
    token = secrets.token_urlsafe()
    with database.write(None, now=clock()) as unit:
        staff = accounts.find_staff(unit, people.nurse.login)
        assert staff is not None
        accounts.start_session(unit, staff, token)
    client = app.test_client()
    client.set_cookie(TEAM_COOKIE, token)
    return client


def test_every_page_of_history_and_settings_is_behind_it(
    app: Flask, phone: FlaskClient, people: People
) -> None:
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint in BEHIND_PIN]
    assert {rule.endpoint for rule in rules} == BEHIND_PIN
    for _locked_again in range(2):
        for rule in rules:
            with app.test_request_context():
                values = {"site": "leg", "day": "2026-03-12"}
                path = app.url_for(rule.endpoint, **{name: values[name] for name in rule.arguments})
            for method in (rule.methods or set()) & {"GET", "POST"}:
                form = {"owner": str(people.patient.id)}
                answer = phone.open(path, method=method, data=form if method == "POST" else None)
                assert (answer.status_code, answer.location.partition("?")[0]) == (303, "/pin")
        give(phone, people, PIN)
        phone.post("/pin/lock", data={"owner": str(people.patient.id)})
    for path in ("/", "/score", "/api/v1/today"):
        assert phone.get(path).status_code == 200


def test_it_is_chosen_at_the_first_look_and_leads_there(phone: FlaskClient, people: People) -> None:
    asked = phone.get("/diary").location
    assert asked == "/pin?next=/diary"
    page = phone.get(asked).text
    assert "<h1>Choose a PIN</h1>" in page
    assert 'value="/diary"' in page
    for pin, again, said in (
        ("135", "135", "five digits"),
        (PIN, "13570", "not the same"),
        ("11111", "11111", "Others guess this easily"),
    ):
        status, text = give(phone, people, pin, again=again)
        assert (status, said in text) == (422, True)
        assert pin not in text
    assert give(phone, people, PIN, next="/diary") == (303, "/diary")
    assert phone.get("/diary").status_code == 200
    assert phone.get("/pin?next=//evil.example").location == "/"


def test_after_ten_minutes_it_is_asked_again(
    phone: FlaskClient, people: People, clock: SettableClock
) -> None:
    give(phone, people, PIN)
    clock.advance(minutes=9)
    assert phone.get("/settings").status_code == 200
    clock.advance(minutes=9)
    assert phone.get("/settings").status_code == 200
    clock.advance(minutes=11)
    assert "<h1>Fill in your PIN</h1>" in phone.get(phone.get("/settings").location).text
    # A form that comes too late changes nothing and leads to its page.
    late = phone.post("/settings/disconnect", data={"owner": str(people.patient.id)})
    assert late.location == "/pin?next=/settings"
    assert give(phone, people, PIN, next="/settings") == (303, "/settings")


def test_five_wrong_ones_lock_it_and_the_nurse_takes_it_away(
    phone: FlaskClient,
    people: People,
    clock: SettableClock,
    database: Database,
    app: Flask,
) -> None:
    nurse = sit_down(app, people, database, clock)
    address = f"/team/patients/{people.patient.id}"
    assert "/pin/reset" not in nurse.get(address).text
    give(phone, people, PIN)
    clock.advance(minutes=11)
    said = [give(phone, people, pin)[1] for pin in ("123", *["00000"] * 5)]
    for words, page in zip(
        ("five digits", "4 more times", "3 more", "2 more", "try once more", "PIN is locked"),
        said,
        strict=True,
    ):
        assert words in page
    assert "PIN is locked" in give(phone, people, PIN)[1]
    assert "020 123 45 67" in phone.get("/pin").text
    assert phone.get("/score").status_code == 200
    nurse = sit_down(app, people, database, clock)
    assert f'action="{address}/pin/reset"' in nurse.get(address).text
    assert nurse.post(f"{address}/pin/reset").status_code == 303
    assert nurse.post(f"{address}/pin/reset").status_code == 404
    assert "<h1>Choose a PIN</h1>" in phone.get("/pin").text
    with database.read(people.patient.scope, now=clock()) as unit:
        rows = audit.of_patient(unit, people.patient.id)
    pins = [(row.event, row.authorised) for row in reversed(rows) if row.event.startswith("pin.")]
    assert pins == [
        ("pin.choose", True),
        *[("pin.enter", False)] * 6,
        ("pin.reset", True),
        ("pin.reset", False),
    ]


def test_it_can_be_changed_and_locked_at_once(phone: FlaskClient, people: People) -> None:
    give(phone, people, PIN)
    form = {"owner": str(people.patient.id), "pin": "24680", "again": "24680"}
    assert phone.post("/pin/change", data=form).location == "/settings"
    assert "Your new PIN is saved." in phone.get("/settings").text
    assert phone.post("/pin/lock", data=form).location == "/"
    assert give(phone, people, PIN)[0] == 422
    assert give(phone, people, "24680")[0] == 303


def test_right_after_connecting_it_can_wait(phone: FlaskClient) -> None:
    page = phone.get("/pin?next=/").text
    assert ">Later</a>" in page
    assert ">Later</a>" not in phone.get("/pin?next=/settings").text


def test_without_it_no_answer_stands_on_a_page_for_long(
    phone: FlaskClient, people: People, clock: SettableClock
) -> None:
    new = "00000000-0000-4000-8000-00000000000a"
    entry = {"id": new, "measured_at": clock().isoformat(), "scores": {"leg": 9, "back": 9}}
    body = {"sent_at": clock().isoformat(), "entries": [entry]}
    assert phone.post("/api/v1/entries", json=body).status_code == 200
    paths = (f"/saved/{new}", f"/entries/{new}/withdraw")
    assert all("9\n" in phone.get(path).text for path in paths)
    clock.advance(minutes=11)
    assert not any("9\n" in phone.get(path).text for path in paths)
    give(phone, people, PIN)
    assert all("9\n" in phone.get(path).text for path in paths)
