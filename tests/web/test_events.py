"""Medicines, attacks, the evening and side effects on pages without JavaScript."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient

from diary.protocol.pathway import AttackDay
from diary.protocol.phases import PhaseKind
from diary.store import (
    event_cases,
    event_reading,
    events,
    medicines,
    pathways,
    patients,
    phones,
)
from diary.store.database import Database
from diary.store.medicines import NewMedicine
from diary.store.pathways import PathwayView
from diary.store.tables import StrengthUnit
from tests.store.diaries import event
from tests.support.clock import SettableClock
from tests.support.people import BIRTH_DATE, People, Somebody, enrolment
from tests.web.conftest import PhoneOf, squeeze
from tests.web.test_scoring import hidden

EVENING = "2026-03-12T20:00:00+01:00"
NAMES = ("pregabalin", "oxycodone", "fentanyl")


@pytest.fixture
def phone(people: People, phone_of: PhoneOf) -> FlaskClient:
    client = phone_of(people.patient)
    client.post("/language", data={"language": "en"})
    return client


@pytest.fixture
def own(people: People, database: Database, clock: SettableClock) -> dict[str, UUID]:
    """Give a regular medicine, one for when it is needed, and a patch."""
    made = {}
    with database.write(people.nurse.scope, now=clock()) as unit:
        for name in NAMES:
            patch = name == "fentanyl"
            new = NewMedicine(
                substance=name,
                strength=Fraction(25),
                unit=StrengthUnit.UG_PER_H if patch else StrengthUnit.MG,
                form="patch" if patch else "tablet",
                route="patch" if patch else "oral",
                as_needed=name == "oxycodone",
                times_a_day=2 if name == "pregabalin" else None,
                patch_days=3 if patch else None,
                started_on=date(2026, 3, 1),
            )
            made[name] = medicines.add_medicine(unit, people.patient.pathway, new)
    return made


@pytest.fixture
def cluster(
    people: People, database: Database, clock: SettableClock, phone_of: PhoneOf
) -> tuple[FlaskClient, PathwayView]:
    """Give the phone of a patient with cluster headache, in intake."""
    new = replace(enrolment(people.site_id, number=78), indication="cluster", sites=("head",))
    with database.write(people.nurse.scope, now=clock()) as unit:
        patient_id = patients.enrol(unit, new)
        code = phones.create_activation_code(unit, patient_id)
        pathway = pathways.pathway(unit, patient_id)
        assert pathway is not None
        pathways.start_phase(unit, pathway.id, PhaseKind.INTAKE, clock().date(), clock().date())
    with database.write(None, now=clock()) as unit:
        owner = phones.activate(unit, code, BIRTH_DATE, "cluster token")
    assert owner is not None
    client = phone_of(Somebody(patient_id, owner, "cluster token", pathway))
    client.post("/language", data={"language": "en"})
    return client, pathway


def send(client: FlaskClient, path: str, **fields: Any) -> Any:
    """Fill in the form of a page and send it."""
    page = client.get(path).text
    return client.post(path.partition("?")[0], data={**hidden(page), **fields})


@pytest.fixture
def kept(people: People, database: Database, clock: SettableClock) -> Any:
    """Give what reads the bodies of the patient's events that stand."""

    def read() -> list[dict[str, Any]]:
        with database.read(people.patient.scope, now=clock()) as unit:
            found = event_reading.standing(unit, [people.patient.pathway.id])
        return [
            {"kind": one.kind.value, **one.body} for one in found.get(people.patient.pathway.id, [])
        ]

    return read


def test_a_medicine_that_was_not_taken_is_the_one_without_a_tick(
    phone: FlaskClient, own: dict[str, UUID], kept: Any
) -> None:
    page = phone.get("/medicines").text
    assert "Pregabalin" in page
    assert "Fentanyl" in page
    assert "Oxycodone" not in page
    saved = send(phone, "/medicines", taken=str(own["pregabalin"]))
    shown = squeeze(phone.get(saved.location).text)
    assert "All taken" in shown
    again = re.search(r'href="(/medicines\?replaces=[^"]+)"', shown)
    assert again
    send(phone, again[1], patch=str(own["fentanyl"]))
    (tick,) = kept()
    assert tick["not_taken"] == [str(own["pregabalin"])]
    assert tick["patches_changed"] == [str(own["fentanyl"])]


