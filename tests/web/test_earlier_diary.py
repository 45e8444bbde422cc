"""A second diary of the same patient: the phone asks by it, and the first one stays as it was."""

from __future__ import annotations

import json
import re
import zipfile
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient

from diary.exchange.case_files import read_case
from diary.store import alarms, diary_reading
from diary.store.database import Database
from diary.store.diary_reading import EntryView
from diary.store.pathways import PathwayView
from tests.store.diaries import add, add_events, entry, event
from tests.store.test_second_pathway import LATER, begin, end
from tests.support.clock import SettableClock
from tests.support.people import People
from tests.web.conftest import PhoneOf, squeeze

Two = tuple[PathwayView, PathwayView]


@pytest.fixture
def phone(people: People, phone_of: PhoneOf) -> FlaskClient:
    client = phone_of(people.patient)
    client.post("/language", data={"language": "en"})
    return client


@pytest.fixture
def two(people: People, database: Database, clock: SettableClock) -> Two:
    """Give two diaries: one on NRS with an answer and a dose, closed; one on VAS since June."""
    add(database, clock, people.patient, entry(clock(), 7, scores={"leg": 7, "back": 4}))
    add_events(database, clock, people.patient, event("symptoms", clock(), {"symptoms": []}))
    before, after = begin(database, clock, people)
    return before, after


def item(scores: dict[str, Any] | None = None, at: str = LATER, **more: object) -> dict[str, Any]:
    return {
        "id": str(uuid4()),
        "measured_at": at,
        "scores": scores or {"leg": 7, "back": 3},
        **more,
    }


def send(phone: FlaskClient, *items: dict[str, Any]) -> list[dict[str, Any]]:
    answer = phone.post("/api/v1/entries", json={"sent_at": LATER, "entries": list(items)})
    assert answer.status_code == 200
    found: list[dict[str, Any]] = answer.get_json()["results"]
    return found


def entries(
    database: Database, clock: SettableClock, people: People, pathway: PathwayView
) -> list[EntryView]:
    with database.read(people.patient.scope, now=clock()) as unit:
        return diary_reading.entries(unit, pathway)


def test_the_phone_learns_which_diary_it_asks_for(
    phone: FlaskClient, two: Two, people: People, database: Database, clock: SettableClock
) -> None:
    plan = phone.get("/api/v1/today").get_json()
    assert plan["pathway"] == str(two[1].id)
    assert (plan["scale"], [site["name"] for site in plan["sites"]]) == ("vas", ["foot"])
    # No answer of the first diary is offered to be changed.
    assert plan["entries"] == []


def test_what_waited_on_the_phone_lands_where_it_belongs(
    phone: FlaskClient, two: Two, people: People, database: Database, clock: SettableClock
) -> None:
    before, after = two
    march = "2026-03-12T18:00:00+01:00"
    waiting = [
        item(at=march, pathway=str(before.id)),
        # By an older version of the app, which says nothing of the pathway.
        item(at="2026-03-12T22:00:00+01:00"),
        item({"foot": 43}, pathway=str(after.id)),
        # 7 would be a score of the line too: it was asked by numbers, and stays there.
        item({"leg": 7}, pathway=str(before.id)),
        item({"leg": 7}),
        item({"foot": 43}, pathway=str(people.other.pathway.id)),
        item(at=march, pathway="nonsense"),
        {
            "id": str(uuid4()),
            "kind": "symptoms",
            "measured_at": LATER,
            "symptoms": ["fever"],
            "pathway": str(before.id),
        },
    ]
    told = send(phone, *waiting)
    assert [one["status"] for one in told] == [
        *("stored", "stored", "stored", "stored"),
        *("rejected", "rejected", "rejected", "stored"),
    ]
    assert told[4]["error"]["message"] == "This pain site is not in the diary."
    assert told[5]["error"]["message"] == (
        "This answer belongs to an earlier diary. It cannot be saved here."
    )
    assert [e.scores for e in entries(database, clock, people, after)] == [{"foot": 43}]
    old = entries(database, clock, people, before)
    assert {str(e.id) for e in old} >= {waiting[0]["id"], waiting[1]["id"], waiting[3]["id"]}
    # Sent again, by a version that says otherwise: the same answer, once.
    again = [{**one, "pathway": str(after.id)} for one in waiting[:2]]
    assert [one["status"] for one in send(phone, *again)] == ["duplicate"] * 2
    assert len(entries(database, clock, people, before)) == len(old)
    with database.read(people.nurse.scope, now=clock()) as unit:
        assert len(alarms.open_alarms(unit)) == 1


