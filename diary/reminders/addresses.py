"""Where the patients of claimed reminders can be reached."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from uuid import UUID

from cryptography.fernet import InvalidToken

from diary.reminders.channels.base import Address, MailAddress, MobileNumber, PushAddress
from diary.store import reaching, reminders, subscriptions
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
            found |= _in_centre(unit, list(own))
    return found


def _in_centre(unit: Unit, claims: Sequence[reminders.Claim]) -> dict[UUID, Found]:
    try:
        return _together(unit, claims)
    except InvalidToken as error:
        if len(claims) == 1:
            return {claims[0].reminder_id: error}
    # One address cannot be opened: one by one, so that it keeps nobody else's reminder back.
    found: dict[UUID, Found] = {}
    for claim in claims:
        found |= _in_centre(unit, [claim])
    return found


def _together(unit: Unit, claims: Sequence[reminders.Claim]) -> dict[UUID, Found]:
    of = {
        channel: [claim.patient_id for claim in claims if claim.channel is channel]
        for channel in Channel
    }
    found: dict[Channel, dict[UUID, list[Address]]] = {
        Channel.WEB_PUSH: {
            patient_id: [push_address(phone) for phone in phones]
            for patient_id, phones in subscriptions.subscriptions_of(
                unit, of[Channel.WEB_PUSH]
            ).items()
        },
        Channel.EMAIL: {
            patient_id: [MailAddress(email)]
            for patient_id, email in reaching.reachable(
                unit, Channel.EMAIL, of[Channel.EMAIL]
            ).items()
        },
        Channel.SMS: {
            patient_id: [MobileNumber(number)]
            for patient_id, number in reaching.reachable(unit, Channel.SMS, of[Channel.SMS]).items()
        },
    }
    return {claim.reminder_id: found[claim.channel].get(claim.patient_id, []) for claim in claims}


def push_address(phone: subscriptions.Subscription) -> PushAddress:
    """Return what Web Push needs to know of a phone."""
    return PushAddress(phone.id, phone.endpoint, phone.p256dh, phone.auth, phone.vapid_hash)
