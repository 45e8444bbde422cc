"""A month in the lives of many patients, their phones, the providers and the worker.

Everything that chance decides follows from a seed and from what it is decided about, never from
the order in which threads happen to ask: the same seed gives the same ledger.
"""

from __future__ import annotations

import hashlib
import os
import random
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from fractions import Fraction
from unittest.mock import patch
from uuid import UUID, uuid4

from diary.protocol.moments import DEFAULT_MOMENTS
from diary.protocol.phases import PhaseKind
from diary.protocol.scales import Scale
from diary.reminders import dispatch, planning
from diary.reminders.channels.base import (
    Address,
    Message,
    PushAddress,
)
from diary.reminders.worker import Worker
from diary.store import diary_writing, notices, pathways, patients, phones, subscriptions
from diary.store.diary_writing import NewEntry
from diary.store.notices import Notice, Seen
from diary.store.pathway_reading import PathwayView
from diary.store.tables import Channel
from tests.naive.days import planned
from tests.reminders.providers import Provider, WorkerDied
from tests.reminders.world import BORN, MORNING, World

ZONE = "Europe/Amsterdam"
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
# When the worker looks, in minutes after a moment; it does so once more after the window.
LOOKS = (0, 30, 32, 75)


class Reach(Enum):
    """How a patient can be reached: phones with Web Push, and by e-mail or not."""

    PHONE = (1, False)
    BOTH = (1, True)
    MAIL = (0, True)
    TWO_PHONES = (2, False)
    NOTHING = (0, False)


# In these parts: most have a phone, one in ten has nothing at all.
REACHES = [Reach.PHONE] * 3 + [Reach.BOTH] * 3 + [Reach.MAIL] * 2 + [Reach.TWO_PHONES]
REACHES += [Reach.NOTHING]


@dataclass(frozen=True)
class Chance:
    """A number from 0 to 1 for everything there is to decide, the same each time."""

    seed: int

    def __call__(self, *about: object) -> float:
        told = hashlib.blake2b(repr((self.seed, *about)).encode(), digest_size=8).digest()
        return int.from_bytes(told) / 2**64

    def ids(self) -> random.Random:
        """Return what makes the ids of rows, which decide who comes first."""
        return random.Random(self.seed)


@dataclass(frozen=True)
class Answer:
    """What one patient said about one moment, and when the server heard of it.

    `late`: filled in after the window. `taken_back`: withdrawn ten minutes after.
    """

    number: int
    day: date
    moment: str
    measured_at: datetime
    received_at: datetime
    late: bool
    taken_back: bool


@dataclass(frozen=True)
class Accepted:
    """A message that a provider took: of a prompt and a step, at an address."""

    prompt_id: UUID
    step: int
    channel: Channel
    address: Address
    at: datetime
    closes_at: datetime


