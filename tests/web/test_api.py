"""The rest of the API: connecting a phone, the plan for the phone, push addresses, description."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from diary.store import phones, subscriptions
from diary.store.database import Database
from diary.store.scope import Scope
from tests.support.clock import SettableClock
from tests.support.people import BIRTH_DATE, People
from tests.web.conftest import PhoneOf

DEVICES = "/api/v1/devices"
KEYS = {"p256dh": "B" * 87, "auth": "a" * 22}


@pytest.fixture
def code(people: People, database: Database, clock: SettableClock) -> str:
    """Give an activation code of the patient."""
    with database.write(Scope(people.centre_id), now=clock()) as unit:
        return phones.create_activation_code(unit, people.patient.id)


def connect(client: FlaskClient, code: str, birth_date: date | str = BIRTH_DATE) -> Any:
    return client.post(DEVICES, json={"code": code, "birth_date": str(birth_date)})


def test_a_code_and_a_birth_date_connect_a_phone_once(
    nobody: FlaskClient, app: Flask, code: str, people: People
) -> None:
    answer = connect(nobody, code.lower().replace("-", " "))
    assert answer.status_code == 200
    assert answer.get_json() == {"owner": str(people.patient.id), "language": "nl"}
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert nobody.get("/api/v1/today").get_json()["owner"] == str(people.patient.id)
    assert connect(app.test_client(), code).status_code == 403


def test_every_kind_of_wrong_looks_the_same(
    nobody: FlaskClient, code: str, clock: SettableClock
) -> None:
    answers = [connect(nobody, "AAAA-AAAA"), connect(nobody, code, "1971-05-03")]
    clock.advance(days=8)
    answers.append(connect(nobody, code))
    assert {answer.status_code for answer in answers} == {403}
    assert len({answer.text for answer in answers}) == 1


def test_five_wrong_guesses_close_the_door_for_a_quarter_of_an_hour(
    nobody: FlaskClient, code: str, clock: SettableClock
) -> None:
    for _ in range(5):
        assert connect(nobody, code, "1971-05-03").status_code == 403
    assert connect(nobody, code).status_code == 429
    clock.advance(minutes=16)
    assert connect(nobody, code).status_code == 200


@pytest.mark.parametrize("birth_date", ["1971-02-30", "2 mei 1971", "", "1971-5-2", "٢٠٢٤-٠١-٠١"])
def test_a_date_that_does_not_exist_is_no_guess(
    birth_date: str, nobody: FlaskClient, code: str
) -> None:
    for _ in range(6):
        answer = connect(nobody, code, birth_date)
        assert (answer.status_code, answer.get_json()["error"]["code"]) == (400, "not_right")
        assert "birth_date" in answer.get_json()["error"]["fields"]
    assert connect(nobody, code).status_code == 200


def test_the_plan_for_the_phone_has_questions_and_moments_but_no_scores_or_names(
    phone_of: PhoneOf, people: People
) -> None:
    plan = phone_of(people.patient).get("/api/v1/today").get_json()
    assert (plan["scale"], plan["language"], plan["timezone"]) == ("nrs", "nl", "Europe/Amsterdam")
    assert [site["name"] for site in plan["sites"]] == ["leg", "back"]
    today = [m for m in plan["moments"] if m["day"] == "2026-03-12"]
    assert [(m["moment"], m["state"]) for m in today] == [
        ("morning", "missed"),
        ("midday", "open"),
        ("evening", "coming"),
        ("bedtime", "coming"),
        ("night", "coming"),
    ]
    assert today[1]["opens"] == "2026-03-12T11:00:00Z"
    assert plan["moments"][-1]["day"] == "2026-03-19"
    assert "Anna" not in str(plan)


Answer = Callable[..., Any]


def test_a_push_address_is_kept_and_renewed(
    phone_of: PhoneOf, people: People, database: Database, clock: SettableClock
) -> None:
    client = phone_of(people.patient)
    body = {"endpoint": "https://push.example.net/one", "expirationTime": None, "keys": KEYS}
    for _ in range(2):
        assert client.post("/api/v1/subscriptions", json=body).status_code == 204
    with database.read(people.patient.scope, now=clock()) as unit:
        (kept,) = subscriptions.subscriptions(unit, people.patient.id)
    assert (kept.endpoint, kept.auth) == (body["endpoint"], KEYS["auth"])


@pytest.mark.parametrize(
    "change",
    [
        {"endpoint": "ftp://push.example.net/kanarie"},
        {"endpoint": "https://elsewhere.example/kanarie"},
        {"endpoint": "https://push.example.net/" + "kanarie" * 200},
        {"keys": {"p256dh": "kanarie", "auth": "a" * 22}},
        {"keys": {"p256dh": "B" * 87}},
        {"keys": "kanarie"},
    ],
)
def test_an_address_that_is_none_is_refused(
    change: dict[str, object], phone_of: PhoneOf, people: People
) -> None:
    body = {"endpoint": "https://push.example.net/one", "keys": KEYS, **change}
    answer = phone_of(people.patient).post("/api/v1/subscriptions", json=body)
    assert answer.status_code == 400
    assert "kanarie" not in answer.text


def test_the_description_names_every_route_and_every_answer(
    nobody: FlaskClient, app: Flask
) -> None:
    description = nobody.get("/api/v1/openapi.json").get_json()
    assert description["openapi"].startswith("3.1")
    routes = {rule.rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/api/v1/")}
    assert set(description["paths"]) == routes - {"/api/v1/openapi.json"}
    for path in description["paths"].values():
        for operation in path.values():
            assert operation["summary"]
            assert "422" not in operation["responses"]
            for status, answer in operation["responses"].items():
                if int(status) >= 400:
                    schema = answer["content"]["application/json"]["schema"]
                    assert schema["$ref"] == "#/components/schemas/ErrorBody"
    schemas = description["components"]["schemas"]
    assert set(schemas["Batch"]["properties"]) == {"sent_at", "owner", "entries"}
    items = schemas["Batch"]["properties"]["entries"]["items"]["anyOf"]
    assert {item["$ref"].rpartition("/")[2] for item in items} == {
        *("EntryIn", "MedicinesIn", "DoseIn", "AttackIn", "AttackDayIn", "EveningIn"),
        *("SymptomsIn", "WithdrawalIn"),
    }


def test_no_page_of_the_description_comes_from_elsewhere(nobody: FlaskClient) -> None:
    for path in ("/apidoc", "/apidoc/swagger", "/api/v1/swagger", "/api/v1/redoc"):
        assert nobody.get(path).status_code == 404


def test_an_unknown_route_answers_in_the_one_shape(nobody: FlaskClient) -> None:
    answer = nobody.get("/api/v1/nothing")
    assert answer.status_code == 404
    assert answer.get_json()["error"]["code"] == "not_found"
    assert nobody.get("/api/v1/entries").get_json()["error"]["code"] == "wrong_method"