def test_an_extra_dose_is_one_tap_on_its_page(
    phone: FlaskClient, own: dict[str, UUID], kept: Any
) -> None:
    saved = send(phone, "/dose", medicine=str(own["oxycodone"]), count="0.5")
    assert "0.5×" in phone.get(saved.location).text
    assert kept() == [{"kind": "dose", "medicine": str(own["oxycodone"]), "count": "0.5"}]
    for wrong in ({"medicine": str(uuid4())}, {"medicine": "x"}, {"count": "999"}):
        fields = {"medicine": str(own["oxycodone"]), "count": "1", **wrong}
        assert send(phone, "/dose", **fields).status_code in {400, 422}
    assert len(kept()) == 1


def test_a_form_that_is_sent_twice_counts_once_and_can_be_taken_back(
    phone: FlaskClient, own: dict[str, UUID], kept: Any, clock: SettableClock
) -> None:
    form = {**hidden(phone.get("/dose").text), "medicine": str(own["oxycodone"]), "count": "1"}
    first = phone.post("/dose", data=form)
    clock.advance(minutes=1)
    assert phone.post("/dose", data=form).location == first.location
    assert len(kept()) == 1
    question = phone.get(f"{first.location}/withdraw").text
    # A double tap is no mistake.
    for _ in range(2):
        answer = phone.post(f"{first.location}/withdraw", data=hidden(question))
        assert answer.location == "/"
    assert kept() == []
    assert phone.get(first.location).location == "/"
    # As with a score, the day still tells of it.
    day = squeeze(phone.get("/diary/days/2026-03-12").text).partition("Also in your diary")[2]
    assert '<li class="gone">' in day
    assert "You took this back." in day
    assert "<dd>1×</dd>" in day
    assert "/withdraw" not in day


def test_the_evening_may_skip_a_question_but_not_all(phone: FlaskClient, kept: Any) -> None:
    nothing = send(phone, "/evening")
    assert nothing.status_code == 422
    assert "at least one" in nothing.text
    saved = send(phone, "/evening", sleep="7", goal="0")
    assert "Sleep" in phone.get(saved.location).text
    assert kept() == [{"kind": "evening", "sleep": 7, "activity": None, "goal": 0}]
    assert send(phone, "/evening", sleep="11").status_code == 400


def test_a_symptom_shows_at_once_whom_to_call(phone: FlaskClient, kept: Any) -> None:
    page = phone.get("/symptoms").text
    assert 'href="tel:0201234567"' in page
    assert send(phone, "/symptoms", report="some").status_code == 422
    saved = send(phone, "/symptoms", report="some", symptom=["fever", "wound"])
    shown = squeeze(phone.get(saved.location).text)
    assert "Call your pain centre now" in shown
    assert shown.count('href="tel:0201234567"') == 2
    calm = send(phone, "/symptoms", report="none")
    assert "Call your pain centre now" not in phone.get(calm.location).text
    # At one moment of the clock their order is that of their ids, which is any.
    assert sorted((one["symptoms"] for one in kept()), key=len) == [[], ["fever", "wound"]]


def test_none_of_these_throws_no_ticked_symptom_away(phone: FlaskClient, kept: Any) -> None:
    asked = send(phone, "/symptoms", report="none", symptom=["fever"])
    assert asked.status_code == 422
    assert kept() == []
    page = squeeze(asked.text)
    assert "You ticked something. Send it to your pain centre." in page
    # What was ticked still is, and nothing else.
    assert re.findall(r'value="(\w+)"\s+checked', page) == ["fever"]
    assert send(phone, "/symptoms", report="some", symptom=["fever"]).status_code == 303
    assert [one["symptoms"] for one in kept()] == [["fever"]]


