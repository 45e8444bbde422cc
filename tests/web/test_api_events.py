"""Diary events in `POST /api/v1/entries`, and what `GET /api/v1/today` says of them."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from diary.store import event_reading, medicines
from diary.store.database import Database
from diary.store.event_reading import EventView
from diary.store.medicines import NewMedicine
from diary.store.tables import DiaryEvent, EventKind, StrengthUnit
from tests.store.diaries import count
from tests.support.clock import SettableClock
from tests.support.people import People, Somebody
from tests.web.conftest import PhoneOf
from tests.web.test_api_entries import CANARY, NOON, entry, send

DAY = "2026-03-12"
OXYCODONE = NewMedicine(
    "oxycodon", Fraction(5), StrengthUnit.MG, "tablet", "oral", True, None, None, date(2026, 3, 1)
)


def event(kind: str, **changes: object) -> dict[str, Any]:
    """Return an event of `kind` of noon."""
    return {"id": str(uuid4()), "kind": kind, "measured_at": NOON, **changes}


@pytest.fixture
def phone(people: People, phone_of: PhoneOf) -> FlaskClient:
    """Give the patient's phone."""
    return phone_of(people.patient)


@pytest.fixture
def medicine(people: People, database: Database, clock: SettableClock) -> str:
    """Give the id of a medicine on the patient's list."""
    with database.write(people.nurse.scope, now=clock()) as unit:
        return str(medicines.add_medicine(unit, people.patient.pathway, OXYCODONE))


def one_of_each(medicine: str) -> list[dict[str, Any]]:
    """Return an event of each kind."""
    return [
        event("medicines", diary_day=DAY, not_taken=[], patches_changed=[medicine]),
        event("dose", medicine=medicine, count="1.5"),
        event("attack", started_at="2026-03-12T11:00:00+01:00", ended_at=None, intensity=8),
        event("attack_day", diary_day=DAY, attacks=1),
        event("evening", diary_day=DAY, sleep=3, activity=None, goal=7),
        event("symptoms", symptoms=["fever"]),
    ]


def standing(database: Database, somebody: Somebody, clock: SettableClock) -> list[EventView]:
    """Return the events that stand."""
    with database.read(somebody.scope, now=clock()) as unit:
        pathway_id = somebody.pathway.id
        return event_reading.standing(unit, [pathway_id]).get(pathway_id, [])


def plan(client: FlaskClient) -> dict[str, Any]:
    """Return what the phone is told."""
    found: dict[str, Any] = client.get("/api/v1/today").get_json()
    return found


def test_a_mixed_batch_a_hundred_times_stays_one_row_each(
    phone: FlaskClient, medicine: str, database: Database
) -> None:
    score, bad = entry(), event("dose", medicine=medicine, count="0.3")
    items = [score, *one_of_each(medicine), bad]
    first = send(phone, *items)
    assert [result["id"] for result in first] == [item["id"] for item in items]
    assert [result["status"] for result in first] == ["stored"] * 7 + ["rejected"]
    for _ in range(99):
        again = send(phone, *reversed(items))
        assert [result["status"] for result in again] == ["rejected"] + ["duplicate"] * 7
    assert count(database, DiaryEvent) == 6


def bad_events(medicine: str) -> dict[str, Any]:
    """Return what is wrong, by name."""
    return {
        "unknown kind": event(CANARY),
        "kind that is a list": event([CANARY]),  # type: ignore[arg-type]
        "no day": event("evening", sleep=3),
        "day as words": event("evening", diary_day=CANARY, sleep=3),
        "day as seconds": event("evening", diary_day=1773313200, sleep=3),
        "day to come": event("evening", diary_day="2026-03-13", sleep=3),
        "no answer": event("evening", diary_day=DAY),
        "answer off the scale": event("evening", diary_day=DAY, sleep=11),
        "half an answer": event("evening", diary_day=DAY, sleep=1.5),
        "no medicine": event("dose", count=1),
        "medicine of nobody": event("dose", medicine=str(uuid4()), count=1),
        "too many": event("dose", medicine=medicine, count=20.5),
        "none": event("dose", medicine=medicine, count=0),
        "tick of nobody's medicine": event(
            "medicines", diary_day=DAY, not_taken=[str(uuid4())], patches_changed=[]
        ),
        "fewer than no attacks": event("attack_day", diary_day=DAY, attacks=-1),
        "attack without start": event("attack", intensity=3),
        "attack without offset": event("attack", started_at="2026-03-12T11:00:00"),
        "attack of another age": event("attack", started_at="1412-01-01T00:00:00Z"),
        "symptom that is none": event("symptoms", symptoms=[CANARY]),
        "unknown key": event("symptoms", symptoms=[], **{CANARY: CANARY}),
        "correction of nothing": event("symptoms", symptoms=[], replaces=str(uuid4())),
        "withdrawal of nothing": event("symptoms", withdrawn=True),
        "no time": {"id": str(uuid4()), "kind": "symptoms", "symptoms": []},
    }


