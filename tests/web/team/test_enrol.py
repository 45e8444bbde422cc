"""Enrolling a patient, the letter, and the phone that it connects."""

from __future__ import annotations

import re
from base64 import b64decode
from datetime import date
from urllib.parse import unquote
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from diary.store import consents, pathways, patients, phones
from diary.store.database import Database
from diary.store.tables import Purpose
from tests.support.clock import SettableClock
from tests.support.people import BIRTH_DATE, People
from tests.web.team.conftest import DeskOf
from tests.web.team.pages import Page

FORM = "/team/patients/new"


@pytest.fixture
def desk(people: People, desk_of: DeskOf) -> FlaskClient:
    """Give the nurse's browser."""
    return desk_of(people.nurse)


@pytest.fixture
def filled(desk: FlaskClient) -> dict[str, str]:
    """Give the form as a nurse leaves it."""
    usual = Page(desk.get(FORM).text).fields()
    return usual | {
        "name": "Willemijn <van> der Berg",
        "hospital_number": "4471202",
        "birth_date": "1962-08-14",
        "email": "w.vanderberg@example.nl",
        "indication": "crps",
        "primary_site": "foot",
        "other_sites": "leg",
        "pain_since": "",
        "agrees": "email",
    }


def names(desk: FlaskClient) -> list[str]:
    return [
        row[0]
        for row in Page(desk.get("/team/patients").text).table("Patiënten die u behandelt")[1:]
    ]


def test_looked_at_and_then_saved(
    desk: FlaskClient,
    filled: dict[str, str],
    people: People,
    database: Database,
    clock: SettableClock,
) -> None:
    looked = desk.post(FORM, data=filled | {"step": "check"})
    page = Page(looked.text)
    assert looked.status_code == 200
    assert page.problems == []
    days = [row[0] for row in page.table("Metingen die gevraagd worden")[1:]]
    assert days == ["vrijdag 13 maart", "zaterdag 14 maart", "zondag 15 maart", "maandag 16 maart"]
    assert page.facts(class_="facts card")["Patiëntnummer"] == "4471202"
    assert names(desk) == ["Anna Bakker"]

    answer = desk.post(FORM, data=page.fields() | {"step": "save"})
    assert answer.status_code == 303
    assert names(desk) == ["Anna Bakker", "Willemijn <van> der Berg"]
    patient_id = UUID(answer.headers["Location"].rsplit("/", 1)[1])
    with database.read(people.nurse.scope, now=clock()) as unit:
        card, pathway = patients.card(unit, patient_id), pathways.pathway(unit, patient_id)
        known = consents.consents(unit, patient_id)
    assert card is not None
    assert pathway is not None
    assert (card.birth_date, card.email) == (date(1962, 8, 14), "w.vanderberg@example.nl")
    assert [(one.purpose, one.given, one.said_on) for one in known] == [
        (Purpose.EMAIL, True, date(2026, 3, 12))
    ]
    assert (pathway.sites, pathway.indication) == (("foot", "leg"), "crps")
    assert [m.name for m in pathway.moments] == ["morning", "midday", "evening", "bedtime"]
    (intake,) = pathway.phases
    assert (intake.first_day, intake.last_day) == (date(2026, 3, 13), date(2026, 3, 16))


def test_cluster_headache_is_judged_on_a_longer_intake(
    desk: FlaskClient, filled: dict[str, str]
) -> None:
    """S3 l.192-213: four weeks of attacks, and nearly all of the days confirmed."""
    assert "4 dagen nodig; bij clusterhoofdpijn 28" in Page(desk.get(FORM).text).text
    cluster = filled | {"indication": "cluster", "primary_site": "head"}
    page = Page(desk.post(FORM, data=cluster | {"step": "check"}).text)
    assert page.problems == []
    assert "De intake telt 4 dagen" in page.text
    assert "28 nodig" in page.text
    assert "bevestigt de patiënt ten minste 80 %" in page.text
    long = Page(desk.post(FORM, data=cluster | {"step": "check", "days": "28"}).text).text
    assert "28 nodig" not in long
    empty = cluster | {"first_day": "", "days": "", "step": "save"}
    saved = desk.post(FORM, data=empty).headers["Location"]
    plan = Page(desk.get(f"{saved}/phases/new/intake").text)
    assert "laatste vier dagen" not in plan.text
    assert "De uitgangswaarde is de hele intake" in plan.text
    assert plan.fields()["days"] == "28"


