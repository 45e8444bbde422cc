"""The faults of a bad day, each on both databases: nobody twice, nobody late, nobody forgotten.

Servers that fail, a clock that jumps, a reminder that breaks the code, a worker that dies at each
point. With real processes and SIGKILL: test_killed.
"""

from __future__ import annotations

import socket
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import NoReturn

import pytest
from sqlalchemy import update
from structlog.testing import capture_logs

from diary.reminders import dispatch
from diary.reminders.channels.base import (
    Address,
    Carrier,
    MailAddress,
    Message,
    PushAddress,
)
from diary.reminders.channels.email import Email, MailServer
from diary.reminders.channels.web_push import WebPush
from diary.reminders.dispatch import Dispatcher
from diary.reminders.doors import ROOM
from diary.store import receipts, reminders, subscriptions
from diary.store.database import Database
from diary.store.tables import Channel, Patient, Receipt, ReminderState
from tests.reminders.servers import (
    HANG_UP,
    Browser,
    mail_server,
    push_service,
    vapid_private_key,
)
from tests.reminders.test_worker import do
from tests.reminders.world import Recorder, World

SENT, FAILED, UNKNOWN = ReminderState.SENT, ReminderState.FAILED, ReminderState.UNKNOWN
PATIENCE = 30


@pytest.fixture
def world(database: Database) -> World:
    """Give a centre, on SQLite and again on PostgreSQL."""
    return World(database)


# Fault 12.


ANSWERS = {
    "gone": (404, {}),
    "left": (410, {}),
    "busy": (429, {"Retry_After": "600"}),
    "broken": (500, {}),
    "away": (503, {}),
    "silent": (HANG_UP, {}),
    "dead": (200, {}),
}
# Minutes after the moment (08:00 in Amsterdam) at which the worker does a round.
ROUNDS = (0, 0.5, 1, 2, 5, 9, 10, 15, 29, 30, 31, 40, 60, 90, 119, 120, 121)


def test_whatever_a_push_service_does_the_patient_is_reached_in_the_same_window(
    world: World,
) -> None:
    keys = Browser()
    with push_service() as service, push_service() as healthy:
        people = {}
        for name, (status, headers) in ANSWERS.items():
            service.answer(name, status, **headers)
            people[name] = world.patient(
                email=f"{name}@example.org",
                pushes=(service.endpoint(name),),
                keys=(keys.p256dh, keys.auth),
            )
        other = world.patient(
            email=None, pushes=(healthy.endpoint("fine"),), keys=(keys.p256dh, keys.auth)
        )
        push = WebPush([vapid_private_key()], "mailto:a@example.org", ("127.0.0.1",))
        worker = world.worker(carriers={Channel.WEB_PUSH: push, Channel.EMAIL: world.mail})
        knocks: dict[str, list[float]] = {name: [] for name in ANSWERS}
        for minute in ROUNDS:
            world.at(7)
            world.clock.advance(minutes=minute)
            before = len(service.received)
            worker.run_once()
            for request in service.received[before:]:
                knocks[request.path.rpartition("/")[2]].append(minute)
            if minute == 0:
                assert len(healthy.received) == 1, "nobody else waits"
    mailed = {
        address.email.partition("@")[0]: (message.now, message.closes_at)
        for message, address in reversed(world.mail.sent)
        if isinstance(address, MailAddress)
    }
    assert set(mailed) == set(ANSWERS), "the other channel, whatever it was"
    assert all(at < closes for at, closes in mailed.values()), "in the same window"
    assert (knocks["gone"], knocks["left"]) == ([0], [0])
    assert knocks["busy"][:2] == [0, 10], "Retry-After is obeyed"
    for name in ("broken", "away"):
        assert 3 <= len(knocks[name]) <= 8, "again, but not for ever"
    assert knocks["silent"] == [0], "it may have arrived"
    assert knocks["dead"] == [0], "to be accepted proves nothing"
    assert max(at for tries in knocks.values() for at in tries) < 120
    with world.database.read(world.scope, now=world.clock()) as unit:
        left = {name: bool(subscriptions.subscriptions(unit, one)) for name, one in people.items()}
        assert subscriptions.subscriptions(unit, other)
    assert left == {name: name not in {"gone", "left"} for name in ANSWERS}


