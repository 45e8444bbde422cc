"""The figures for who runs the product: right, few queries, and nothing of a patient."""

from __future__ import annotations

from datetime import timedelta

import pytest

from diary.store import figures
from diary.store.database import Database
from diary.store.tables import Channel, ReminderState
from tests.store.reminding import Rows
from tests.support.clock import SettableClock
from tests.support.people import People

SENT, FAILED, PLANNED = ReminderState.SENT, ReminderState.FAILED, ReminderState.PLANNED


@pytest.fixture
def rows(database: Database, clock: SettableClock, people: People) -> Rows:
    return Rows(database, clock, people)


def test_what_waits_and_what_became_of_the_rest(rows: Rows, database: Database) -> None:
    mail = {"channel": Channel.EMAIL, "step": 1}
    prompts = [rows.prompt(hours) for hours in (-30, -8, -6, -4, -0.5)]
    for prompt, took in zip(prompts, (1, 5.0, 59.5, 90, 10), strict=True):
        rows.reminder(prompt, SENT, took=took)
    rows.reminder(prompts[1], FAILED, took=1800, reason="poison_KeyError", **mail)
    rows.reminder(prompts[2], FAILED, took=1800, reason="status_404", **mail)
    rows.reminder(prompts[4], PLANNED, **mail)
    rows.reminder(rows.prompt(0.5), PLANNED)
    rows.prompt(-0.25, answered_at=rows.clock())
    with database.read(None, now=rows.clock()) as unit:
        done = figures.done(unit)
        delays = figures.delays(unit, (10, 60, 120))
        assert done.counts == {(Channel.WEB_PUSH, SENT): 4, (Channel.EMAIL, FAILED): 2}
        assert done.poison == {"KeyError": 1}
        assert (delays.count, list(delays.within)) == (4, [2, 3, 4])
        assert delays.total == pytest.approx(164.5, abs=0.01)
        assert figures.waiting(unit) == {
            (Channel.EMAIL, PLANNED): 1, (Channel.WEB_PUSH, PLANNED): 1,
        }  # fmt: skip
        assert figures.open_windows(unit) == 2
        late = figures.overdue(unit, timedelta(minutes=2))
        assert (late.count, late.since) == (1, prompts[4].due_at)
        assert figures.overdue(unit, timedelta(hours=1)) == figures.Overdue(0, None)


def test_without_any_reminder_everything_is_nought(database: Database, rows: Rows) -> None:
    with database.read(None, now=rows.clock()) as unit:
        assert figures.delays(unit, (10,)) == figures.Delays((10,), (0,), 0, 0.0)
        assert figures.overdue(unit, timedelta(0)).count == 0
        assert not figures.done(unit).counts
