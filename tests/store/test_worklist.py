"""The worklist: computed from rows, and what colleagues did with it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from diary.store import travel
from diary.store.database import Database
from diary.store.errors import Conflict, NotFound, Refused
from diary.store.scope import Scope
from diary.store.tables import Channel, ReminderState
from diary.store.worklist import marks
from diary.store.worklist.items import ItemKind, Key
from diary.store.worklist.today import KeptForWorklist, Worklist, worklist
from tests.store.diaries import add_events, event
from tests.store.reminding import Rows
from tests.support.clock import SettableClock
from tests.support.people import People

AFTER_TRIAL = "2026-03-20T12:00:00+01:00"


Look = Callable[[Scope], Worklist]


@pytest.fixture
def look(database: Database, clock: SettableClock) -> Look:
    """Give what reads the worklist of a scope."""

    def read(scope: Scope) -> Worklist:
        with database.read(scope, now=clock()) as unit:
            return worklist(unit, KeptForWorklist())

    return read


@pytest.fixture
def ready(people: People, clock: SettableClock) -> Key:
    """The patient's trial has ended; the key of the item that says so."""
    clock.set(AFTER_TRIAL)
    return people.patient.id, ItemKind.TRIAL_READY, "2026-03-19"


def kinds(found: Worklist) -> list[ItemKind]:
    return [line.item.kind for line in found.lines]


def test_empty_until_something_is_to_do(people: People, look: Look) -> None:
    assert look(people.nurse.scope) == Worklist((), (), ())


def test_most_urgent_first_and_only_ones_own_patients(
    people: People, look: Look, database: Database, clock: SettableClock, ready: Key
) -> None:
    report = event("symptoms", clock(), {"symptoms": ["fever"]})
    add_events(database, clock, people.patient, report)
    found = look(people.nurse.scope)
    assert kinds(found) == [ItemKind.ALARM, ItemKind.TRIAL_READY]
    assert {line.patient.id for line in found.lines} == {people.patient.id}
    assert [line.item.urgent for line in found.lines] == [True, False]
    colleague = look(people.colleague.scope)
    assert [(line.patient.id, line.item.kind) for line in colleague.lines] == [
        (people.other.id, ItemKind.TRIAL_READY)
    ]
    for who in (people.stranger, people.administrator, people.auditor):
        assert look(who.scope).lines == ()


def test_taken_put_off_closed_and_opened_again(
    people: People, look: Look, database: Database, clock: SettableClock, ready: Key
) -> None:
    scope = people.nurse.scope

    def do(act: Callable[..., None], *more: object) -> None:
        with database.write(scope, now=clock()) as unit:
            act(unit, ready, marks.handling_of(unit, ready).number, *more)

    do(marks.take)
    assert [line.handling.owner_id for line in look(scope).lines] == [people.nurse.id]
    do(marks.snooze, clock() + timedelta(hours=1))
    found = look(scope)
    assert (found.lines, [line.item.kind for line in found.asleep]) == ((), [ItemKind.TRIAL_READY])
    clock.advance(hours=1)
    assert kinds(look(scope)) == [ItemKind.TRIAL_READY]
    do(marks.close, " Besproken: implanteren. ")
    found = look(scope)
    assert (found.lines, found.asleep) == ((), ())
    assert [one.key for one in found.closed] == [ready]
    with database.read(scope, now=clock()) as unit:
        sealed = found.closed[0].handling.sealed_note
        assert sealed is not None
        assert unit.vault.open(sealed) == "Besproken: implanteren."
    do(marks.reopen)
    assert kinds(look(scope)) == [ItemKind.TRIAL_READY]
    assert look(scope).closed == ()


def test_the_second_of_two_colleagues_is_told(
    people: People, database: Database, clock: SettableClock, ready: Key
) -> None:
    with database.write(people.nurse.scope, now=clock()) as unit:
        marks.take(unit, ready, 0)
    with (
        database.write(people.nurse.scope, now=clock()) as unit,
        pytest.raises(Conflict, match="meanwhile"),
    ):
        marks.close(unit, ready, 0, "Gebeld.")
    with database.read(people.nurse.scope, now=clock()) as unit:
        assert marks.handling_of(unit, ready).closed_at is None


