"""What the start and the list say at every time of a pathway; nothing judges."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask.testing import FlaskClient

from diary.language import catalogue
from diary.store.database import Database
from tests.support.clock import SettableClock
from tests.support.people import People
from tests.web.conftest import PhoneOf


@pytest.fixture
def phone(people: People, phone_of: PhoneOf) -> FlaskClient:
    client = phone_of(people.patient)
    client.post("/language", data={"language": "en"})
    return client


def score(client: FlaskClient, at: datetime, **more: object) -> None:
    new = "00000000-0000-4000-8000-" + at.strftime("%m%d%H%M").zfill(12)
    entry = {"id": new, "measured_at": at.isoformat(), "scores": {"leg": 6, "back": 4}, **more}
    body = {"sent_at": at.isoformat(), "entries": [entry]}
    assert client.post("/api/v1/entries", json=body).status_code == 200


def test_the_start_says_where_you_are_what_is_done_and_what_comes(
    phone: FlaskClient, clock: SettableClock
) -> None:
    score(phone, clock.set("2026-03-12T08:10:00+01:00"))
    clock.set("2026-03-12T13:30:00+01:00")
    page = phone.get("/").text
    assert "The trial period" in page
    assert "Day 3 of 10" in page
    assert "Now: midday" in page
    assert "until 15:00" in page
    assert "Next: evening, 18:00." in page
    signs = [part.split('"')[0] for part in page.split('class="sign ')[1:]]
    assert signs == ["answered", "open", "coming", "coming", "coming"]
    # What was filled in can be changed, without being shown.
    assert page.count("/correct") == 1
    clock.set("2026-03-12T16:30:00+01:00")
    page = phone.get("/").text
    assert 'class="sign missed"' in page
    assert "/score?moment=midday" in page
    assert "extra measurement" in page


@pytest.mark.parametrize(
    "now, said",
    [
        ("2026-02-20T12:00:00+01:00", "You start on Monday 2 March."),
        ("2026-03-07T12:00:00+01:00", "You start on Tuesday 10 March."),
        ("2026-03-25T12:00:00+01:00", "This period is over."),
        ("2026-03-13T03:30:00+01:00", "Day 3 of 10"),
        ("2026-03-13T04:30:00+01:00", "Day 4 of 10"),
        ("2026-03-19T23:30:00+01:00", "Next: night, 03:00."),
        ("2026-03-20T03:30:00+01:00", "This was the last moment of this period."),
        ("2026-03-12T23:59:00+01:00", "Next: night, 03:00."),
        ("2026-03-13T03:01:00+01:00", "Next: tomorrow, morning, 08:00."),
    ],
)
def test_every_time_has_its_words(
    now: str, said: str, phone: FlaskClient, clock: SettableClock
) -> None:
    clock.set(now)
    assert said in phone.get("/").text


@pytest.mark.parametrize(
    "now, dark", [("21:59", False), ("22:00", True), ("03:10", True), ("06:00", False)]
)
def test_at_night_every_page_is_dark(
    now: str, dark: bool, phone: FlaskClient, clock: SettableClock
) -> None:
    clock.set(f"2026-03-13T{now}:00+01:00")
    for path in ("/", "/score", "/diary", "/settings"):
        assert ('class="patient night"' in phone.get(path).text) is dark


def test_the_cookie_of_the_phone_lives_on_at_every_visit(phone: FlaskClient) -> None:
    cookie = next(c for c in phone.get("/").headers.getlist("Set-Cookie") if "diary_phone" in c)
    assert "Max-Age=34560000" in cookie


def test_the_language_is_the_patients_and_can_be_changed(
    people: People, phone_of: PhoneOf, nobody: FlaskClient
) -> None:
    client = phone_of(people.patient)
    in_dutch = catalogue("nl").gettext("Settings")
    assert f"<h1>{in_dutch}</h1>" in client.get("/settings").text
    assert '<html lang="nl" dir="ltr">' in client.get("/settings").text
    back = client.post("/language", data={"language": "en", "back": "/settings"})
    assert back.location == "/settings"
    assert "<h1>Settings</h1>" in client.get("/settings").text
    # Kept with the patient, not only in this browser.
    other = phone_of(people.patient)
    assert "<h1>Settings</h1>" in other.get("/settings").text
    # Nobody yet: the browser's language, Dutch when it is not spoken.
    assert 'lang="en"' in nobody.get("/activate", headers={"Accept-Language": "en-GB"}).text
    assert '<html lang="nl"' in nobody.get("/activate", headers={"Accept-Language": "fi"}).text


@pytest.mark.parametrize(
    "back", ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example", "", "x"]
)
def test_choosing_a_language_leads_nowhere_else(back: str, nobody: FlaskClient) -> None:
    answer = nobody.post("/language", data={"language": "en", "back": back})
    assert answer.location in {"/", "/%5Celsewhere.example"}


def test_used_names_are_on_no_page(phone: FlaskClient, database: Database) -> None:
    for path in ("/", "/score", "/diary", "/settings", "/api/v1/today"):
        assert "Anna" not in phone.get(path).text
