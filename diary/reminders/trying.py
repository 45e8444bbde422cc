"""A test message, on request, through the same channels as the reminders."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import uuid4

import structlog

from diary.reminders.addresses import push_address
from diary.reminders.channels.base import (
    Address,
    ChannelError,
    MailAddress,
    Message,
    MobileNumber,
    PermanentError,
)
from diary.reminders.texts import sample_words
from diary.reminders.wiring import make_carriers
from diary.settings import Settings
from diary.store.subscriptions import Subscription, Tried
from diary.store.tables import Channel

log = structlog.get_logger()
LIVES = timedelta(minutes=5)


def make_try_out(settings: Settings) -> Callable[[Subscription | str, str, datetime], Tried]:
    """Return what sends a test message to a phone, an e-mail address or a mobile number.

    It sends at most once and tells at once what came of it; it raises nothing.
    """
    carriers = make_carriers(settings)

    def try_out(where: Subscription | str, language: str, now: datetime) -> Tried:
        channel, address = _found(where)
        carrier = carriers.get(channel)
        if carrier is None:
            return Tried.REFUSED
        message = Message(
            prompt_id=uuid4(),
            step=0,
            words=sample_words(language),
            link=f"{settings.base_url}/settings",
            now=now,
            closes_at=now + LIVES,
        )
        try:
            carrier.send(message, address)
        except PermanentError as error:
            log.info("test_message.refused", channel=channel.value, reason=error.reason)
            return Tried.GONE if error.gone else Tried.REFUSED
        except ChannelError as error:
            log.info("test_message.failed", channel=channel.value, reason=error.reason)
            return Tried.LATER
        return Tried.SENT

    return try_out


def _found(where: Subscription | str) -> tuple[Channel, Address]:
    if not isinstance(where, str):
        return Channel.WEB_PUSH, push_address(where)
    if "@" in where:
        return Channel.EMAIL, MailAddress(where)
    return Channel.SMS, MobileNumber(where)
