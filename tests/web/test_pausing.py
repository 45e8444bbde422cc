"""The patient's own pause of the reminders, and the choice of the other channel; no JavaScript."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from diary.store import audit, consents, pauses, reminding
from diary.store.database import Database
from diary.store.tables import Channel, Purpose
from tests.support.clock import SettableClock
from tests.support.people import People
from tests.support.server import make_app
from tests.web.conftest import PhoneBrowser, PhoneOf

Send = Callable[..., str]


@pytest.fixture
def app(database: Database, clock: SettableClock) -> Flask:
    """Give the application of a centre that sends e-mail and text messages."""
    found = make_app(database, clock, demo=True)
    found.test_client_class = PhoneBrowser
    return found


@pytest.fixture
def phone(people: People, phone_of: PhoneOf) -> FlaskClient:
    client = phone_of(people.patient)
    client.get("/settings")
    return client


@pytest.fixture
def send(phone: FlaskClient, people: People) -> Send:
    """Give what sends a form of the settings and returns the page that follows."""

    def sending(path: str, **form: str) -> str:
        data = {"owner": str(people.patient.id), **form}
        answer = phone.post(f"/settings/{path}", data=data)
        place = "if-nothing" if path == "prefer" else "pause"
        assert (answer.status_code, answer.location) == (303, f"/settings#{place}")
        return phone.get("/settings").text

    return sending


def test_a_pause_of_ones_own_is_seen_and_ends(
    send: Send, phone: FlaskClient, people: People, database: Database, clock: SettableClock
) -> None:
    days = re.findall(r'<option value="([^"]+)">([^<]+)', phone.get("/settings").text)
    assert (len(days), days[0]) == (14, ("2026-03-13", "vrijdag 13 maart"))
    page = send("pause", until="2026-03-19")
    assert "U krijgt geen herinneringen tot donderdag 19 maart." in page
    assert 'name="until"' not in page
    assert "Invullen kan wel" in phone.get("/").text
    with database.read(people.nurse.scope, now=clock()) as unit:
        running = pauses.running(unit, people.patient.id)
        assert running is not None
        assert not running.by_team
        assert {"patient.pause"} <= {r.event for r in audit.of_patient(unit, people.patient.id)}
    assert "U krijgt weer herinneringen." in send("resume")
    assert "Invullen kan wel" not in phone.get("/").text
    send("resume")


@pytest.mark.parametrize("until", ["", "2026-03-12", "2026-03-27", "morgen", "2026-W12-1"])
def test_only_a_day_of_the_list_ends_a_pause(send: Send, until: str) -> None:
    assert "Kies een dag uit de lijst" in send("pause", until=until)


def test_the_other_channel_is_the_patients_choice(
    send: Send, phone: FlaskClient, people: People, database: Database, clock: SettableClock
) -> None:
    assert "stuur mij een sms" not in phone.get("/settings").text
    with database.write(people.nurse.scope, now=clock()) as unit:
        own = people.patient.pathway
        agreed = {Purpose.EMAIL: True, Purpose.SMS: True}
        consents.record(unit, own, agreed, clock().date())
        reminding.set_channels(unit, own, "a@example.nl", "+31612345678", None)
    page = re.sub(r"\s+", " ", phone.get("/settings").text)
    assert 'value="email" checked' in page
    page = re.sub(r"\s+", " ", send("prefer", channel="sms"))
    assert 'value="sms" checked' in page
    with database.read(people.patient.scope, now=clock()) as unit:
        assert reminding.preferred(unit, people.patient.id) is Channel.SMS
    bad = phone.post(
        "/settings/prefer", data={"owner": str(people.patient.id), "channel": "web_push"}
    )
    assert bad.status_code == 400
