"""Phones that seem not to show reminders: accepted by the push service, and never shown.

A push service that says "accepted" proves nothing (dead addresses say so too), but a phone
reports what it shows. Whoever's last three accepted ones were all never shown counts as silent:
the ladder then begins with the other channel, and the push comes second. It is over as soon as
one is shown, or the phone subscribes with a new address.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, bindparam, func, literal_column, select
from sqlalchemy.sql.elements import SQLCoreOperations
from sqlmodel import col

from diary.store.asking import same_centre
from diary.store.database import Unit
from diary.store.scope import Sight
from diary.store.tables import Patient, Phone, PushSubscription, Reminder, table_of
from diary.store.tables.base import UtcDateTime

IN_A_ROW = 3
# So long a phone may take to show what was accepted, before it counts.
GRACE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class SilentPhone:
    """A patient whose phone seems not to show reminders; `since`: the first of the three."""

    patient_id: UUID
    since: datetime


def silent(
    centre_id: SQLCoreOperations[UUID],
    patient_id: SQLCoreOperations[UUID],
    accepted_by: datetime | SQLCoreOperations[datetime],
) -> ColumnElement[bool]:
    """Return the condition that the phones of this patient are silent, for any query.

    Only what was `accepted_by` then counts: GRACE ago.
    Not without a live subscription, nor of a phone that has not told yet that it reports.
    """
    last = _last(centre_id, patient_id, accepted_by)
    unseen = select(func.count()).where(last.shown_at.is_(None), last.opened_at.is_(None))
    return unseen.scalar_subquery() == IN_A_ROW


def silent_phones(unit: Unit) -> list[SilentPhone]:
    """Return the patients in the scope whose phones are silent, the longest silent first."""
    scope = unit.within
    rows = unit.session.execute(
        _silent(scope.sight, False), scope.values | {"accepted_by": unit.now - GRACE}
    )
    return [SilentPhone(*row) for row in rows]


def silent_since(unit: Unit, patient_id: UUID) -> datetime | None:
    """Return since when the phones of one patient are silent, None when they are not."""
    scope = unit.within
    values = scope.values | {"accepted_by": unit.now - GRACE, "patient": patient_id}
    row = unit.session.execute(_silent(scope.sight, True), values).first()
    return None if row is None else row.since


@cache
def _silent(sight: Sight, of_one: bool) -> Select[Any]:
    # Put together once: that took longer than asking, and every patient's page asks.
    patient = table_of(Patient).c
    accepted_by = bindparam("accepted_by", type_=UtcDateTime())
    first = _last(patient.centre_id, patient.id, accepted_by)
    since = select(func.min(first.done_at)).scalar_subquery().label("since")
    query = (
        select(patient.id, since)
        .where(
            sight.of(patient.centre_id, patient.id),
            silent(patient.centre_id, patient.id, accepted_by),
        )
        .order_by(since, patient.id)
    )
    return query.where(patient.id == bindparam("patient")) if of_one else query


def _last(
    centre_id: SQLCoreOperations[UUID],
    patient_id: SQLCoreOperations[UUID],
    accepted_by: datetime | SQLCoreOperations[datetime],
) -> Any:
    """Return the columns of the last three pushes that were accepted, since the phone reports."""
    reports_since = (
        select(func.max(col(PushSubscription.reports_since)))
        .where(
            col(PushSubscription.centre_id) == centre_id,
            col(PushSubscription.patient_id) == patient_id,
            col(PushSubscription.gone_at).is_(None),
            same_centre(PushSubscription, Phone, "phone_id"),
            col(Phone.revoked_at).is_(None),
        )
        .correlate_except(PushSubscription, Phone)
        .scalar_subquery()
    )
    pushed = table_of(Reminder).alias("pushed")
    return (
        select(pushed.c.done_at, pushed.c.shown_at, pushed.c.opened_at)
        .where(
            pushed.c.centre_id == centre_id,
            pushed.c.patient_id == patient_id,
            # Literal, as in the index of accepted pushes.
            literal_column("pushed.channel = 'web_push'"),
            literal_column("pushed.state = 'sent'"),
            pushed.c.done_at > reports_since,
            pushed.c.done_at <= accepted_by,
        )
        .order_by(pushed.c.done_at.desc())
        .limit(IN_A_ROW)
        .correlate_except(pushed, PushSubscription, Phone)
        .subquery("last_pushes")
        .c
    )