def test_an_attack_is_one_button_to_start_and_one_to_stop(
    cluster: tuple[FlaskClient, PathwayView], clock: SettableClock
) -> None:
    client, _pathway = cluster
    started = send(client, "/attacks", attack="start")
    assert started.status_code == 303
    # The button was tapped twice, the second time on an old page: it still runs once.
    assert "is over" in send(client, "/attacks", attack="start").text
    assert "Attack since 12:00" in client.get("/").text
    clock.advance(minutes=40)
    ended = send(client, "/attacks", attack="stop")
    page = client.get(ended.location).text
    assert "at its worst" in page
    worst = re.search(r'action="(/attacks/[^"]+/worst)"', page)
    assert worst
    rated = client.post(worst[1], data={**hidden(page), "worst": "9"})
    shown = squeeze(client.get(rated.location).text)
    for said in ("<dd>12:00</dd>", "<dd>12:40</dd>", "<dd>9</dd>"):
        assert said in shown
    assert "at its worst" not in shown
    assert "Attack since" not in client.get("/").text


def test_no_attacks_is_an_answer(cluster: tuple[FlaskClient, PathwayView]) -> None:
    client, _pathway = cluster
    saved = send(client, "/attacks", attacks="0")
    assert "<dt>Attacks today</dt><dd>0</dd>" in squeeze(client.get(saved.location).text)
    assert send(client, "/attacks", attacks="99").status_code == 400


def test_no_attacks_after_an_attack_is_asked_once_more(
    cluster: tuple[FlaskClient, PathwayView], clock: SettableClock
) -> None:
    client, _pathway = cluster
    send(client, "/attacks", attack="start")
    send(client, "/attacks", attack="stop")
    asked = send(client, "/attacks", attacks="0")
    assert asked.status_code == 422
    assert "You wrote down an attack today." in asked.text
    assert send(client, "/attacks", attacks="sure").status_code == 303
    # The next day is another one.
    clock.set("2026-03-13T12:00:00+01:00")
    assert send(client, "/attacks", attacks="0").status_code == 303


def test_two_pages_store_one_answer_of_what_is_asked_once_a_day(
    phone: FlaskClient, own: dict[str, UUID], kept: Any, clock: SettableClock
) -> None:
    pregabalin = str(own["pregabalin"])
    for path, first, second in (
        ("/evening", {"sleep": "7"}, {"sleep": "4", "goal": "1"}),
        ("/medicines", {"taken": pregabalin}, {}),
    ):
        forms = [hidden(phone.get(path).text) | said for said in (first, second)]
        for form in forms:
            saved = phone.post(path, data=form)
            assert saved.status_code == 303
            assert phone.get(saved.location).status_code == 200
            clock.advance(minutes=1)
        # And sent twice.
        assert phone.post(path, data=forms[1]).location == saved.location
    assert kept() == [
        {"kind": "evening", "sleep": 4, "activity": None, "goal": 1},
        {"kind": "medicines", "not_taken": [pregabalin], "patches_changed": []},
    ]


def test_two_pages_say_once_how_many_attacks_there_were(
    cluster: tuple[FlaskClient, PathwayView],
    clock: SettableClock,
    database: Database,
    people: People,
) -> None:
    client, pathway = cluster
    forms = [hidden(client.get("/attacks").text) | {"attacks": number} for number in ("2", "3")]
    for form in forms:
        assert client.post("/attacks", data=form).status_code == 303
    assert counted(database, clock, people, pathway) == ((AttackDay(date(2026, 3, 12), 3),), 0)
    assert squeeze(client.get("/diary/days/2026-03-12").text).count("<dt>Attacks today") == 1


def counted(
    database: Database, clock: SettableClock, people: People, pathway: PathwayView
) -> tuple[tuple[AttackDay, ...], int]:
    """Return what the rule of cluster headache counts: the days, and how many attacks stand."""
    with database.read(people.nurse.scope, now=clock()) as unit:
        parts = event_cases.event_parts(unit, [pathway])[pathway.id]
    return parts["attack_days"], len(parts["attacks"])


