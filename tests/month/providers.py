"""Push services, mail servers and SMS gateways of the simulated month, with their bad days."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Protocol
from uuid import UUID

from diary.reminders.channels.base import (
    Address,
    MailAddress,
    Message,
    MobileNumber,
    OutcomeUnknownError,
    PermanentError,
    PushAddress,
    TemporaryError,
)
from diary.store.tables import Channel, Receipt
from tests.month.chance import Chance
from tests.month.facts import Said, Step

MINUTE = timedelta(minutes=1)


DELIVERED, FAILED = Receipt.DELIVERED, Receipt.FAILED
COURSES = (
    (0.12, ()),
    (0.20, ((3, FAILED),)),
    (0.24, ((2, DELIVERED), (10, FAILED))),
    (0.28, ((2, FAILED), (20, DELIVERED))),
    (0.32, ((180, DELIVERED),)),
    (0.36, ((1, DELIVERED), (4, DELIVERED))),
    (1.00, ((1, DELIVERED),)),
)


class WorkerDied(BaseException):
    """What kill -9 is to a real one: nothing of the worker's runs after it."""


class World(Protocol):
    """What the providers ask and tell."""

    def luck(self, channel: Channel, message: Message, address: Address) -> float:
        """Return what an attempt at sending meets with, from 0 to 1."""

    def took(self, channel: Channel, message: Message, address: Address) -> None:
        """Hear that a message was accepted."""

    def lost(self, address: Address) -> None:
        """Hear that an address does not exist any more."""


class Provider:
    """A provider with bad days; each address is a server of its own."""

    def __init__(self, channel: Channel, world: World) -> None:
        self._channel = channel
        self._world = world

    def door(self, address: Address) -> str:
        return name_of(address)

    def send(self, message: Message, address: Address) -> str | None:
        luck = self._world.luck(self._channel, message, address)
        if luck < 0.03:
            raise TemporaryError("answered_503")
        if luck < 0.05:
            raise TemporaryError("answered_429", retry_after=25 * MINUTE)
        if luck < 0.06:
            raise PermanentError("answered_400")
        if luck < 0.061 and self._channel is Channel.WEB_PUSH:
            self._world.lost(address)
            raise PermanentError("answered_404", gone=True)
        if luck < 0.071:
            if luck < 0.066:
                self._world.took(self._channel, message, address)
            raise OutcomeUnknownError("no_answer")
        if luck < 0.075:
            if luck < 0.073:
                self._world.took(self._channel, message, address)
            raise WorkerDied
        if luck < 0.077:
            raise ZeroDivisionError
        self._world.took(self._channel, message, address)
        assert message.about is not None
        return gateway_name(message.about.reminder_id) if self._channel is Channel.SMS else None


def name_of(address: Address) -> str:
    """Return what an address is, in a text that is the same each time."""
    match address:
        case PushAddress():
            return address.endpoint
        case MailAddress():
            return address.email
        case MobileNumber():
            return address.number


def gateway_name(reminder_id: UUID) -> str:
    """Return what the SMS gateway calls the message of a reminder."""
    return f"msg-{reminder_id.hex[::-1]}"


def said_of(chance: Chance, number: int, message: Message, step: Step) -> Iterator[Said]:
    """Yield the receipts of a message that the SMS gateway took: our own reference, or its name.

    One in eight is lost. Some come twice, some say two things, some come hours later.
    """
    assert message.about is not None
    # Ids are of this run alone; the patient's place in it is what stays the same.
    about = ("receipt", number, message.closes_at, message.step)
    by_name = chance(*about, "by name") < 0.5
    luck = chance(*about)
    for minutes, receipt in next(course for most, course in COURSES if luck < most):
        at = message.now + minutes * MINUTE
        yield Said(at, step, message.about.reminder_id, receipt, by_name)
