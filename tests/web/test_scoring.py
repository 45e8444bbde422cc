"""Filling in without JavaScript: every question, every mistake, correcting and taking back."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from diary.store import audit, diary_reading
from diary.store.database import Database
from diary.store.diary_reading import EntryView
from diary.store.pathways import PathwayView
from tests.support.clock import SettableClock
from tests.support.people import People, Somebody
from tests.web.conftest import PhoneOf, squeeze

HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')


def hidden(page: str) -> dict[str, str]:
    """Return what the form on a page carries along."""
    return dict(HIDDEN.findall(page))


def answer(client: FlaskClient, page: str, **value: str) -> Any:
    """Press a button of the form on `page`."""
    return client.post("/score", data={**hidden(page), **value})


def entries(database: Database, somebody: Somebody, clock: SettableClock) -> list[EntryView]:
    with database.read(somebody.scope, now=clock()) as unit:
        return diary_reading.entries(unit, somebody.pathway)


@pytest.fixture
def phone(people: People, phone_of: PhoneOf) -> FlaskClient:
    return phone_of(people.patient)


def test_one_question_a_page_then_saved(
    phone: FlaskClient, people: People, database: Database, clock: SettableClock
) -> None:
    first = phone.get("/score").text
    assert len(re.findall(r'<button name="score" value="\d+">', first)) == 11
    second = answer(phone, first, score="7")
    assert second.status_code == 200
    saved = answer(phone, second.text, score="3")
    assert saved.status_code == 303
    (kept,) = entries(database, people.patient, clock)
    assert (kept.scores, kept.moment, kept.kind) == ({"leg": 7, "back": 3}, "midday", "scheduled")
    assert saved.location == f"/saved/{kept.id}"
    page = squeeze(phone.get(saved.location).text)
    assert "<dd>7</dd>" in page
    assert f"/entries/{kept.id}/correct" in page


def test_a_score_never_stands_on_a_page_while_scoring(phone: FlaskClient) -> None:
    second = answer(phone, phone.get("/score").text, score="7").text
    shown = HIDDEN.sub("", second)
    assert "checked" not in shown
    assert "selected" not in shown
    assert "score.leg" not in shown


def test_sent_twice_is_saved_once_and_going_back_asks_to_change(
    phone: FlaskClient, people: People, database: Database, clock: SettableClock
) -> None:
    second = answer(phone, phone.get("/score").text, score="7").text
    once, twice = answer(phone, second, score="3"), answer(phone, second, score="3")
    assert once.location == twice.location
    clock.advance(minutes=1)
    changed = answer(phone, second, score="4")
    (kept,) = entries(database, people.patient, clock)
    assert changed.location == f"/entries/{kept.id}/correct"


def test_back_asks_the_previous_question_again(phone: FlaskClient) -> None:
    first = phone.get("/score").text
    second = answer(phone, first, score="7").text
    again = answer(phone, second, back="1").text
    assert "score.leg" not in hidden(again)
    assert re.findall("<h1.*</h1>", again) == re.findall("<h1.*</h1>", first)


@pytest.mark.parametrize("value", [{}, {"score": "11"}, {"score": "x"}, {"score": "7.5"}])
def test_a_wrong_answer_keeps_the_page_and_what_was_right(
    value: dict[str, str], phone: FlaskClient
) -> None:
    second = answer(phone, phone.get("/score").text, score="7").text
    wrong = answer(phone, second, **value)
    assert wrong.status_code == 422
    assert hidden(wrong.text) == hidden(second)
    assert "error-summary" in wrong.text


@pytest.mark.parametrize(
    "change", [{"id": "x"}, {"score.leg": "99"}, {"replaces": "x"}, {"score.leg": ""}]
)
def test_a_form_that_somebody_changed_is_refused(
    change: dict[str, str], phone: FlaskClient
) -> None:
    second = answer(phone, phone.get("/score").text, score="7").text
    assert phone.post("/score", data={**hidden(second), **change}).status_code == 400


@pytest.mark.parametrize("path", ["/score", "/entries/{}/withdraw", "/settings/disconnect"])
def test_a_form_of_another_patient_changes_nothing(
    path: str, phone_of: PhoneOf, people: People, database: Database, clock: SettableClock
) -> None:
    mine, others = phone_of(people.patient), phone_of(people.other)
    second = answer(mine, mine.get("/score").text, score="7").text
    form = {**hidden(second), "score": "3"}
    for data in (form, {**form, "owner": ""}):
        refused = others.post(path.format(uuid4()), data=data)
        assert refused.status_code == 409
        assert "data-owner" not in refused.text
    assert entries(database, people.other, clock) == []
    assert others.get("/").status_code == 200


def test_a_missed_moment_is_filled_in_as_late(
    phone: FlaskClient, people: People, database: Database, clock: SettableClock
) -> None:
    assert "/score?moment=morning" in phone.get("/").text
    first = phone.get("/score?moment=morning").text
    answer(phone, answer(phone, first, score="5").text, score="5")
    (kept,) = entries(database, people.patient, clock)
    assert (kept.moment, kept.kind) == ("morning", "late")
    # Answered, or not yet there: then it is not asked as late.
    for moment in ("evening", "nonsense"):
        assert "moment" not in hidden(phone.get(f"/score?moment={moment}").text)


def test_a_correction_takes_the_place_of_the_first_answer(
    phone: FlaskClient, people: People, database: Database, clock: SettableClock
) -> None:
    answer(phone, answer(phone, phone.get("/score").text, score="7").text, score="3")
    (first,) = entries(database, people.patient, clock)
    page = phone.get(f"/entries/{first.id}/correct").text
    assert hidden(page)["replaces"] == str(first.id)
    answer(phone, answer(phone, page, score="2").text, score="1")
    (stands,) = [e for e in entries(database, people.patient, clock) if e.stands]
    assert (stands.scores, stands.moment) == ({"leg": 2, "back": 1}, "midday")
    assert phone.get(f"/entries/{first.id}/correct").status_code == 409
    assert phone.get(f"/saved/{first.id}").location == "/"


def test_an_entry_is_taken_back_after_a_question(
    phone: FlaskClient, people: People, database: Database, clock: SettableClock
) -> None:
    answer(phone, answer(phone, phone.get("/score").text, score="7").text, score="3")
    (first,) = entries(database, people.patient, clock)
    url = f"/entries/{first.id}/withdraw"
    question = phone.get(url).text
    assert entries(database, people.patient, clock) == [first]
    assert phone.post(url, data={**hidden(question), "id": "x"}).status_code == 400
    # A double tap is no mistake.
    for _ in range(2):
        assert phone.post(url, data=hidden(question)).location == "/"
    assert not any(e.stands for e in entries(database, people.patient, clock))
    assert phone.get(url).status_code == 409
    again = phone.post(url, data={**hidden(question), "id": str(uuid4())})
    assert again.status_code == 409
    # It stays to be seen, without links to change it.
    page = squeeze(phone.get("/diary/days/2026-03-12").text)
    assert "<dd>7</dd>" in page
    assert "/correct" not in page


def test_after_the_diary_day_an_entry_stays_as_it_is(
    phone: FlaskClient, people: People, database: Database, clock: SettableClock
) -> None:
    answer(phone, answer(phone, phone.get("/score").text, score="7").text, score="3")
    (first,) = entries(database, people.patient, clock)
    clock.set("2026-03-13T03:59:00+01:00")
    assert phone.get(f"/entries/{first.id}/correct").status_code == 200
    clock.set("2026-03-13T04:00:00+01:00")
    for path in ("correct", "withdraw"):
        assert phone.get(f"/entries/{first.id}/{path}").status_code == 409
    assert "/correct" not in phone.get(f"/saved/{first.id}").text


@pytest.mark.parametrize(
    "x, millimetres", [("0", 0), ("10", 0), ("140", 50), ("270", 100), ("279", 100)]
)
def test_a_tap_on_the_picture_of_the_line_is_a_place_on_it(
    x: str,
    millimetres: int,
    vas: tuple[FlaskClient, PathwayView],
    database: Database,
    people: People,
    clock: SettableClock,
) -> None:
    client, pathway = vas
    saved = answer(client, client.get("/score").text, **{"place.x": x, "place.y": "40"})
    assert saved.status_code == 303
    with database.read(people.nurse.scope, now=clock()) as unit:
        (kept,) = diary_reading.entries(unit, pathway)
    assert kept.scores == {"leg": Fraction(millimetres)}


@pytest.mark.parametrize(
    "value, status",
    [
        ({"millimetres": "63"}, 303),
        ({"millimetres": " 0 "}, 303),
        ({"millimetres": ""}, 422),
        ({"millimetres": "101"}, 422),
        ({"millimetres": "6,5"}, 422),
        # A key pressed on the picture is no place on it.
        ({"place.x": "0", "place.y": "0"}, 422),
        ({"place.x": "-3", "place.y": "40"}, 422),
        ({"place.x": "²", "place.y": "40"}, 422),
        ({"place.x": "9" * 5000, "place.y": "40"}, 422),
    ],
)
def test_a_number_is_the_other_way_to_answer_on_the_line(
    value: dict[str, str], status: int, vas: tuple[FlaskClient, PathwayView]
) -> None:
    client, _pathway = vas
    page = client.get("/score").text
    assert 'value="50"' not in page
    assert answer(client, page, **value).status_code == status


def test_what_the_patient_does_is_in_the_access_log(
    phone: FlaskClient, people: People, database: Database, clock: SettableClock
) -> None:
    with database.read(people.patient.scope, now=clock()) as unit:
        before = len(audit.of_patient(unit, people.patient.id))
    phone.get("/")
    answer(phone, answer(phone, phone.get("/score").text, score="7").text, score="3")
    phone.get("/diary")
    with database.read(people.patient.scope, now=clock()) as unit:
        rows = audit.of_patient(unit, people.patient.id)
    new = rows[: len(rows) - before]
    assert [row.event for row in reversed(new)] == [
        *("patient.home", "entries.add", "pin.choose", "patient.diary")
    ]
    assert all(row.treatment_relation and row.authorised for row in new)
    assert "7" not in " ".join(f"{row.event} {row.access_point}" for row in new)