class Hanging(Recorder):
    """A channel of which some servers do not come back until they are let go."""

    def __init__(self, hangs: Callable[[Address], bool]) -> None:
        super().__init__()
        self._hangs = hangs
        self.inside = threading.Semaphore(0)
        self.let_go = threading.Event()

    def send(self, message: Message, address: Address) -> None:
        if self._hangs(address):
            self.inside.release()
            assert self.let_go.wait(PATIENCE)
        super().send(message, address)


@contextmanager
def at_once(*work: Callable[[], object]) -> Iterator[None]:
    threads = [threading.Thread(target=one) for one in work]
    for thread in threads:
        thread.start()
    yield
    for thread in threads:
        thread.join(PATIENCE)


def lane(world: World, channel: Channel, carrier: Carrier, **options: object) -> Dispatcher:
    return Dispatcher(
        world.database,
        channel,
        carrier,
        link="https://d.example.org/",
        clock=world.clock,
        worker=f"test {channel}",
        **options,  # type: ignore[arg-type]
    )


def test_a_push_service_that_hangs_keeps_no_mail_waiting(world: World) -> None:
    for number in range(12):
        world.patient(email=None, pushes=(f"https://push/{number}",))
        world.patient(email=f"p{number}@example.org")
    hanging = Hanging(lambda address: True)
    world.at(7)
    do(world.worker(), "materialise", "plan")
    with at_once(lane(world, Channel.WEB_PUSH, hanging).run):
        for _ in range(dispatch.THREADS):
            assert hanging.inside.acquire(timeout=PATIENCE)
        # All threads for push hang now.
        lane(world, Channel.EMAIL, world.mail).run()
        assert len(world.mail.sent) == 12
        assert hanging.sent == []
        hanging.let_go.set()
    assert len(hanging.sent) == 12, "and who waited is not forgotten"


def test_a_slow_push_service_keeps_nobody_of_another_one_waiting(world: World) -> None:
    slow = [f"https://slow/{number}" for number in range(12)]
    for endpoint in slow:
        world.patient(email=None, pushes=(endpoint,))
    for number in range(12):
        world.patient(email=None, pushes=(f"https://quick/{number}",))
    seconds = [0.0]
    hanging = Hanging(lambda address: getattr(address, "endpoint", "").startswith("https://slow"))
    hanging.door = lambda address: address.endpoint.rpartition("/")[0]  # type: ignore[method-assign, union-attr]
    push = lane(world, Channel.WEB_PUSH, hanging, timer=lambda: seconds[0])
    # It was slow before, so that is known.
    with suppress(ZeroDivisionError), push._doors.knock("https://slow", world.clock()):
        seconds[0] += 4
        raise ZeroDivisionError
    world.at(7)
    do(world.worker(), "materialise", "plan")
    all_quick = threading.Event()

    def watch(message: Message, address: Address) -> None:
        if sum("quick" in one.endpoint for _, one in hanging.sent) >= 11:  # type: ignore[union-attr]
            all_quick.set()

    hanging.answer = watch
    with at_once(push.run):
        assert all_quick.wait(PATIENCE), "they go out while the slow ones hang"
        assert sum("slow" in one.endpoint for _, one in hanging.sent) == 0  # type: ignore[union-attr]
        hanging.let_go.set()
    assert sum("slow" in one.endpoint for _, one in hanging.sent) >= ROOM  # type: ignore[union-attr]
    for _ in range(10):
        world.clock.advance(seconds=10)
        push.run()
    assert len(hanging.sent) == 24, "the others had to wait, and went out too"
    assert set(world.states()) == {SENT}


# Fault 13.


class Switch:
    """A mail server that is there or not."""

    def __init__(self, now: Carrier) -> None:
        self.now = now

    def door(self, address: Address) -> str:
        return "mail.example.org"

    def send(self, message: Message, address: Address) -> str | None:
        return self.now.send(message, address)


