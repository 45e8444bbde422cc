"""Phones that never show what the push service accepts, and what the ladder makes of that."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from diary.store import notices, phones, silence, subscriptions
from diary.store.database import Database
from diary.store.ladder import channels_of
from diary.store.notices import Notice, Seen
from diary.store.tables import Channel, PushSubscription, Reminder, ReminderState
from tests.store.reminding import Rows
from tests.support.clock import SettableClock
from tests.support.people import People

PUSH, EMAIL, SMS = Channel.WEB_PUSH, Channel.EMAIL, Channel.SMS
SENT = ReminderState.SENT
KEYS = ("key", "auth")


@pytest.fixture
def rows(database: Database, clock: SettableClock, people: People) -> Rows:
    """Give the patient with a subscription of two days ago."""
    clock.advance(days=-2)
    found = Rows(database, clock, people)
    subscribe(found, "https://push.example.net/one")
    clock.advance(days=2)
    return found


def subscribe(rows: Rows, endpoint: str) -> None:
    with rows.database.write(rows.people.patient.scope, now=rows.clock()) as unit:
        subscriptions.subscribe(unit, rows.people.patient.phone, endpoint, *KEYS)


def pushed(rows: Rows, *hours: float, **more: object) -> list[Reminder]:
    """Let the push service accept one at each of these hours from now."""
    return [rows.reminder(rows.prompt(at), SENT, took=1, **more) for at in hours]


def silent(rows: Rows) -> bool:
    with rows.database.read(rows.people.nurse.scope, now=rows.clock()) as unit:
        found = silence.silent_phones(unit)
        since = silence.silent_since(unit, rows.people.patient.id)
    assert [one.patient_id for one in found] == [rows.people.patient.id] * len(found)
    assert [one.since for one in found] == ([] if since is None else [since])
    return bool(found)


def test_three_in_a_row_and_not_two(rows: Rows) -> None:
    pushed(rows, -9, -6)
    assert not silent(rows)
    (third,) = pushed(rows, -0.05)
    assert not silent(rows), "it may still be shown"
    rows.clock.advance(minutes=5)
    assert silent(rows)
    with rows.database.read(rows.people.nurse.scope, now=rows.clock()) as unit:
        assert silence.silent_since(unit, rows.people.patient.id) == rows.clock() - timedelta(
            hours=9, minutes=5
        ) + timedelta(seconds=1)
    with rows.database.write(rows.people.patient.scope, now=rows.clock()) as unit:
        told = Notice(third.prompt_id, 0, PUSH, Seen.SHOWN, rows.clock())
        notices.note(unit, rows.people.patient.id, [told])
    assert not silent(rows)


def test_only_accepted_pushes_count(rows: Rows) -> None:
    pushed(rows, -9, -8, channel=EMAIL)
    rows.reminder(rows.prompt(-7), ReminderState.UNKNOWN, took=1)
    rows.reminder(rows.prompt(-6), ReminderState.FAILED, took=1)
    pushed(rows, -5, -4)
    assert not silent(rows)


def test_one_shown_in_between_begins_anew(rows: Rows) -> None:
    pushed(rows, -12, -11)
    pushed(rows, -10, shown_at=rows.clock() - timedelta(hours=9))
    pushed(rows, -8, -7)
    assert not silent(rows)
    pushed(rows, -6)
    assert silent(rows)


def test_a_new_address_is_given_three_chances_and_the_same_one_is_not(rows: Rows) -> None:
    pushed(rows, -9, -8, -7)
    subscribe(rows, "https://push.example.net/one")
    assert silent(rows), "opening the app does not mend a dead address"
    subscribe(rows, "https://push.example.net/two")
    assert not silent(rows)
    rows.clock.advance(hours=10)
    pushed(rows, -9, -8)
    assert not silent(rows)
    pushed(rows, -7)
    assert silent(rows)


def test_a_phone_of_before_the_reports_or_without_access_is_not_called_silent(rows: Rows) -> None:
    pushed(rows, -9, -8, -7)
    assert silent(rows)
    with rows.database.write(rows.people.product, now=rows.clock()) as unit:
        unit.session.execute(update(PushSubscription).values(reports_since=None))
    assert not silent(rows)
    subscribe(rows, "https://push.example.net/one")
    assert not silent(rows), "from now on it reports; what was before tells nothing"
    with rows.database.write(rows.people.product, now=rows.clock()) as unit:
        unit.session.execute(
            update(PushSubscription).values(reports_since=rows.clock() - timedelta(days=1))
        )
    assert silent(rows)
    with rows.database.write(rows.people.nurse.scope, now=rows.clock()) as unit:
        phones.revoke_phone(unit, rows.people.patient.phone.phone_id)
    assert not silent(rows)


def test_only_who_treats_sees_it(rows: Rows, people: People) -> None:
    pushed(rows, -9, -8, -7)
    for who, scope in (people.insiders | people.outsiders).items():
        with rows.database.read(scope, now=rows.clock()) as unit:
            assert bool(silence.silent_phones(unit)) is (who in people.insiders), who


@pytest.mark.parametrize(
    "there,preferred,expected",
    [
        ((True, True, False), None, (EMAIL, PUSH)),
        ((True, True, True), None, (EMAIL, PUSH, SMS)),
        ((True, True, True), SMS, (SMS, PUSH, EMAIL)),
        ((True, False, True), None, (SMS, PUSH)),
        ((True, False, False), None, (PUSH,)),
        ((True, True, True), PUSH, (EMAIL, PUSH, SMS)),
    ],
)
def test_a_silent_phone_comes_second(
    there: tuple[bool, bool, bool], preferred: Channel | None, expected: tuple[Channel, ...]
) -> None:
    assert channels_of(*there, preferred, silent=True) == expected
    awake = channels_of(*there, preferred)
    assert awake[0] is PUSH
    assert set(awake) == set(expected)
