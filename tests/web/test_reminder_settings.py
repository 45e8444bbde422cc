"""How reminders reach the patient: the address of the phone, e-mail, and a test that is real."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from diary.store import audit, subscriptions
from diary.store.database import Database
from diary.web.identity import PHONE_COOKIE
from tests.reminders.servers import Browser, PushService, push_service
from tests.support.clock import SettableClock
from tests.support.people import People
from tests.support.server import make_app
from tests.web.conftest import PhoneBrowser, PhoneOf

HIDDEN_TEST = re.compile(r"data-push-test\s+hidden")
ADDRESS = "/api/v1/subscriptions"


@pytest.fixture
def app(database: Database, clock: SettableClock) -> Flask:
    """Give the application of a centre that sends e-mail."""
    found = make_app(database, clock, smtp_host="mail.example.nl")
    found.test_client_class = PhoneBrowser
    return found


@pytest.fixture
def phone(people: People, phone_of: PhoneOf) -> FlaskClient:
    client = phone_of(people.patient)
    client.post("/language", data={"language": "en"})
    client.get("/settings")
    return client


@pytest.fixture
def service() -> Iterator[PushService]:
    """Give a push service on loopback."""
    with push_service() as running:
        yield running


def subscribe(client: FlaskClient, service: PushService, browser: Browser) -> None:
    keys = {"p256dh": browser.p256dh, "auth": browser.auth}
    body = {"endpoint": service.endpoint("a"), "keys": keys}
    assert client.post(ADDRESS, json=body).status_code == 204


def ask(client: FlaskClient, people: People, path: str, **form: str) -> str:
    answer = client.post(path, data={"owner": str(people.patient.id), **form})
    assert answer.status_code == 303
    # What came of it stands there, and there is such a place.
    page, place = client.get("/settings").text, answer.location.partition("#")[2]
    assert f'id="{place}"' in page
    return page


def test_a_test_reminder_goes_through_the_real_channel(
    phone: FlaskClient, people: People, service: PushService
) -> None:
    browser = Browser()
    assert HIDDEN_TEST.search(phone.get("/settings").text)
    subscribe(phone, service, browser)
    assert not HIDDEN_TEST.search(phone.get("/settings").text)
    page = ask(phone, people, "/settings/test", channel="push")
    assert "The test is sent." in page
    (request,) = service.received
    shown = json.loads(browser.decrypt(request.body))
    assert (shown["title"], shown["body"]) == ("Diary", "This is a test. Reminders arrive here.")
    assert int(request.headers["ttl"]) == 300


@pytest.mark.parametrize(
    "status, said, still",
    [(410, "Turn them on again below", 0), (503, "Try again later", 1), (403, "Call your", 1)],
)
def test_what_went_wrong_is_said_with_what_to_do(
    status: int,
    said: str,
    still: int,
    phone: FlaskClient,
    people: People,
    service: PushService,
    database: Database,
    clock: SettableClock,
) -> None:
    service.status = status
    subscribe(phone, service, Browser())
    assert said in ask(phone, people, "/settings/test", channel="push")
    with database.read(people.patient.scope, now=clock()) as unit:
        assert len(subscriptions.subscriptions(unit, people.patient.id)) == still
        latest = [row.event for row in audit.of_patient(unit, people.patient.id)]
    assert "patient.try_reminder" in latest


def test_tests_are_counted_and_need_somewhere_to_go(
    phone: FlaskClient, people: People, service: PushService
) -> None:
    assert "nowhere to send" in ask(phone, people, "/settings/test", channel="push")
    subscribe(phone, service, Browser())
    pages = [ask(phone, people, "/settings/test", channel="push") for _ in range(6)]
    assert "Wait fifteen minutes" in pages[-1]
    assert len(service.received) == 5


def test_a_phone_says_that_it_is_reached_no_more(
    phone: FlaskClient,
    people: People,
    service: PushService,
    database: Database,
    clock: SettableClock,
) -> None:
    assert len(phone.get(ADDRESS).get_json()["key"]) == 87
    subscribe(phone, service, Browser())
    assert phone.delete(ADDRESS).status_code == 204
    assert phone.delete(ADDRESS).status_code == 204
    with database.read(people.patient.scope, now=clock()) as unit:
        assert subscriptions.of_phone(unit, people.patient.phone) is None


def test_the_e_mail_address_is_the_patients_to_change(
    phone: FlaskClient, people: People, database: Database, clock: SettableClock
) -> None:
    assert 'value="patient1@example.nl"' in phone.get("/settings").text
    for wrong in ("anna", "anna@x", "a" * 200 + "@example.nl"):
        form = {"owner": str(people.patient.id), "email": wrong}
        answer = phone.post("/settings/email", data=form)
        assert answer.status_code == 422
        page = answer.text
        assert "not an e-mail address" in page
        # What was typed stays, with what is wrong beside it.
        assert f'value="{wrong}"' in page
        assert 'aria-describedby="email-problem email-hint"' in page
    page = ask(phone, people, "/settings/email", email=" anna@example.nl ")
    # Said at its form, below the top of a long page, and once.
    assert page.index('id="by-email"') < page.index("address is saved") < page.index('id="email"')
    assert page.count("address is saved") == 1
    with database.read(people.patient.scope, now=clock()) as unit:
        assert subscriptions.email_address(unit, people.patient.id) == "anna@example.nl"
        assert subscriptions.email_address(unit, people.other.id) is None
        assert "patient.email" in {r.event for r in audit.of_patient(unit, people.patient.id)}
    page = ask(phone, people, "/settings/email", email="")
    assert "is gone" in page
    assert "Send a test e-mail" not in page


def test_a_centre_without_e_mail_promises_none(
    people: People, database: Database, clock: SettableClock
) -> None:
    app = make_app(database, clock)
    app.test_client_class = PhoneBrowser
    client = app.test_client()
    client.set_cookie(PHONE_COOKIE, people.patient.token)
    assert 'name="email"' not in client.get("/settings").text
