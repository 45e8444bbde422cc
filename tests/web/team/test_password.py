"""Staff change their own password: both secrets, counted tries, and signed out elsewhere."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from diary.store import access_log, centre_settings
from diary.store.access_log import Wanted
from diary.store.database import Database
from tests.support.clock import SettableClock
from tests.support.people import PASSWORD, People
from tests.web.conftest import PhoneOf
from tests.web.team.conftest import DeskOf
from tests.web.team.pages import Page
from tests.web.team.test_sign_in import code, sign_in

NEW = "a longer sentence than before"
URL = "/team/password"


@pytest.fixture
def desk(people: People, desk_of: DeskOf) -> FlaskClient:
    return desk_of(people.nurse)


def change(desk: FlaskClient, clock: SettableClock, **changes: str) -> TestResponse:
    sent = {"present": PASSWORD, "code": code(clock), "password": NEW, "again": NEW} | changes
    return desk.post(URL, data=sent)


def test_changed_and_signed_out_elsewhere(
    desk: FlaskClient,
    people: People,
    desk_of: DeskOf,
    nobody: FlaskClient,
    database: Database,
    clock: SettableClock,
) -> None:
    elsewhere, colleague = desk_of(people.nurse), desk_of(people.colleague)
    page = Page(desk.get(URL).text)
    assert page.problems == []
    assert f'href="{URL}"' in desk.get("/team/").text
    assert change(desk, clock).location == "/team/"
    assert "Uw wachtwoord is gewijzigd." in desk.get("/team/").text
    assert elsewhere.get("/team/").status_code == 303
    assert colleague.get("/team/").status_code == 200
    clock.advance(seconds=30)
    assert sign_in(nobody, people.nurse, clock).status_code == 422
    assert sign_in(nobody, people.nurse, clock, password=NEW).status_code == 303
    with database.read(people.auditor.scope, now=clock()) as unit:
        zone = centre_settings.zone(unit)
        (line,) = access_log.lines(unit, Wanted(None, None, "staff.password", False), zone, most=9)
    assert (line.actor_id, line.authorised) == (people.nurse.id, True)


@pytest.mark.parametrize(
    "field,value,words",
    [
        ("present", "wrong", "Dit wachtwoord of deze code klopt niet."),
        ("code", "000000", "Dit wachtwoord of deze code klopt niet."),
        ("code", "", "Dit wachtwoord of deze code klopt niet."),
        ("password", "short", "Gebruik ten minste 12 tekens."),
        ("password", "x" * 1001, "Gebruik ten minste 12 tekens."),
        ("password", PASSWORD, "Dit is het huidige wachtwoord."),
        ("again", "something else", "Dit is niet hetzelfde als hierboven."),
    ],
)
def test_what_is_wrong_changes_nothing_and_is_never_shown_again(
    field: str,
    value: str,
    words: str,
    desk: FlaskClient,
    people: People,
    desk_of: DeskOf,
    nobody: FlaskClient,
    clock: SettableClock,
) -> None:
    elsewhere = desk_of(people.nurse)
    answer = change(desk, clock, **{field: value})
    page = Page(answer.text)
    assert (answer.status_code, page.problems) == (422, [])
    assert words in page.text
    assert {page.fields()[name] for name in ("present", "password", "again")} == {""}
    assert elsewhere.get("/team/").status_code == 200
    assert sign_in(nobody, people.nurse, clock).status_code == 303


def test_a_code_is_good_once_here_too(
    desk: FlaskClient, nobody: FlaskClient, people: People, clock: SettableClock
) -> None:
    assert sign_in(nobody, people.nurse, clock).status_code == 303
    assert change(desk, clock).status_code == 422
    clock.advance(seconds=30)
    assert change(desk, clock).status_code == 303


def test_the_sixth_try_is_not_looked_at(
    desk: FlaskClient, people: People, desk_of: DeskOf, clock: SettableClock
) -> None:
    # What is wrong with the new one looks at no secret, and is no try.
    for _ in range(6):
        assert change(desk, clock, password="short").status_code == 422
    for _ in range(5):
        assert change(desk, clock, present="wrong").status_code == 422
    refused = change(desk, clock)
    assert refused.status_code == 429
    assert "Dit is te vaak geprobeerd." in refused.text
    # Neither from another screen, and only for this person.
    assert change(desk_of(people.nurse), clock).status_code == 429
    assert change(desk_of(people.colleague), clock).status_code == 303
    clock.advance(minutes=14)
    desk.get("/team/")
    clock.advance(minutes=2)
    assert change(desk, clock).status_code == 303


@pytest.mark.parametrize("who", ["nurse", "administrator", "auditor"])
def test_every_member_of_staff_can(
    who: str, people: People, desk_of: DeskOf, clock: SettableClock
) -> None:
    assert change(desk_of(getattr(people, who)), clock).status_code == 303


def test_who_is_not_staff_cannot(
    people: People, nobody: FlaskClient, phone_of: PhoneOf, clock: SettableClock
) -> None:
    for client in (nobody, phone_of(people.patient)):
        assert client.get(URL).location.startswith("/team/sign-in")
        assert change(client, clock).location.startswith("/team/sign-in")
