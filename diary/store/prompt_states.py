"""What became of a prompt, told from rows alone: "not delivered" is never "not answered".

Pure: no query and no clock. `diary.store.ledger` fills it from the tables (docs/ledger.md).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from diary.protocol.entries import Kind
from diary.store.tables import Channel, Receipt, ReminderState


class PromptState(StrEnum):
    """What became of one prompt; each prompt has exactly one, at every moment."""

    AHEAD = "ahead"
    OPEN = "open"
    ANSWERED = "answered"
    ANSWERED_LATE = "answered_late"
    TAKEN_BACK = "taken_back"
    NOT_ANSWERED = "not_answered"
    NOT_DELIVERED = "not_delivered"
    NOT_ASKED = "not_asked"
    CANCELLED = "cancelled"


class Why(StrEnum):
    """Why a prompt was not delivered (the first three) or not asked (the others)."""

    SILENT = "silent"
    UNKNOWN = "unknown"
    FAILED = "failed"
    PAUSE = "pause"
    QUIET_HOURS = "quiet_hours"
    NO_CHANNEL = "no_channel"
    SYSTEM_DOWN = "system_down"


class Delivery(StrEnum):
    """How far one reminder came.

    `reached`: shown or opened on the phone, delivered by the receipt, or accepted by a mail or
    SMS server, which is all that those ever tell. `silent`: a push service took it and no phone
    has shown it. `unsent`: nothing ever left.
    """

    REACHED = "reached"
    SILENT = "silent"
    UNKNOWN = "unknown"
    FAILED = "failed"
    NO_WAY = "no_way"
    UNSENT = "unsent"
    WAITING = "waiting"


# Reasons of a failure that mean: there was nowhere to send it to.
NOWHERE = frozenset({"no_address", "channel_not_set_up"})


@dataclass(frozen=True, slots=True)
class Span:
    """From an instant up to another one, which is not part of it."""

    from_at: datetime
    until_at: datetime

    def touches(self, other: Span) -> bool:
        """Tell whether the two have a moment in common."""
        return self.from_at < other.until_at and other.from_at < self.until_at


@dataclass(frozen=True, slots=True)
class Sending:
    """What the rows say of one reminder; `seen`: the phone showed it or it was opened."""

    channel: Channel
    state: ReminderState
    reason: str | None = None
    attempts: int = 0
    seen: bool = False
    receipt: Receipt | None = None


@dataclass(frozen=True, slots=True)
class Asking:
    """What the rows say of one prompt.

    `answers` are the kinds of the entries that stand for it, `taken_back`: one was withdrawn;
    `quiet`: all its reminders would fall in the patient's quiet hours.
    """

    opens_at: datetime
    due_at: datetime
    closes_at: datetime
    cancelled: bool = False
    answered: bool = False
    answers: Collection[Kind] = ()
    taken_back: bool = False
    quiet: bool = False

    @property
    def window(self) -> Span:
        """Return the time in which it can be asked: reminders go out from the moment on."""
        return Span(self.due_at, self.closes_at)


@dataclass(frozen=True, slots=True)
class Fate:
    """The state of a prompt, and why when it was not delivered or not asked."""

    state: PromptState
    why: Why | None = None


_NOT_DELIVERED = (
    (Delivery.SILENT, Why.SILENT),
    (Delivery.UNKNOWN, Why.UNKNOWN),
    (Delivery.FAILED, Why.FAILED),
)


def fate(
    asking: Asking,
    sendings: Sequence[Sending],
    *,
    pauses: Sequence[Span] = (),
    gaps: Sequence[Span] = (),
    now: datetime,
) -> Fate:
    """Return what became of a prompt.

    `pauses` are those of the patient, `gaps` the standstills of all workers. An answer counts
    before everything else; who was reached over any channel was asked; of what was tried in vain
    the step that came nearest gives the reason.
    """
    if asking.answered or asking.answers:
        late = bool(asking.answers) and Kind.SCHEDULED not in asking.answers
        return Fate(PromptState.ANSWERED_LATE if late else PromptState.ANSWERED)
    if asking.taken_back:
        return Fate(PromptState.TAKEN_BACK)
    if asking.cancelled:
        return Fate(PromptState.CANCELLED)
    if now < asking.closes_at:
        return Fate(PromptState.AHEAD if now < asking.opens_at else PromptState.OPEN)
    came = {delivery(sending, closed=True) for sending in sendings}
    if Delivery.REACHED in came:
        return Fate(PromptState.NOT_ANSWERED)
    for how_far, why in _NOT_DELIVERED:
        if how_far in came:
            return Fate(PromptState.NOT_DELIVERED, why)
    return Fate(PromptState.NOT_ASKED, _why_not_asked(asking, came, pauses, gaps))


def delivery(sending: Sending, *, closed: bool) -> Delivery:
    """Return how far one reminder came; `closed`: its window is, so nothing waits any more."""
    if sending.seen or sending.receipt is Receipt.DELIVERED:
        return Delivery.REACHED
    match sending.state:
        case ReminderState.SENT:
            if sending.receipt is Receipt.FAILED:
                return Delivery.FAILED
            return Delivery.SILENT if sending.channel is Channel.WEB_PUSH else Delivery.REACHED
        case ReminderState.UNKNOWN:
            return Delivery.FAILED if sending.receipt is Receipt.FAILED else Delivery.UNKNOWN
        case ReminderState.FAILED:
            return Delivery.NO_WAY if sending.reason in NOWHERE else Delivery.FAILED
        case ReminderState.CANCELLED:
            return Delivery.UNSENT
        case ReminderState.CLAIMED if closed:
            return Delivery.UNKNOWN
        case ReminderState.PLANNED | ReminderState.CLAIMED if not closed:
            return Delivery.WAITING
        case _:
            return Delivery.FAILED if sending.attempts else Delivery.UNSENT


def _why_not_asked(
    asking: Asking, came: Collection[Delivery], pauses: Sequence[Span], gaps: Sequence[Span]
) -> Why:
    window = asking.window
    if any(pause.touches(window) for pause in pauses):
        return Why.PAUSE
    if Delivery.NO_WAY in came:
        return Why.NO_CHANNEL
    # Planned and never tried, or not even planned while nobody worked.
    if Delivery.UNSENT in came:
        return Why.SYSTEM_DOWN
    if asking.quiet:
        return Why.QUIET_HOURS
    if any(gap.touches(window) for gap in gaps):
        return Why.SYSTEM_DOWN
    return Why.NO_CHANNEL
