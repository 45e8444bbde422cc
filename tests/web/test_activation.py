"""Connecting a phone on the page: what was typed stays, and every kind of wrong looks the same."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from diary.store import centres, phones
from diary.store.centres import NewCentre
from diary.store.database import Database
from diary.store.scope import Scope
from diary.web import activation
from tests.support.clock import SettableClock
from tests.support.people import People
from tests.web.conftest import PhoneOf

RIGHT = {"day": "2", "month": "5", "year": "1971"}


@pytest.fixture
def code(people: People, database: Database, clock: SettableClock) -> str:
    with database.write(Scope(people.centre_id), now=clock()) as unit:
        return phones.create_activation_code(unit, people.patient.id)


def test_the_letter_connects_the_phone(nobody: FlaskClient, code: str) -> None:
    page = nobody.get(f"/a/{code}").text
    assert f'value="{code}"' in page
    answer = nobody.post("/activate", data={"code": code, **RIGHT})
    assert (answer.status_code, answer.location) == (303, "/pin?next=/")
    assert ">Later</a>" in nobody.get(answer.location).text
    assert nobody.get("/").status_code == 200
    assert nobody.get("/activate").location == "/"


def test_what_is_said_first_is_in_the_patients_language(
    nobody: FlaskClient, code: str, people: People, database: Database, clock: SettableClock
) -> None:
    with database.write(people.patient.scope, now=clock()) as unit:
        phones.set_language(unit, "tr")
    answer = nobody.post("/activate", data={"code": code, **RIGHT})
    page = nobody.get(answer.location).text
    assert 'lang="tr"' in page
    assert "Bu telefon artık sizin günlüğünüz." in page


@pytest.mark.parametrize(
    "change, field",
    [
        ({"code": ""}, "code"),
        ({"day": ""}, "day"),
        ({"day": "31", "month": "2"}, "day"),
        ({"year": "71"}, "year"),
        ({"month": "mei"}, "month"),
        ({"year": "٢٠٢٤"}, "year"),
    ],
)
def test_what_is_missing_is_said_at_its_field_and_what_was_typed_stays(
    change: dict[str, str], field: str, nobody: FlaskClient, code: str
) -> None:
    typed = {"code": code, **RIGHT, **change}
    answer = nobody.post("/activate", data=typed)
    assert answer.status_code == 422
    assert f'<a href="#{field}">' in answer.text
    # That field is marked, and no other.
    inputs = re.findall(r"<input[^>]*>", answer.text)
    marked = [one for one in inputs if 'aria-invalid="true"' in one or "aria-invalid=true" in one]
    assert len(marked) == 1
    assert f'id="{field}"' in marked[0]
    for value in filter(None, typed.values()):
        assert f'value="{value}"' in answer.text
    # A slip of the pen is no guess.
    for _ in range(6):
        nobody.post("/activate", data=typed)
    assert nobody.post("/activate", data={"code": code, **RIGHT}).status_code == 303


def test_every_kind_of_wrong_looks_the_same_and_six_is_too_often(
    nobody: FlaskClient, code: str, clock: SettableClock
) -> None:
    wrong = [{"code": "AAAA-AAAA", **RIGHT}, {"code": code, **RIGHT, "day": "3"}]
    pages = [
        nobody.post("/activate", data=data, environ_base={"REMOTE_ADDR": f"10.0.0.{number}"})
        for number, data in enumerate(wrong)
    ]
    assert [page.status_code for page in pages] == [422, 422]
    said = {page.text.split("error-summary")[1].split("</div>")[0] for page in pages}
    assert len(said) == 1
    for left in ("U kunt het nog 3 keer", "U kunt het nog 2 keer", "U kunt het nog één keer"):
        assert left in nobody.post("/activate", data=wrong[1]).text
    assert "Wacht een kwartier" in nobody.post("/activate", data=wrong[1]).text
    page = nobody.post("/activate", data={"code": code, **RIGHT})
    assert page.status_code == 429
    assert f'value="{code}"' in page.text
    clock.advance(minutes=16)
    assert nobody.post("/activate", data={"code": code, **RIGHT}).status_code == 303


def test_a_code_is_good_for_one_phone(nobody: FlaskClient, code: str) -> None:
    nobody.post("/activate", data={"code": code, **RIGHT})
    other = nobody.application.test_client()
    assert other.post("/activate", data={"code": code, **RIGHT}).status_code == 422


def test_a_disconnected_phone_sees_nothing_any_more(
    nobody: FlaskClient, code: str, people: People
) -> None:
    nobody.post("/activate", data={"code": code, **RIGHT})
    assert nobody.get("/settings/disconnect").status_code == 200
    assert nobody.get("/").status_code == 200
    owner = {"owner": str(people.patient.id)}
    assert nobody.post("/settings/disconnect", data=owner).location == "/activate"
    assert nobody.get("/").location == "/activate"


def test_an_answer_from_a_phone_that_is_not_connected_is_said_to_be_lost(
    nobody: FlaskClient,
) -> None:
    answer = nobody.post("/score", data={"score": "7"})
    assert answer.status_code == 401
    assert "/activate" in answer.text


def test_who_has_no_diary_on_the_phone_can_call_the_only_centre(
    nobody: FlaskClient, database: Database, clock: SettableClock
) -> None:
    def make(name: str) -> None:
        with database.write(None, now=clock()) as unit:
            new = NewCentre(name, f"020 {name}", ("Noord",))
            centres.create_centre(unit, new)

    make("1234567")
    assert 'href="tel:0201234567"' in nobody.get("/activate").text
    assert 'href="tel:0201234567"' in nobody.post("/score", data={"score": "7"}).text
    # Of two it is not known which: nothing says which codes there are.
    make("7654321")
    assert 'href="tel:020' not in nobody.get("/activate").text


def test_markup_in_a_code_stays_text(nobody: FlaskClient) -> None:
    page = nobody.get("/a/%22%3E%3Cscript%3E").text
    assert "<script>" not in page.replace('<script type="module"', "")


def guess(client: FlaskClient, code: str, day: str, address: str) -> int:
    data = {"code": code, **RIGHT, "day": day}
    return client.post("/activate", data=data, environ_base={"REMOTE_ADDR": address}).status_code


def test_another_way_of_writing_a_code_is_no_new_code(nobody: FlaskClient, code: str) -> None:
    ways = (code, code.lower(), f"{code}\u1e96", f"\u01f0{code}", code.replace("-", " \u0331"))
    for number, way in enumerate(ways):
        assert guess(nobody, way, "3", f"10.0.0.{number}") == 422
    for way in ways:
        assert guess(nobody, way, "2", "10.0.1.1") == 429


def test_an_own_code_buys_no_guesses_at_anothers(
    nobody: FlaskClient, code: str, people: People, database: Database, clock: SettableClock
) -> None:
    with database.write(people.product, now=clock()) as unit:
        others = phones.create_activation_code(unit, people.other.id)
    for _ in range(4):
        assert guess(nobody, others, "3", "10.0.0.1") == 422
    assert guess(nobody, code, "2", "10.0.0.1") == 303
    phone = nobody.application.test_client()
    assert guess(phone, "AAAA-AAAA", "3", "10.0.0.1") == 422
    assert guess(phone, "CCCC-CCCC", "3", "10.0.0.1") == 429


def test_slips_of_others_at_the_same_address_stand_in_nobodys_way(
    nobody: FlaskClient, code: str
) -> None:
    def made_up(number: int) -> str:
        return "AAAA-AA" + "34679ACDEF"[number // 10] + "34679ACDEF"[number % 10]

    told = [guess(nobody, made_up(number), "3", "10.0.0.1") for number in range(8)]
    assert told == [422, 422, 422, 422, 422, 429, 429, 429]
    # Wrong is too often there, also for a code that exists: that tells nothing about it.
    assert guess(nobody, code, "3", "10.0.0.1") == 429
    assert guess(nobody, code, "2", "10.0.0.1") == 303
    phone = nobody.application.test_client()
    assert guess(phone, code, "2", "10.0.0.1") == 429


def test_nothing_from_an_address_of_fifty_wrong_guesses_is_looked_at(
    nobody: FlaskClient, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(activation, "MOST_AT_ADDRESS", 7)
    for number in range(7):
        guess(nobody, f"AAAA-AAA{number}", "3", "10.0.0.1")
    assert guess(nobody, code, "2", "10.0.0.1") == 429
    assert guess(nobody, code, "2", "10.0.0.2") == 303


def test_six_patients_connect_at_one_address(
    app: Flask, people: People, database: Database, clock: SettableClock
) -> None:
    for _ in range(6):
        with database.write(people.product, now=clock()) as unit:
            code = phones.create_activation_code(unit, people.patient.id)
        assert guess(app.test_client(), code, "2", "10.0.0.1") == 303


def test_a_phone_belongs_to_one_patient(
    phone_of: PhoneOf, code: str, people: People, database: Database, clock: SettableClock
) -> None:
    client = phone_of(people.other)
    assert guess(client, code, "2", "10.0.0.1") == 303
    with database.read(None, now=clock()) as unit:
        assert phones.phone_owner(unit, people.other.token) is None
    assert client.get("/").status_code == 200
    assert phone_of(people.other).get("/").location == "/activate"


@pytest.mark.parametrize(
    "now, night", [("2026-03-12T23:10:00+01:00", True), ("2026-03-12T13:10:00+01:00", False)]
)
def test_pages_of_nobody_are_dark_at_night_too(
    now: str, night: bool, nobody: FlaskClient, clock: SettableClock
) -> None:
    clock.set(now)
    for page in (nobody.get("/activate"), nobody.get("/nowhere"), nobody.post("/score")):
        assert ('class="patient night"' in page.text) is night
