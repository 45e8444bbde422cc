"""What became of a claim: of all the phones of a patient together, and when it is tried again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from diary.reminders.channels.base import (
    Address,
    ChannelError,
    OutcomeUnknownError,
    PermanentError,
    PushAddress,
    TemporaryError,
)
from diary.reminders.doors import HeldBackError
from diary.store.reminders import Claim
from diary.store.tables import ReminderState

FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one claim.

    `gone` are addresses that will never work again; `provider_ref` is what the provider calls the
    message; `tried` is False when the server was not even asked.
    """

    claim: Claim
    state: ReminderState
    reason: str | None = None
    retry_at: datetime | None = None
    gone: Sequence[PushAddress] = field(default=())
    provider_ref: str | None = None
    tried: bool = True


def summed_up(
    claim: Claim,
    addresses: Sequence[Address],
    answers: Sequence[str | Exception | None],
    now: datetime,
) -> Outcome:
    """Return one outcome for all addresses of a patient: reached on one phone is reached.

    An answer is an error, or what the provider calls the message it accepted (None: nothing).
    Raises the first error that no channel foresees, when nothing was sent.
    """
    gone = [
        address
        for address, answer in zip(addresses, answers, strict=True)
        if isinstance(answer, PermanentError) and answer.gone and isinstance(address, PushAddress)
    ]
    errors = [answer for answer in answers if isinstance(answer, Exception)]
    if len(errors) < len(answers):
        ref = next((answer for answer in answers if isinstance(answer, str)), None)
        return Outcome(claim, ReminderState.SENT, gone=gone, provider_ref=ref)
    for error in errors:
        if isinstance(error, OutcomeUnknownError):
            return Outcome(claim, ReminderState.UNKNOWN, error.reason, gone=gone)
    for error in errors:
        if not isinstance(error, ChannelError):
            raise error
    temporary = [error for error in errors if isinstance(error, TemporaryError)]
    if temporary:
        soonest = min(temporary, key=lambda error: error.retry_after or timedelta(0))
        return later(claim, soonest.reason, now, soonest, gone)
    return Outcome(claim, ReminderState.FAILED, str(errors[0]), gone=gone)


def later(
    claim: Claim,
    reason: str,
    now: datetime,
    error: TemporaryError | None = None,
    gone: Sequence[PushAddress] = (),
) -> Outcome:
    """Return the outcome "once more", or "failed" when that is too late for this channel.

    The waiting doubles from attempt to attempt; to be held back is no attempt.
    """
    tried = not isinstance(error, HeldBackError)
    doubling = min(FIRST_WAIT * 2 ** min(claim.attempts - 1, 10), LONGEST_WAIT)
    asked = (error.retry_after if error else None) or timedelta(0)
    retry_at = now + (max(doubling, asked) if tried else asked)
    if retry_at >= claim.expires_at:
        return Outcome(claim, ReminderState.FAILED, reason, gone=gone)
    return Outcome(claim, ReminderState.PLANNED, reason, retry_at, gone, tried=tried)
