"""The own diary: pictures, weeks and days; what was changed stays visible and nothing judges."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from tests.support.clock import SettableClock
from tests.support.people import People
from tests.web.conftest import PhoneOf, squeeze


@pytest.fixture
def phone(people: People, phone_of: PhoneOf) -> FlaskClient:
    client = phone_of(people.patient)
    client.post("/language", data={"language": "en"})
    return client


def score(client: FlaskClient, at: datetime, leg: int = 6, **more: object) -> str:
    new = f"00000000-0000-4000-8000-{at:%m%d%H%M}".ljust(36, "0")
    entry = {
        "id": new,
        "measured_at": at.isoformat(),
        "scores": {"leg": leg, "back": 4},
        **more,
    }
    body = {"sent_at": at.isoformat(), "entries": [entry]}
    answer = client.post("/api/v1/entries", json=body)
    assert [result["status"] for result in answer.json["results"]] == ["stored"]
    return str(UUID(new))


def test_a_week_says_of_each_day_what_came_in_time(
    phone: FlaskClient, clock: SettableClock
) -> None:
    score(phone, clock.set("2026-03-10T08:10:00+01:00"))
    score(phone, clock.set("2026-03-10T17:55:00+01:00"))
    score(phone, clock.set("2026-03-10T20:10:00+01:00"), moment="midday", late=True)
    score(phone, clock.set("2026-03-11T10:55:00+01:00"))
    clock.set("2026-03-12T12:00:00+01:00")
    page = squeeze(phone.get("/diary").text)
    assert "2 on time, 1 later, 2 not filled in" in page
    assert "5 not filled in, 1 extra" in page
    assert "/diary/weeks/2026-03-08" in page
    assert "Later week" not in page
    earlier = squeeze(phone.get("/diary/weeks/2026-03-08").text)
    assert "Week of 2 Mar" in earlier
    assert "Nothing was asked." in earlier
    assert "/diary/weeks/2026-03-09" in earlier
    assert "Earlier week" not in earlier


def test_a_day_shows_every_moment_and_what_was_changed_or_taken_back(
    phone: FlaskClient, clock: SettableClock, people: People
) -> None:
    first = score(phone, clock.set("2026-03-12T08:10:00+01:00"), leg=9)
    score(phone, clock.set("2026-03-12T08:20:00+01:00"), leg=3, replaces=first)
    gone = score(phone, clock.set("2026-03-12T13:05:00+01:00"), leg=8)
    form = {"id": "00000000-0000-4000-8000-00000000000f", "owner": str(people.patient.id)}
    assert phone.post(f"/entries/{gone}/withdraw", data=form).status_code == 303
    clock.set("2026-03-12T16:30:00+01:00")
    page = squeeze(phone.get("/diary/days/2026-03-12").text)
    assert "Filled in on time, at 08:10" in page
    assert "Before you changed it:" in page
    assert page.index("<dd>3</dd>") < page.index("<dd>9</dd>") < page.index("<dd>8</dd>")
    assert "You took this back." in page
    assert "Not filled in" in page
    assert "Comes later" in page
    assert page.count("/correct") == 1
    assert "/diary/days/2026-03-11" in page
    assert "Later day" not in page
    clock.set("2026-03-13T08:00:00+01:00")
    page = phone.get("/diary/days/2026-03-12").text
    assert "/correct" not in page
    assert "/diary/days/2026-03-13" in page


def test_a_second_measurement_in_one_window_is_an_extra_one(
    phone: FlaskClient, clock: SettableClock
) -> None:
    score(phone, clock.set("2026-03-12T18:05:00+01:00"))
    score(phone, clock.set("2026-03-12T18:40:00+01:00"), leg=2)
    page = squeeze(phone.get("/diary/days/2026-03-12").text)
    assert page.count("<h2>Evening, 18:00</h2>") == 1
    assert "<h2>Extra measurement</h2>" in page


def test_what_else_was_written_down_today_can_be_changed_and_taken_back(
    phone: FlaskClient, clock: SettableClock
) -> None:
    at = clock.set("2026-03-12T21:00:00+01:00").isoformat()
    common = {"measured_at": at, "diary_day": "2026-03-12"}
    evening = {"kind": "evening", "sleep": 6, "activity": None, "goal": None}
    symptoms = {"kind": "symptoms", "symptoms": ["fever"], "measured_at": at}
    ids = [f"00000000-0000-4000-8000-0000000000{end}" for end in ("e1", "e2")]
    entries = [{"id": ids[0], **evening, **common}, {"id": ids[1], **symptoms}]
    answer = phone.post("/api/v1/entries", json={"sent_at": at, "entries": entries})
    assert [result["status"] for result in answer.json["results"]] == ["stored", "stored"]
    page = phone.get("/diary/days/2026-03-12").text
    assert f"/evening?replaces={ids[0]}" in page
    assert all(f"/events/{one}/withdraw" in page for one in ids)
    clock.set("2026-03-13T05:00:00+01:00")
    page = phone.get("/diary/days/2026-03-12").text
    assert "Fever" in page
    assert "replaces=" not in page
    assert "/withdraw" not in page


def test_a_day_shows_what_else_was_written_down(phone: FlaskClient) -> None:
    event = {
        "id": "00000000-0000-4000-8000-0000000000e1",
        "kind": "evening",
        "diary_day": "2026-03-11",
        "measured_at": "2026-03-11T21:00:00+01:00",
        "sleep": 6,
        "activity": None,
        "goal": None,
    }
    body = {"sent_at": "2026-03-12T12:00:00+01:00", "entries": [event]}
    answer = phone.post("/api/v1/entries", json=body)
    assert [result["status"] for result in answer.json["results"]] == ["stored"]
    page = squeeze(phone.get("/diary/days/2026-03-11").text)
    assert "<dt>Sleep</dt><dd>6</dd>" in page.split("Also in your diary")[1]
    assert "Also in your diary" not in phone.get("/diary/days/2026-03-12").text


@pytest.mark.parametrize(
    "path",
    ["days/2026-03-13", "days/2026-03-01", "days/20260312", "days/x", "weeks/2026-13-01"],
)
def test_a_day_without_a_diary_is_not_there(path: str, phone: FlaskClient) -> None:
    assert phone.get("/diary/days/2026-03-12").status_code == 200
    assert phone.get(f"/diary/{path}").status_code == 404


def test_the_picture_shows_no_verdict_and_is_sent_once(
    phone: FlaskClient, clock: SettableClock
) -> None:
    clock.set("2026-03-11T11:00:00+01:00")
    assert "After your first measurement" in phone.get("/diary").text
    score(phone, clock.set("2026-03-11T08:10:00+01:00"))
    score(phone, clock.set("2026-03-12T08:10:00+01:00"))
    page = phone.get("/diary").text
    assert "/diary/leg.svg" in page
    assert "2 measurements, the lowest 6, the highest 6" in page
    picture = phone.get("/diary/leg.svg?theme=dark")
    assert picture.content_type == "image/svg+xml"
    for word in ("%", "baseline", "missing"):
        assert word not in picture.text.split("</style>")[-1].split("<text")[-1]
        assert word not in page.split("<main")[1]
    # In the words of the patient's other pages.
    assert "The trial period" in picture.text
    assert "Trial stimulation" not in picture.text
    same = {"If-None-Match": picture.headers["ETag"]}
    again = phone.get("/diary/leg.svg?theme=dark", headers=same)
    assert (again.status_code, again.data) == (304, b"")
    score(phone, clock.set("2026-03-12T13:10:00+01:00"))
    assert phone.get("/diary/leg.svg?theme=dark", headers=same).status_code == 200
    for path in ("/diary/foot.svg?theme=dark", "/diary/leg.svg", "/diary/leg.svg?theme=x"):
        assert phone.get(path).status_code == 404


def test_the_picture_waits_until_the_open_moment_is_filled_in(
    phone: FlaskClient, clock: SettableClock
) -> None:
    score(phone, clock.set("2026-03-12T08:10:00+01:00"))
    clock.set("2026-03-12T13:05:00+01:00")
    page = phone.get("/diary").text
    assert "leg.svg" not in page
    assert "After that you see your picture." in page
    score(phone, clock())
    assert "/diary/leg.svg" in phone.get("/diary").text


def test_a_wrong_clock_is_said_at_the_entry(phone: FlaskClient) -> None:
    at = datetime.fromisoformat("2026-03-12T10:00:00+01:00")
    score(phone, at)
    assert "about 2 hours slow" in phone.get("/diary/days/2026-03-12").text
