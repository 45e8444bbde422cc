"""What every channel has in common: a message, an address, and three ways to fail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from diary.reminders.texts import Words


@dataclass(frozen=True, slots=True)
class About:
    """Which reminder a message is, and whose: what its links and references are made from."""

    centre_id: UUID
    patient_id: UUID
    reminder_id: UUID


@dataclass(frozen=True, slots=True)
class Message:
    """One reminder on its way: words without health data and the time they are worth something.

    `step` is the rung of the ladder (0, 1, …); `now` and `closes_at` are aware instants. A test
    that somebody asked for is `about` no reminder.
    """

    prompt_id: UUID
    step: int
    words: Words
    link: str
    now: datetime
    closes_at: datetime
    about: About | None = None

    @property
    def rest(self) -> timedelta:
        """Return how long the prompt stays open: after that the message must not arrive."""
        return max(self.closes_at - self.now, timedelta(0))


@dataclass(frozen=True, slots=True)
class MailAddress:
    """Where e-mail reaches a patient."""

    email: str


@dataclass(frozen=True, slots=True)
class PushAddress:
    """Where Web Push reaches one phone (RFC 8030), with the keys to encrypt for it (RFC 8291).

    `key_hash` says which of our own keys it was made with; None: before that was kept.
    """

    subscription_id: UUID
    endpoint: str
    p256dh: str
    auth: str
    key_hash: str | None = None


@dataclass(frozen=True, slots=True)
class MobileNumber:
    """Where SMS reaches a patient: an international number, "+316…"."""

    number: str


Address = MailAddress | PushAddress | MobileNumber


class Carrier(Protocol):
    """Carries a message to one address; returning means that it was accepted."""

    def door(self, address: Address) -> str:
        """Return the name of the server that is knocked at for `address`."""

    def send(self, message: Message, address: Address) -> str | None:
        """Send once, or raise PermanentError, TemporaryError or OutcomeUnknownError.

        Returns what the provider calls the message from now on, if it has a name for it.
        """


class ChannelError(Exception):
    """A message was not, or perhaps not, accepted. `reason` is a code, never an address or text."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class PermanentError(ChannelError):
    """Trying again cannot help; `gone`: nor can this address ever be used again."""

    def __init__(self, reason: str, *, gone: bool = False) -> None:
        super().__init__(reason)
        self.gone = gone


class TemporaryError(ChannelError):
    """It was certainly not accepted, and may be later; `retry_after`: not before that time.

    `silent`: the server was not reached at all.
    """

    def __init__(
        self, reason: str, *, retry_after: timedelta | None = None, silent: bool = False
    ) -> None:
        super().__init__(reason)
        self.retry_after = retry_after
        self.silent = silent


class OutcomeUnknownError(ChannelError):
    """The line broke after the message was handed over: it may have arrived, so never again."""
