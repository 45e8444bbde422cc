"""Six languages for patients; from right to left the scale turns, and the score stays right."""

from __future__ import annotations

import re
from datetime import date, time
from fractions import Fraction

import pytest
from flask import Flask
from flask.testing import FlaskClient

from diary.language import LANGUAGES
from diary.store import diary_reading
from diary.store.database import Database
from diary.store.pathways import PathwayView
from diary.web import language
from tests.support.clock import SettableClock
from tests.support.people import People
from tests.web.conftest import PhoneOf, squeeze
from tests.web.test_scoring import answer, hidden

EVENING = date(2026, 11, 21)
# How a day, a short date and a name inside a sentence are written.
WRITTEN = {
    "nl": ("zaterdag 21 november", "21 nov 2026", "avond, 18:00", "7,5"),
    "en": ("Saturday 21 November", "21 Nov 2026", "evening, 18:00", "7.5"),
    "de": ("Samstag, 21. November", "21. Nov. 2026", "Abend, 18:00", "7,5"),
    "pl": ("sobota, 21 listopada", "21 lis 2026", "wieczór, 18:00", "7,5"),
    "tr": ("21 Kasım Cumartesi", "21 Kas 2026", "akşam, 18:00", "7,5"),
    "ar": ("السبت، 21 نوفمبر", "21 نوفمبر 2026", "المساء، 18:00", "7.5"),
}


@pytest.mark.parametrize("code", LANGUAGES)
def test_dates_times_and_numbers_are_those_of_the_language(code: str, app: Flask) -> None:
    with app.test_request_context("/"), language.speaking(code):
        evening = language.inside(language.gettext("Evening"))
        assert (
            language.day(EVENING),
            language.day_short(EVENING),
            language.joined(evening, language.clock(time(18, 0))),
            language.number(7.5),
        ) == WRITTEN[code]


@pytest.mark.parametrize(
    ("label", "code", "inside"),
    [("Işık", "tr", "ışık"), ("İkindi", "tr", "ikindi"), ("", "nl", "")],
)
def test_a_name_of_the_centre_keeps_its_letters(
    label: str, code: str, inside: str, app: Flask
) -> None:
    with app.test_request_context("/"), language.speaking(code):
        assert language.inside(label) == inside


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_patient_reads_the_pages_in_the_own_language(
    code: str, phone_of: PhoneOf, people: People
) -> None:
    phone = phone_of(people.patient)
    chosen = phone.post("/language", data={"language": code, "back": "/score"})
    assert chosen.location == "/score"
    page = phone.get("/score").text
    direction = "rtl" if code == "ar" else "ltr"
    assert f'<html lang="{code}" dir="{direction}">' in page
    # The same scores on the buttons in every language, and in the same order.
    scores = re.findall(r'<button name="score" value="(\d+)">(\d+)</button>', page)
    assert scores == [(str(score), str(score)) for score in range(11)]


@pytest.mark.parametrize(("x", "score"), [(10, 100), (270, 0), (88, 70), (0, 100), (280, 0)])
def test_no_pain_stands_at_the_right_end_of_a_line_in_arabic(
    x: int,
    score: int,
    vas: tuple[FlaskClient, PathwayView],
    people: People,
    database: Database,
    clock: SettableClock,
) -> None:
    phone, pathway = vas
    phone.post("/language", data={"language": "ar"})
    page = phone.get("/score").text
    assert hidden(page)["no_pain_at"] == "right"
    # The page says where its own "no pain" stood, also when another one changed the language since.
    phone.post("/language", data={"language": "nl"})
    place = {"place.x": str(x), "place.y": "40"}
    assert answer(phone, page, **place).status_code == 303
    with database.read(people.nurse.scope, now=clock()) as unit:
        (kept,) = diary_reading.entries(unit, pathway)
    assert kept.scores == {"leg": Fraction(score)}


def test_a_telephone_number_keeps_its_order_from_right_to_left(
    phone_of: PhoneOf, people: People
) -> None:
    phone = phone_of(people.patient)
    assert ">020 123 45 67</a>" in phone.get("/").text
    phone.post("/language", data={"language": "ar"})
    assert ">\u2066020 123 45 67\u2069</a>" in phone.get("/").text


def test_the_ends_of_the_scale_are_those_of_the_version_in_the_language(
    phone_of: PhoneOf, people: People
) -> None:
    phone = phone_of(people.patient)
    phone.post("/language", data={"language": "de"})
    least, most = "keine Schmerzen", "stärkste vorstellbare Schmerzen"
    assert phone.get("/api/v1/today").json["ends"] == {"least": least, "most": most}
    page = squeeze(phone.get("/score").text)
    assert f'0 =<span data-end="least">{least}</span>' in page
    assert f'10 =<span data-end="most">{most}</span>' in page