@pytest.mark.parametrize("kind", ["score", "event"])
def test_an_older_app_on_a_phone_at_1970_is_told_of_its_clock(
    kind: str, phone: FlaskClient, two: Two
) -> None:
    at = "1970-01-01T00:10:00+01:00"
    event = {"id": str(uuid4()), "kind": "symptoms", "measured_at": at, "symptoms": []}
    # Set right before the sending: nothing else tells that it was wrong.
    (told,) = send(phone, item(at=at) if kind == "score" else event)
    assert told["error"]["message"] == (
        "The clock of this phone is not right. Set the date and the time."
    )


def test_a_correction_follows_its_answer(
    phone: FlaskClient, two: Two, people: People, database: Database, clock: SettableClock
) -> None:
    before, after = two
    (first,) = entries(database, clock, people, before)
    noon = first.measured_at
    assert noon is not None
    # Made on the day itself, sent in June.
    changed = item(at=noon.isoformat(), replaces=str(first.id), pathway=str(after.id))
    assert [one["status"] for one in send(phone, changed)] == ["stored"]
    assert sorted(e.stands for e in entries(database, clock, people, before)) == [False, True]
    assert entries(database, clock, people, after) == []


@pytest.mark.parametrize("page", ["/score?extra=1", "/symptoms"])
def test_a_form_of_the_first_diary_saves_nothing_in_the_second(
    page: str, phone: FlaskClient, people: People, database: Database, clock: SettableClock
) -> None:
    form = phone.get(page).text
    assert f'name="pathway" value="{people.patient.pathway.id}"' in form
    _before, after = begin(database, clock, people)
    sent = {
        "owner": str(people.patient.id),
        "id": str(uuid4()),
        "pathway": str(people.patient.pathway.id),
        "score": "7",
        "score.leg": "7",
    }
    answer = phone.post(page.partition("?")[0], data=sent)
    assert (answer.status_code, answer.location) == (303, "/")
    assert "a new diary has begun" in phone.get("/").text
    assert entries(database, clock, people, after) == []


def test_the_earlier_diary_is_read_and_not_changed(
    phone: FlaskClient, two: Two, people: People, database: Database, clock: SettableClock
) -> None:
    own = squeeze(phone.get("/diary").text)
    assert "My diary from 2 Mar 2026 to 12 Mar 2026" in own
    assert "/diary/weeks/2026-03-12" in own
    week = phone.get("/diary/weeks/2026-03-12")
    assert week.status_code == 200
    assert "1 on time" in squeeze(week.text)
    day = squeeze(phone.get("/diary/days/2026-03-12").text)
    assert "Leg" in day
    assert "Back" in day
    assert "None of these" in day
    assert "/correct" not in day
    assert "/withdraw" not in day


def test_on_the_day_of_both_only_the_new_one_can_be_changed(
    phone: FlaskClient, people: People, database: Database, clock: SettableClock
) -> None:
    add(database, clock, people.patient, entry(clock(), 7))
    now = clock()
    _before, after = begin(database, clock, people)
    clock.set(now)
    # As if the second had begun on the same day.
    (old,) = entries(database, clock, people, people.patient.pathway)
    day = phone.get(f"/diary/days/{old.diary_day}").text
    assert f"/entries/{old.id}/correct" not in day
    # What was saved is shown, as it is.
    for change in ("correct", "withdraw"):
        assert phone.get(f"/entries/{old.id}/{change}").location == f"/saved/{old.id}"
    page = squeeze(phone.get(f"/saved/{old.id}").text)
    assert "<dd>7</dd>" in page
    assert "/correct" not in page
    form = {"id": str(uuid4()), "owner": str(people.patient.id)}
    assert phone.post(f"/entries/{old.id}/withdraw", data=form).status_code == 409
    assert isinstance(after.id, UUID)


