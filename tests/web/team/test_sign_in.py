"""Signing in: three secrets, five guesses, one answer for every kind of wrong."""

from __future__ import annotations

from datetime import timedelta

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlmodel import col
from werkzeug.test import TestResponse

from diary.store import audit
from diary.store.database import Database
from diary.store.tables import AccessLog
from diary.web.identity import TEAM_COOKIE
from tests.support.clock import SettableClock
from tests.support.people import PASSWORD, TOTP_SECRET, Member, People
from tests.web.team.conftest import DeskOf
from tests.web.team.pages import Page


def code(clock: SettableClock, steps: int = 0) -> str:
    return pyotp.TOTP(TOTP_SECRET).at(clock() + timedelta(seconds=30 * steps))


def sign_in(
    client: FlaskClient, member: Member, clock: SettableClock, **changes: str
) -> TestResponse:
    sent = {"login": member.login, "password": PASSWORD, "code": code(clock)} | changes
    return client.post("/team/sign-in", data=sent)


def test_signed_in(nobody: FlaskClient, people: People, clock: SettableClock) -> None:
    answer = sign_in(nobody, people.nurse, clock, login=f" {people.nurse.login.upper()} ")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/team/")
    cookie = answer.headers["Set-Cookie"]
    assert TEAM_COOKIE in cookie
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Expires" not in cookie  # gone when the browser closes
    assert "Bakker" in nobody.get("/team/patients").text
    assert nobody.get("/team/sign-in").status_code == 303


def test_no_address_and_no_form_holds_a_nul(
    nobody: FlaskClient, people: People, clock: SettableClock
) -> None:
    assert sign_in(nobody, people.nurse, clock, login="nurse\0").status_code == 400
    assert sign_in(nobody, people.nurse, clock, password="\0").status_code == 400
    assert nobody.get("/team/sign-in?next=%00").status_code == 400
    assert nobody.get("/a/%00").status_code == 400
    assert sign_in(nobody, people.nurse, clock).status_code == 303


def test_the_cookie_never_goes_over_plain_http_once_there_is_tls(
    nobody: FlaskClient, people: People, clock: SettableClock
) -> None:
    sent = {"login": people.nurse.login, "password": PASSWORD, "code": code(clock)}
    answer = nobody.post("/team/sign-in", data=sent, base_url="https://diary.example.nl")
    assert "Secure" in answer.headers["Set-Cookie"]


@pytest.mark.parametrize("steps,status", [(-2, 422), (-1, 303), (0, 303), (1, 303), (2, 422)])
def test_codes_around_now(
    steps: int, status: int, nobody: FlaskClient, people: People, clock: SettableClock
) -> None:
    assert sign_in(nobody, people.nurse, clock, code=code(clock, steps)).status_code == status


def test_a_code_is_good_once(app: Flask, people: People, clock: SettableClock) -> None:
    first, second = app.test_client(), app.test_client()
    assert sign_in(first, people.nurse, clock).status_code == 303
    assert sign_in(second, people.nurse, clock).status_code == 422
    # An older code that was never used is no good either after a newer one.
    assert sign_in(second, people.nurse, clock, code=code(clock, -1)).status_code == 422
    clock.advance(seconds=30)
    assert sign_in(second, people.nurse, clock).status_code == 303


def test_every_kind_of_wrong_gets_the_same_answer(
    nobody: FlaskClient, people: People, clock: SettableClock
) -> None:
    wrongs = (
        {"password": "wrong"},
        {"code": "000000"},
        {"code": ""},
        {"password": ""},
        {"login": "nobody-here"},
    )
    answers = set()
    for wrong in wrongs:
        answer = sign_in(nobody, people.nurse, clock, **wrong)
        assert answer.status_code == 422
        assert "Set-Cookie" not in answer.headers
        page = Page(answer.text)
        assert page.problems == []
        assert page.fields()["password"] == ""
        answers.add(page.text)
    assert len(answers) == 1


@pytest.mark.parametrize("login", [None, "nobody-here"], ids=["account", "no account"])
def test_the_sixth_guess_is_not_looked_at(
    login: str | None, nobody: FlaskClient, people: People, clock: SettableClock
) -> None:
    wrong = {"password": "wrong"} | ({"login": login} if login else {})
    for _ in range(5):
        assert sign_in(nobody, people.nurse, clock, **wrong).status_code == 422
    right = {"login": login} if login else {}
    assert sign_in(nobody, people.nurse, clock, **right).status_code == 429
    assert sign_in(nobody, people.colleague, clock).status_code == 303
    clock.advance(minutes=16)
    assert sign_in(nobody, people.nurse, clock, **right).status_code == (422 if login else 303)


