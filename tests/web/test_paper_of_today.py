"""What the team typed over from paper today: the patient reads it, and asks the team to mend it."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient

from diary.protocol.scales import Source
from diary.store.database import Database
from tests.store.diaries import add, add_events, entry, event
from tests.support.clock import SettableClock
from tests.support.people import People
from tests.web.conftest import PhoneOf, squeeze
from tests.web.test_scoring import hidden


@pytest.fixture
def phone(people: People, phone_of: PhoneOf) -> FlaskClient:
    client = phone_of(people.patient)
    client.post("/language", data={"language": "en"})
    return client


@pytest.fixture
def typed(people: People, database: Database, clock: SettableClock) -> tuple[UUID, UUID]:
    """Give what the nurse typed of today: the scores of midday, and the evening."""
    nurse: dict[str, Any] = {"by": people.nurse.scope, "typed_by": people.nurse.id}
    day = clock().date()
    scores = entry(None, 6, diary_day=day, moment="midday", source=Source.PAPER)
    evening = {"sleep": 3, "activity": None, "goal": None}
    said = event("evening", clock(), evening, diary_day=day)
    add(database, clock, people.patient, scores, **nurse)
    add_events(database, clock, people.patient, said, **nurse)
    return scores.id, said.id


def test_the_day_and_the_start_show_it_without_a_way_to_change_it(
    phone: FlaskClient, typed: tuple[UUID, UUID]
) -> None:
    day = squeeze(phone.get("/diary/days/2026-03-12").text)
    assert day.count("From your paper diary.") == 2
    assert "<dd>6</dd>" in day
    for words in ("/correct", "/withdraw", "replaces="):
        assert words not in day
    start = squeeze(phone.get("/").text)
    assert "Filled in" in start
    assert "/correct" not in start
    already = squeeze(phone.get("/score").text)
    assert "done this already" in already
    assert "/correct" not in already
    assert [one["paper"] for one in phone.get("/api/v1/today").get_json()["entries"]] == [True] * 2


def test_a_form_that_would_change_it_is_refused(
    phone: FlaskClient, typed: tuple[UUID, UUID], people: People
) -> None:
    scores, evening = typed
    for path in (f"/entries/{scores}", f"/events/{evening}"):
        assert phone.get(f"{path}/withdraw").status_code == 409
        form = {"id": str(uuid4()), "kind": "evening", "owner": str(people.patient.id)}
        assert phone.post(f"{path}/withdraw", data=form).status_code == 409
    form = hidden(phone.get("/evening").text) | {"replaces": str(evening), "sleep": "9"}
    told = phone.post("/evening", data=form)
    assert told.status_code == 422
    assert "This is from your paper diary. Is it wrong? Call your pain centre." in told.text
    assert "<dd>9</dd>" not in squeeze(phone.get("/diary/days/2026-03-12").text)
