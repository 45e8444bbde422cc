"""The figures for who runs the product: right, few queries, and nothing of a patient."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from diary.store import figures
from diary.store.database import Database
from diary.store.tables import Channel, Prompt, Reminder, ReminderState
from tests.support.clock import SettableClock
from tests.support.people import People

SENT, FAILED, PLANNED = ReminderState.SENT, ReminderState.FAILED, ReminderState.PLANNED


class Rows:
    """Puts prompts and reminders of the patient in the store as they are told."""

    def __init__(self, database: Database, clock: SettableClock, people: People) -> None:
        self.database, self.clock, self.people = database, clock, people

    def prompt(self, due: float, **more: object) -> Prompt:
        """Add a prompt due so many hours from now, with a window of an hour before, two after."""
        own = self.people.patient
        at = self.clock() + timedelta(hours=due)
        prompt = Prompt(
            centre_id=self.people.centre_id,
            id=uuid4(),
            patient_id=own.id,
            pathway_id=own.pathway.id,
            phase_id=own.pathway.phases[1].id,
            diary_day=at.date(),
            moment=f"at {due}",
            due_at=at,
            opens_at=at - timedelta(hours=1),
            closes_at=at + timedelta(hours=2),
            **more,
        )
        self._add(prompt)
        return prompt

    def reminder(self, prompt: Prompt, state: ReminderState, **more: object) -> Reminder:
        """Add a reminder of `prompt`; `took` are the seconds until it was done."""
        took = more.pop("took", None)
        values = {"step": 0, "channel": Channel.WEB_PUSH, "send_at": prompt.due_at, **more}
        if took is not None:
            values["done_at"] = prompt.due_at + timedelta(seconds=float(str(took)))
        reminder = Reminder(
            centre_id=prompt.centre_id,
            id=uuid4(),
            prompt_id=prompt.id,
            patient_id=prompt.patient_id,
            state=state,
            expires_at=prompt.closes_at,
            **values,
        )
        self._add(reminder)
        return reminder

    def _add(self, row: Prompt | Reminder) -> None:
        with self.database.write(self.people.product, now=self.clock()) as unit:
            unit.session.add(row)


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
