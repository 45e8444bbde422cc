"""A day of prompts, turned by hand, over both databases."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from uuid import UUID, uuid4

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import select, update
from sqlmodel import col

from diary.protocol.moments import Moment
from diary.reminders import worker as worker_module
from diary.reminders.channels.base import (
    Address,
    Message,
    OutcomeUnknownError,
    PermanentError,
    PushAddress,
    TemporaryError,
)
from diary.reminders.dispatch import THREADS
from diary.store import attempts, diary_writing, notices, pathways, prompts, pulse
from diary.store.database import Database
from diary.store.diary_writing import NewEntry
from diary.store.notices import Notice, Seen
from diary.store.tables import Attempt, Channel, Pathway, Patient, PhaseRow, ReminderState
from diary.store.vault import Vault
from tests.reminders.world import World

SENT, FAILED, UNKNOWN = ReminderState.SENT, ReminderState.FAILED, ReminderState.UNKNOWN
EXPIRED, CANCELLED = ReminderState.EXPIRED, ReminderState.CANCELLED


@pytest.fixture
def world(sqlite_database: Database) -> World:
    """Give a centre on SQLite: for rules that are not about claiming and recording."""
    return World(sqlite_database)


@pytest.fixture
def both(database: Database) -> World:
    """Give a centre on SQLite, and again on PostgreSQL."""
    return World(database)


def through_the_day(world: World) -> None:
    """Run a worker from 06:00 to 06:00 the next day on the clock in Amsterdam."""
    worker = world.worker()
    for _ in range(2 * 24):
        worker.run_once()
        world.clock.advance(minutes=30)


def do(worker: worker_module.Worker, *names: str) -> None:
    for job in worker.jobs:
        if job.name.partition(" ")[0] in names:
            job.do()


def test_a_full_day_reminds_twice_of_each_moment_and_never_more(both: World) -> None:
    both.patient()
    through_the_day(both)
    times = [f"{message.now:%H:%M}/{message.step}" for message, _ in both.mail.sent]
    assert times == [
        "07:00/0", "07:30/1", "12:00/0", "12:30/1", "17:00/0", "17:30/1", "21:00/0", "21:30/1",
    ]  # fmt: skip
    keys = [(message.prompt_id, message.step) for message, _ in both.mail.sent]
    assert len(set(keys)) == len(keys)


def test_who_answers_is_left_alone(world: World) -> None:
    early, later = world.patient(email="a@example.org"), world.patient(email="b@example.org")
    worker = world.worker()
    worker.run_once()
    world.at(6, 30)
    world.answer(early)
    for minute in (59, 60, 61):
        world.at(6 + minute // 60, minute % 60)
        worker.run_once()
    assert world.mail.emails == ["b@example.org"]
    world.at(7, 10)
    world.answer(later)
    world.at(7, 31)
    worker.run_once()
    assert len(world.mail.sent) == 1


def test_an_answer_between_planning_and_sending_counts(both: World) -> None:
    patient = both.patient()
    worker = both.worker()
    both.at(6, 59)
    worker.run_once()
    assert both.states() == [ReminderState.PLANNED]
    both.answer(patient)
    both.at(7, 0)
    worker.run_once()
    assert both.states() == [CANCELLED]
    assert both.mail.sent == []


def test_an_answer_after_the_claim_still_comes_before_the_sending(both: World) -> None:
    ids = [both.patient(email=f"p{number}@example.org") for number in range(12)]
    first = threading.Lock()
    answered = threading.Event()

    def slow(message: Message, address: Address) -> None:
        if first.acquire(blocking=False):
            for patient_id in ids:
                both.answer(patient_id)
            answered.set()
        assert answered.wait(30)

    both.mail.answer = slow
    both.at(7)
    both.worker().run_once()
    # One server connection for each thread was open already; nobody else is disturbed.
    assert 1 <= len(both.mail.sent) <= THREADS
    told = [(state, reason) for _, _, state, reason in both.ledger() if state is not SENT]
    assert told == [(CANCELLED, "answered")] * (len(ids) - len(both.mail.sent))


def test_an_answer_that_rings_on_one_phone_spares_the_next(world: World) -> None:
    patient = world.patient(pushes=("https://a", "https://b"))
    world.push.answer = lambda message, address: world.answer(patient)
    world.at(7)
    world.worker().run_once()
    assert len(world.push.sent) == 1
    assert world.states() == [SENT]


@pytest.mark.parametrize("at_once", [True, False])
@pytest.mark.parametrize("planned_before", [True, False])
def test_who_withdraws_an_answer_is_not_chased(
    both: World, at_once: bool, planned_before: bool
) -> None:
    patient = both.patient()
    worker = both.worker()
    both.at(7, 0)
    worker.run_once()
    both.at(7, 28 if planned_before else 5)
    do(worker, "plan")
    answer = NewEntry(uuid4(), measured_at=both.clock(), scores={"leg": Fraction(5)})
    taken_back = NewEntry(uuid4(), measured_at=both.clock(), replaces_id=answer.id, withdrawn=True)
    for batch in [[answer, taken_back]] if at_once else [[answer], [taken_back]]:
        with both.database.write(both.scope, now=both.clock()) as unit:
            pathway = pathways.pathway(unit, patient)
            assert pathway is not None
            stored = diary_writing.add_entries(unit, pathway, batch, access_point="test")
            assert [outcome.error for outcome in stored] == [None] * len(batch)
    for minute in (29, 30, 45):
        both.at(7, minute)
        worker.run_once()
    assert len(both.mail.sent) == 1
    with both.database.read(both.scope, now=both.clock()) as unit:
        open_now = prompts.prompt_at(unit, patient)
    assert open_now is not None
    assert open_now.answered_at is None, "the app still asks"


def test_after_a_standstill_there_is_one_catch_up_and_nothing_for_closed_windows(
    both: World,
) -> None:
    both.patient()
    worker = both.worker()
    both.at(6, 59)
    worker.run_once()
    # Down from just before the first moment until 40 minutes after the second.
    both.at(12, 40)
    worker.run_once()
    assert [(message.step, f"{message.now:%H:%M}") for message, _ in both.mail.sent] == [
        (1, "12:40")
    ]
    assert both.states() == [EXPIRED, SENT]


def test_push_first_then_mail_when_there_is_silence(world: World) -> None:
    world.patient(pushes=("https://a", "https://b"))
    worker = world.worker()
    for hour, minute in ((6, 59), (7, 0), (7, 29), (7, 30)):
        world.at(hour, minute)
        worker.run_once()
    assert sorted(address.endpoint for _, address in world.push.sent) == ["https://a", "https://b"]
    assert [message.step for message, _ in world.mail.sent] == [1]


def gone(message: Message, address: Address) -> None:
    raise PermanentError("push_410", gone=True)


def test_an_address_that_is_gone_is_forgotten_and_mail_takes_over(both: World) -> None:
    both.patient(pushes=("https://a",))
    both.push.answer = gone
    worker = both.worker()
    both.at(7, 0)
    worker.run_once()
    both.clock.advance(seconds=30)
    worker.run_once()
    assert both.ledger() == [
        (0, Channel.WEB_PUSH, FAILED, "push_410"),
        (0, Channel.EMAIL, SENT, None),
    ]
    both.push.answer = None
    both.at(12, 0)
    worker.run_once()
    assert both.push.sent == [], "the phone is not tried again"
    assert len(both.mail.sent) == 2


@pytest.mark.parametrize(
    "error", [TemporaryError("push_503"), PermanentError("push_400"), ZeroDivisionError()]
)
def test_one_phone_reached_is_reached(world: World, error: Exception) -> None:
    world.patient(pushes=("https://a", "https://b"))

    def only_b(message: Message, address: Address) -> None:
        assert isinstance(address, PushAddress)
        if address.endpoint == "https://a":
            raise error

    world.push.answer = only_b
    world.at(7, 0)
    world.worker().run_once()
    assert world.states() == [SENT]


def test_busy_servers_are_tried_again_until_it_is_too_late(world: World) -> None:
    tries: list[str] = []

    def busy(message: Message, address: Address) -> None:
        tries.append(f"{message.now:%H:%M:%S}/{message.step}")
        raise TemporaryError("mail_content_451")

    world.patient()
    world.mail.answer = busy
    worker = world.worker()
    world.at(7, 0)
    worker.run_once()
    for _ in range(90):
        do(worker, "plan", "dispatch")
        world.clock.advance(seconds=30)
    while world.clock().hour < 11:
        worker.run_once()
        world.clock.advance(minutes=10)
    first = [at for at in tries if at.endswith("/0")]
    assert first == [
        f"07:{at}/0" for at in ("00:00", "00:30", "01:30", "03:30", "07:30", "15:30", "25:30")
    ]
    assert world.ledger() == [
        (0, Channel.EMAIL, FAILED, "mail_content_451"),
        (1, Channel.EMAIL, FAILED, "mail_content_451"),
    ]
    assert max(tries) < "09:00", "the window of 08:00 closes at 10:00 on the wall"


def test_retry_after_is_obeyed(world: World) -> None:
    def busy(message: Message, address: Address) -> None:
        raise TemporaryError("push_429", retry_after=timedelta(minutes=12))

    world.patient(email=None, pushes=("https://a",))
    world.push.answer = busy
    worker = world.worker()
    world.at(7, 0)
    worker.run_once()
    world.push.answer = None
    for minute, sent in ((11, 0), (12, 1)):
        world.at(7, minute)
        worker.run_once()
        assert len(world.push.sent) == sent


def test_what_may_have_arrived_is_never_sent_again(both: World) -> None:
    def broken(message: Message, address: Address) -> None:
        both.mail.sent.append((message, address))
        raise OutcomeUnknownError("mail_no_answer")

    both.patient()
    both.mail.answer = broken
    worker = both.worker()
    for minute in (0, 1, 10, 27):
        both.at(7, minute)
        worker.run_once()
    assert len(both.mail.sent) == 1
    assert both.ledger() == [(0, Channel.EMAIL, UNKNOWN, "mail_no_answer")]


def test_two_workers_at_once_send_each_reminder_once(both: World) -> None:
    for number in range(40):
        both.patient(email=f"p{number}@example.org")
    first, second = both.worker("one"), both.worker("two")
    both.at(7, 0)
    do(first, "materialise", "plan")
    start = threading.Barrier(2)

    def work(worker: worker_module.Worker) -> None:
        start.wait()
        worker.run_once()

    threads = [threading.Thread(target=work, args=(worker,)) for worker in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(both.mail.emails) == sorted(f"p{number}@example.org" for number in range(40))
    assert both.states() == [SENT] * 40


def test_no_address_and_no_channel(world: World) -> None:
    world.patient()
    world.at(7, 0)
    world.worker(carriers={}).run_once()
    assert world.ledger() == [(0, Channel.EMAIL, FAILED, "channel_not_set_up")]


def test_at_night_it_makes_no_sound(world: World) -> None:
    world.patient(moments=(Moment("night", time(3), night=True), Moment("noon", time(12))))
    through_the_day(world)
    assert [message.words.silent for message, _ in world.mail.sent] == [False, False, True, True]


def test_a_mail_server_that_is_silent_does_not_hold_up_the_push(world: World) -> None:
    knocks = []

    def silent(message: Message, address: Address) -> None:
        knocks.append(message.now)
        raise TemporaryError("mail_no_connection", silent=True)

    for _ in range(20):
        world.patient(email="a@example.org")
    world.patient(pushes=("https://a",))
    world.mail.answer = silent
    worker = world.worker()
    world.at(7, 0)
    worker.run_once()
    # Eight threads may knock before the third silence is noted.
    assert 3 <= len(knocks) <= 10
    assert len(world.push.sent) == 1
    world.mail.answer = None
    world.clock.advance(seconds=31)
    for _ in range(5):
        worker.run_once()
        world.clock.advance(seconds=60)
    assert len(world.mail.sent) == 20


def test_one_failing_job_does_not_stop_the_others(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.patient()

    def fails(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(worker_module.reminders, "expire", fails)
    world.at(7, 0)
    world.worker().run_once()
    assert len(world.mail.sent) == 1
    with world.database.read(None, now=world.clock()) as unit:
        assert pulse.last_tick(unit) == world.clock()


def last_tick(world: World) -> datetime | None:
    with world.database.read(None, now=world.clock()) as unit:
        return pulse.last_tick(unit)


@pytest.mark.parametrize("job,minutes", [("dispatch", 3), ("plan", 3), ("expire", 3)])
@pytest.mark.parametrize("trouble", ["hangs", "fails every time"])
def test_a_worker_that_does_not_get_on_ticks_with_when_it_last_did(
    world: World, job: str, minutes: int, trouble: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker = world.worker()
    worker.run_once()
    seen = world.clock()
    if trouble == "hangs":
        worker.jobs = tuple(one for one in worker.jobs if one.name.partition(" ")[0] != job)
    else:

        def fails(*_: object) -> None:
            raise RuntimeError

        where = {"plan": "plan_ladder", "dispatch": "claim", "expire": "expire"}
        monkeypatch.setattr(worker_module.reminders, where[job], fails)
        monkeypatch.setattr(worker_module.planning.reminders, where[job], fails)
    for _ in range(minutes * 2):
        world.clock.advance(seconds=30)
        worker.run_once()
        assert last_tick(world) == seen
    assert world.clock() - seen == pulse.SILENCE, "/readyz is red from the next second on"


def test_a_worker_whose_process_is_frozen_tells_it_when_it_thaws(world: World) -> None:
    worker = world.worker()
    worker.run_once()
    seen = world.clock()
    world.clock.advance(minutes=20)
    do(worker, "tick")
    assert last_tick(world) == seen, "the pulse comes first, the work is still to be done"
    worker.run_once()
    assert last_tick(world) == world.clock()


def test_an_answer_from_before_the_prompt_was_laid_out_counts(both: World) -> None:
    patient = both.patient()
    both.at(6, 30)
    both.answer(patient)
    both.at(7, 0)
    both.worker().run_once()
    assert both.mail.sent == []


def test_an_address_that_no_key_opens_is_that_patients_alone(world: World) -> None:
    broken = world.patient(email="broken@example.org")
    world.patient(email="fine@example.org")
    with world.database.write(world.scope, now=world.clock()) as unit:
        lost = Vault([Fernet.generate_key().decode()], "p" * 32).seal("broken@example.org")
        unit.session.execute(update(Patient).where(col(Patient.id) == broken).values(email=lost))
    world.at(7, 0)
    world.worker().run_once()
    assert world.mail.emails == ["fine@example.org"]
    assert (0, Channel.EMAIL, ReminderState.PLANNED, "error_InvalidToken") in world.ledger()


def end_trial(world: World, patient_id: UUID, last_day: date) -> None:
    with world.database.write(world.scope, now=world.clock()) as unit:
        pathway = pathways.pathway(unit, patient_id)
        assert pathway is not None
        phase = pathway.phases[0]
        pathways.end_phase(unit, phase.id, last_day, phase.version)


def end_pathway(world: World, patient_id: UUID, last_day: date) -> None:
    with world.database.write(world.scope, now=world.clock()) as unit:
        unit.session.execute(
            update(Pathway).where(col(Pathway.patient_id) == patient_id).values(ended_at=unit.now)
        )


def cut_short(world: World, patient_id: UUID, last_day: date) -> None:
    """End the trial as a migration or a repair by hand would: behind the back of the store."""
    with world.database.write(world.scope, now=world.clock()) as unit:
        unit.session.execute(update(PhaseRow).values(ended_on=last_day))


@pytest.mark.parametrize("end", [end_trial, end_pathway, cut_short])
def test_after_the_end_nobody_is_reminded_also_when_the_last_day_is_long_past(
    both: World, end: Callable[[World, UUID, date], None]
) -> None:
    patient = both.patient()
    worker = both.worker()
    both.clock.advance(days=3)
    both.at(11)
    worker.run_once()
    both.at(11, 59)
    do(worker, "plan")
    assert both.states() == [ReminderState.PLANNED]
    end(both, patient, date(2026, 3, 11))
    for _ in range(4 * 24):
        worker.run_once()
        both.clock.advance(hours=1)
    assert both.mail.sent == []


def test_guesses_are_forgotten_after_a_day(both: World) -> None:
    worker = both.worker()
    for name in ("yesterday", "today"):
        both.clock.advance(hours=13)
        with both.database.write(None, now=both.clock()) as unit:
            attempts.note_attempt(unit, "login", name, succeeded=False)
    both.clock.advance(hours=11)
    do(worker, "tidy")
    with both.database.read(None, now=both.clock()) as unit:
        (left,) = unit.session.execute(select(col(Attempt.at))).scalars()
    assert left == both.clock() - timedelta(hours=11)


def test_the_ladder_begins_elsewhere_once_a_phone_shows_nothing(both: World) -> None:
    patient = both.patient(pushes=("https://push.example.net/one",))
    worker = both.worker()
    for hour in (7, 12, 17, 21):
        for minute in (0, 30):
            both.at(hour, minute)
            worker.run_once()
    assert [channel for step, channel, *_ in both.ledger() if step == 0] == [
        Channel.WEB_PUSH, Channel.WEB_PUSH, Channel.WEB_PUSH, Channel.EMAIL,
    ]  # fmt: skip
    assert [channel for step, channel, *_ in both.ledger() if step == 1] == [
        Channel.EMAIL, Channel.EMAIL, Channel.EMAIL, Channel.WEB_PUSH,
    ]  # fmt: skip
    # The last push is shown after all: the phone is reached first again.
    message, _address = both.push.sent[-1]
    with both.database.write(both.scope, now=both.clock()) as unit:
        told = Notice(message.prompt_id, 1, Channel.WEB_PUSH, Seen.SHOWN, both.clock())
        notices.note(unit, patient, [told])
    seen = len(both.ledger())
    both.clock.advance(days=1)
    both.at(7)
    worker.run_once()
    assert both.ledger()[seen][:2] == (0, Channel.WEB_PUSH)
