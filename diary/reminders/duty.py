"""Urgent items of the worklist, sent to who is on duty: a message without a name or a symptom."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

import structlog

from diary.clock import Clock
from diary.reminders.channels.base import (
    Address,
    Carrier,
    ChannelError,
    MailAddress,
    Message,
    MobileNumber,
    OutcomeUnknownError,
    TemporaryError,
)
from diary.reminders.duty_texts import duty_words
from diary.store import centres
from diary.store.database import Database
from diary.store.scope import Scope
from diary.store.tables import Channel
from diary.store.worklist import duty

log = structlog.get_logger(__name__)

# How long a message about it is worth something.
LIVES = timedelta(hours=12)


class DutyRound:
    """Looks for urgent items in every centre and sends them; any number may run at once."""

    def __init__(
        self, database: Database, carriers: Mapping[Channel, Carrier], *, link: str, clock: Clock
    ) -> None:
        self._database = database
        self._carriers = carriers
        self._link = link
        self._clock = clock

    def run(self) -> int:
        """Send what is urgent and not sent yet; return how many messages were tried."""
        now = self._clock()
        with self._database.read(None, now=now) as unit:
            found = centres.all_centres(unit)
        return sum(self._centre(Scope(centre.id), centre.language, now) for centre in found)

    def _centre(self, scope: Scope, language: str, now: datetime) -> int:
        with self._database.read(scope, now=now) as unit:
            contact = duty.contact(unit)
        channels = [channel for channel in contact.channels if channel in self._carriers]
        if not channels:
            return 0
        with self._database.write(scope, now=now) as unit:
            notices = duty.claim(unit, channels)
        for notice in notices:
            self._send(scope, notice, contact, language)
        return len(notices)

    def _send(
        self, scope: Scope, notice: duty.Notice, contact: duty.DutyContact, language: str
    ) -> None:
        now = self._clock()
        message = Message(
            prompt_id=notice.id,
            step=0,
            words=duty_words(language),
            link=self._link,
            now=now,
            closes_at=now + LIVES,
        )
        reason, again = None, False
        try:
            self._carriers[notice.channel].send(message, _address(notice.channel, contact))
        except ChannelError as error:
            # Unlike a reminder: an alarm that perhaps arrived is sent once more.
            again = isinstance(error, TemporaryError | OutcomeUnknownError)
            reason = error.reason
        except Exception as error:
            again, reason = True, f"error_{type(error).__name__}"
        with self._database.write(scope, now=self._clock()) as unit:
            duty.record(unit, notice, sent=reason is None, reason=reason, again=again)
        if reason is None:
            log.info("duty.sent", channel=notice.channel.value, kind=notice.key[1].value)
        else:
            log.error("duty.failed", channel=notice.channel.value, reason=reason, again=again)


def _address(channel: Channel, contact: duty.DutyContact) -> Address:
    where = contact.address(channel) or ""
    return MailAddress(where) if channel is Channel.EMAIL else MobileNumber(where)
