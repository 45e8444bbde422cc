"""Push services and mail servers of the simulated month, with their bad days."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from diary.reminders.channels.base import (
    Address,
    MailAddress,
    Message,
    OutcomeUnknownError,
    PermanentError,
    TemporaryError,
)
from diary.store.tables import Channel

if TYPE_CHECKING:
    from tests.reminders.month import Month

MINUTE = timedelta(minutes=1)


class WorkerDied(BaseException):
    """What kill -9 is to a real one: nothing of the worker's runs after it."""


class Provider:
    """A push service or mail server with bad days; each address is a server of its own."""

    def __init__(self, month: Month, channel: Channel) -> None:
        self.month = month
        self.channel = channel

    def door(self, address: Address) -> str:
        return address.email if isinstance(address, MailAddress) else str(address)

    def send(self, message: Message, address: Address) -> None:
        luck = self.month.luck(message, address, self.channel)
        if luck < 0.03:
            raise TemporaryError("push_503" if self.channel is Channel.WEB_PUSH else "mail_451")
        if luck < 0.05:
            raise TemporaryError("push_429", retry_after=25 * MINUTE)
        if luck < 0.06:
            raise PermanentError("push_400")
        if luck < 0.061 and self.channel is Channel.WEB_PUSH:
            raise PermanentError("push_404", gone=True)
        if luck < 0.071:
            if luck < 0.066:
                self.month.took(self.channel, message, address)
            raise OutcomeUnknownError("no_answer")
        if luck < 0.075:
            if luck < 0.073:
                self.month.took(self.channel, message, address)
            raise WorkerDied
        if luck < 0.077:
            raise ZeroDivisionError
        self.month.took(self.channel, message, address)