def test_who_did_not_get_in_is_in_the_access_log_and_told_to_the_administrator(
    nobody: FlaskClient,
    people: People,
    desk_of: DeskOf,
    database: Database,
    clock: SettableClock,
) -> None:
    for _ in range(5):
        sign_in(nobody, people.nurse, clock, password="wrong")
    for _ in range(3):
        # Not logged again: who is not signed in cannot make the log grow.
        assert sign_in(nobody, people.nurse, clock).status_code == 429
    sign_in(nobody, people.nurse, clock, login="nobody-here")
    with database.read(people.nurse.scope, now=clock()) as unit:
        query = select(col(AccessLog.event), col(AccessLog.authorised))
        found = unit.session.execute(
            query.where(col(AccessLog.actor_id) == people.nurse.id).order_by(col(AccessLog.number))
        )
        told = [tuple(row) for row in found if row.event.startswith("staff.sign_in")]
    assert told == [("staff.sign_in_refused", False)] * 5 + [("staff.sign_in_closed", False)]
    for page in ("/admin/staff", f"/admin/staff/{people.nurse.id}"):
        text = Page(desk_of(people.administrator).get(page).text).text
        assert text.count("vijf keer fout geraden") == 1
        assert "12 mrt 2026" in text
    clock.advance(minutes=16)
    assert "vijf keer" not in desk_of(people.administrator).get("/admin/staff").text


def test_success_clears_the_guesses(
    nobody: FlaskClient, people: People, clock: SettableClock
) -> None:
    for _ in range(2):
        for _ in range(4):
            sign_in(nobody, people.nurse, clock, password="wrong")
        clock.advance(seconds=30)
        assert sign_in(nobody, people.nurse, clock).status_code == 303


def test_idle_for_a_quarter_of_an_hour(
    people: People, desk_of: DeskOf, clock: SettableClock
) -> None:
    desk = desk_of(people.nurse)
    for _ in range(3):
        clock.advance(minutes=14)
        assert desk.get("/team/").status_code == 200
    clock.advance(minutes=15)
    answer = desk.get("/team/?sort=phase")
    assert answer.headers["Location"] == "/team/sign-in?next=/team/?sort%3Dphase"


def test_a_form_that_comes_too_late_leads_back_to_its_page_and_says_that_nothing_was_saved(
    people: People, desk_of: DeskOf, clock: SettableClock
) -> None:
    desk = desk_of(people.nurse)
    clock.advance(minutes=16)
    form = f"/team/patients/{people.patient.id}/medicines"
    sent = desk.post(form, headers={"Referer": f"http://localhost{form}?x=1"})
    assert sent.headers["Location"] == f"/team/sign-in?next={form}?x%3D1&lost=1"
    page = Page(desk.get(sent.headers["Location"]).text)
    assert "U was uitgelogd. Er is niets opgeslagen." in page.text
    assert page.fields()["next"] == f"{form}?x=1"
    # A page that showed errors stands at its form's address; this one nobody can go to.
    wrong = f"/team/patients/{people.patient.id}/reminding/ladder"
    sent = desk.post(wrong, headers={"Referer": f"http://localhost{wrong}"})
    assert sent.headers["Location"] == f"/team/sign-in?next={wrong.removesuffix('/ladder')}&lost=1"
    for elsewhere in (
        "https://evil.example/team/",
        "http://localhost/settings",
        "http://[",
        "http://localhost/admin/x",
        "",
    ):
        sent = desk.post(form, headers={"Referer": elsewhere})
        assert sent.headers["Location"] == "/team/sign-in?lost=1"
    assert desk.post("/team/sign-out").headers["Location"] == "/team/sign-in"


def test_after_twelve_hours_it_is_over_however_busy(
    people: People, desk_of: DeskOf, clock: SettableClock
) -> None:
    desk = desk_of(people.nurse)
    for _ in range(71):
        clock.advance(minutes=10)
        assert desk.get("/team/").status_code == 200
    clock.advance(minutes=10)
    assert desk.get("/team/").status_code == 303


def test_signed_out_for_good(
    people: People, desk_of: DeskOf, database: Database, clock: SettableClock
) -> None:
    desk = desk_of(people.nurse)
    token = desk.get_cookie(TEAM_COOKIE)
    assert token is not None
    answer = desk.post("/team/sign-out")
    assert answer.headers["Location"] == "/team/sign-in"
    desk.set_cookie(TEAM_COOKIE, token.value)
    assert desk.get("/team/").status_code == 303
    with database.read(people.product, now=clock()) as unit:
        assert audit.verify(unit) == []


@pytest.mark.parametrize(
    "wanted,place",
    [
        ("/team/patients/new", "/team/patients/new"),
        ("/team/?sort=phase", "/team/?sort=phase"),
        ("//evil.example/team/", "/team/"),
        ("https://evil.example/team/", "/team/"),
        ("/team/\\evil.example", "/team/"),
        ("/settings", "/team/"),
        ("//[", "/team/"),
        ("/team/\r\nX: y", "/team/"),
    ],
)
def test_after_signing_in_only_to_a_page_of_the_team(
    wanted: str, place: str, nobody: FlaskClient, people: People, clock: SettableClock
) -> None:
    assert sign_in(nobody, people.nurse, clock, next=wanted).headers["Location"] == place


def test_language(people: People, desk_of: DeskOf) -> None:
    desk = desk_of(people.nurse)
    answer = desk.post("/team/language", data={"language": "en", "next": "/team/patients/new"})
    assert answer.headers["Location"] == "/team/patients/new"
    assert 'lang="en"' in desk.get("/team/").text
    assert desk.post("/team/language", data={"language": "xx"}).status_code == 400
