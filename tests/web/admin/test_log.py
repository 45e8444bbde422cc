"""The access log as an auditor reads it, and the state of the channels."""

from __future__ import annotations

import csv
import io

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text, update
from sqlmodel import col

from diary.store import access_log, accounts
from diary.store.access_log import Wanted
from diary.store.database import Database
from diary.store.errors import NotFound
from diary.store.tables import AccessLog
from diary.web.admin import log
from diary.web.identity import TEAM_COOKIE
from tests.support.clock import SettableClock
from tests.support.people import Maker, Member, People
from tests.support.server import make_app
from tests.web.admin.conftest import See
from tests.web.team.conftest import DeskOf
from tests.web.team.pages import Page


@pytest.fixture
def auditor(people: People, desk_of: DeskOf) -> FlaskClient:
    """Give the browser of the auditor, after a nurse looked and a colleague was refused."""
    url = f"/team/patients/{people.patient.id}"
    desk_of(people.nurse).get(url)
    desk_of(people.colleague).get(url)
    return desk_of(people.auditor)


def rows(desk: FlaskClient, query: str) -> list[list[str]]:
    page = Page(desk.get(f"/admin/log{query}").text)
    assert page.problems == []
    assert "Bakker" not in page.text
    return page.table("Toegangslogboek")[1:]


def test_an_auditor_begins_at_the_log_and_filters_it(auditor: FlaskClient, people: People) -> None:
    page = Page(auditor.get("/team/", follow_redirects=True).text)
    assert page.root.one("h1").text == "Toegangslogboek"
    assert not page.root.all("a", href="/admin/")
    refused = rows(auditor, "?refused=1")
    assert [row[4] for row in refused] == ["patient.read"]
    assert str(people.patient.id).startswith(refused[0][5])
    assert {row[2] for row in rows(auditor, f"?person={people.nurse.id}")} == {
        "Nurse1, verpleegkundige"
    }
    assert {row[4] for row in rows(auditor, "?event=patient.&day=2026-03-12")} == {"patient.read"}
    for nothing in ("?day=2026-03-13", "?event=%25", f"?person={people.stranger.id}"):
        assert "geen regels" in Page(auditor.get(f"/admin/log{nothing}").text).text
    answer = auditor.get("/admin/log?day=12-03&person=x")
    assert answer.status_code == 422
    assert len(Page(answer.text).root.all("span", class_="error")) == 2


def test_odd_input_is_no_trouble(postgresql_database: Database, clock: SettableClock) -> None:
    people = Maker(postgresql_database, clock).people()
    app = make_app(postgresql_database, clock)

    def ask(member: Member, address: str) -> int:
        token = f"desk for {address}"
        with postgresql_database.write(None, now=clock()) as unit:
            secret = accounts.find_staff(unit, member.login)
            assert secret is not None
            accounts.start_session(unit, secret, token)
        client = app.test_client()
        client.set_cookie(TEAM_COOKIE, token)
        return client.get(address).status_code

    looked = f"/team/patients/{people.patient.id}/looked"
    assert ask(people.nurse, f"{looked}?before=999999999999") == 200
    assert ask(people.auditor, "/admin/log?before=999999999999") == 200
    assert ask(people.auditor, "/admin/log?event=%00") == 400


def test_pages_follow_each_other_without_a_gap(
    auditor: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("diary.web.admin.log.PAGE", 2)
    for _ in range(3):
        auditor.get("/admin/log")
    numbers: list[int] = []
    query = "?event=log"
    for _ in range(3):
        page = Page(auditor.get(f"/admin/log{query}").text)
        numbers += [int(row[0]) for row in page.table("Toegangslogboek")[1:]]
        onwards = [a for a in page.root.all("a") if a.text == "Eerdere regels"]
        if not onwards:
            break
        query = (onwards[0].attributes["href"] or "").removeprefix("/admin/log")
    assert numbers == sorted(numbers, reverse=True)
    assert len(set(numbers)) == len(numbers) >= 3


def test_the_file_holds_the_same_lines_with_whole_ids(auditor: FlaskClient, people: People) -> None:
    answer = auditor.get("/admin/log/access-log.csv?refused=1")
    found = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig")), delimiter=";"))
    if len(found[0]) == 1:
        found = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert [line["patient_id"] for line in found] == [str(people.patient.id)]
    assert found[0]["authorised"] == "no"
    assert auditor.get("/admin/log/access-log.csv?day=x").status_code == 303


def test_the_file_is_whole_however_long_the_log_is(
    auditor: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def numbers() -> list[int]:
        text = auditor.get("/admin/log/access-log.csv").data.decode("utf-8-sig")
        return [int(line["number"]) for line in csv.DictReader(io.StringIO(text), delimiter=";")]

    for part in (1, 2, 3, 5_000):
        monkeypatch.setattr(log, "PART", part)
        found = numbers()
        # Up to the line before its own.
        assert found == list(range(found[0], 0, -1))
        assert auditor.get("/admin/log/access-log.csv?event=nothing").data.count(b"\r\n") == 1


def test_a_broken_chain_is_told(
    auditor: FlaskClient, database: Database, clock: SettableClock, people: People
) -> None:
    def told() -> str:
        return Page(auditor.post("/admin/log/check", follow_redirects=True).text).text

    assert "ongeschonden tot en met regel" in told()
    with database.write(people.product, now=clock()) as unit:
        unit.session.execute(text("DROP TRIGGER access_log_no_update"))
        unit.session.execute(
            update(AccessLog).where(col(AccessLog.number) == 2).values(event="nothing.happened")
        )
    assert "bij regel 2" in told()


@pytest.mark.parametrize("who", ["nurse", "stranger", "patient"])
def test_nobody_else_reads_the_log(
    who: str, database: Database, clock: SettableClock, people: People
) -> None:
    with (
        database.read(getattr(people, who).scope, now=clock()) as unit,
        pytest.raises(NotFound),
    ):
        access_log.lines(unit, Wanted(), people.patient.pathway.zone, most=1)


def test_the_channels(see: See) -> None:
    table = see("channels").table("Kanalen")
    assert [row[1] for row in table[1:]] == [
        "ja",
        "nee: de instelling DIARY_SMTP_HOST is leeg",
        "nee: de instelling DIARY_SMS_URL is leeg",
    ]
    for wrong in ("", "a@b", "12"):
        page = see("channels/test", {"address": wrong}, 422)
        assert page.root.all("span", id="address-error")
    assert "werd geweigerd" in see("channels/test", {"address": "ik@example.nl"}).text