def test_change_something_keeps_everything(desk: FlaskClient, filled: dict[str, str]) -> None:
    page = Page(desk.post(FORM, data=filled | {"step": "change"}).text)
    assert {**filled, "time_night": ""} == page.fields() | {"time_night": ""}


@pytest.mark.parametrize(
    "field,wrong,words",
    [
        ("name", " ", "Naam: Vul dit in."),
        ("hospital_number", "", "Patiëntnummer: Vul dit in."),
        ("hospital_number", "0000001", "Patiëntnummer: Er is al een patiënt met dit"),
        ("birth_date", "", "Geboortedatum: Vul dit in."),
        ("birth_date", "14-08-1962", "Geboortedatum: Vul een datum in"),
        ("birth_date", "2062-08-14", "Geboortedatum: Vul een geboortedatum in het verleden in."),
        ("birth_date", "0001-01-01", "Geboortedatum: "),
        ("birth_date", "2026-W01-1", "Geboortedatum: Vul een datum in"),
        ("email", "not an address", "E-mailadres: Vul een e-mailadres in"),
        ("agrees", "data", "De patiënt gaat akkoord met: Vink aan waarmee"),
        ("mobile", "06 12345678", "De patiënt gaat akkoord met: Vink aan waarmee"),
        ("said_on", "2026-03-13", "Gezegd op: Kies vandaag of een eerdere dag."),
        ("said_on", "", "Gezegd op: Vul dit in."),
        ("indication", "tired", "Indicatie: Kies een van deze"),
        ("primary_site", "", "Primaire pijnplaats: Kies een van deze"),
        ("scale", "", "Pijnschaal: Kies een van deze"),
        ("language", "xx", "Taal van de patiënt: Kies een van deze"),
        ("site_id", "00000000-0000-4000-8000-000000000000", "Locatie: Kies een locatie"),
        ("time_morning", "8 o'clock", "Meetmomenten: Vul een tijd in"),
        ("time_night", "03:00+01:00", "Meetmomenten: Vul een tijd in"),
        ("time_midday", "08:00:20", "Meetmomenten: Vul een tijd in"),
        ("time_night", "05:00", "Meetmomenten: Een nachtmoment ligt voor 04:00."),
        ("time_midday", "08:00", "Meetmomenten: Twee momenten zijn op dezelfde tijd."),
        ("first_day", "2026-03-11", "Eerste dag van de intake: Kies vandaag of een latere dag."),
        ("first_day", "9999-12-31", "Eerste dag van de intake: "),
        ("first_day", "2028-03-31", "Eerste dag van de intake: "),
        ("days", "0", "Aantal dagen: Kies 1 tot en met 60 dagen."),
        ("days", "", "Aantal dagen: Vul dit in."),
        ("pain_since", "0001-01-01", "Pijn sinds: "),
        ("pain_since", "1962-08-13", "Pijn sinds: Vul een datum in tussen"),
        ("pain_since", "2027-01-01", "Pijn sinds: Vul een datum in tussen"),
    ],
)
def test_what_is_wrong_is_said_and_what_is_right_is_kept(
    field: str, wrong: str, words: str, desk: FlaskClient, filled: dict[str, str]
) -> None:
    sent = filled | {field: wrong}
    for step in ("check", "save"):
        answer = desk.post(FORM, data=sent | {"step": step})
        page = Page(answer.text)
        assert answer.status_code == 422
        assert page.problems == []
        summary = page.root.one("div", class_="error-summary")
        (line,) = summary.all("li")
        assert line.text.startswith(words)
        kept = page.fields()
        right = set(filled) - {field, "other_sites", "site_id"}
        assert {name: kept.get(name) for name in right} == {name: filled[name] for name in right}
    assert names(desk) == ["Anna Bakker"]