def mailer(port: int) -> Email:
    server = MailServer("127.0.0.1", port, "d@example.org", security="none")
    return Email(server, lambda about: f"https://d.example.org/stop/{about.patient_id}")


@pytest.mark.parametrize("minutes_down, arrive", [(60, 1), (125, 0)])
def test_mails_wait_for_a_server_that_is_down_until_the_window_closes(
    world: World, minutes_down: int, arrive: int
) -> None:
    for number in range(5):
        world.patient(email=f"p{number}@example.org")
    with socket.socket() as taken, mail_server() as (mailbox, port):
        taken.bind(("127.0.0.1", 0))
        mail = Switch(mailer(taken.getsockname()[1]))
        worker = world.worker(carriers={Channel.EMAIL: mail})
        world.at(7)
        for minute in range(0, 140, 10):
            if minute >= minutes_down:
                mail.now = mailer(port)
            worker.run_once()
            world.clock.advance(minutes=10)
    assert Counter(one for mail in mailbox.mails for one in mail.rcpt_tos) == {
        f"p{number}@example.org": arrive for number in range(5) if arrive
    }
    assert ReminderState.PLANNED not in world.states()


def test_a_mail_that_was_dropped_after_its_content_is_not_sent_again(world: World) -> None:
    world.patient()
    with mail_server() as (mailbox, port):
        worker = world.worker(carriers={Channel.EMAIL: mailer(port)})
        mailbox.drop_after_data = True
        for minute in (0, 1, 5, 20):
            world.at(7, minute)
            worker.run_once()
        assert len(mailbox.mails) == 1
        assert world.ledger() == [(0, Channel.EMAIL, UNKNOWN, "mail_no_answer")]
        mailbox.drop_after_data = False
        world.at(7, 30)
        worker.run_once()
    assert len(mailbox.mails) == 2, "the next step covers it"


def test_a_text_message_that_was_accepted_and_not_delivered_is_followed_by_a_mail(
    world: World,
) -> None:
    patient = world.patient()
    with world.database.write(world.scope, now=world.clock()) as unit:
        mobile = unit.vault.seal("+31612345678")
        unit.session.execute(update(Patient).values(mobile=mobile, fallback=Channel.SMS))
    worker = world.worker()
    world.at(7)
    worker.run_once()
    assert len(world.text.sent) == 1
    about = world.text.sent[0][0].about
    assert about is not None
    assert about.patient_id == patient
    for receipt, mails in ((None, 0), (Receipt.FAILED, 1), (Receipt.DELIVERED, 1)):
        if receipt is not None:
            with world.database.write(None, now=world.clock()) as unit:
                assert receipts.note_receipt(unit, about.reminder_id, receipt)
        world.clock.advance(minutes=2)
        worker.run_once()
        assert (len(world.text.sent), len(world.mail.sent)) == (1, mails)


# Fault 14.


def test_a_reminder_that_always_breaks_the_code_is_set_apart_with_an_alarm(world: World) -> None:
    world.patient(email="broken@example.org")
    world.patient(email="fine@example.org")
    tries = []

    def odd(message: Message, address: Address) -> None:
        if address == MailAddress("broken@example.org"):
            tries.append(message.now)
            raise ZeroDivisionError("jansje@example.org")

    world.mail.answer = odd
    worker = world.worker()
    with capture_logs() as logs:
        for minute in range(0, 29, 2):
            world.at(7, minute)
            worker.run_once()
    assert len(tries) == dispatch.POISON_AFTER
    assert world.mail.emails == ["fine@example.org"]
    assert (0, Channel.EMAIL, FAILED, "poison_ZeroDivisionError") in world.ledger()
    alarms = [one for one in logs if one["event"] == "reminder.quarantined"]
    assert [one["log_level"] for one in alarms] == ["error"]
    assert "jansje" not in str(logs)
    world.mail.answer = None
    world.at(7, 30)
    worker.run_once()
    assert "broken@example.org" in world.mail.emails, "the next step is another attempt"


