"""A month in the lives of many patients, their phones, the providers and the worker."""

from __future__ import annotations

import threading
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from fractions import Fraction
from heapq import heappop, heappush
from time import perf_counter
from unittest.mock import patch
from uuid import UUID, uuid4

from sqlalchemy import update
from sqlmodel import col

from diary.protocol.moments import DEFAULT_MOMENTS
from diary.reminders import planning
from diary.reminders.channels.base import Address, Message, PushAddress
from diary.reminders.worker import Worker
from diary.store import diary_writing, notices, pauses, receipts
from diary.store.database import Database, Unit
from diary.store.diary_writing import NewEntry
from diary.store.notices import Notice, Seen
from diary.store.tables import Channel, Receipt, WorkerTick
from tests.month.chance import seeded
from tests.month.enrolment import Enrolled, enrol
from tests.month.facts import Accepted, Answer, Said, Span, Step
from tests.month.lives import DAY, HOUR, MINUTE, Call, Lives, begin, windows
from tests.month.providers import Provider, WorkerDied, gateway_name, name_of, said_of
from tests.reminders.world import World

# When the worker looks, in minutes after a moment; it does so once more after the window.
LOOKS = (0, 5, 30, 32, 75)


class Month:
    """The month itself; after `run` it knows what really happened."""

    def __init__(self, world: World, lives: Lives, tell: Callable[[str], None]) -> None:
        self.world = world
        self.lives = lives
        self.people: list[Enrolled] = []
        self.accepted: list[Accepted] = []
        self.shown: set[Step] = set()
        self.receipts: defaultdict[Step, set[Receipt]] = defaultdict(set)
        self.gone: dict[str, datetime] = {}
        self.paused: defaultdict[int, list[Span]] = defaultdict(list)
        self.down: list[Span] = []
        self.crashes = 0
        self.tried: Counter[tuple[UUID, int, str]] = Counter()
        self._tell = tell
        self._lock = threading.Lock()
        self._numbers: dict[UUID, int] = {}
        self._notices: list[tuple[int, Notice]] = []
        self._worked_at: datetime | None = None
        self._stood_still = False
        self._calls = deque(lives.calls)
        self._answers = deque(lives.answers)
        self._said: list[tuple[datetime, UUID, Receipt, Said]] = []

    def run(self) -> None:
        """Live through the month, and let the worker see the end of the last window."""
        with seeded(self.lives.chance.seed), self._daily_plan():
            self.world.clock.set(windows(self.lives.first_day)[0]["opens"] - HOUR)
            began = perf_counter()
            self.people = enrol(self.world, self.lives)
            self._numbers = {one.patient_id: n for n, one in enumerate(self.people)}
            self._worker = self._new_worker()
            self._tell(f"{len(self.people)} patients enrolled, {perf_counter() - began:.1f} s")
            for day in self.lives.days:
                self._live_through(
                    f"{day}: {len(self.people) * len(DEFAULT_MOMENTS)} prompts", self._looks(day)
                )
            end = windows(self.lives.days[-1])[-1]["closes"]
            # Long enough for the last receipt, for the claims of workers that died, and for the
            # answers on phones that had no network when the month ended.
            looks = [end + hours * HOUR for hours in (1, 2, 4, 80)]
            heard = max((answer.received_at for answer in self.lives.answers), default=end)
            looks.append(max(looks[-1], heard) + MINUTE)
            self._live_through("afterwards", ((at, True) for at in looks))
            still_to_come = [*self._calls, *self._answers, *self._said]
            assert still_to_come == []

    def luck(self, channel: Channel, message: Message, address: Address) -> float:
        """Return what this attempt at sending meets with."""
        name = name_of(address)
        with self._lock:
            self.tried[message.prompt_id, message.step, name] += 1
            attempt = self.tried[message.prompt_id, message.step, name]
        return self.lives.chance(channel, *self._about(message), name, attempt)

    def took(self, channel: Channel, message: Message, address: Address) -> None:
        """Note that a provider took a message; a phone that works shows it and says so."""
        number, closes_at, _ = self._about(message)
        step, now = (message.prompt_id, message.step, channel), self.world.clock()
        day = (closes_at - 6 * HOUR).date()
        with self._lock:
            self.accepted.append(Accepted(step, address, now))
            if channel is Channel.SMS:
                for said in said_of(self.lives.chance, number, message, step):
                    # In an order that does not depend on which thread was first.
                    heappush(self._said, (said.at, said.reminder_id, said.receipt, said))
            elif isinstance(address, PushAddress) and not (
                self.lives.silent(number, day) or self.lives.offline(number, day)
            ):
                self._notices.append((number, Notice(*step, Seen.SHOWN, now)))

    def lost(self, address: Address) -> None:
        """Note that a push service does not know an address any more."""
        with self._lock:
            self.gone.setdefault(name_of(address), self.world.clock())

    def _about(self, message: Message) -> tuple[int, datetime, int]:
        assert message.about is not None
        return self._numbers[message.about.patient_id], message.closes_at, message.step

    @contextmanager
    def _daily_plan(self) -> Iterator[None]:
        """Lay the plan out once a day.

        It reaches three days ahead; every five minutes takes too long for a month in minutes.
        """
        really, last = planning.materialise, datetime.min.replace(tzinfo=UTC)

        def daily(database: Database, now: datetime) -> int:
            nonlocal last
            if now < last + DAY:
                return 0
            last = now
            return really(database, now)

        with patch.object(planning, "materialise", daily):
            yield

    def _looks(self, day: date) -> Iterator[tuple[datetime, bool]]:
        """Yield when the world is looked at, and whether a worker is up.

        Twice in the month there is none for half a day.
        """
        days = self.lives.days
        down = day in (days[len(days) // 3], days[len(days) // 2])
        for window in windows(day):
            up = not (down and window["name"] in ("midday", "evening"))
            for look in LOOKS:
                if window["at"] + look * MINUTE < window["closes"]:
                    yield window["at"] + look * MINUTE, up
            yield window["closes"] + MINUTE, up

    def _live_through(self, what: str, looks: Iterable[tuple[datetime, bool]]) -> None:
        began, sent, died = perf_counter(), len(self.accepted), self.crashes
        for now, up in looks:
            self._live(now, up)
        self._tell(
            f"{what}, {len(self.accepted) - sent} messages, "
            f"workers died: {self.crashes - died}, {perf_counter() - began:.1f} s"
        )

    def _live(self, now: datetime, up: bool) -> None:
        self.world.clock.set(now)
        with self.world.database.write(self.world.scope, now=now) as unit:
            while self._calls and self._calls[0].at <= now:
                self._called(unit, self._calls.popleft())
            heard: defaultdict[int, list[Answer]] = defaultdict(list)
            while self._answers and self._answers[0].received_at <= now:
                answer = self._answers.popleft()
                heard[answer.number].append(answer)
            for number, answers in heard.items():
                self._answered(unit, number, answers)
        with self.world.database.write(None, now=now) as unit:
            while self._said and self._said[0][0] <= now:
                self._receipt(unit, heappop(self._said)[-1])
        if up:
            self._work(now)
        self._stood_still = not up
        with self.world.database.write(self.world.scope, now=now) as unit:
            for number, notice in self._notices:
                notices.note(unit, self.people[number].patient_id, [notice])
                self.shown.add((notice.prompt_id, notice.step, notice.channel))
        self._notices.clear()

    def _called(self, unit: Unit, call: Call) -> None:
        """Let a patient's reminders be paused, or begin again for who is home."""
        pathway, spans = self.people[call.number].pathway, self.paused[call.number]
        running = bool(spans) and spans[-1].until_at > unit.now
        if running:
            spans[-1].until_at = unit.now
        if call.until is None:
            assert pauses.resume(unit, pathway) is running
        else:
            pauses.pause(unit, pathway, call.until, "In het ziekenhuis")
            spans.append(Span(unit.now, begin(call.until)))

    def _answered(self, unit: Unit, number: int, answers: list[Answer]) -> None:
        """Store what a phone sends: all that waited for the network in one go."""
        batch = []
        for answer in answers:
            entry = NewEntry(
                uuid4(),
                measured_at=answer.measured_at,
                scores={"leg": Fraction(5)},
                **({"late": True, "moment": answer.moment} if answer.late else {}),
            )
            batch.append(entry)
            if answer.taken_back:
                at = answer.measured_at + MINUTE
                batch.append(
                    NewEntry(uuid4(), measured_at=at, replaces_id=entry.id, withdrawn=True)
                )
        pathway = self.people[number].pathway
        outcomes = diary_writing.add_entries(unit, pathway, batch, access_point="month")
        assert all(outcome.error is None for outcome in outcomes), outcomes

    def _receipt(self, unit: Unit, said: Said) -> None:
        if said.by_name:
            name = gateway_name(said.reminder_id)
            noted = receipts.note_receipt_of(unit, name, said.receipt)
        else:
            noted = receipts.note_receipt(unit, said.reminder_id, said.receipt)
        before = self.receipts[said.step]
        # Who never heard the gateway's answer does not know the name; else only "delivered" stands.
        assert noted or said.by_name or Receipt.DELIVERED in before, said
        if noted:
            before.add(said.receipt)

    def _work(self, now: datetime) -> None:
        """Let the worker do one round; when it dies in it, another one takes its place."""
        if self._worked_at is not None and self._stood_still:
            self.down.append(Span(self._worked_at, now))
        else:
            self._kept_ticking(now)
        while True:
            try:
                self._worker.run_once()
                break
            except WorkerDied:
                self.crashes += 1
                self._worker = self._new_worker()
        self._worked_at = now

    def _kept_ticking(self, now: datetime) -> None:
        """Leave the sign of life of the rounds between two looks, in which nothing was due."""
        with self.world.database.write(None, now=now) as unit:
            unit.session.execute(
                update(WorkerTick)
                .where(col(WorkerTick.worker) == self._worker.name)
                .values(ticked_at=now - MINUTE)
            )

    def _new_worker(self) -> Worker:
        carriers = {channel: Provider(channel, self) for channel in Channel}
        return self.world.worker(f"worker {self.crashes}", carriers)
