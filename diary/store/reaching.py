"""Whether e-mail and SMS may reach a patient: the address is there, and was not stopped.

Stopping is the patient's own: with the link in an e-mail, or in the settings. The address stays.
One that the team fills in is off until consent for it is written down; a patient who fills in the
own, or turns a channel on, consents by doing so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Select, bindparam, func, select, update
from sqlmodel import col

from diary.store.chunks import chunks
from diary.store.database import Unit
from diary.store.errors import NotFound
from diary.store.scope import Sight
from diary.store.tables import Channel, Patient

_ADDRESS: Mapping[Channel, Any] = {
    Channel.EMAIL: col(Patient.email),
    Channel.SMS: col(Patient.mobile),
}
_STOPPED: Mapping[Channel, Any] = {
    Channel.EMAIL: col(Patient.email_off_at),
    Channel.SMS: col(Patient.sms_off_at),
}

# Since when a channel is off that the patient was never asked about.
NEVER_ASKED = datetime(1970, 1, 1, tzinfo=UTC)


@cache
def _reachable(sight: Sight, channel: Channel) -> Select[*tuple[Any, ...]]:
    """Return the query for the addresses of some patients; asked for every batch of reminders."""
    return select(col(Patient.id), _ADDRESS[channel]).where(
        sight.of(col(Patient.centre_id), col(Patient.id)),
        col(Patient.id).in_(bindparam("some", expanding=True)),
        _ADDRESS[channel].is_not(None),
        _STOPPED[channel].is_(None),
    )


def reachable(unit: Unit, channel: Channel, patient_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return the addresses for e-mail or SMS of those who have one and did not stop them."""
    found: dict[UUID, str] = {}
    scope = unit.within
    for some in chunks(patient_ids):
        rows = unit.session.connection().execute(
            _reachable(scope.sight, channel), scope.values | {"some": some}
        )
        found |= {patient_id: unit.vault.open(sealed) for patient_id, sealed in rows}
    return found


def address(unit: Unit, patient_id: UUID, channel: Channel) -> str | None:
    """Return the address for e-mail or SMS, also when it was stopped; None when there is none."""
    sealed = _one(unit, patient_id, _ADDRESS[channel])
    return None if sealed is None else unit.vault.open(sealed)


def stop(unit: Unit, patient_id: UUID, channel: Channel) -> None:
    """Send this patient no more over `channel`; NotFound outside the scope.

    Who stops twice has stopped the first time.
    """
    before = func.nullif(_STOPPED[channel], NEVER_ASKED)
    _note(unit, patient_id, channel, func.coalesce(before, unit.now))


def resume(unit: Unit, patient_id: UUID, channel: Channel) -> None:
    """Send over `channel` again; NotFound outside the scope."""
    _note(unit, patient_id, channel, None)


def stopped_at(unit: Unit, patient_id: UUID, channel: Channel) -> datetime | None:
    """Return since when nothing is sent over `channel`, None when something is."""
    since: datetime | None = _one(unit, patient_id, _STOPPED[channel])
    return since


def _one(unit: Unit, patient_id: UUID, column: Any) -> Any:
    return unit.session.execute(
        select(column).where(
            unit.within.sees(col(Patient.centre_id), col(Patient.id)),
            col(Patient.id) == patient_id,
        )
    ).scalar_one_or_none()


def _note(unit: Unit, patient_id: UUID, channel: Channel, value: Any) -> None:
    changed = unit.session.execute(
        update(Patient)
        .where(
            unit.within.sees(col(Patient.centre_id), col(Patient.id)),
            col(Patient.id) == patient_id,
        )
        .values({_STOPPED[channel]: value})
        .returning(col(Patient.id))
    )
    if changed.first() is None:
        raise NotFound
