"""Claim → commit → send outside every transaction → record.

At most one send per (prompt, step, channel): a claim is a conditional UPDATE that is committed
before anything leaves, and whatever may have left is never sent again. A worker that dies between
claim and record leaves a claim that `expire` turns into `unknown`; the next step of the ladder
covers it.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from diary.clock import Clock
from diary.reminders.addresses import addresses_of
from diary.reminders.channels.base import (
    Address,
    Carrier,
    ChannelError,
    Message,
    OutcomeUnknownError,
    PermanentError,
    PushAddress,
    TemporaryError,
)
from diary.reminders.doors import Doors
from diary.reminders.texts import reminder_words
from diary.store import reminders, subscriptions
from diary.store.database import Database
from diary.store.scope import Scope
from diary.store.tables import Channel, ReminderState

log = structlog.get_logger(__name__)

THREADS = 8
# Claims at a time: few enough that a claim is sent within seconds, also when servers are slow.
BATCH = 3 * THREADS
# Seconds: so much is left unknown when the worker is killed, and so seldom the disk is waited for.
RECORD_EVERY = 0.1
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(minutes=10)
# A reminder that makes the code itself fail is set apart at this attempt.
POISON_AFTER = 3


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one claim; `gone` are addresses that will never work again."""

    claim: reminders.Claim
    state: ReminderState
    reason: str | None = None
    retry_at: datetime | None = None
    gone: Sequence[PushAddress] = field(default=())


class Dispatcher:
    """Sends what is due over the carriers; any number of them may run at once."""

    def __init__(
        self,
        database: Database,
        carriers: Mapping[Channel, Carrier],
        *,
        link: str,
        clock: Clock,
        worker: str,
    ) -> None:
        self._database = database
        self._carriers = carriers
        self._link = link
        self._clock = clock
        self._worker = worker
        self._doors = Doors()
        self._stopping = threading.Event()
        self.progressed_at = clock()

    def stop(self) -> None:
        """Claim nothing more; what is claimed is still sent and recorded."""
        self._stopping.set()

    def run(self) -> int:
        """Send everything that is due; return how many reminders were handled."""
        handled = 0
        with ThreadPoolExecutor(THREADS, "send") as pool:
            while not self._stopping.is_set():
                claims = self._claim()
                for outcomes in self._sent(pool, claims):
                    self._record(outcomes)
                    self.progressed_at = self._clock()
                handled += len(claims)
                if len(claims) < BATCH:
                    break
        self.progressed_at = self._clock()
        return handled

    def _claim(self) -> list[reminders.Claim]:
        with self._database.write(None, now=self._clock()) as unit:
            return reminders.claim(unit, self._worker, BATCH)

    def _sent(
        self, pool: ThreadPoolExecutor, claims: Sequence[reminders.Claim]
    ) -> Iterator[list[Outcome]]:
        """Yield outcomes as they come in, several at a time: one transaction records them."""
        addresses = addresses_of(self._database, claims, now=self._clock())
        running: set[Future[Outcome]] = {
            pool.submit(self._send, claim, addresses[claim.reminder_id]) for claim in claims
        }
        while running:
            done, running = wait(running, timeout=RECORD_EVERY)
            if done:
                yield [future.result() for future in done]

    def _send(self, claim: reminders.Claim, addresses: Sequence[Address] | Exception) -> Outcome:
        try:
            if isinstance(addresses, Exception):
                raise addresses
            return self._carried(claim, addresses)
        except Exception as error:
            return self._unforeseen(claim, error)

    def _carried(self, claim: reminders.Claim, addresses: Sequence[Address]) -> Outcome:
        message = Message(
            prompt_id=claim.prompt_id,
            step=claim.step,
            words=reminder_words(claim.language, claim.step, night=claim.night),
            link=self._link,
            now=self._clock(),
            closes_at=claim.closes_at,
        )
        if message.now >= claim.expires_at:
            return Outcome(claim, ReminderState.EXPIRED, "too_late")
        if claim.channel not in self._carriers:
            return Outcome(claim, ReminderState.FAILED, "channel_not_set_up")
        if not addresses:
            return Outcome(claim, ReminderState.FAILED, "no_address")
        errors: list[Exception | None] = []
        for address in addresses:
            # The last look before it leaves: others of the batch may have taken their time.
            if not self._still_asked(claim):
                break
            errors.append(self._carry(claim.channel, message, address))
        if not errors:
            return Outcome(claim, ReminderState.CANCELLED, "answered")
        return _summed_up(claim, addresses[: len(errors)], errors, message.now)

    def _still_asked(self, claim: reminders.Claim) -> bool:
        with self._database.read(None, now=self._clock()) as unit:
            return reminders.still_wanted(unit, claim)

    def _carry(self, channel: Channel, message: Message, address: Address) -> Exception | None:
        """Send to one address; what goes wrong there must not undo another phone's success."""
        carrier = self._carriers[channel]
        door = carrier.door(address)
        rest = self._doors.rest(door, message.now)
        if rest:
            return TemporaryError("server_silent", retry_after=rest)
        try:
            carrier.send(message, address)
        except ChannelError as error:
            if _was_silent(error):
                self._doors.silent(door, message.now)
            else:
                self._doors.answered(door)
            return error
        except Exception as error:
            return error
        self._doors.answered(door)
        return None

    def _unforeseen(self, claim: reminders.Claim, error: Exception) -> Outcome:
        # The kind of error only: its text may hold an address.
        kind = type(error).__name__
        if claim.attempts >= POISON_AFTER:
            log.error("reminder.quarantined", reminder=str(claim.reminder_id), error=kind)
            return Outcome(claim, ReminderState.FAILED, f"poison_{kind}")
        log.warning("reminder.error", reminder=str(claim.reminder_id), error=kind)
        return _later(claim, f"error_{kind}", None, self._clock())

    def _record(self, outcomes: Sequence[Outcome]) -> None:
        with self._database.write(None, now=self._clock()) as unit:
            for outcome in outcomes:
                reminders.record(
                    unit, outcome.claim, outcome.state, outcome.reason, outcome.retry_at
                )
        for outcome in outcomes:
            self._forget(outcome)
            log.info(
                "reminder.handled",
                reminder=str(outcome.claim.reminder_id),
                channel=outcome.claim.channel.value,
                step=outcome.claim.step,
                state=outcome.state.value,
                reason=outcome.reason,
            )

    def _forget(self, outcome: Outcome) -> None:
        for address in outcome.gone:
            scope = Scope(outcome.claim.centre_id)
            with self._database.write(scope, now=self._clock()) as unit:
                subscriptions.gone(unit, address.subscription_id)


