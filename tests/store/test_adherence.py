"""Windows at risk and reminders that went out, seen by those who may see them."""

from __future__ import annotations

from datetime import date

import pytest

from diary.protocol.needed import Prospect
from diary.reminders.worker import Worker
from diary.store import adherence
from diary.store.database import Database
from diary.store.kept import Kept
from diary.store.scope import Scope
from diary.store.tables import Channel
from tests.reminders.world import Recorder
from tests.store.diaries import add, entry
from tests.support.clock import SettableClock
from tests.support.databases import CountQueries
from tests.support.people import Maker, People

# The third of the last four days of the trial, after 15:00: two moments and the night are left.
AFTERNOON = "2026-03-18T15:30:00+01:00"


def at_risk(
    database: Database, clock: SettableClock, scope: Scope
) -> list[tuple[Prospect, int, int]]:
    with database.read(scope, now=clock()) as unit:
        found = adherence.windows_at_risk(unit, Kept())
    days = [one.window.today for one in found]
    return [
        (one.window.prospect, day.needed, day.possible)
        for one, day in zip(found, days, strict=True)
        if day is not None
    ]


def keep_up(database: Database, clock: SettableClock, people: People) -> None:
    """Let the patient answer twice on the first two days of her window."""
    for day in (16, 17):
        for hour in (8, 13):
            at = clock.set(f"2026-03-{day}T{hour:02}:00:00+01:00")
            add(database, clock, people.patient, entry(at))
    clock.set(AFTERNOON)


def test_a_window_at_risk_is_seen_by_who_treats_and_by_nobody_else(
    database: Database, clock: SettableClock, people: People
) -> None:
    keep_up(database, clock, people)
    expected = [(Prospect.AT_RISK, 2, 2)]
    assert at_risk(database, clock, people.nurse.scope) == expected
    assert at_risk(database, clock, people.patient.scope) == expected
    # The other patient has answered nothing at all: hers is lost.
    assert at_risk(database, clock, people.product) == [*expected, (Prospect.LOST, 2, 2)]
    assert at_risk(database, clock, people.colleague.scope) == [(Prospect.LOST, 2, 2)]
    for name in ("stranger", "administrator", "auditor"):
        assert at_risk(database, clock, people.outsiders[name]) == []


def test_who_answers_is_no_longer_at_risk_and_a_window_ahead_is_not_read(
    database: Database, clock: SettableClock, people: People, count_queries: CountQueries
) -> None:
    keep_up(database, clock, people)
    for hour in (18, 22):
        at = clock.set(f"2026-03-18T{hour}:00:00+01:00")
        add(database, clock, people.patient, entry(at))
    assert at_risk(database, clock, people.patient.scope) == []
    clock.set("2026-03-12T12:00:00+01:00")
    with count_queries() as queries:
        assert at_risk(database, clock, people.product) == []
    assert not any("score" in query for query in queries)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_what_is_kept_is_what_would_be_computed_anew(
    database: Database, clock: SettableClock, people: People
) -> None:
    kept: adherence.KeptWindows = Kept()
    seen = set()
    clock.set("2026-03-16T03:00:00+01:00")
    for hour in range(4 * 24 + 2):
        with database.read(people.product, now=clock()) as unit:
            anew = list(adherence.running_windows(unit, Kept()))
            assert list(adherence.running_windows(unit, kept)) == anew, clock()
        seen |= {one.window.prospect for one in anew}
        # The one answers now and then, the other never.
        if hour % 5 == 2:
            add(database, clock, people.patient, entry(clock()))
        clock.advance(hours=1)
    assert seen == {Prospect.OPEN, Prospect.AT_RISK, Prospect.LOST}


def test_the_number_of_queries_does_not_grow_with_the_patients(
    database: Database,
    clock: SettableClock,
    people: People,
    maker: Maker,
    count_queries: CountQueries,
) -> None:
    clock.set(AFTERNOON)
    with count_queries() as few:
        assert len(at_risk(database, clock, people.product)) == 2
    clock.set("2026-03-12T12:00:00+01:00")
    for number in range(4):
        maker.patient(people.nurse.scope, people.site_id, f"Patient {number}")
    clock.set(AFTERNOON)
    with count_queries() as many:
        assert len(at_risk(database, clock, people.product)) == 6
    assert len(many) == len(few)


def test_reminders_that_went_out_are_those_a_provider_took(
    database: Database, clock: SettableClock, people: People
) -> None:
    clock.set("2026-03-12T12:59:00+01:00")
    worker = Worker(
        database, {Channel.EMAIL: Recorder()}, link="https://a", team_link="https://a", clock=clock
    )
    worker.run_once()
    sent_at = clock.set("2026-03-12T13:00:00+01:00")
    worker.run_once()
    clock.set("2026-03-12T13:29:00+01:00")
    worker.run_once()

    def sent(scope: Scope) -> list[adherence.Reminding]:
        with database.read(scope, now=clock()) as unit:
            return adherence.reminders_sent(unit, people.patient.pathway.id)

    expected = [((date(2026, 3, 12), "midday"), "email", sent_at)]
    for scope in people.insiders.values():
        assert sent(scope) == expected
    for scope in people.outsiders.values():
        assert sent(scope) == []
