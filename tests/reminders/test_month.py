"""The ledger explains every prompt of a month in which everything went wrong that can.

`make soak` lives through it with 2,000 patients; here there are few. What is expected is told
from what the patients and providers of `month` really did, not from the rows.
"""

from __future__ import annotations

import hashlib
import os
from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import structlog
from sqlalchemy import event

from diary.protocol.moments import DEFAULT_MOMENTS
from diary.store import ledger
from diary.store.database import Database
from diary.store.ledger import Line
from diary.store.prompt_states import PromptState
from diary.store.tables import Channel, ReminderState
from tests.naive.days import planned
from tests.reminders.month import ZONE, Accepted, Answer, Month
from tests.reminders.world import World

# A few days around the night in which the clocks go forward; `make soak` takes the whole month.
SOAK = 100
PATIENTS = int(os.environ.get("PATIENTS", "24"))
DAYS = 4 if PATIENTS < SOAK else 30
# There is no plan to change, and at the end nothing is open or still to come.
TOLD = set(PromptState) - {PromptState.AHEAD, PromptState.OPEN, PromptState.CANCELLED}
CHANGE = date(2026, 3, 29)
SEED = int(os.environ.get("SEED", "20260310"))
FINAL = set(ReminderState) - {ReminderState.PLANNED, ReminderState.CLAIMED}
Name = tuple[int, date, str]
"""A prompt by patient, diary day and moment."""


def lived(database: Database, patients: int, days: int) -> tuple[Month, dict[Name, Line]]:
    """Live through a month, or a few days of it, and return it with its ledger."""
    print(f"SEED={SEED}")  # noqa: T201
    _hurry(database)
    first_day = CHANGE - timedelta(days=20 if days > 20 else days // 2)
    month = Month(World(database), SEED, patients, days, first_day)
    structlog.configure(processors=[_nowhere])
    try:
        month.run()
    finally:
        structlog.reset_defaults()
    world = month.world
    with database.read(world.scope, now=world.clock()) as unit:
        lines = ledger.ledgers(unit, month.ids, month.all_days[0], month.all_days[-1])
    numbers = {patient_id: number for number, patient_id in enumerate(month.ids)}
    named = {
        (numbers[line.patient_id], line.diary_day, line.moment): line
        for some in lines.values()
        for line in some
    }
    assert len(named) == sum(map(len, lines.values())), "each prompt is there once"
    return month, named


def _nowhere(_logger: object, _method: str, _event: object) -> object:
    raise structlog.DropEvent


def _hurry(database: Database) -> None:
    """Wait for no disk: no power will fail."""
    if database.is_sqlite:

        @event.listens_for(database.engine, "connect")
        def _connected(connection: Any, _record: object) -> None:
            connection.execute("PRAGMA synchronous=OFF")

        database.engine.dispose()


def proven(month: Month, lines: dict[Name, Line]) -> Counter[PromptState]:
    """Hold the ledger against what really happened; return how many prompts it tells of each."""
    answers = {(one.number, one.day, one.moment): one for one in month.answers}
    accepted = defaultdict(list)
    for one in month.accepted:
        accepted[one.prompt_id].append(one)
    wanted = {
        (number, day, moment.name)
        for number in range(month.patients)
        for day in month.all_days
        for moment in DEFAULT_MOMENTS
    }
    assert lines.keys() == wanted
    due = {
        (day, window["name"]): (window["at"], window["closes"])
        for day in month.all_days
        for window in planned({"timezone": ZONE}, day)
    }
    found: Counter[PromptState] = Counter()
    for name, line in lines.items():
        assert (line.due_at, line.closes_at) == due[name[1], name[2]]
        answer = answers.get(name)
        _nothing_twice_or_too_late(line, accepted[line.prompt_id], answer)
        _each_step_ended_well(line, accepted[line.prompt_id])
        assert line.fate.state in _explanations(month, line, answer), (name, line)
        found[line.fate.state] += 1
    assert found.total() == month.patients * month.days * len(DEFAULT_MOMENTS)
    return found


def _nothing_twice_or_too_late(line: Line, took: list[Accepted], answer: Answer | None) -> None:
    keys = [(one.step, one.channel, one.address) for one in took]
    assert len(set(keys)) == len(keys), f"sent twice: {line}"
    for one in took:
        assert line.due_at <= one.at < line.closes_at, line
        assert answer is None or one.at < _known_at(answer), f"after the answer: {line}"


def _known_at(answer: Answer) -> datetime:
    return max(answer.received_at, answer.measured_at)


def _each_step_ended_well(line: Line, took: list[Accepted]) -> None:
    really = {(one.step, one.channel) for one in took}
    for step in line.steps:
        assert step.state in FINAL, line
        if step.state is ReminderState.SENT:
            assert (step.step, step.channel) in really, f"never sent: {line}"
        elif step.state is not ReminderState.UNKNOWN:
            assert (step.step, step.channel) not in really, f"lost: {line}"
        assert (step.reason is None) is (step.state is ReminderState.SENT), line


def _explanations(month: Month, line: Line, answer: Answer | None) -> set[PromptState]:
    """Return what the ledger may say; more than one only where nobody can know.

    A message whose provider or worker fell silent may have arrived: that is "not delivered", but
    a phone that showed it tells of it all the same.
    """
    if answer is not None:
        if answer.taken_back:
            return {PromptState.TAKEN_BACK}
        return {PromptState.ANSWERED_LATE if answer.late else PromptState.ANSWERED}
    by_mail = any(
        step.channel is Channel.EMAIL and step.state is ReminderState.SENT for step in line.steps
    )
    shown = any((line.prompt_id, step.step) in month.shown for step in line.steps)
    if by_mail or shown:
        return {PromptState.NOT_ANSWERED}
    tried = any(step.attempts for step in line.steps)
    return {PromptState.NOT_DELIVERED} if tried else {PromptState.NOT_ASKED}


def digest(lines: dict[Name, Line]) -> str:
    """Return one word for everything that the ledger says."""
    told = hashlib.sha256()
    for name, line in sorted(lines.items(), key=lambda item: str(item[0])):
        steps = [
            (step.step, step.channel, step.state, step.reason, step.attempts, step.send_at,
             step.done_at, step.shown_at)
            for step in line.steps
        ]  # fmt: skip
        told.update(repr((name, line.fate, line.answered_at, steps)).encode())
    return told.hexdigest()


@pytest.mark.timeout(120 + 4 * PATIENTS)
def test_the_ledger_explains_every_prompt_and_a_seed_gives_one_ledger(
    sqlite_database: Database, request: pytest.FixtureRequest
) -> None:
    told = [_told(sqlite_database)]
    if PATIENTS < SOAK:  # there, one database takes long enough
        told.append(_told(request.getfixturevalue("postgresql_database")))
    assert len(set(told)) == 1


def _told(database: Database) -> str:
    month, lines = lived(database, PATIENTS, DAYS)
    found = proven(month, lines)
    assert month.crashes
    assert {*found} == {*TOLD}
    counts = {state.value: found[state] for state in sorted(TOLD)}
    print(f"{counts}, {len(month.accepted)} sent, {month.crashes} workers died")  # noqa: T201
    return digest(lines)
