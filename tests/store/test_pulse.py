"""The workers' pulse, and the standstills that show in it."""

from __future__ import annotations

from datetime import datetime, timedelta

from diary.store import pulse
from diary.store.database import Database
from tests.support.clock import SettableClock


def last(database: Database, clock: SettableClock) -> datetime | None:
    with database.read(None, now=clock()) as unit:
        return pulse.last_tick(unit)


def tick(database: Database, clock: SettableClock, worker: str) -> None:
    with database.write(None, now=clock()) as unit:
        pulse.tick(unit, worker, clock())


def test_the_youngest_tick_is_the_pulse(database: Database, clock: SettableClock) -> None:
    assert last(database, clock) is None
    for worker in ("a", "b", "a"):
        clock.advance(seconds=20)
        tick(database, clock, worker)
    assert last(database, clock) == clock()
    with database.read(None, now=clock()) as unit:
        assert [one.worker for one in pulse.ticks(unit)] == ["a", "b"]


def test_workers_of_long_ago_are_forgotten_save_the_last(
    database: Database, clock: SettableClock
) -> None:
    tick(database, clock, "first")
    clock.advance(hours=1)
    tick(database, clock, "second")
    clock.advance(days=8)
    with database.write(None, now=clock()) as unit:
        pulse.forget_old(unit)
        assert [one.worker for one in pulse.ticks(unit)] == ["second"]
    assert last(database, clock) == clock() - timedelta(days=8)
