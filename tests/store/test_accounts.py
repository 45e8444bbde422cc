"""Guesses, sign-in, sessions, activation codes and phones."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from diary.store import accounts, attempts, centres, phones, subscriptions
from diary.store.accounts import NewStaff
from diary.store.database import Database
from diary.store.errors import NotFound, Refused
from diary.store.scope import Scope
from diary.store.tables import PushSubscription, Role
from tests.store.diaries import count
from tests.support.clock import SettableClock
from tests.support.people import BIRTH_DATE, PASSWORD, TOTP_SECRET, Maker, People


def guess(database: Database, clock: SettableClock, subject: str, right: bool = False) -> int:
    """Guess once, as the web does; return how many guesses there were before it."""
    with database.write(None, now=clock()) as unit:
        left = attempts.attempts_left(unit, "login", subject)
        if left:
            attempts.note_attempt(unit, "login", subject, succeeded=False)
    if left and right:
        with database.write(None, now=clock()) as unit:
            attempts.note_attempt(unit, "login", subject, succeeded=True)
    return left


def test_five_guesses_in_fifteen_minutes(database: Database, clock: SettableClock) -> None:
    assert [guess(database, clock, "ann") for _ in range(7)] == [5, 4, 3, 2, 1, 0, 0]
    assert guess(database, clock, " ANN ") == 0
    assert guess(database, clock, "bob") == 5
    clock.advance(minutes=15)
    assert guess(database, clock, "ann") == 5


def test_a_right_guess_wipes_the_slate(database: Database, clock: SettableClock) -> None:
    assert [guess(database, clock, "ann") for _ in range(4)] == [5, 4, 3, 2]
    guess(database, clock, "ann", right=True)
    assert guess(database, clock, "ann") == 5


def test_kinds_are_counted_apart(database: Database, clock: SettableClock) -> None:
    guess(database, clock, "10.0.0.1")
    with database.read(None, now=clock()) as unit:
        assert attempts.attempts_left(unit, "activation", "10.0.0.1") == 5


def test_staff_are_found_by_login_and_opened(
    database: Database, clock: SettableClock, people: People
) -> None:
    with database.read(None, now=clock()) as unit:
        found = accounts.find_staff(unit, f" {people.nurse.login.upper()} ")
        assert found is not None
        assert accounts.find_staff(unit, "nobody") is None
    assert (found.staff_id, found.role, found.active) == (people.nurse.id, Role.NURSE, True)
    assert found.totp_secret == TOTP_SECRET
    assert PASSWORD not in found.password_hash
    assert found.scope == people.nurse.scope


def test_a_code_is_good_once(database: Database, clock: SettableClock, people: People) -> None:
    steps = []
    for step in (100, 100, 99, 101):
        with database.write(None, now=clock()) as unit:
            accepted = accounts.accept_totp_step(
                unit, people.nurse.id, people.nurse.centre_id, step
            )
            steps.append(accepted)
    assert steps == [True, False, False, True]


def sign_in(database: Database, clock: SettableClock, people: People, token: str = "t") -> None:
    with database.write(None, now=clock()) as unit:
        found = accounts.find_staff(unit, people.nurse.login)
        assert found is not None
        accounts.start_session(unit, found, token)


def visit(database: Database, clock: SettableClock, token: str = "t") -> bool:
    with database.write(None, now=clock()) as unit:
        return accounts.staff_session(unit, token) is not None


def test_a_session_ends_after_fifteen_idle_minutes(
    database: Database, clock: SettableClock, people: People
) -> None:
    sign_in(database, clock, people)
    for minutes, here in [(14, True), (14, True), (15, False), (0, False)]:
        clock.advance(minutes=minutes)
        assert visit(database, clock) is here
    assert not visit(database, clock, "another token")


def test_a_session_ends_after_twelve_hours(
    database: Database, clock: SettableClock, people: People
) -> None:
    sign_in(database, clock, people)
    for _ in range(71):
        clock.advance(minutes=10)
        assert visit(database, clock)
    clock.advance(minutes=10)
    assert not visit(database, clock)


def test_looking_does_not_keep_a_session_alive(
    database: Database, clock: SettableClock, people: People
) -> None:
    sign_in(database, clock, people)
    clock.advance(minutes=10)
    with database.read(None, now=clock()) as unit:
        member = accounts.staff_session(unit, "t")
    assert member is not None
    assert member.scope == people.nurse.scope
    clock.advance(minutes=5)
    assert not visit(database, clock)


def test_signing_out_ends_it_at_once(
    database: Database, clock: SettableClock, people: People
) -> None:
    sign_in(database, clock, people)
    with database.write(None, now=clock()) as unit:
        accounts.end_session(unit, "t")
    assert not visit(database, clock)


def test_signed_out_everywhere_else_and_nobody_besides(
    database: Database, clock: SettableClock, people: People
) -> None:
    for token in ("here", "elsewhere"):
        sign_in(database, clock, people, token)
    with database.write(None, now=clock()) as unit:
        colleague = accounts.find_staff(unit, people.colleague.login)
        assert colleague is not None
        accounts.start_session(unit, colleague, "colleague")
    with database.write(people.nurse.scope, now=clock()) as unit:
        accounts.end_other_sessions(unit, "here")
    left = {token: visit(database, clock, token) for token in ("here", "elsewhere", "colleague")}
    assert left == {"here": True, "elsewhere": False, "colleague": True}


def test_only_administrators_make_accounts(
    database: Database, clock: SettableClock, people: People
) -> None:
    new = NewStaff(people.site_id, "New", "New", Role.CLINICIAN, "nl", "hash", TOTP_SECRET)
    for scope in (people.nurse.scope, people.patient.scope, people.auditor.scope):
        with pytest.raises(NotFound), database.write(scope, now=clock()) as unit:
            accounts.add_staff(unit, new)
    with (
        pytest.raises(NotFound),
        database.write(Scope(people.stranger.centre_id), now=clock()) as unit,
    ):
        accounts.add_staff(unit, new)
    with database.write(people.administrator.scope, now=clock()) as unit:
        accounts.add_staff(unit, new)
    with (
        pytest.raises(Refused) as refused,
        database.write(people.administrator.scope, now=clock()) as unit,
    ):
        accounts.add_staff(unit, new)
    assert refused.value.code == "login_taken"


def test_languages_are_kept(database: Database, clock: SettableClock, people: People) -> None:
    sign_in(database, clock, people)
    for scope in (people.nurse.scope, people.patient.scope):
        with database.write(scope, now=clock()) as unit:
            phones.set_language(unit, "en")
    with database.write(None, now=clock()) as unit:
        member = accounts.staff_session(unit, "t")
        owner = phones.phone_owner(unit, people.patient.token)
        other = phones.phone_owner(unit, people.other.token)
    assert member is not None
    assert owner is not None
    assert other is not None
    assert (member.language, owner.language, other.language) == ("en", "en", "nl")


def new_code(database: Database, clock: SettableClock, people: People) -> str:
    with database.write(people.nurse.scope, now=clock()) as unit:
        return phones.create_activation_code(unit, people.patient.id)


def activates(
    database: Database, clock: SettableClock, code: str, birth_date: date = BIRTH_DATE
) -> bool:
    with database.write(None, now=clock()) as unit:
        return phones.activate(unit, code, birth_date, f"{code} {clock()}") is not None


def test_a_code_activates_one_phone(
    database: Database, clock: SettableClock, people: People
) -> None:
    code = new_code(database, clock, people)
    assert len(code) == 9
    assert set(code) <= {*phones.ALPHABET, "-"}
    assert not activates(database, clock, code, BIRTH_DATE + timedelta(days=1))
    assert not activates(database, clock, "AAAA-AAAA")
    assert activates(database, clock, f" {code.lower().replace('-', ' ')} ")
    assert not activates(database, clock, code)
    with database.read(people.nurse.scope, now=clock()) as unit:
        assert len(phones.phones(unit, people.patient.id)) == 2


def test_a_code_lives_seven_days_or_until_the_next(
    database: Database, clock: SettableClock, people: People
) -> None:
    first, second = (new_code(database, clock, people) for _ in range(2))
    clock.advance(days=7, seconds=-1)
    assert not activates(database, clock, first)
    clock.advance(seconds=1)
    assert not activates(database, clock, second)


def test_a_phone_is_known_by_its_token_until_it_is_revoked(
    database: Database, clock: SettableClock, people: People
) -> None:
    phone = people.patient.phone
    with database.write(None, now=clock.advance(hours=2)) as unit:
        assert phones.phone_owner(unit, people.patient.token) == phone
        assert phones.phone_owner(unit, "another token") is None
    with database.write(people.patient.scope, now=clock()) as unit:
        subscriptions.subscribe(unit, phone, "https://push.example/1", "key", "auth")
        (view,) = phones.phones(unit, people.patient.id)
        assert view.seen_at == clock()
    for scope in people.outsiders.values():
        with pytest.raises(NotFound), database.write(scope, now=clock()) as unit:
            phones.revoke_phone(unit, phone.phone_id)
    with database.write(people.nurse.scope, now=clock()) as unit:
        phones.revoke_phone(unit, phone.phone_id)
        assert subscriptions.subscriptions(unit, people.patient.id) == []
    with database.read(None, now=clock()) as unit:
        assert phones.phone_owner(unit, people.patient.token) is None


def test_a_phone_that_becomes_anothers_is_given_up_in_its_own_centre(
    database: Database, clock: SettableClock, people: People
) -> None:
    phone = people.patient.phone
    with database.write(people.patient.scope, now=clock()) as unit:
        subscriptions.subscribe(unit, phone, "https://push.example/1", "key", "auth")
    with database.write(None, now=clock()) as unit:
        assert phones.give_up_phone(unit, "another token") is None
        assert phones.give_up_phone(unit, people.patient.token) == phone
        assert phones.give_up_phone(unit, people.patient.token) is None
        assert phones.phone_owner(unit, people.patient.token) is None
        assert phones.phone_owner(unit, people.other.token) is not None
    assert count(database, PushSubscription, gone_at=None) == 0


@pytest.mark.parametrize("typed", ["k7qm-r4tx", " K7QM R4TX ", "K7QM\u0331R4TX", "K7QMR4TX\u1e96"])
def test_a_code_is_plain_however_it_is_typed(typed: str) -> None:
    assert phones.plain_code(typed) == "K7QMR4TX"


def test_one_transaction_learns_who_asks(
    database: Database, clock: SettableClock, people: People
) -> None:
    with database.write(None, now=clock()) as unit:
        owner = phones.phone_owner(unit, people.patient.token)
        assert owner is not None
        inside = unit.enter(owner.scope)
        assert phones.phones(inside, people.patient.id)
        with pytest.raises(RuntimeError, match="a scope already"):
            inside.enter(people.nurse.scope)
        with pytest.raises(RuntimeError, match="needs a scope"):
            assert unit.within


def test_centres(database: Database, clock: SettableClock, maker: Maker) -> None:
    south, north = maker.centre("Zuid")[0], maker.centre("Noord")[0]
    with database.read(None, now=clock()) as unit:
        assert [view.name for view in centres.all_centres(unit)] == ["Noord", "Zuid"]
    with database.read(Scope(south), now=clock()) as unit:
        assert centres.centre(unit).name == "Zuid"
        assert [site.name for site in centres.sites(unit)] == ["Hoofdlocatie"]
        with pytest.raises(NotFound):
            centres.all_centres(unit)
    with pytest.raises(NotFound), database.write(Scope(north), now=clock()) as unit:
        centres.create_centre(unit, centres.NewCentre("Oost", "1", ("x",)))
