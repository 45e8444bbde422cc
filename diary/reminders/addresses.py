"""Where the patients of claimed reminders can be reached."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from uuid import UUID

from cryptography.fernet import InvalidToken

from diary.reminders.channels.base import Address, MailAddress, PushAddress
from diary.store import reminders, subscriptions
from diary.store.database import Database, Unit
from diary.store.scope import Scope
from diary.store.tables import Channel

Found = Sequence[Address] | Exception


def addresses_of(
    database: Database, claims: Sequence[reminders.Claim], *, now: datetime
) -> dict[UUID, Found]:
    """Return for each claim, by reminder id, the addresses of its patient on its channel.

    An address that no key opens any more gives that error, for this claim alone.
    """
    found: dict[UUID, Found] = {}
    by_centre = sorted(claims, key=lambda claim: claim.centre_id)
    for centre_id, own in groupby(by_centre, key=lambda claim: claim.centre_id):
        with database.read(Scope(centre_id), now=now) as unit:
            for claim in own:
                try:
                    found[claim.reminder_id] = _addresses(unit, claim)
                except InvalidToken as error:
                    found[claim.reminder_id] = error
    return found


def _addresses(unit: Unit, claim: reminders.Claim) -> Sequence[Address]:
    if claim.channel is Channel.WEB_PUSH:
        return [
            PushAddress(phone.id, phone.endpoint, phone.p256dh, phone.auth)
            for phone in subscriptions.subscriptions(unit, claim.patient_id)
        ]
    email = subscriptions.email_address(unit, claim.patient_id)
    return [MailAddress(email)] if email else []
