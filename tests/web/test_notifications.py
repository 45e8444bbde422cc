"""Reminders that were shown and opened: told by the phone, or by the link that was followed."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from diary.store.database import Database
from diary.store.tables import Reminder
from tests.support.clock import SettableClock
from tests.support.people import People
from tests.support.reminding import remind, seen
from tests.web.conftest import PhoneOf

URL = "/api/v1/notifications"
DUE = datetime.fromisoformat("2026-03-12T13:00:00+01:00")
LATER = DUE + timedelta(hours=2)


@pytest.fixture
def phone(people: People, phone_of: PhoneOf) -> FlaskClient:
    """Give the patient's phone."""
    return phone_of(people.patient)


@pytest.fixture
def asked(people: People, database: Database, clock: SettableClock) -> UUID:
    """Give the patient's prompt of 13:00, reminded of by push and by e-mail."""
    prompt = remind(database, people.patient, DUE, clock())
    clock.set(LATER)
    return prompt


def report(prompt: UUID, event: str, at: datetime, **more: object) -> dict[str, object]:
    return {"prompt": prompt.hex, "step": 0, "event": event, "at": at.isoformat(), **more}


def tell(client: FlaskClient, *reports: object) -> int:
    return client.post(URL, json={"notifications": list(reports)}).status_code


def test_shown_and_opened_are_kept_the_first_time_and_within_reason(
    phone: FlaskClient, asked: UUID, database: Database, clock: SettableClock
) -> None:
    minute = timedelta(minutes=1)
    assert tell(phone, report(asked, "shown", DUE + minute)) == 204
    again = report(asked, "shown", DUE + 9 * minute)
    assert tell(phone, again, report(asked, "opened", DUE + 2 * minute)) == 204
    # A clock that is wrong: never before it was due, never after now.
    slow = report(asked, "opened", DUE - timedelta(days=20_000), step=1, channel="email")
    assert tell(phone, slow) == 204
    assert seen(database, asked, clock()) == [
        (DUE + minute, DUE + 2 * minute),
        (DUE + 30 * minute, DUE + 30 * minute),
    ]
    with database.write(None, now=clock()) as unit:
        for row in unit.session.execute(select(Reminder)).scalars():
            row.shown_at = row.opened_at = None
    fast = report(asked, "shown", DUE + timedelta(days=1))
    assert tell(phone, fast) == 204
    assert seen(database, asked, clock())[0] == (LATER, None)


def test_only_ones_own_and_what_is_not_known_is_passed_over(
    phone: FlaskClient,
    asked: UUID,
    people: People,
    phone_of: PhoneOf,
    database: Database,
    clock: SettableClock,
) -> None:
    one = report(asked, "opened", LATER)
    others = phone_of(people.other)
    assert tell(others, one, report(uuid4(), "shown", LATER)) == 204
    assert others.get(f"/score?p={asked.hex}&s=0&c=web_push").status_code == 200
    assert tell(phone, report(asked, "shown", LATER, step=7)) == 204
    assert seen(database, asked, clock()) == [(None, None)] * 2


@pytest.mark.parametrize(
    "wrong",
    [
        {"event": "answered"},
        {"step": -1},
        {"at": "2026-03-12T13:00:00"},
        {"prompt": "kanarie-4711"},
        {"channel": "pigeon"},
        {"kanarie-4711": 1},
    ],
)
def test_what_is_not_right_is_refused_without_repeating_it(
    wrong: dict[str, object], phone: FlaskClient, asked: UUID
) -> None:
    answer = phone.post(URL, json={"notifications": [report(asked, "shown", LATER) | wrong]})
    assert answer.status_code == 400
    assert "kanarie" not in answer.text


def test_a_link_leads_to_its_question_and_is_noted_as_opened(
    phone: FlaskClient, asked: UUID, database: Database, clock: SettableClock
) -> None:
    link = f"/score?p={asked.hex}&s=1&c=email"
    clock.set(DUE + timedelta(minutes=40))
    page = phone.get(link)
    assert "13:00" in page.text
    assert 'name="score"' in page.text
    assert seen(database, asked, clock()) == [(None, None), (clock(), clock())]
    for broken in ("p=1&s=0&c=email", f"p={asked.hex}&s=x&c=email", f"p={asked.hex}&s=0&c=fax"):
        assert 'name="score"' in phone.get(f"/score?{broken}").text


def test_a_link_after_its_time_asks_nothing_and_offers_what_can_be_done(
    phone: FlaskClient, asked: UUID, clock: SettableClock
) -> None:
    link = f"/score?p={asked.hex}&s=0&c=web_push"
    clock.set("2026-03-12T18:10:00+01:00")
    page = phone.get(link).text
    assert 'name="score"' not in page
    assert "/score?moment=midday" in page
    # The moment that is open by now is offered too.
    assert "<p data-closed-now >" in page
    clock.set("2026-03-14T18:10:00+01:00")
    page = phone.get(link).text
    assert 'name="score"' not in page
    assert "moment=midday" not in page


def test_a_link_to_what_is_answered_says_so_for_ever(
    phone: FlaskClient, asked: UUID, clock: SettableClock
) -> None:
    link = f"/score?p={asked.hex}&s=0&c=web_push"
    clock.set(DUE + timedelta(minutes=5))
    entry = {
        "id": str(uuid4()),
        "measured_at": clock().isoformat(),
        "scores": {"leg": 7, "back": 3},
    }
    phone.post("/api/v1/entries", json={"sent_at": clock().isoformat(), "entries": [entry]})
    page = phone.get(link).text
    assert f"/entries/{entry['id']}/correct" in page
    clock.set(DUE + timedelta(days=3))
    page = phone.get(link).text
    assert 'name="score"' not in page
    assert "/correct" not in page
