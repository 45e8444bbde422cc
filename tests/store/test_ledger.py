"""The ledger: every prompt once, with what became of it, for who may see it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from diary.store import ledger, pulse
from diary.store.database import Database
from diary.store.ledger import Line
from diary.store.prompt_states import Delivery, Fate, PromptState, Why
from diary.store.tables import Channel, Receipt, ReminderState
from tests.store.reminding import Rows
from tests.support.clock import SettableClock
from tests.support.databases import CountQueries
from tests.support.people import People

SENT, FAILED, PLANNED = ReminderState.SENT, ReminderState.FAILED, ReminderState.PLANNED
EARLY, LATE = date(2026, 3, 1), date(2026, 3, 31)


@pytest.fixture
def rows(database: Database, clock: SettableClock, people: People) -> Rows:
    return Rows(database, clock, people)


def lines(rows: Rows) -> list[Line]:
    with rows.database.read(rows.people.nurse.scope, now=rows.clock()) as unit:
        return ledger.ledger(unit, rows.people.patient.id, EARLY, LATE)


def test_each_step_with_its_times(rows: Rows) -> None:
    prompt = rows.prompt(-5)
    at = prompt.due_at
    rows.reminder(prompt, SENT, took=2, shown_at=at + timedelta(seconds=4), attempts=1)
    mail = {"channel": Channel.SMS, "step": 1, "receipt": Receipt.FAILED, "receipt_at": at}
    rows.reminder(prompt, SENT, took=1802, **mail)
    (line,) = lines(rows)
    assert line.fate == Fate(PromptState.NOT_ANSWERED)
    assert [step.delivery(closed=True) for step in line.steps] == [
        Delivery.REACHED, Delivery.FAILED,
    ]  # fmt: skip
    assert line.steps[0].accepted_at == at + timedelta(seconds=2)
    assert line.steps[0].shown_at == at + timedelta(seconds=4)
    assert (line.steps[1].step, line.steps[1].receipt) == (1, Receipt.FAILED)


def test_the_answers_say_whether_it_was_in_time(rows: Rows) -> None:
    today = {"diary_day": rows.clock().date()}
    for hours, moment in ((-4, "morning"), (1, "midday"), (6, "evening"), (10, "bedtime")):
        rows.prompt(hours, moment=moment, **today)
    rows.clock.advance(hours=11)
    in_time = rows.entry(-10)
    rows.entry(-4.9, late=True, moment="evening", measured_at=None, **today)
    back = rows.entry(-1)
    rows.entry(0, replaces_id=back, withdrawn=True, scores={})
    assert [line.fate.state.value for line in lines(rows)] == [
        "not_asked", "answered", "answered_late", "taken_back",
    ]  # fmt: skip
    # A correction is still the same answer in time.
    rows.entry(0, replaces_id=in_time)
    assert lines(rows)[1].fate == Fate(PromptState.ANSWERED)


def test_pauses_and_standstills_are_told_apart_from_silence(rows: Rows) -> None:
    with rows.database.write(None, now=rows.clock()) as unit:
        pulse.tick(unit, "one", rows.clock() - timedelta(hours=14))
        pulse.tick(unit, "one", rows.clock() - timedelta(hours=10))
    for hours in (-24, -19, -12, -7):
        rows.prompt(hours)
    rows.pause(-30, -20, ended_at=rows.clock() - timedelta(hours=23))
    rows.pause(-19.5, -18)
    assert [line.fate.why for line in lines(rows)] == [
        Why.PAUSE, Why.PAUSE, Why.SYSTEM_DOWN, Why.SYSTEM_DOWN,
    ]  # fmt: skip
    with rows.database.write(None, now=rows.clock()) as unit:
        pulse.tick(unit, "two", rows.clock())
    assert [line.fate.why for line in lines(rows)][2:] == [Why.SYSTEM_DOWN] * 2


def test_only_who_may_see_the_diary_sees_the_ledger(
    rows: Rows, database: Database, people: People
) -> None:
    rows.prompt(-3)
    expected = {**dict.fromkeys(people.insiders, 1), **dict.fromkeys(people.outsiders, 0)}
    for who, scope in (people.insiders | people.outsiders).items():
        with database.read(scope, now=rows.clock()) as unit:
            found = ledger.ledger(unit, people.patient.id, EARLY, LATE)
            assert len(found) == expected[who], who
            assert (ledger.days(unit, people.patient.id) is None) is (not found), who


def test_the_number_of_queries_does_not_grow(
    rows: Rows, database: Database, people: People, count_queries: CountQueries
) -> None:
    counts = []
    for _ in range(2):
        for hours in range(6):
            rows.reminder(rows.prompt(-3 - len(counts) - hours / 10), SENT, took=1)
        with database.read(people.product, now=rows.clock()) as unit, count_queries() as queries:
            assert ledger.ledgers(unit, [people.patient.id, people.other.id], EARLY, LATE)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 6
