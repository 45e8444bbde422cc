"""What every answer of every phone asks of the database does not grow with all that is stored."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import event

from diary.store.database import Database
from diary.store.new_entries import Status
from tests.store.diaries import add, add_events, entry
from tests.store.diaries import event as happened
from tests.support.clock import SettableClock
from tests.support.people import People

# Of one id SQLite is sure that an index helps; of what a phone sends after a day away it is not.
TWO = ("2026-03-12T08:02:00+01:00", "2026-03-12T08:04:00+01:00")


@pytest.fixture
def database(sqlite_database: Database) -> Database:
    """Give SQLite alone: it has no statistics, and chooses an index by the words of a query."""
    return sqlite_database


def test_an_answer_is_looked_up_by_its_id_and_not_among_all_of_the_centre(
    database: Database, people: People, clock: SettableClock
) -> None:
    asked: list[tuple[str, Any]] = []

    def note(_c: object, _cursor: object, statement: str, parameters: Any, *_: object) -> None:
        if statement.lstrip().startswith("SELECT"):
            asked.append((statement, parameters))

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        stored = add(database, clock, people.patient, *(entry(at) for at in TWO))
        stored += add_events(
            database, clock, people.patient, *(happened("evening", at) for at in TWO)
        )
    finally:
        event.remove(database.engine, "before_cursor_execute", note)
    assert {outcome.status for outcome in stored} == {Status.STORED}
    with database.engine.connect() as connection:
        plans = {
            (statement, str(step[3]))
            for statement, parameters in asked
            for step in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        }
    of_a_diary = [
        (statement, step)
        for statement, step in plans
        if step.split()[:2] in (["SEARCH", "entry"], ["SEARCH", "diary_event"])
    ]
    assert len(of_a_diary) >= 4, "entries and events, by their own ids and by what they replace"
    assert [step for _, step in of_a_diary if step.endswith("(centre_id=?)")] == []
    assert [step for _, step in plans if step.startswith("SCAN")] == []