def test_a_bad_event_is_rejected_with_a_reason_and_stops_no_other(
    phone: FlaskClient, medicine: str, database: Database
) -> None:
    for stored, (what, bad) in enumerate(bad_events(medicine).items(), 1):
        good = event("symptoms", symptoms=[])
        answer = phone.post(
            "/api/v1/entries", json={"sent_at": NOON, "entries": [bad, good, entry()]}
        )
        results = answer.get_json()["results"]
        assert [one["status"] for one in results] == ["rejected", "stored", "stored"], what
        assert results[0]["error"]["message"], what
        assert CANARY not in answer.text, what
        assert count(database, DiaryEvent) == stored, what


def test_an_attack_starts_and_stops_and_is_taken_back(
    phone: FlaskClient, people: People, database: Database, clock: SettableClock
) -> None:
    start = event("attack", started_at="2026-03-12T11:00:00+01:00")
    send(phone, start)
    running = plan(phone)["running_attack"]
    assert running == {"id": start["id"], "started_at": "2026-03-12T11:00:00+01:00"}
    # It stops after the day has changed: an attack that runs can always be stopped.
    late = "2026-03-13T04:30:00+01:00"
    stop = {
        **event("attack", started_at=start["started_at"], ended_at=late, intensity=7),
        "measured_at": late,
        "replaces": start["id"],
    }
    clock.advance(hours=17)
    assert send(phone, stop, sent_at=late)[0]["status"] == "stored"
    assert plan(phone)["running_attack"] is None
    (kept,) = standing(database, people.patient, clock)
    assert (str(kept.id), kept.diary_day) == (stop["id"], date(2026, 3, 12))
    back = event("attack", replaces=stop["id"], withdrawn=True, measured_at=late)
    twice = event("attack", replaces=stop["id"], withdrawn=True, measured_at=late)
    statuses = [result["status"] for result in send(phone, back, twice, sent_at=late)]
    assert statuses == ["stored", "rejected"]
    assert standing(database, people.patient, clock) == []


def test_an_event_can_be_changed_until_the_day_is_over(phone: FlaskClient) -> None:
    first = event("evening", diary_day=DAY, sleep=3)
    send(phone, first)
    next_day = "2026-03-13T04:00:00+01:00"
    late = event("evening", diary_day=DAY, sleep=4, replaces=first["id"], measured_at=next_day)
    other_day = event("evening", diary_day="2026-03-11", sleep=4, replaces=first["id"])
    other_kind = event("attack_day", diary_day=DAY, attacks=0, replaces=first["id"])
    right = event("evening", diary_day=DAY, sleep=4, replaces=first["id"])
    results = send(phone, late, other_day, other_kind, right, sent_at=next_day)
    assert [one["status"] for one in results] == ["rejected"] * 3 + ["stored"]


def test_an_id_of_another_patient_is_rejected_like_any_used_id(
    phone_of: PhoneOf, people: People, medicine: str
) -> None:
    mine, theirs = phone_of(people.patient), phone_of(people.other)
    one = event("symptoms", symptoms=[])
    send(theirs, one)
    (foreign,) = send(mine, one)
    own = event("symptoms", symptoms=[])
    send(mine, own)
    (used,) = send(mine, {**own, "symptoms": ["fever"]})
    assert foreign["error"] == used["error"]
    (not_theirs,) = send(theirs, event("dose", medicine=medicine, count=1))
    assert not_theirs["status"] == "rejected"
    assert plan(theirs)["medicines"] == []


def test_the_phone_is_told_what_to_ask_and_what_was_done(
    phone: FlaskClient, people: People, medicine: str
) -> None:
    found = plan(phone)
    assert found["telephone"] == "020 123 45 67"
    assert found["day"] == DAY
    assert found["medicines"] == [
        {"id": medicine, "label": "Oxycodon 5\N{NO-BREAK SPACE}mg, tablet", "as_needed": True}
        | {"patch": False}
    ]
    assert found["evening"] == ["sleep", "activity", "goal"]
    assert {one["code"] for one in found["symptoms"]} > {"fever", "wound"}
    assert found["today"] == {"medicines": False, "evening": False, "attack_day": False}
    assert (found["attacks"], found["entries"]) == (False, [])
    score = entry()
    send(phone, score, *one_of_each(medicine))
    found = plan(phone)
    assert found["today"] == {"medicines": True, "evening": True, "attack_day": True}
    first, *others = found["entries"]
    assert first == {
        "id": score["id"],
        "moment": "midday",
        "label": "Middag",
        "corrected": False,
        "paper": False,
        "at": "2026-03-12T11:00:00Z",
    }
    # What was said is not among it: the phone only changes it or takes it back.
    labels = {one["kind"]: one["label"] for one in others}
    assert labels == dict.fromkeys(EventKind) | {"dose": found["medicines"][0]["label"]}
    assert {frozenset(one) for one in others} == {frozenset(first) | {"kind"}}


def test_scores_alone_cost_no_query_more(
    phone: FlaskClient, count_queries: Any, medicine: str
) -> None:
    send(phone, entry())
    with count_queries() as queries:
        send(phone, entry())
    assert not [query for query in queries if "diary_event" in query or "medicine" in query]
