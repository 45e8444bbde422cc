"""The workers' pulse, and the standstills that show in it."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest

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


@pytest.mark.parametrize("minutes,noted", [(4.9, 0), (5, 0), (5.1, 1), (360, 1)])
def test_a_standstill_of_all_workers_is_written_by_the_first_tick_after_it(
    database: Database, clock: SettableClock, minutes: float, noted: int
) -> None:
    tick(database, clock, "one")
    since = clock()
    clock.advance(minutes=minutes)
    present = gaps(database, clock)
    assert [gap.from_at for gap in present] == [since] * noted, "seen before anybody is back"
    for worker in ("two", "one", "two"):
        tick(database, clock, worker)
        clock.advance(seconds=30)
    assert gaps(database, clock) == present


def test_one_worker_that_goes_on_leaves_no_gap(database: Database, clock: SettableClock) -> None:
    tick(database, clock, "one")
    for _ in range(30):
        clock.advance(seconds=30)
        tick(database, clock, "two")
    tick(database, clock, "one")
    assert gaps(database, clock) == []


def test_workers_that_come_back_at_once_write_one_gap(
    database: Database, clock: SettableClock
) -> None:
    tick(database, clock, "before")
    clock.advance(hours=6)
    start = threading.Barrier(4)

    def come_back(number: int) -> None:
        start.wait()
        tick(database, clock, f"worker {number}")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(come_back, range(4)))
    (gap,) = gaps(database, clock)
    assert gap.until_at - gap.from_at == timedelta(hours=6)


def gaps(database: Database, clock: SettableClock) -> list[pulse.Gap]:
    with database.read(None, now=clock()) as unit:
        return pulse.gaps(unit, clock() - timedelta(days=2))