def _was_silent(error: ChannelError) -> bool:
    if isinstance(error, TemporaryError):
        return error.silent
    return isinstance(error, OutcomeUnknownError)


def _summed_up(
    claim: reminders.Claim,
    addresses: Sequence[Address],
    errors: Sequence[Exception | None],
    now: datetime,
) -> Outcome:
    """Return one outcome for all addresses of a patient: reached on one phone is reached.

    Raises the first error that no channel foresees, when nothing was sent.
    """
    gone = [
        address
        for address, error in zip(addresses, errors, strict=True)
        if isinstance(error, PermanentError) and error.gone and isinstance(address, PushAddress)
    ]
    if None in errors:
        return Outcome(claim, ReminderState.SENT, gone=gone)
    for error in errors:
        if isinstance(error, OutcomeUnknownError):
            return Outcome(claim, ReminderState.UNKNOWN, error.reason, gone=gone)
    for error in errors:
        if error is not None and not isinstance(error, ChannelError):
            raise error
    temporary = [error for error in errors if isinstance(error, TemporaryError)]
    if temporary:
        soonest = min(temporary, key=lambda error: error.retry_after or timedelta(0))
        return _later(claim, soonest.reason, soonest.retry_after, now, gone)
    return Outcome(claim, ReminderState.FAILED, str(errors[0]), gone=gone)


def _later(
    claim: reminders.Claim,
    reason: str,
    retry_after: timedelta | None,
    now: datetime,
    gone: Sequence[PushAddress] = (),
) -> Outcome:
    """Return the outcome "once more", or "failed" when that is too late for this channel."""
    doubling = FIRST_WAIT * 2 ** min(claim.attempts - 1, 10)
    retry_at = now + max(min(doubling, LONGEST_WAIT), retry_after or timedelta(0))
    if retry_at >= claim.expires_at:
        return Outcome(claim, ReminderState.FAILED, reason, gone=gone)
    return Outcome(claim, ReminderState.PLANNED, reason, retry_at, gone)