@pytest.mark.parametrize("note", ["", "  ", "x" * (marks.LONGEST_NOTE + 1)])
def test_nothing_is_closed_without_what_was_done(
    note: str, people: People, database: Database, clock: SettableClock, ready: Key
) -> None:
    with database.write(people.nurse.scope, now=clock()) as unit, pytest.raises(Refused):
        marks.close(unit, ready, 0, note)


@pytest.mark.parametrize("later", [timedelta(0), timedelta(days=15)])
def test_put_off_for_two_weeks_at_most(
    later: timedelta, people: People, database: Database, clock: SettableClock, ready: Key
) -> None:
    with database.write(people.nurse.scope, now=clock()) as unit, pytest.raises(Refused):
        marks.snooze(unit, ready, 0, clock() + later)


def test_what_is_urgent_is_put_off_for_an_hour_with_a_reason(
    people: People, look: Look, database: Database, clock: SettableClock, ready: Key
) -> None:
    report = event("symptoms", clock(), {"symptoms": ["fever"]})
    add_events(database, clock, people.patient, report)
    scope = people.nurse.scope
    alarm = look(scope).lines[0].item.key
    for later, reason in ((61, "Gebeld."), (60, " "), (60, "x" * 2001)):
        until = clock() + timedelta(minutes=later)
        with database.write(scope, now=clock()) as unit, pytest.raises(Refused):
            marks.snooze(unit, alarm, 0, until, reason)
    assert look(scope).asleep == ()
    with database.write(scope, now=clock()) as unit:
        marks.snooze(unit, alarm, 0, clock() + timedelta(hours=1), " Belt zo terug. ")
    (asleep,) = look(scope).asleep
    assert (asleep.item.key, asleep.handling.owner_id) == (alarm, people.nurse.id)
    with database.read(scope, now=clock()) as unit:
        assert unit.vault.open(asleep.handling.sealed_note or b"") == "Belt zo terug."
    with database.write(scope, now=clock()) as unit:
        marks.take(unit, alarm, 1)
    assert look(scope).asleep == ()
    assert look(scope).lines[0].handling.sealed_note is None


@pytest.mark.parametrize(
    "who", ["patient", "colleague", "stranger", "administrator", "auditor", "other patient"]
)
def test_nobody_else_touches_an_item(
    who: str, people: People, database: Database, clock: SettableClock, ready: Key
) -> None:
    scope = (people.insiders | people.outsiders)[who]
    with database.write(scope, now=clock()) as unit, pytest.raises(NotFound):
        marks.take(unit, ready, 0)
    with database.read(people.nurse.scope, now=clock()) as unit:
        assert marks.handlings(unit) == {}


def test_what_did_not_arrive_is_not_called_missed(
    people: People, look: Look, database: Database, clock: SettableClock
) -> None:
    rows = Rows(database, clock, people)
    for hours in (-9, -5):
        rows.reminder(rows.prompt(hours), ReminderState.SENT, channel=Channel.EMAIL)
    (missed,) = look(people.nurse.scope).lines
    assert (missed.item.kind, missed.item.values) == (ItemKind.MISSED, {"count": 2})
    rows.reminder(rows.prompt(-3), ReminderState.FAILED, reason="mail_recipient_550")
    (failed,) = look(people.nurse.scope).lines
    assert failed.item.kind is ItemKind.NOT_DELIVERED
    assert look(people.colleague.scope).lines == ()


def test_a_window_at_risk_is_there_before_the_day_is_lost(
    people: People, look: Look, clock: SettableClock
) -> None:
    clock.set("2026-03-16T19:00:00+01:00")
    (line,) = look(people.nurse.scope).lines
    assert (line.item.kind, line.item.values["needed"]) == (ItemKind.AT_RISK, 2)


def test_who_travels_and_wants_to_talk_is_called(
    people: People, look: Look, database: Database, clock: SettableClock
) -> None:
    for call in (False, True):
        with database.write(people.patient.scope, now=clock()) as unit:
            travel.note_travel(unit, people.patient.id, "Asia/Tokyo", call=call)
        found = [line.item.values for line in look(people.nurse.scope).lines]
        assert found == ([{"zone": "Asia/Tokyo"}] if call else [])
