"""What really happened in the simulated month; the ledger is held against it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from diary.reminders.channels.base import Address
from diary.store.tables import Channel, Receipt

Step = tuple[UUID, int, Channel]
"""One reminder: a prompt, a step of the ladder and a channel."""


@dataclass(frozen=True)
class Answer:
    """What one patient said about one moment, and when the server heard of it.

    `late`: filled in after the window. `taken_back`: withdrawn a minute after.
    """

    number: int
    day: date
    moment: str
    measured_at: datetime
    received_at: datetime
    late: bool
    taken_back: bool

    @property
    def known_at(self) -> datetime:
        """Return from when on nothing is to be sent for it any more."""
        return max(self.received_at, self.measured_at)


@dataclass(frozen=True)
class Accepted:
    """A message that a provider took: which reminder, at which address, and when."""

    step: Step
    address: Address
    at: datetime


@dataclass
class Span:
    """From an instant up to another one, which is not part of it."""

    from_at: datetime
    until_at: datetime

    def holds(self, instant: datetime) -> bool:
        """Tell whether `instant` is in it."""
        return self.from_at <= instant < self.until_at

    def touches(self, first: datetime, last: datetime) -> bool:
        """Tell whether it has anything of [first, last)."""
        return self.from_at < last and first < self.until_at


@dataclass(frozen=True)
class Said:
    """A receipt on its way from the SMS gateway.

    It names the message by our own reference, or by what the gateway calls it (`by_name`).
    """

    at: datetime
    step: Step
    reminder_id: UUID
    receipt: Receipt
    by_name: bool