def test_there_were_none_takes_back_the_attacks_of_the_day(
    cluster: tuple[FlaskClient, PathwayView],
    clock: SettableClock,
    database: Database,
    people: People,
) -> None:
    client, pathway = cluster
    clock.set("2026-03-11T22:00:00+01:00")
    send(client, "/attacks", attack="start")
    send(client, "/attacks", attack="stop")
    clock.set("2026-03-12T09:00:00+01:00")
    for _ in range(2):
        send(client, "/attacks", attack="start")
        send(client, "/attacks", attack="stop")
    form = hidden(client.get("/attacks").text) | {"attacks": "sure"}
    clock.set(EVENING)
    first = client.post("/attacks", data=form)
    assert "<dt>Attacks today</dt><dd>0</dd>" in squeeze(client.get(first.location).text)
    today = AttackDay(date(2026, 3, 12), 0)
    # That of the evening before stays.
    assert counted(database, clock, people, pathway) == ((today,), 1)
    clock.advance(minutes=1)
    assert client.post("/attacks", data=form).location == first.location
    assert counted(database, clock, people, pathway) == ((today,), 1)


def test_attacks_from_paper_are_not_taken_back_by_there_were_none(
    cluster: tuple[FlaskClient, PathwayView],
    clock: SettableClock,
    database: Database,
    people: People,
) -> None:
    client, pathway = cluster
    now = clock().isoformat()
    attack = {"started_at": now, "ended_at": now, "intensity": 5}
    with database.write(people.nurse.scope, now=clock()) as unit:
        paper = event("attack", clock(), attack, diary_day=clock().date())
        nurse = people.nurse.id
        events.add_events(unit, pathway, [paper], access_point="test", typed_by=nurse)
    for said in ("0", "sure"):
        told = send(client, "/attacks", attacks=said)
        assert told.status_code == 422
        page = squeeze(told.text)
        assert "Your paper diary has an attack of today. Is it wrong?" in page
        assert re.search(r"data-contradicts\s+hidden", page)
    assert counted(database, clock, people, pathway) == ((), 1)
    # A number is an answer all the same.
    assert send(client, "/attacks", attacks="1").status_code == 303


def test_an_attack_of_another_day_says_which(
    cluster: tuple[FlaskClient, PathwayView], clock: SettableClock
) -> None:
    client, _pathway = cluster
    send(client, "/attacks", attack="start")
    assert "Attack since 12:00" in squeeze(client.get("/attacks").text)
    clock.set("2026-03-13T12:00:00+01:00")
    assert "Attack since Thursday 12 March, 12:00" in squeeze(client.get("/attacks").text)


def test_the_start_shows_only_what_applies_now(
    phone: FlaskClient, own: dict[str, UUID], clock: SettableClock, people: People
) -> None:
    def ways() -> set[str]:
        return set(re.findall(r'data-start-to="(\w+)"', phone.get("/").text))

    assert ways() == {"dose", "symptoms"}
    clock.set(EVENING)
    assert ways() == {"dose", "symptoms", "medicines", "evening"}
    send(phone, "/medicines", taken=str(own["pregabalin"]))
    send(phone, "/evening", sleep="7")
    assert ways() == {"dose", "symptoms"}
    # In the night it is still the same diary day; the next evening asks again.
    clock.set("2026-03-13T01:00:00+01:00")
    assert ways() == {"dose", "symptoms"}
    clock.set("2026-03-13T20:00:00+01:00")
    assert ways() == {"dose", "symptoms", "medicines", "evening"}
    # Before the trial nobody can have a side effect of it.
    clock.set("2026-03-03T12:00:00+01:00")
    assert "symptoms" not in ways()
    assert phone.get("/symptoms").location == "/"


def test_a_reminder_of_an_answered_moment_does_not_ask_again(
    phone: FlaskClient, clock: SettableClock
) -> None:
    saved = phone.post(
        "/score", data={**hidden(phone.get("/score").text), "score.leg": "7", "score": "3"}
    )
    entry = saved.location.rpartition("/")[2]
    clock.advance(minutes=5)
    page = phone.get("/score").text
    assert "done this already" in page
    assert f"/entries/{entry}/correct" in page
    assert 'id="question"' in phone.get("/score?extra=1").text
    # Once its time is over, what is written down is an extra measurement.
    clock.set("2026-03-12T16:00:00+01:00")
    assert 'id="question"' in phone.get("/score").text
