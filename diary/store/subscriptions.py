"""Where Web Push reaches a patient's phones."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Select, bindparam, func, select, update
from sqlmodel import col

from diary.store.chunks import chunks
from diary.store.database import Unit
from diary.store.errors import NotFound
from diary.store.phones import PhoneOwner
from diary.store.scope import Sight
from diary.store.tables import Centre, Patient, Phone, PushSubscription


class Tried(StrEnum):
    """What became of a message that was sent to see whether an address works."""

    SENT = "sent"
    GONE = "gone"
    LATER = "later"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Subscription:
    """The address and keys a push is sent to (RFC 8030, RFC 8291); `auth` opened.

    `vapid_hash` says which of our own keys it was made with; None: before that was kept.
    """

    id: UUID
    phone_id: UUID
    endpoint: str
    p256dh: str
    auth: str
    vapid_hash: str | None = None


def subscribe(
    unit: Unit,
    phone: PhoneOwner,
    endpoint: str,
    p256dh: str,
    auth: str,
    vapid_hash: str | None = None,
) -> None:
    """Keep, or renew, where `phone` gets its push messages; a phone has one address.

    An address that another patient used before on the same phone is this patient's from now on.
    """
    digest = unit.vault.digest(f"endpoint:{endpoint}")
    unit.session.execute(
        update(PushSubscription)
        .where(
            col(PushSubscription.centre_id) == phone.centre_id,
            col(PushSubscription.phone_id) == phone.phone_id,
            col(PushSubscription.endpoint_hash) != digest,
            col(PushSubscription.gone_at).is_(None),
        )
        .values(gone_at=unit.now)
    )
    theirs = {
        "phone_id": phone.phone_id,
        "patient_id": phone.patient_id,
        "endpoint": unit.vault.seal(endpoint),
        "p256dh": p256dh,
        "auth": unit.vault.seal(auth),
        "vapid_hash": vapid_hash,
        "renewed_at": unit.now,
        "gone_at": None,
    }
    unit.session.execute(
        unit.insert(PushSubscription)
        .values(
            centre_id=phone.centre_id,
            id=uuid4(),
            endpoint_hash=digest,
            created_at=unit.now,
            reports_since=unit.now,
            **theirs,
        )
        .on_conflict_do_update(
            index_elements=["centre_id", "endpoint_hash"],
            set_=theirs
            | {"reports_since": func.coalesce(col(PushSubscription.reports_since), unit.now)},
        )
    )


def subscriptions(unit: Unit, patient_id: UUID) -> list[Subscription]:
    """Return the live addresses of the patient's activated phones, the latest renewed first."""
    return subscriptions_of(unit, [patient_id]).get(patient_id, [])


def subscriptions_of(unit: Unit, patient_ids: Iterable[UUID]) -> dict[UUID, list[Subscription]]:
    """Return the live addresses of many patients; one query for each thousand."""
    scope = unit.within
    found: dict[UUID, list[Subscription]] = {}
    for some in chunks(patient_ids):
        rows = unit.session.connection().execute(_live(scope.sight), scope.values | {"some": some})
        for row in rows:
            found.setdefault(row.patient_id, []).append(
                Subscription(
                    row.id,
                    row.phone_id,
                    unit.vault.open(row.endpoint),
                    row.p256dh,
                    unit.vault.open(row.auth),
                    row.vapid_hash,
                )
            )
    return found


@cache
def _live(sight: Sight) -> Select[*tuple[Any, ...]]:
    """Return the query for the live addresses of some patients; asked for every batch."""
    return (
        select(
            col(PushSubscription.id),
            col(PushSubscription.patient_id),
            col(PushSubscription.phone_id),
            col(PushSubscription.endpoint),
            col(PushSubscription.p256dh),
            col(PushSubscription.auth),
            col(PushSubscription.vapid_hash),
        )
        .join(
            Phone,
            (col(Phone.centre_id) == col(PushSubscription.centre_id))
            & (col(Phone.id) == col(PushSubscription.phone_id)),
        )
        .where(
            sight.of(col(PushSubscription.centre_id), col(PushSubscription.patient_id)),
            col(PushSubscription.patient_id).in_(bindparam("some", expanding=True)),
            col(PushSubscription.gone_at).is_(None),
            col(Phone.revoked_at).is_(None),
        )
        .order_by(col(PushSubscription.renewed_at).desc(), col(PushSubscription.id))
    )


def of_phone(unit: Unit, phone: PhoneOwner) -> Subscription | None:
    """Return the live address of one phone, None when it has none."""
    own = subscriptions(unit, phone.patient_id)
    return next((one for one in own if one.phone_id == phone.phone_id), None)


def gone(unit: Unit, subscription_id: UUID) -> None:
    """Note that the push service does not know this address any more (404, 410).

    For the worker; the unit may be without scope.
    """
    unit.session.execute(
        update(PushSubscription)
        .where(
            # The keys begin with the centre: without it every address there is would be looked at.
            col(PushSubscription.centre_id).in_(select(col(Centre.id))),
            col(PushSubscription.id) == subscription_id,
            col(PushSubscription.gone_at).is_(None),
        )
        .values(gone_at=unit.now)
    )


def email_address(unit: Unit, patient_id: UUID) -> str | None:
    """Return where reminders are mailed to, None when there is no address or no such patient."""
    sealed = unit.session.execute(
        select(col(Patient.email)).where(
            unit.within.sees(col(Patient.centre_id), col(Patient.id)), col(Patient.id) == patient_id
        )
    ).scalar_one_or_none()
    return None if sealed is None else unit.vault.open(sealed)


def set_email(unit: Unit, patient_id: UUID, email: str | None) -> None:
    """Keep where reminders are mailed to; None: nowhere. NotFound outside the scope."""
    changed = unit.session.execute(
        update(Patient)
        .where(
            unit.within.sees(col(Patient.centre_id), col(Patient.id)), col(Patient.id) == patient_id
        )
        .values(email=None if email is None else unit.vault.seal(email))
        .returning(col(Patient.id))
    )
    if changed.first() is None:
        raise NotFound
