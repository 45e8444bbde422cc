"""Claiming 1,000 due reminders among 1,000,000 prompts, against one bare SQL statement."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import bindparam, func, select, text, update
from sqlmodel import col

from diary.reminders import planning
from diary.store import reminders
from diary.store.database import Database
from diary.store.tables import Prompt, Reminder, ReminderState
from diary.store.tables.base import UtcDateTime
from tests.bench.crowd import NOW, both, in_trial, long_past
from tests.bench.measure import Result, at_most, seconds_of_both

DUE, PROMPTS = 1_000, 1_000_000

# What any claim has to do: find what is due and still asked, mark it, and let others pass by.
BARE = """
    UPDATE reminder SET state = 'claimed', claimed_by = 'bare', attempts = attempts + 1
    WHERE state = 'planned' AND (centre_id, id) IN (
      SELECT reminder.centre_id, reminder.id
      FROM reminder
      JOIN prompt ON prompt.centre_id = reminder.centre_id AND prompt.id = reminder.prompt_id
      WHERE reminder.state = 'planned' AND reminder.send_at <= :now AND reminder.expires_at > :now
        AND prompt.answered_at IS NULL AND prompt.cancelled_at IS NULL AND prompt.closes_at > :now
      ORDER BY reminder.send_at
      LIMIT :limit
      {lock}
    )
    RETURNING id, prompt_id, patient_id, channel, step, attempts, expires_at
"""
LOCK = "FOR UPDATE OF reminder SKIP LOCKED"


def run() -> Iterator[Result]:
    """Measure both on each database; what was claimed is planned again in between."""
    with both() as databases:
        for name, database in databases:
            _fill(database)

            def again(database: Database = database) -> None:
                _plan_again(database)

            def ours(database: Database = database) -> None:
                with database.write(None, now=NOW) as unit:
                    assert len(reminders.claim(unit, "bench", DUE)) == DUE

            def floor(database: Database = database) -> None:
                bare = text(BARE.format(lock="" if database.is_sqlite else LOCK))
                statement = bare.bindparams(bindparam("now", type_=UtcDateTime()))
                with database.write(None, now=NOW) as unit:
                    rows = unit.session.execute(statement, {"now": NOW, "limit": DUE})
                    assert len(rows.all()) == DUE

            took = seconds_of_both(ours, floor, before=again)
            yield at_most(f"claim {DUE} of {PROMPTS} prompts, {name} (s)", *took, 2)


def _fill(database: Database) -> None:
    in_trial(database, DUE)
    planning.materialise(database, NOW)
    with database.write(None, now=NOW) as unit:
        made = unit.session.execute(select(func.count()).select_from(Prompt)).scalar_one()
        long_past(unit, -(-(PROMPTS - made) // made))
        made = unit.session.execute(select(func.count()).select_from(Prompt)).scalar_one()
        assert made >= PROMPTS
    planning.plan_ladder(database, NOW)
    if not database.is_sqlite:
        # What autovacuum does within a minute, and nobody does on SQLite.
        with database.engine.begin() as connection:
            connection.exec_driver_sql("ANALYZE")


def _plan_again(database: Database) -> None:
    with database.write(None, now=NOW) as unit:
        unit.session.execute(
            update(Reminder)
            .where(col(Reminder.state) == ReminderState.CLAIMED)
            .values(state=ReminderState.PLANNED, attempts=0, claimed_at=None, claimed_by=None)
        )
