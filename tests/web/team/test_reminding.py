"""The team's page of one patient's reminders: what is sent when, addresses, pauses, a test."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient

from diary.store import pathways, reaching, subscriptions
from diary.store.database import Database
from diary.store.subscriptions import Subscription, Tried
from diary.store.tables import Channel
from diary.web.context import wire, wiring
from tests.support.clock import SettableClock
from tests.support.people import People
from tests.support.server import make_app
from tests.web.team.conftest import DeskOf
from tests.web.team.pages import Page

OWN = {
    "ladder": "own",
    "channel_0": "first",
    "after_1": "15",
    "channel_1": "first",
    "after_2": "",
    "channel_2": "first",
    "after_3": "45",
    "channel_3": "other",
    "quiet_from": "21:00",
    "quiet_until": "07:00",
}
SENT = "Wat er verstuurd wordt"


@pytest.fixture
def app(database: Database, clock: SettableClock) -> Flask:
    """Give the application of a centre that sends e-mail and text messages."""
    return make_app(database, clock, demo=True)


@pytest.fixture
def desk(desk_of: DeskOf, people: People) -> FlaskClient:
    return desk_of(people.nurse)


@pytest.fixture
def visit(desk: FlaskClient, people: People) -> Callable[..., Page]:
    """Give what opens the page, or sends one of its forms and follows."""
    base = f"/team/patients/{people.patient.id}/reminding"

    def open_page(form: str = "", status: int = 200, **data: str) -> Page:
        answer = (
            desk.post(f"{base}/{form}", data=data, follow_redirects=True)
            if form
            else desk.get(base)
        )
        assert answer.status_code == status
        page = Page(answer.text)
        assert page.problems == []
        return page

    return open_page


@pytest.fixture
def agreed(desk: FlaskClient, people: People) -> None:
    """Let the patient agree to e-mail and SMS."""
    said = {"email": "yes", "sms": "yes", "said_on": "2026-03-01"}
    answer = desk.post(f"/team/patients/{people.patient.id}/consent", data=said)
    assert answer.status_code == 303


def test_an_address_without_consent_is_off_and_the_page_says_why(
    visit: Callable[..., Page], desk: FlaskClient, people: People
) -> None:
    visit("channels", email="", mobile="", fallback="")
    page = visit("channels", email="a@example.nl", mobile="06 12345678", fallback="")
    for channel in ("e-mail", "sms"):
        assert f"Per {channel} wordt nog niets verstuurd" in page.text
    assert "krijgt geen herinneringen" in page.text
    assert page.root.all("button", value="sms") == page.root.all("button", value="email") == []
    assert "geen adres" in visit("test", channel="sms").text
    (consent, _sms) = [a for a in page.root.all("a") if a.text == "Toestemming vastleggen"]
    address = consent.attributes["href"] or ""
    desk.post(address, data={"email": "yes", "sms": "no", "said_on": "2026-03-12"})
    page = visit()
    assert "Per e-mail" not in page.text
    assert "Per sms wordt niets verstuurd: de patiënt wil dat niet." in page.text
    assert page.table(SENT)[1][1] == "08:00 e-mail, 08:30 e-mail"
    assert page.root.all("button", value="email")


def test_what_the_patient_stopped_is_said(
    visit: Callable[..., Page], people: People, database: Database, clock: SettableClock
) -> None:
    with database.write(people.patient.scope, now=clock()) as unit:
        reaching.stop(unit, people.patient.id, Channel.EMAIL)
    page = visit()
    assert "De patiënt heeft e-mail gestopt op 12 mrt 2026" in page.text
    assert not [a for a in page.root.all("a") if a.text == "Toestemming vastleggen"]


@pytest.mark.usefixtures("agreed")
def test_the_preview_says_what_happens_when(
    visit: Callable[..., Page], people: People, database: Database, clock: SettableClock
) -> None:
    usual = visit().table(SENT)[1:]
    assert usual[0] == ["08:00 Ochtend", "08:00 e-mail, 08:30 e-mail"]
    visit("channels", email="a@example.nl", mobile="06 12345678", fallback="")
    assert visit().table(SENT)[1][1] == "08:00 e-mail, 08:30 sms"
    own = visit("ladder", **OWN).table(SENT)[1:]
    assert [row[1] for row in own] == [
        "08:00 e-mail, 08:15 e-mail, 08:45 sms",
        "13:00 e-mail, 13:15 e-mail, 13:45 sms",
        "18:00 e-mail, 18:15 e-mail, 18:45 sms",
        "niets: stille uren",
        "03:00 e-mail",
    ]
    assert visit("ladder", ladder="centre").table(SENT)[1][1] == "08:00 e-mail, 08:30 sms"
    with database.write(people.patient.scope, now=clock()) as unit:
        subscriptions.subscribe(unit, people.patient.phone, "https://push.example/1", "k", "a")
    night = visit("ladder", **OWN).table(SENT)[1:][4]
    assert night[1] == "03:00 melding op de telefoon zonder geluid"
    with database.write(people.patient.scope, now=clock()) as unit:
        (phone,) = subscriptions.subscriptions(unit, people.patient.id)
        subscriptions.gone(unit, phone.id)
    gone = visit("channels", email="", mobile="", fallback="")
    assert "krijgt geen herinneringen" in gone.text


@pytest.mark.parametrize(
    "form, data, said",
    [
        ("ladder", OWN | {"after_1": "x"}, "hele minuten"),
        ("ladder", OWN | {"after_1": "50"}, "later dan de vorige"),
        ("ladder", OWN | {"quiet_until": ""}, "beide tijden"),
        ("channels", {"email": "anna", "mobile": "", "fallback": ""}, "e-mailadres"),
        ("channels", {"email": "", "mobile": "12", "fallback": ""}, "mobiel nummer"),
        ("pause", {"until": "2026-03-12"}, "vanaf morgen"),
        ("pause", {"until": ""}, "Vul dit in"),
        ("moments", {"time_morning": "09:00", "time_evening": "19:00", "revision": "0"}, "vast"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    visit: Callable[..., Page], form: str, data: dict[str, str], said: str
) -> None:
    page = visit(form, 422, **data)
    assert said in page.text
    if "email" in data:
        assert page.root.one("input", id="email").attributes["value"] == data["email"]


def test_a_pause_until_thursday(visit: Callable[..., Page]) -> None:
    page = visit("pause", until="2026-03-19", reason="Ziekenhuis")
    assert "Gepauzeerd tot 19 mrt 2026 04:00" in page.text
    assert page.table("Pauzes")[1][2:] == ["het team", "Ziekenhuis"]
    page = visit("resume")
    assert "Gepauzeerd" not in page.text
    assert len(page.table("Pauzes")) == 2


def test_moments_change_before_the_first_day(
    visit: Callable[..., Page], database: Database, clock: SettableClock, people: People
) -> None:
    assert "time_morning" not in str(visit().root)
    clock.set("2026-03-01T12:00:00+01:00")
    revision = visit().root.one("input", name="revision").attributes["value"] or ""
    times = {"time_morning": "09:00", "time_evening": "19:00"}
    visit("moments", revision=revision, **times)
    with database.read(people.nurse.scope, now=clock()) as unit:
        found = pathways.pathway(unit, people.patient.id)
    assert found is not None
    assert [moment.name for moment in found.moments] == ["morning", "evening"]
    page = visit("moments", 422, revision=revision, **times)
    assert "Dit dagboek is intussen gewijzigd" in page.text


@pytest.mark.usefixtures("agreed")
def test_a_test_message_over_each_channel(
    visit: Callable[..., Page],
    app: Flask,
    people: People,
    database: Database,
    clock: SettableClock,
) -> None:
    tried: list[tuple[Subscription | str, str]] = []

    def try_out(where: Subscription | str, language: str, now: datetime) -> Tried:
        tried.append((where, language))
        return Tried.SENT

    with app.app_context():
        known = wiring()
    wire(app, type(known)(known.settings, known.clock, known.database, try_out))
    assert "geen adres" in visit("test", channel="sms").text
    visit("channels", email="a@example.nl", mobile="06 12345678", fallback="sms")
    with database.write(people.patient.scope, now=clock()) as unit:
        subscriptions.subscribe(unit, people.patient.phone, "https://push.example/1", "k", "a")
    for channel in ("web_push", "email", "sms"):
        assert "De test is verstuurd" in visit("test", channel=channel).text
    where = [one if isinstance(one, str) else one.endpoint for one, _ in tried]
    assert where == ["https://push.example/1", "a@example.nl", "+31612345678"]
    for _ in range(3):
        page = visit("test", channel="sms")
    assert "Wacht 15 minuten" in page.text
    assert len(tried) == 5
    visit("test", 400, channel="pigeon")