def test_what_comes_in_after_the_change_is_shown_as_saved(
    phone: FlaskClient, people: People, database: Database, clock: SettableClock
) -> None:
    at = clock().isoformat()
    before, _after = begin(database, clock, people, at=None)
    late = item(at=at, pathway=str(before.id))
    evening = {
        "id": str(uuid4()),
        "kind": "evening",
        "measured_at": at,
        "diary_day": at[:10],
        "sleep": 9,
        "pathway": str(before.id),
    }
    assert [one["status"] for one in send(phone, late, evening)] == ["stored", "stored"]
    assert "<dt>Leg</dt><dd>7</dd>" in squeeze(phone.get(f"/saved/{late['id']}").text)
    page = squeeze(phone.get(f"/events/{evening['id']}").text)
    assert "<dt>Sleep</dt><dd>9</dd>" in page
    assert "replaces=" not in page
    assert "/withdraw" not in page
    assert phone.get(f"/events/{evening['id']}/withdraw").location == f"/events/{evening['id']}"
    assert phone.get(f"/events/{uuid4()}/withdraw").status_code == 404


def test_the_copy_has_both(
    phone: FlaskClient, two: Two, people: People, clock: SettableClock
) -> None:
    phone.get("/download")
    answer = phone.post("/download/file", data={"owner": str(people.patient.id)})
    with zipfile.ZipFile(BytesIO(answer.data)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    assert {"diary.csv", "diary.json", "diary-1.csv", "diary-1.json"} < set(files)
    (old, wrong), (new, _) = (read_case(files[name]) for name in ("diary-1.json", "diary.json"))
    assert (old.scale.value, len(old.entries), wrong) == ("nrs", 1, ())
    assert (new.scale.value, len(new.entries)) == ("vas", 0)
    assert "diary-1.csv: your earlier diary" in files["README.txt"].decode()
    rows = json.loads(files["everything.json"])
    assert len(rows["pathway"]) == 2


def test_nobody_elses_phone_sees_either(
    two: Two, people: People, phone_of: PhoneOf, nobody: FlaskClient, clock: SettableClock
) -> None:
    other = phone_of(people.other)
    day = squeeze(other.get("/diary/days/2026-03-12").text)
    assert "<h1>" in day
    assert "None of these" not in day
    assert other.get("/api/v1/today").get_json()["pathway"] == str(people.other.pathway.id)
    assert nobody.get("/api/v1/today").status_code == 401


def test_on_the_day_of_both_the_closed_one_asks_nothing_any_more(
    phone: FlaskClient, people: People, database: Database, clock: SettableClock
) -> None:
    # Noon: the window of midday is open, and that of the morning over.
    add(database, clock, people.patient, entry(clock(), 7))
    begin(database, clock, people, at=None)
    day = squeeze(phone.get("/diary/days/2026-03-12").text)
    # Missed and answered in the first diary; all of the second.
    assert re.findall(r"<h2>(\w+), ([\d:]+)", day.partition("Also")[0]) == [
        *(("Morning", "08:00"), ("Midday", "13:00")),
        *(("Morning", "08:00"), ("Midday", "13:00"), ("Evening", "18:00")),
        *(("Bedtime", "22:00"), ("Night", "03:00")),
    ]
    assert "Filled in on time, at 12:00" in day
    assert day.count("You can fill it in now") == 1
    assert day.count("Comes later") == 3


def test_the_day_on_which_the_diary_was_closed_asks_nothing_after_it(
    phone: FlaskClient, people: People, database: Database, clock: SettableClock
) -> None:
    end(database, clock, people)
    day = squeeze(phone.get("/diary/days/2026-03-12").text)
    assert re.findall(r"<h2>(\w+), ", day) == ["Morning"]
    assert "1 not filled in" in squeeze(phone.get("/diary").text)
