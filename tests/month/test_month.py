"""The ledger explains every prompt of a month in which everything went wrong that can.

`make soak` lives through it with 2,000 patients; here there are few. What is expected is told
from what the patients and providers of `month` really did, not from the rows.
"""

from __future__ import annotations

import os
from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
import structlog
from sqlalchemy import event

from diary.store import ledger
from diary.store.database import Database
from diary.store.ledger import Line
from diary.store.prompt_states import PromptState, Why
from tests.month.chance import Chance
from tests.month.lives import Lives
from tests.month.month import Month
from tests.month.proof import Name, Proof, digest
from tests.reminders.world import World

# A few days around the night in which the clocks go forward; `make soak` takes the whole month.
SOAK = 100
PATIENTS = int(os.environ.get("PATIENTS", "20"))
DAYS = int(os.environ.get("DAYS", "4" if PATIENTS < SOAK else "30"))
SEED = int(os.environ.get("SEED", "20260310"))
DATABASES = os.environ.get("DATABASES", "sqlite postgresql").split()
CHANGE = date(2026, 3, 29)
# There is no plan to change, and at the end nothing is open or still to come.
TOLD = set(PromptState) - {PromptState.AHEAD, PromptState.OPEN, PromptState.CANCELLED}
# With few patients there may be nobody of whom nothing better is to be told.
SELDOM = {Why.UNKNOWN, Why.FAILED} if PATIENTS < SOAK else set()


@pytest.mark.timeout(120 + 4 * PATIENTS)
def test_the_ledger_explains_every_prompt_and_a_seed_gives_one_ledger(
    request: pytest.FixtureRequest,
) -> None:
    told = {_told(request.getfixturevalue(f"{name}_database")) for name in DATABASES}
    assert len(told) == 1


def _told(database: Database) -> str:
    """Live through the month on one database, prove its ledger, and return the digest of it."""
    _say(f"{database.engine.dialect.name}: SEED={SEED} PATIENTS={PATIENTS} DAYS={DAYS}")
    _hurry(database)
    first_day = CHANGE - timedelta(days=20 if DAYS > 20 else DAYS // 2)
    lives = Lives(Chance(SEED), PATIENTS, first_day, DAYS)
    month = Month(World(database), lives, _say)
    structlog.configure(processors=[_nowhere])
    try:
        month.run()
    finally:
        structlog.reset_defaults()
    lines = _ledger(month)
    fates = Proof(month).of(lines)
    states: Counter[str] = Counter()
    for fate, count in fates.items():
        states[fate.state.value] += count
    whys = {fate.why.value: count for fate, count in fates.items() if fate.why}
    word = digest(lines)
    _say(f"{states.total()} prompts: {dict(states)}, of which {whys}")
    _say(f"{len(month.accepted)} messages, workers died: {month.crashes}, digest {word}")
    assert month.crashes
    assert {fate.state for fate in fates} == TOLD
    assert {fate.why for fate in fates} | SELDOM == {None, *Why}
    return word


def _ledger(month: Month) -> dict[Name, Line]:
    world, days = month.world, month.lives.days
    ids = [one.patient_id for one in month.people]
    with world.database.read(world.scope, now=world.clock()) as unit:
        lines = ledger.ledgers(unit, ids, days[0], days[-1])
    numbers = {patient_id: number for number, patient_id in enumerate(ids)}
    named = {
        (numbers[line.patient_id], line.diary_day, line.moment): line
        for some in lines.values()
        for line in some
    }
    assert len(named) == sum(map(len, lines.values())), "each prompt is there once"
    return named


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201


def _nowhere(_logger: object, _method: str, _event: object) -> object:
    raise structlog.DropEvent


def _hurry(database: Database) -> None:
    """Wait for no disk: no power will fail."""
    if database.is_sqlite:

        @event.listens_for(database.engine, "connect")
        def _connected(connection: Any, _record: object) -> None:
            connection.execute("PRAGMA synchronous=OFF")

        database.engine.dispose()
