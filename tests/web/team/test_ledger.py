"""The ledger as the nurse sees it: what became of each moment, never blaming the patient."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from diary.exchange.ledger_csv import COLUMNS
from diary.store import pulse, subscriptions
from diary.store.database import Database
from diary.store.tables import Channel, ReminderState
from tests.store.reminding import Rows
from tests.support.clock import SettableClock
from tests.support.people import People
from tests.web.team.conftest import DeskOf
from tests.web.team.pages import Page

SENT, FAILED = ReminderState.SENT, ReminderState.FAILED


@pytest.fixture
def desk(people: People, desk_of: DeskOf) -> FlaskClient:
    return desk_of(people.nurse)


@pytest.fixture
def rows(database: Database, clock: SettableClock, people: People) -> Rows:
    """Give four moments of the past days, each with another end."""
    found = Rows(database, clock, people)
    shown = found.prompt(-28, moment="morning")
    seen_at = shown.due_at + timedelta(minutes=1)
    found.reminder(shown, SENT, took=1, shown_at=seen_at, opened_at=seen_at)
    silent = found.prompt(-23, moment="midday")
    found.reminder(silent, SENT, took=1)
    mail = {"channel": Channel.EMAIL, "step": 1, "reason": "mail_sign_in"}
    found.reminder(silent, FAILED, took=1800, **mail)
    found.prompt(-18, moment="evening")
    found.prompt(-4, moment="morning")
    found.entry(-4)
    return found


def page(desk: FlaskClient, people: People, query: str = "") -> Page:
    found = Page(desk.get(f"/team/patients/{people.patient.id}/reminders/ledger{query}").text)
    assert found.problems == []
    return found


def test_every_moment_with_what_became_of_it(desk: FlaskClient, rows: Rows, people: People) -> None:
    table = page(desk, people).table("Logboek van herinneringen")[1:]
    assert [(row[0], row[1], row[2], row[3].split(" ", 1)[1]) for row in table] == [
        ("12 mrt 2026", "Ochtend", "08:00", "op tijd ingevuld"),
        ("11 mrt 2026", "Avond", "18:00", "niet gevraagd er was geen telefoon of adres om op te"
         " herinneren"),
        ("11 mrt 2026", "Middag", "13:00", "niet bezorgd geaccepteerd, maar nooit getoond op de"
         " telefoon"),
        ("11 mrt 2026", "Ochtend", "08:00", "herinnerd, niet ingevuld"),
    ]  # fmt: skip
    assert table[2][4] == (
        "melding: geaccepteerd 13:00, nooit getoond"
        " e-mail: mislukt (de mailserver nam het niet aan: mail_sign_in)"
    )
    assert table[3][4] == "melding: geaccepteerd 08:00, getoond 08:01, geopend 08:01"


@pytest.mark.parametrize(
    "query,count",
    [
        ("", 4),
        ("?only=trouble", 2),
        ("?only=answered", 1),
        ("?first=2026-03-11&last=2026-03-11", 3),
        ("?first=2026-03-11&last=2026-03-11&only=not_answered", 1),
        ("?first=nonsense&only=nonsense", 4),
        ("?first=2026-03-12&last=2026-03-11", 4),
    ],
)
def test_by_day_and_by_what_became_of_it(
    desk: FlaskClient, rows: Rows, people: People, query: str, count: int
) -> None:
    assert len(page(desk, people, query).table("Logboek van herinneringen")) == count + 1


def test_without_anything_it_says_what_to_expect(
    desk: FlaskClient, people: People, clock: SettableClock
) -> None:
    assert "Er is nog niets gevraagd" in page(desk, people).root.text
    Rows(desk.application.extensions["diary"].database, clock, people).prompt(-4)
    assert "past niets bij deze keuze" in page(desk, people, "?only=cancelled").root.text


def test_a_standstill_and_a_silent_phone_are_named(
    desk: FlaskClient, rows: Rows, people: People, database: Database, clock: SettableClock
) -> None:
    tops = f"/team/patients/{people.patient.id}"
    assert "systeem lag stil" not in page(desk, people).root.text
    with database.write(None, now=clock()) as unit:
        for hours in (20, 14, 0):
            pulse.tick(unit, "one", clock() - timedelta(hours=hours))
    clock.advance(days=-3)
    with database.write(people.patient.scope, now=clock()) as unit:
        phone = people.patient.phone
        subscriptions.subscribe(unit, phone, "https://push.example.net/one", "key", "auth")
    clock.advance(days=3)
    for hours in (9, 8, 7):
        rows.reminder(rows.prompt(-hours), SENT, took=1)
    for text in (page(desk, people).root.text, Page(desk.get(tops).text).root.text):
        assert "Deze telefoon lijkt geen herinneringen te tonen." in text
    assert "Het systeem lag stil van 11 mrt 2026 16:00 tot 11 mrt 2026 22:00" in " ".join(
        page(desk, people).root.text.split()
    )
    assert (
        "Het systeem lag stil en er is niets gevraagd: 11 maart 2026 16:00" in desk.get(tops).text
    )
    picture = desk.get(f"{tops}/trend.svg?theme=light&size=wide")
    assert "systeem lag stil, niet gevraagd" in picture.text
    key = {"If-None-Match": picture.headers["ETag"]}
    assert desk.get(f"{tops}/trend.svg?theme=light&size=wide", headers=key).status_code == 304


def test_the_table_has_a_row_for_each_reminder_and_no_names(
    desk: FlaskClient, rows: Rows, people: People
) -> None:
    answer = desk.get(f"/team/patients/{people.patient.id}/reminders/ledger.csv")
    assert answer.mimetype == "text/csv"
    assert "ledger.csv" in answer.headers["Content-Disposition"]
    text = answer.data.decode("utf-8-sig")
    table = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    assert tuple(table[0]) == COLUMNS
    assert [(row["state"], row["why"], row["step"], row["delivery"]) for row in table] == [
        ("not_answered", "", "1", "reached"),
        ("not_delivered", "silent", "1", "silent"),
        ("not_delivered", "silent", "2", "failed"),
        ("not_asked", "no_channel", "", ""),
        ("answered", "", "", ""),
    ]
    assert table[1]["accepted_at"] == "2026-03-11T12:00:01Z"
    for private in ("Bakker", str(people.patient.id), "example.nl"):
        assert private not in text
    own_days = "?first=2026-03-12&last=2026-03-12"
    only = desk.get(f"/team/patients/{people.patient.id}/reminders/ledger.csv{own_days}")
    assert len(only.data.splitlines()) == 2
