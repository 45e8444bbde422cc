"""The ladder: who is reminded when, over which channel, and at most once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlmodel import col

from diary.store import phones, prompts, reminders, subscriptions
from diary.store.database import Database
from diary.store.reminders import Claim
from diary.store.tables import Channel, Prompt, Reminder, ReminderState
from tests.store.diaries import add, count, entry
from tests.support.clock import SettableClock
from tests.support.databases import CountQueries
from tests.support.people import Maker, People

PUSH, EMAIL = Channel.WEB_PUSH, Channel.EMAIL
DAY = date(2026, 3, 12)


@pytest.fixture
def asked(database: Database, clock: SettableClock, people: People) -> People:
    """People, with the prompts of one day for one patient, who has a phone and e-mail."""
    with database.write(people.product, now=clock()) as unit:
        prompts.materialise(unit, people.patient.pathway, DAY)
    subscribe(database, clock, people)
    clock.set("2026-03-12T13:00:00+01:00")
    return people


def subscribe(
    database: Database,
    clock: SettableClock,
    people: People,
    endpoint: str = "https://push.example/1",
) -> None:
    with database.write(people.patient.scope, now=clock()) as unit:
        subscriptions.subscribe(unit, people.patient.phone, endpoint, "key", "auth")


def plan(database: Database, clock: SettableClock) -> int:
    with database.write(None, now=clock()) as unit:
        return reminders.plan_ladder(unit)


def claim(
    database: Database, clock: SettableClock, worker: str = "w", limit: int = 9
) -> list[Claim]:
    with database.write(None, now=clock()) as unit:
        return reminders.claim(unit, worker, limit)


def record(
    database: Database,
    clock: SettableClock,
    claimed: Claim,
    state: ReminderState = ReminderState.SENT,
    **more: timedelta,
) -> bool:
    retry_at = clock() + more["retry"] if "retry" in more else None
    with database.write(None, now=clock()) as unit:
        return reminders.record(unit, claimed, state, "code", retry_at)


def expire(database: Database, clock: SettableClock) -> int:
    with database.write(None, now=clock()) as unit:
        return reminders.expire(unit)


def ledger(database: Database, clock: SettableClock) -> list[tuple[int, Channel, str]]:
    with database.read(None, now=clock()) as unit:
        rows = unit.session.execute(
            select(col(Reminder.step), col(Reminder.channel), col(Reminder.state)).order_by(
                col(Reminder.step), col(Reminder.channel)
            )
        )
        return [(step, channel, state.value) for step, channel, state in rows]


def test_two_steps_over_two_channels(
    database: Database, clock: SettableClock, asked: People
) -> None:
    clock.set("2026-03-12T12:57:59+01:00")
    assert plan(database, clock) == 0
    clock.set("2026-03-12T12:58:00+01:00")
    assert (plan(database, clock), plan(database, clock)) == (1, 0)
    assert claim(database, clock) == []
    clock.set("2026-03-12T13:00:00+01:00")
    (first,) = claim(database, clock)
    assert (first.channel, first.step, first.attempts, first.language) == (PUSH, 0, 1, "nl")
    assert first.closes_at.isoformat() == "2026-03-12T14:00:00+00:00"
    assert first.expires_at.isoformat() == "2026-03-12T12:30:00+00:00"
    assert claim(database, clock) == []
    assert record(database, clock, first)
    clock.set("2026-03-12T13:30:00+01:00")
    assert plan(database, clock) == 1
    (second,) = claim(database, clock)
    assert (second.channel, second.step, second.expires_at) == (EMAIL, 1, first.closes_at)
    record(database, clock, second)
    clock.set("2026-03-12T14:30:00+01:00")
    assert plan(database, clock) == 0
    assert ledger(database, clock) == [(0, PUSH, "sent"), (1, EMAIL, "sent")]


def test_nobody_is_reminded_of_what_is_answered(
    database: Database, clock: SettableClock, asked: People
) -> None:
    plan(database, clock)
    add(database, clock, asked.patient, entry(clock()))
    assert claim(database, clock) == []
    clock.advance(minutes=30)
    assert plan(database, clock) == 0
    assert ledger(database, clock) == [(0, PUSH, "cancelled")]


def test_an_answer_stops_the_next_step(
    database: Database, clock: SettableClock, asked: People
) -> None:
    plan(database, clock)
    (first,) = claim(database, clock)
    record(database, clock, first)
    clock.advance(minutes=29)
    assert plan(database, clock) == 1
    add(database, clock, asked.patient, entry(clock()))
    clock.advance(minutes=1)
    assert claim(database, clock) == []
    assert ledger(database, clock) == [(0, PUSH, "sent"), (1, EMAIL, "cancelled")]


def test_a_prompt_that_is_cancelled_is_not_claimed(
    database: Database, clock: SettableClock, asked: People
) -> None:
    plan(database, clock)
    none = replace(asked.patient.pathway, phases=())
    with database.write(asked.product, now=clock()) as unit:
        prompts.materialise(unit, none, DAY)
    assert (claim(database, clock), plan(database, clock)) == ([], 0)


@pytest.mark.parametrize("planned_before", [True, False])
def test_after_a_standstill_there_is_one_catch_up(
    database: Database, clock: SettableClock, asked: People, planned_before: bool
) -> None:
    if planned_before:
        clock.set("2026-03-12T12:59:00+01:00")
        plan(database, clock)
    clock.set("2026-03-12T13:45:00+01:00")
    assert plan(database, clock) == 1
    (only,) = claim(database, clock)
    assert only.step == 1
    record(database, clock, only)
    clock.set("2026-03-12T15:00:00+01:00")
    assert (plan(database, clock), claim(database, clock)) == (0, [])
    assert expire(database, clock) == planned_before


def test_nothing_goes_out_after_the_window(
    database: Database, clock: SettableClock, asked: People
) -> None:
    clock.set("2026-03-12T13:28:00+01:00")
    assert plan(database, clock) == 2
    clock.set("2026-03-12T15:00:00+01:00")
    assert claim(database, clock) == []
    assert expire(database, clock) == 2
    assert expire(database, clock) == 0
    assert {state for _, _, state in ledger(database, clock)} == {"expired"}


def test_channels(database: Database, clock: SettableClock, people: People, maker: Maker) -> None:
    somebody = people.patient
    with database.write(people.product, now=clock()) as unit:
        prompts.materialise(unit, somebody.pathway, DAY)
    clock.set("2026-03-12T13:00:00+01:00")
    # No phone subscribed: by e-mail, both times.
    assert plan(database, clock) == 1
    assert ledger(database, clock) == [(0, EMAIL, "planned")]
    subscribe(database, clock, people)
    with database.write(people.nurse.scope, now=clock()) as unit:
        phones.revoke_phone(unit, somebody.phone.phone_id)
    clock.advance(minutes=30)
    plan(database, clock)
    assert ledger(database, clock) == [(0, EMAIL, "planned"), (1, EMAIL, "planned")]


def test_without_any_channel_nothing_is_planned(
    database: Database, clock: SettableClock, people: People
) -> None:
    with database.write(people.product, now=clock()) as unit:
        prompts.materialise(unit, people.patient.pathway, DAY)
        unit.session.connection().exec_driver_sql("UPDATE patient SET email = NULL")
    clock.set("2026-03-12T13:00:00+01:00")
    assert plan(database, clock) == 0
    subscribe(database, clock, people)
    assert plan(database, clock) == 1
    clock.advance(minutes=30)
    assert plan(database, clock) == 1
    assert [channel for _, channel, _ in ledger(database, clock)] == [PUSH, PUSH]


def test_a_step_that_fails_passes_on_to_the_other_channel(
    database: Database, clock: SettableClock, asked: People
) -> None:
    plan(database, clock)
    (first,) = claim(database, clock)
    record(database, clock, first, ReminderState.FAILED)
    assert (plan(database, clock), plan(database, clock)) == (1, 0)
    (second,) = claim(database, clock)
    assert (second.channel, second.step, second.expires_at) == (EMAIL, 0, first.expires_at)
    record(database, clock, second, ReminderState.FAILED)
    assert plan(database, clock) == 0


def test_a_retry_ends_when_the_next_step_takes_over(
    database: Database, clock: SettableClock, asked: People
) -> None:
    plan(database, clock)
    (first,) = claim(database, clock)
    assert record(database, clock, first, ReminderState.PLANNED, retry=timedelta(minutes=1))
    assert claim(database, clock) == []
    clock.advance(minutes=1)
    (again,) = claim(database, clock, "another worker")
    assert (again.reminder_id, again.attempts) == (first.reminder_id, 2)
    # The first worker wakes up; its claim is not its own any more.
    assert not record(database, clock, first)
    assert record(database, clock, again, ReminderState.PLANNED, retry=timedelta(minutes=29))
    assert ledger(database, clock) == [(0, PUSH, "expired")]


def test_a_claim_of_a_dead_worker_is_not_sent_again(
    database: Database, clock: SettableClock, asked: People
) -> None:
    plan(database, clock)
    (first,) = claim(database, clock)
    clock.advance(minutes=4, seconds=59)
    assert expire(database, clock) == 0
    clock.advance(seconds=1)
    assert expire(database, clock) == 1
    assert ledger(database, clock) == [(0, PUSH, "unknown")]
    assert claim(database, clock) == []
    assert not record(database, clock, first)


def test_the_latest_address_of_a_phone_is_the_one(
    database: Database, clock: SettableClock, people: People
) -> None:
    for endpoint in ("https://push.example/1", "https://push.example/2", "https://push.example/2"):
        subscribe(database, clock, people, endpoint)
        clock.advance(hours=1)
    with database.read(people.product, now=clock()) as unit:
        (found,) = subscriptions.subscriptions(unit, people.patient.id)
    assert (found.endpoint, found.p256dh, found.auth) == ("https://push.example/2", "key", "auth")
    # The same browser, activated for another patient: nothing goes to the first one's name.
    with database.write(people.other.scope, now=clock()) as unit:
        subscriptions.subscribe(unit, people.other.phone, found.endpoint, "key", "auth")
    with database.read(people.product, now=clock()) as unit:
        assert subscriptions.subscriptions(unit, people.patient.id) == []
        (moved,) = subscriptions.subscriptions(unit, people.other.id)
    with database.write(None, now=clock()) as unit:
        subscriptions.gone(unit, moved.id)
    with database.read(people.product, now=clock()) as unit:
        assert subscriptions.subscriptions(unit, people.other.id) == []


def test_many_are_claimed_in_batches_with_few_queries(
    database: Database,
    clock: SettableClock,
    people: People,
    maker: Maker,
    count_queries: CountQueries,
) -> None:
    everybody = [maker.patient(people.nurse.scope, people.site_id) for _ in range(12)]
    with database.write(people.product, now=clock()) as unit:
        for somebody in everybody:
            prompts.materialise(unit, somebody.pathway, DAY)
    clock.set("2026-03-12T13:00:00+01:00")
    with count_queries() as queries:
        assert plan(database, clock) == 12
        sizes = [len(claim(database, clock, limit=5)) for _ in range(4)]
    assert sizes == [5, 5, 2, 0]
    # Two SELECTs and an INSERT to plan; a SELECT and an UPDATE for each claim that finds any.
    assert len(queries) == 3 + 2 * 3 + 1
    assert count(database, Prompt, answered_at=None) == 12 * 4