@dataclass
class Month:
    """The month itself; after `run` it knows what really happened."""

    world: World
    seed: int
    patients: int
    days: int = 30
    first_day: date = date(2026, 3, 10)  # the clocks go forward on the 29th
    ids: list[UUID] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    accepted: list[Accepted] = field(default_factory=list)
    shown: set[tuple[UUID, int]] = field(default_factory=set)
    crashes: int = 0
    tried: Counter[tuple[UUID, int, str]] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.chance = Chance(self.seed)
        self._lock = threading.Lock()
        self._pathways: list[PathwayView] = []
        self._numbers: dict[UUID, int] = {}
        self._notices: list[tuple[int, Notice]] = []

    @property
    def all_days(self) -> list[date]:
        """The diary days of the month."""
        return [self.first_day + number * DAY for number in range(self.days)]

    def run(self) -> None:
        """Live through the month, and let the worker see the end of the last window."""
        with self._seeded():
            self.world.clock.set(datetime.combine(self.first_day, MORNING.timetz()))
            self._enrol()
            self.answers = self._all_answers()
            said = iter([*self.answers, None])
            waiting = next(said)
            worker = self._worker()
            for now in self._looks():
                self.world.clock.set(now)
                heard = []
                while waiting is not None and waiting.received_at <= now:
                    heard.append(waiting)
                    waiting = next(said)
                self._store(heard)
                while True:
                    try:
                        worker.run_once()
                        break
                    except WorkerDied:
                        self.crashes += 1
                        worker = self._worker()
                self._report()

    @contextmanager
    def _seeded(self) -> Iterator[None]:
        bits, lock = self.chance.ids(), threading.Lock()

        def urandom(count: int) -> bytes:
            with lock:
                return bits.randbytes(count)

        really, last = planning.materialise, datetime.min.replace(tzinfo=UTC)

        def daily(database: object, now: datetime) -> int:
            # It lays out three days; every five minutes takes too long for a month in seconds.
            nonlocal last
            if now < last + DAY:
                return 0
            last = now
            return really(self.world.database, now)

        with ExitStack() as stack:
            stack.enter_context(patch.object(os, "urandom", urandom))
            stack.enter_context(patch.object(planning, "materialise", daily))
            # Who records with whom must not depend on how busy the machine is.
            stack.enter_context(patch.object(dispatch, "RECORD_EVERY", None))
            stack.enter_context(patch.object(dispatch, "ENOUGH_ROOM", dispatch.BATCH))
            yield

    def _worker(self) -> Worker:
        carriers = {
            Channel.WEB_PUSH: Provider(self, Channel.WEB_PUSH),
            Channel.EMAIL: Provider(self, Channel.EMAIL),
        }
        return self.world.worker(f"worker {self.crashes}", carriers)

    def _enrol(self) -> None:
        world, now = self.world, self.world.clock()
        codes: list[tuple[int, str]] = []
        with world.database.write(world.scope, now=now) as unit:
            for number in range(self.patients):
                count, mail = self.reach(number).value
                patient_id = patients.enrol(unit, _enrolment(world, number, mail))
                pathway = pathways.pathway(unit, patient_id)
                assert pathway is not None
                pathways.start_phase(
                    unit, pathway.id, PhaseKind.TRIAL, self.first_day, self.all_days[-1]
                )
                self.ids.append(patient_id)
                self._numbers[patient_id] = number
                self._pathways.append(pathway)
                codes += [
                    (number, phones.create_activation_code(unit, patient_id))
                    for _ in range(min(count, 1))
                ]
        with world.database.write(None, now=now) as unit:
            owners = [(n, phones.activate(unit, code, BORN, str(uuid4()))) for n, code in codes]
        with world.database.write(world.scope, now=now) as unit:
            for number, owner in owners:
                assert owner is not None
                for phone in range(self.reach(number).value[0]):
                    endpoint = f"https://push.example.org/{number}/{phone}"
                    subscriptions.subscribe(unit, owner, endpoint, "p256dh", "auth")

    def reach(self, number: int) -> Reach:
        """Return how patient `number` can be reached."""
        return REACHES[number % len(REACHES)]

    def offline(self, number: int, day: date) -> bool:
        """Tell whether the phone has no network on `day`: for one to three days on end."""
        return any(
            self.chance("offline", number, day - back * DAY) < 0.02
            and self.chance("how long", number, day - back * DAY) * 3 >= back
            for back in range(3)
        )

    def _all_answers(self) -> list[Answer]:
        found = []
        for day in self.all_days:
            windows = planned({"timezone": ZONE}, day)
            for number in range(self.patients):
                diligence = 0.5 + self.chance("diligence", number) / 2
                for window in windows:
                    about = (number, day, window["name"])
                    luck = self.chance("answer", *about)
                    if luck > diligence:
                        continue
                    late = luck > diligence * 0.95 and window["name"] != "bedtime"
                    opens, closes = window["opens"], window["closes"]
                    length = closes - opens
                    at = opens + length * (0.99 * self.chance("when", *about) ** 1.5)
                    if late:
                        at = closes + 45 * MINUTE * self.chance("how late", *about)
                    at = at.replace(microsecond=0)
                    found.append(
                        Answer(
                            *about,
                            measured_at=at,
                            received_at=self._heard(number, day, at),
                            late=late,
                            taken_back=self.chance("take back", *about) < 0.01,
                        )
                    )
        return sorted(found, key=lambda answer: (answer.received_at, answer.number))

    def _heard(self, number: int, day: date, at: datetime) -> datetime:
        """Return when the phone has network again: at half past eight in the morning."""
        if not self.offline(number, day):
            return at
        while self.offline(number, day):
            day += DAY
        morning = planned({"timezone": ZONE}, day)[0]["at"]
        return max(at, morning + 30 * MINUTE)

    def _looks(self) -> Iterator[datetime]:
        """Yield the instants at which the worker looks, but for twice six hours in which it is
        down."""
        down = [self.first_day + number * DAY for number in (self.days // 3, self.days // 2)]
        for day in self.all_days:
            for window in planned({"timezone": ZONE}, day):
                at = window["at"]
                if day in down and window["name"] in ("midday", "evening"):
                    continue
                yield from (
                    at + look * MINUTE for look in LOOKS if at + look * MINUTE < window["closes"]
                )
                yield window["closes"] + MINUTE
        yield from (window["closes"] + hours * HOUR for hours in (1, 2, 80))

    def _store(self, heard: list[Answer]) -> None:
        world = self.world
        if not heard:
            return
        with world.database.write(world.scope, now=world.clock()) as unit:
            for answer in heard:
                entry = NewEntry(
                    uuid4(),
                    measured_at=answer.measured_at,
                    scores={"leg": Fraction(5)},
                    **({"late": True, "moment": answer.moment} if answer.late else {}),
                )
                batch = [entry]
                if answer.taken_back:
                    at = answer.measured_at + MINUTE
                    batch.append(
                        NewEntry(uuid4(), measured_at=at, replaces_id=entry.id, withdrawn=True)
                    )
                outcomes = diary_writing.add_entries(
                    unit, self._pathways[answer.number], batch, access_point="month"
                )
                assert all(outcome.error is None for outcome in outcomes), outcomes

    def took(self, channel: Channel, message: Message, address: Address) -> None:
        """Note that a provider took a message; a phone that works shows it and says so."""
        assert message.about is not None
        number = self._numbers[message.about.patient_id]
        day = (message.closes_at - 6 * HOUR).date()
        with self._lock:
            self.accepted.append(
                Accepted(
                    message.prompt_id,
                    message.step,
                    channel,
                    address,
                    self.world.clock(),
                    message.closes_at,
                )
            )
            silent = number % 7 == 3 and day >= self.first_day + self.days // 3 * DAY
            if channel is Channel.WEB_PUSH and not silent and not self.offline(number, day):
                notice = Notice(
                    message.prompt_id, message.step, channel, Seen.SHOWN, self.world.clock()
                )
                self._notices.append((number, notice))

    def luck(self, message: Message, address: Address, channel: Channel) -> float:
        """Return what this attempt at sending meets with."""
        assert message.about is not None
        number = self._numbers[message.about.patient_id]
        name = address.endpoint if isinstance(address, PushAddress) else str(address)
        with self._lock:
            self.tried[message.prompt_id, message.step, name] += 1
            attempt = self.tried[message.prompt_id, message.step, name]
        return self.chance(channel, number, message.closes_at, message.step, name, attempt)

    def _report(self) -> None:
        world = self.world
        if not self._notices:
            return
        with world.database.write(world.scope, now=world.clock()) as unit:
            for number, notice in self._notices:
                notices.note(unit, self.ids[number], [notice])
                self.shown.add((notice.prompt_id, notice.step))
        self._notices.clear()


def _enrolment(world: World, number: int, mail: bool) -> patients.Enrolment:
    return patients.Enrolment(
        name=f"Patient {number}",
        hospital_number=str(number),
        birth_date=BORN,
        email=f"p{number}@example.org" if mail else None,
        language="nl",
        timezone=ZONE,
        site_id=world.site_id,
        indication="fbss",
        scale=Scale.NRS,
        sites=("leg",),
        moments=DEFAULT_MOMENTS,
    )