# Fault 5.


@pytest.mark.parametrize("jump", [1, -1, 24, -24])
def test_a_server_clock_that_jumps_sends_nothing_twice_and_nothing_stale(
    world: World, jump: int
) -> None:
    world.patient()
    worker = world.worker()
    truth = world.clock()
    wrong_from, wrong_until = truth.replace(hour=11, minute=30), truth.replace(hour=12, minute=30)
    while truth.hour < 23:
        wrong = wrong_from <= truth < wrong_until
        world.clock.set(truth + timedelta(hours=jump) if wrong else truth)
        worker.run_once()
        truth += timedelta(minutes=30)
    sent = [message for message, _ in world.mail.sent]
    keys = Counter((message.prompt_id, message.step) for message in sent)
    assert max(keys.values()) == 1, "each moment and step at most once"
    assert all(message.now < message.closes_at for message in sent), "nothing stale"
    right = [f"{message.now:%d %H:%M}/{message.step}" for message in sent]
    for hour in ("07", "17", "21"):
        assert [at for at in right if at.startswith(f"10 {hour}")] == [
            f"10 {hour}:00/0",
            f"10 {hour}:30/1",
        ], "while the clock was right"
    noon = [at for at in right if at.startswith(("10 12", "10 13"))]
    assert 1 <= len(noon) <= 2, "the moment in the wrong hour is not lost either"


# Faults 2 and 7.


class Killed(BaseException):
    """The worker ends here, as with SIGKILL: nothing after it is done."""


def die(*_: object, **__: object) -> NoReturn:
    raise Killed


@pytest.mark.parametrize(
    "point, left, at_0, outcome",
    [
        ("before the claim", ReminderState.PLANNED, 1, SENT),
        ("after the claim", ReminderState.CLAIMED, 0, UNKNOWN),
        ("after the provider accepted", ReminderState.CLAIMED, 1, UNKNOWN),
        ("before recording", ReminderState.CLAIMED, 1, UNKNOWN),
    ],
)
def test_killed_at_each_point_it_is_sent_at_most_once_and_never_lost(
    world: World,
    point: str,
    left: ReminderState,
    at_0: int,
    outcome: ReminderState,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world.patient()
    world.at(7)
    dying, alive = world.worker("dying"), world.worker("alive")
    do(dying, "materialise", "plan")
    with monkeypatch.context() as patched:
        if point == "after the provider accepted":
            recorder = Recorder()

            def accept(message: Message, address: Address) -> None:
                recorder.sent.append((message, address))
                world.mail.sent.append((message, address))
                raise Killed

            patched.setattr(world.mail, "answer", accept)
        else:
            name = {
                "before the claim": "claim",
                "after the claim": "still_wanted",
                "before recording": "record",
            }[point]
            patched.setattr(reminders, name, die)
        with pytest.raises(Killed):
            do(dying, "dispatch")
    assert world.states() == [left]
    for minute in (1, 6, 7, 12):
        world.at(7, minute)
        alive.run_once()
    assert [message.step for message, _ in world.mail.sent] == [0] * at_0
    assert world.states() == [outcome]
    world.at(7, 30)
    alive.run_once()
    assert [message.step for message, _ in world.mail.sent] == [0] * at_0 + [1]


def test_a_worker_that_hung_for_long_no_longer_sends_what_it_claimed(world: World) -> None:
    world.patient(email=None, pushes=("https://one", "https://two"))
    hanging = Hanging(lambda address: True)
    alive = world.worker("alive")
    world.at(7)
    do(alive, "materialise", "plan")
    with at_once(lane(world, Channel.WEB_PUSH, hanging).run):
        assert hanging.inside.acquire(timeout=PATIENCE)
        world.at(7, 6)
        alive.run_once()
        assert world.states() == [UNKNOWN]
        hanging.let_go.set()
    assert len(hanging.sent) == 1, "the second phone is left alone"
    assert isinstance(hanging.sent[0][1], PushAddress)
    assert world.states() == [UNKNOWN]
    assert world.push.sent == []
