"""The PIN: five guesses in all, counted side by side, and only the team gives new ones."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy.exc import DBAPIError

from diary.store import phones, pins
from diary.store.database import Database
from diary.store.errors import NotFound, Refused
from diary.store.pins import Lock
from diary.store.scope import Scope
from diary.store.tables.people import Pin
from tests.support.clock import SettableClock
from tests.support.people import BIRTH_DATE, NOON, PIN, People, Somebody


def choose(database: Database, who: Somebody, clock: SettableClock, pin: str = PIN) -> None:
    with database.write(who.scope, now=clock()) as unit:
        pins.choose(unit, who.phone, pin)


def enter(database: Database, who: Somebody, clock: SettableClock, pin: str) -> int | None:
    with database.write(who.scope, now=clock()) as unit:
        return pins.enter(unit, who.phone, pin)


def lock(database: Database, who: Somebody, clock: SettableClock, *, use: bool = False) -> Lock:
    opened = database.write if use else database.read
    with opened(who.scope, now=clock()) as unit:
        return pins.lock_of(unit, who.phone)


def test_it_opens_for_ten_minutes_after_the_last_use(
    database: Database, people: People, clock: SettableClock
) -> None:
    assert lock(database, people.patient, clock) is Lock.NO_PIN
    choose(database, people.patient, clock)
    clock.advance(minutes=9)
    assert lock(database, people.patient, clock, use=True) is Lock.OPEN
    clock.advance(minutes=9)
    assert lock(database, people.patient, clock) is Lock.OPEN
    clock.advance(minutes=1)
    assert lock(database, people.patient, clock, use=True) is Lock.SHUT
    assert enter(database, people.patient, clock, "00000") == 4
    assert enter(database, people.patient, clock, PIN) is None
    assert lock(database, people.patient, clock) is Lock.OPEN
    with database.write(people.patient.scope, now=clock()) as unit:
        pins.shut(unit, people.patient.phone)
    assert lock(database, people.patient, clock) is Lock.SHUT


def test_five_wrong_guesses_lock_it_until_the_team_takes_it_away(
    database: Database, people: People, clock: SettableClock
) -> None:
    patient = people.patient
    choose(database, patient, clock)
    clock.advance(minutes=11)
    left = [enter(database, patient, clock, "00000") for _ in range(6)]
    assert left == [4, 3, 2, 1, 0, 0]
    clock.advance(minutes=7 * 24 * 60)
    assert enter(database, patient, clock, PIN) == 0
    assert lock(database, patient, clock) is Lock.BLOCKED
    with pytest.raises(Refused, match="PIN already"):
        choose(database, patient, clock, "24680")
    for scope in (*people.outsiders.values(), patient.scope):
        with pytest.raises(NotFound), database.write(scope, now=clock()) as unit:
            pins.reset(unit, patient.id)
    for name, scope in people.outsiders.items():
        with database.read(scope, now=clock()) as unit:
            assert pins.view(unit, patient.id) is None, name
    with database.write(people.nurse.scope, now=clock()) as unit:
        found = pins.view(unit, patient.id)
        assert found is not None
        assert found.blocked
        pins.reset(unit, patient.id)
    assert lock(database, patient, clock) is Lock.NO_PIN
    choose(database, patient, clock, "24680")
    assert lock(database, patient, clock) is Lock.OPEN


def test_guesses_side_by_side_are_counted_one_by_one(
    database: Database, people: People, clock: SettableClock
) -> None:
    choose(database, people.patient, clock)

    def guess(number: int) -> int | None:
        return enter(database, people.patient, clock, f"{number:05}")

    with ThreadPoolExecutor(8) as pool:
        left = list(pool.map(guess, range(20)))
    assert sorted(left, key=str) == [0] * 16 + [1, 2, 3, 4]


def test_another_phone_asks_for_the_same_pin(
    database: Database, people: People, clock: SettableClock
) -> None:
    patient = people.patient
    choose(database, patient, clock)
    with database.write(Scope(people.centre_id), now=clock()) as unit:
        code = phones.create_activation_code(unit, patient.id)
    with database.write(None, now=clock()) as unit:
        second = phones.activate(unit, code, BIRTH_DATE, "a second phone")
    assert second is not None
    with database.write(patient.scope, now=clock()) as unit:
        assert pins.lock_of(unit, second) is Lock.SHUT
        assert pins.enter(unit, second, PIN) is None
        pins.choose(unit, second, "86420")
    # Whoever had the first phone in hand is out.
    assert lock(database, patient, clock) is Lock.SHUT


def test_anothers_pin_opens_nothing(
    database: Database, people: People, clock: SettableClock
) -> None:
    choose(database, people.patient, clock)
    choose(database, people.other, clock, "24680")
    clock.advance(minutes=11)
    assert enter(database, people.other, clock, PIN) == 4
    with database.write(people.other.scope, now=clock()) as unit:
        assert pins.enter(unit, people.patient.phone, PIN) == 0
        assert pins.lock_of(unit, people.patient.phone) is Lock.NO_PIN
    assert enter(database, people.patient, clock, PIN) is None


@pytest.mark.parametrize("pin", ["11111", "01234", "98765"])
def test_what_anybody_guesses_is_refused(
    pin: str, database: Database, people: People, clock: SettableClock
) -> None:
    with pytest.raises(Refused, match="guess"):
        choose(database, people.patient, clock, pin)


@pytest.mark.parametrize("pin", ["", "1357", "135790", "1357a", "١٢٣٤٥"])
def test_what_is_no_pin_is_refused(
    pin: str, database: Database, people: People, clock: SettableClock
) -> None:
    assert not pins.is_pin(pin)
    with pytest.raises(ValueError, match="five digits"):
        choose(database, people.patient, clock, pin)


def test_no_more_than_five_failures_can_be_stored(database: Database, people: People) -> None:
    row = Pin(
        centre_id=people.centre_id,
        patient_id=people.patient.id,
        pin_hash=b"",
        failures=6,
        chosen_at=NOON,
    )
    with pytest.raises(DBAPIError), database.write(people.product, now=NOON) as unit:
        unit.session.add(row)
