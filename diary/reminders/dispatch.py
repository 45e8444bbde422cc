"""Claim → commit → send outside every transaction → record.

At most one send per (prompt, step, channel): a claim is a conditional UPDATE that is committed
before anything leaves, and whatever may have left is never sent again. A worker that dies between
claim and record leaves a claim that `expire` turns into `unknown`; the next step of the ladder
covers it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import datetime
from time import monotonic

import structlog

from diary.clock import Clock
from diary.reminders.addresses import addresses_of
from diary.reminders.channels.base import About, Address, Carrier, Message
from diary.reminders.doors import Doors
from diary.reminders.links import link_to
from diary.reminders.outcomes import Outcome, later, summed_up
from diary.reminders.texts import reminder_words
from diary.store import reminders, subscriptions
from diary.store.database import Database
from diary.store.scope import Scope
from diary.store.tables import Channel, ReminderState

log = structlog.get_logger(__name__)

# For each channel.
THREADS = 8
# Claims at a time: few enough that a claim is sent within seconds, also when servers are slow.
BATCH = 6 * THREADS
# Claiming costs a transaction: not for a few places.
ENOUGH_ROOM = BATCH // 2
# Seconds: so much is left unknown when the worker is killed, and so seldom the disk is waited for.
RECORD_EVERY = 0.1
# A reminder that makes the code itself fail is set apart at this attempt.
POISON_AFTER = 3


class Dispatcher:
    """Sends what is due on one channel; any number of them may run at once.

    Each channel has its own threads, so that a slow one never delays another. Without a
    `carrier` the channel is not set up, and what was planned for it fails.
    """

    def __init__(
        self,
        database: Database,
        channel: Channel,
        carrier: Carrier | None,
        *,
        link: str,
        clock: Clock,
        worker: str,
        timer: Callable[[], float] = monotonic,
    ) -> None:
        self._database = database
        self._channel = channel
        self._carrier = carrier
        self._link = link
        self._clock = clock
        self._worker = worker
        self._doors = Doors(timer)
        self._stopping = threading.Event()
        self.progressed_at = clock()

    def stop(self) -> None:
        """Claim nothing more; what is claimed is still sent and recorded."""
        self._stopping.set()

    def run(self) -> int:
        """Send everything that is due; return how many reminders were handled.

        Nobody waits for the slowest: what is done is recorded, and its place filled, while others
        are still being sent. Nor do the threads wait for the records: half a batch is in hand.
        """
        handled = 0
        running: list[Future[Outcome]] = []
        with ThreadPoolExecutor(THREADS, f"send-{self._channel}") as pool:
            while True:
                claims = self._claim(BATCH - len(running))
                running += self._begun(pool, claims)
                handled += len(claims)
                if not running:
                    break
                wait(running[:ENOUGH_ROOM], timeout=RECORD_EVERY)
                done = [future for future in running if future.done()]
                if done:
                    running = [future for future in running if future not in done]
                    self._record([future.result() for future in done])
                    self.progressed_at = self._clock()
        self.progressed_at = self._clock()
        return handled

    def _claim(self, room: int) -> list[reminders.Claim]:
        if self._stopping.is_set() or room < ENOUGH_ROOM:
            return []
        with self._database.write(None, now=self._clock()) as unit:
            return reminders.claim(unit, self._worker, room, self._channel)

    def _begun(
        self, pool: ThreadPoolExecutor, claims: Sequence[reminders.Claim]
    ) -> list[Future[Outcome]]:
        addresses = addresses_of(self._database, claims, now=self._clock())
        return [pool.submit(self._send, claim, addresses[claim.reminder_id]) for claim in claims]

    def _send(self, claim: reminders.Claim, addresses: Sequence[Address] | Exception) -> Outcome:
        try:
            if isinstance(addresses, Exception):
                raise addresses
            return self._carried(claim, addresses)
        except Exception as error:
            return self._unforeseen(claim, error)

    def _carried(self, claim: reminders.Claim, addresses: Sequence[Address]) -> Outcome:
        now = self._clock()
        if now >= claim.expires_at:
            return Outcome(claim, ReminderState.EXPIRED, "too_late")
        if self._carrier is None:
            return Outcome(claim, ReminderState.FAILED, "channel_not_set_up")
        if not addresses:
            return Outcome(claim, ReminderState.FAILED, "no_address")
        message = self._message(claim, now)
        answers: list[str | Exception | None] = []
        for address in addresses:
            # The last look before it leaves: others of the batch may have taken their time.
            if not self._still_asked(claim):
                break
            answers.append(self._carry(self._carrier, message, address))
        if not answers:
            return Outcome(claim, ReminderState.CANCELLED, self._why_not(claim))
        return summed_up(claim, addresses[: len(answers)], answers, now)

    def _message(self, claim: reminders.Claim, now: datetime) -> Message:
        return Message(
            prompt_id=claim.prompt_id,
            step=claim.step,
            words=reminder_words(
                claim.language, claim.step, night=claim.night, needed=claim.needed
            ),
            link=link_to(self._link, claim),
            now=now,
            closes_at=claim.closes_at,
            about=About(claim.centre_id, claim.patient_id, claim.reminder_id),
        )

    def _still_asked(self, claim: reminders.Claim) -> bool:
        with self._database.glance() as connection:
            return reminders.still_wanted(connection, claim, self._clock())

    def _why_not(self, claim: reminders.Claim) -> str:
        with self._database.read(None, now=self._clock()) as unit:
            return reminders.why_not_wanted(unit, claim)

    def _carry(
        self, carrier: Carrier, message: Message, address: Address
    ) -> str | Exception | None:
        """Send to one address; what goes wrong there must not undo another phone's success."""
        try:
            with self._doors.knock(carrier.door(address), message.now):
                return carrier.send(message, address)
        except Exception as error:
            return error

    def _unforeseen(self, claim: reminders.Claim, error: Exception) -> Outcome:
        # The kind of error only: its text may hold an address.
        kind = type(error).__name__
        if claim.attempts >= POISON_AFTER:
            log.error("reminder.quarantined", reminder=str(claim.reminder_id), error=kind)
            return Outcome(claim, ReminderState.FAILED, f"poison_{kind}")
        log.warning("reminder.error", reminder=str(claim.reminder_id), error=kind)
        return later(claim, f"error_{kind}", self._clock())

    def _record(self, outcomes: Sequence[Outcome]) -> None:
        with self._database.write(None, now=self._clock()) as unit:
            for outcome in outcomes:
                reminders.record(
                    unit,
                    outcome.claim,
                    outcome.state,
                    outcome.reason,
                    outcome.retry_at,
                    tried=outcome.tried,
                    provider_ref=outcome.provider_ref,
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