def test_a_mobile_number_and_what_stands_first_afterwards(
    desk: FlaskClient, filled: dict[str, str]
) -> None:
    agreed = {"mobile": "12", "agrees": ["data", "email", "sms"], "step": "save"}
    wrong = desk.post(FORM, data=filled | agreed)
    assert "Mobiel nummer: " in Page(wrong.text).root.one("div", class_="error-summary").text
    saved = desk.post(FORM, data=filled | agreed | {"mobile": "06 12345678"})
    page = Page(desk.get(saved.headers["Location"]).text)
    assert page.problems == []
    steps = page.root.one("ul", class_="first-steps").text
    assert "Print de brief en koppel de telefoon nog niet" in steps
    assert "Leg vast waarmee de patiënt akkoord gaat gedaan" in steps
    address = saved.headers["Location"]
    assert Page(desk.get(f"{address}/reminding").text).fields()["mobile"] == "+31612345678"
    answers = Page(desk.get(f"{address}/consent").text).fields()
    assert {answers[name] for name in ("data", "email", "sms")} == {"yes"}


def test_a_diary_of_one_moment_a_day_could_never_be_judged(
    desk: FlaskClient, filled: dict[str, str]
) -> None:
    times = {"time_midday": "", "time_evening": "", "time_bedtime": ""}
    answer = desk.post(FORM, data=filled | times | {"step": "check"})
    assert "houd minstens twee tijden over" in Page(answer.text).text


def test_without_an_intake(desk: FlaskClient, filled: dict[str, str]) -> None:
    answer = desk.post(FORM, data=filled | {"first_day": "", "step": "save"})
    page = Page(desk.get(answer.headers["Location"]).text)
    assert "Er is nog geen fase gepland" in page.text


def letter(desk: FlaskClient, people: People) -> Page:
    answer = desk.post(f"/team/patients/{people.patient.id}/letter")
    page = Page(answer.text)
    assert page.problems == []
    return page


def code_of(page: Page) -> str:
    return page.root.one("strong", class_="code").text


def test_the_letter_connects_a_phone_once(
    desk: FlaskClient, people: People, nobody: FlaskClient
) -> None:
    page = letter(desk, people)
    assert re.fullmatch(r"[A-Z0-9]{4}-[A-Z0-9]{4}", code_of(page))
    assert "020 123 45 67" in page.text
    assert "tot en met donderdag 19 maart" in page.text
    sent = {
        "code": code_of(page).lower().replace("-", " "),
        "day": str(BIRTH_DATE.day),
        "month": str(BIRTH_DATE.month),
        "year": str(BIRTH_DATE.year),
    }
    assert nobody.post("/activate", data=sent).status_code == 303
    assert len(Page(desk.get(f"/team/patients/{people.patient.id}").text).table("Telefoons")) == 3


def test_the_picture_of_the_letter_is_drawn_without_any_style(
    desk: FlaskClient, people: People
) -> None:
    (picture,) = letter(desk, people).root.one("article").all("img")
    source = picture.attributes["src"] or ""
    kind, _, data = source.partition(",")
    drawing = b64decode(data).decode() if kind.endswith("base64") else unquote(data)
    assert kind.startswith("data:image/svg+xml")
    assert "style" not in drawing


def test_a_new_letter_ends_the_older_one(
    desk: FlaskClient, people: People, database: Database, clock: SettableClock
) -> None:
    old, new = (code_of(letter(desk, people)) for _ in range(2))
    with database.write(None, now=clock()) as unit:
        assert phones.activate(unit, old, BIRTH_DATE, "one") is None
        assert phones.activate(unit, new, BIRTH_DATE, "two") is not None


def test_the_letter_speaks_the_patients_language_and_the_page_the_nurses(
    desk: FlaskClient, people: People, database: Database, clock: SettableClock
) -> None:
    with database.write(people.patient.scope, now=clock()) as unit:
        phones.set_language(unit, "en")
    page = letter(desk, people)
    assert page.root.one("article").attributes["lang"] == "en"
    assert "Your code:" in page.root.one("article").text
    assert page.root.one("h1").text == "Activeringsbrief"


def test_a_phone_that_lost_its_access(desk: FlaskClient, people: People) -> None:
    base = f"/team/patients/{people.patient.id}"
    answer = desk.post(f"{base}/phones/{people.patient.phone.phone_id}/revoke")
    assert answer.headers["Location"] == f"{base}#phones"
    page = Page(desk.get(base).text)
    assert "heeft geen toegang meer" in page.text
    assert "geëindigd" in page.table("Telefoons")[1][2]
    assert desk.post(f"{base}/phones/{people.patient.phone.phone_id}/revoke").status_code == 404
