"""The access log after NEN 7513: append-only, and hash-chained within each centre.

The hashes are keyed with the vault's pepper: who can write in the database but does not hold the
key cannot make a chain that verifies. Rows cut off at the very end do not break the chain; the
last number, kept elsewhere (a backup, a report), shows those.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, insert, select
from sqlmodel import col

from diary.store.database import Unit
from diary.store.scope import TREATING
from diary.store.tables import AccessLog, Action, Centre, Patient, Role, table_of

# Before the first row of a centre.
NO_HASH = bytes(32)


@dataclass(frozen=True, slots=True)
class LogView:
    """One line of the log, as an auditor or the patient reads it."""

    number: int
    at: datetime
    event: str
    action: Action
    actor_id: UUID | None
    role: Role | None
    on_behalf_of: UUID | None
    access_point: str
    patient_id: UUID | None
    object: str | None
    authorised: bool
    treatment_relation: bool
    consent: bool
    emergency: bool


_COLUMNS = (
    col(AccessLog.number),
    col(AccessLog.at),
    col(AccessLog.event),
    col(AccessLog.action),
    col(AccessLog.actor_id),
    col(AccessLog.role),
    col(AccessLog.on_behalf_of),
    col(AccessLog.access_point),
    col(AccessLog.patient_id),
    col(AccessLog.object),
    col(AccessLog.authorised),
    col(AccessLog.treatment_relation),
    col(AccessLog.consent),
    col(AccessLog.emergency),
)


_LOG = table_of(AccessLog).c
_LAST = (
    select(_LOG.number, _LOG.hash)
    .where(_LOG.centre_id == bindparam("centre"))
    .order_by(_LOG.number.desc())
    .limit(1)
)
_ADD = insert(table_of(AccessLog))
_TAKE_TURNS = (
    select(table_of(Centre).c.id)
    .where(table_of(Centre).c.id == bindparam("centre"))
    .with_for_update(key_share=True)
)


def log(
    unit: Unit,
    event: str,
    action: Action,
    *,
    access_point: str,
    patient_id: UUID | None = None,
    object: str | None = None,  # noqa: A002 - NEN 7513's own word
    authorised: bool = True,
    treatment_relation: bool | None = None,
    consent: bool = True,
    emergency: bool = False,
    on_behalf_of: UUID | None = None,
) -> None:
    """Add a row to the centre's log: who (the scope) did `event` to whose data, and from where.

    `object` names what was touched ("entry 2f6c…"), never its content. `treatment_relation` is
    looked up when not given. Rows of one centre take turns until the commit, so let this be the
    last command of a transaction.
    """
    if treatment_relation is None:
        treatment_relation = _related(unit, patient_id)
    line = {
        "event": event,
        "action": action,
        "on_behalf_of": on_behalf_of,
        "access_point": access_point,
        "patient_id": patient_id,
        "object": object,
        "authorised": authorised,
        "treatment_relation": treatment_relation,
        "consent": consent,
        "emergency": emergency,
    }
    _add(unit, [line])


def log_each(
    unit: Unit,
    event: str,
    action: Action,
    patient_ids: Iterable[UUID],
    *,
    access_point: str,
    treatment_relation: bool,
) -> None:
    """Add a row for each patient of what was done with many at once, so that each can read it.

    As few statements as for one; as with `log`, the last command of a transaction.
    """
    line = {
        "event": event,
        "action": action,
        "on_behalf_of": None,
        "access_point": access_point,
        "object": None,
        "authorised": True,
        "treatment_relation": treatment_relation,
        "consent": True,
        "emergency": False,
    }
    _add(unit, [line | {"patient_id": patient_id} for patient_id in patient_ids])


def _add(unit: Unit, lines: Sequence[dict[str, Any]]) -> None:
    """Add rows to the end of the centre's chain."""
    if not lines:
        return
    scope = unit.within
    centre = {"centre": scope.centre_id}
    if not unit.is_sqlite:
        unit.session.execute(_TAKE_TURNS, centre)
    last = unit.session.execute(_LAST, centre).first()
    number, previous = (0, NO_HASH) if last is None else (last.number, last.hash)
    rows = []
    for own_number, line in enumerate(lines, start=number + 1):
        values: dict[str, Any] = line | {
            "centre_id": scope.centre_id,
            "number": own_number,
            # The log tells time to the second (NEN 7513).
            "at": unit.now.astimezone(UTC).replace(microsecond=0),
            "actor_id": scope.staff_id or scope.patient_id,
            "role": scope.role,
            "previous_hash": previous,
        }
        previous = values["hash"] = _hash(unit, values)
        rows.append(values)
    unit.session.execute(_ADD, rows)


def verify(unit: Unit) -> list[int]:
    """Return the numbers in the centre's log that do not verify; empty when the chain is whole.

    A missing number is reported as such; so is a row whose content or predecessor was changed.
    """
    rows = unit.session.execute(
        select(
            col(AccessLog.centre_id), *_COLUMNS, col(AccessLog.previous_hash), col(AccessLog.hash)
        )
        .where(col(AccessLog.centre_id) == unit.within.centre_id)
        .order_by(col(AccessLog.number))
        .execution_options(yield_per=1000)
    )
    broken: list[int] = []
    expected, previous = 1, NO_HASH
    for row in rows:
        values = row._asdict()
        own_hash = values.pop("hash")
        whole = hmac.compare_digest(own_hash, _hash(unit, values))
        broken += range(expected, row.number)
        if not whole or row.previous_hash != previous:
            broken.append(row.number)
        expected, previous = row.number + 1, own_hash
    return broken


def of_patient(unit: Unit, patient_id: UUID) -> list[LogView]:
    """Return who did what with the patient's data, the latest first.

    For the patient, for who treats the patient, and for auditors; others get nothing.
    """
    scope = unit.within
    seen = scope.sees(col(AccessLog.centre_id), col(Patient.id))
    if scope.role is Role.AUDITOR:
        seen = col(AccessLog.centre_id) == scope.centre_id
    rows = unit.session.execute(
        select(*_COLUMNS)
        .join(
            Patient,
            (col(Patient.centre_id) == col(AccessLog.centre_id))
            & (col(Patient.id) == col(AccessLog.patient_id)),
        )
        .where(seen, col(AccessLog.patient_id) == patient_id)
        .order_by(col(AccessLog.number).desc())
    )
    return [LogView(*row) for row in rows]


def _related(unit: Unit, patient_id: UUID | None) -> bool:
    """Tell whether the scope stands in a treatment relation: a patient to the own data, too."""
    scope = unit.within
    if patient_id is None:
        return False
    if scope.role is Role.PATIENT:
        return scope.patient_id == patient_id
    if scope.role not in TREATING:
        return False
    seen = select(col(Patient.id)).where(
        scope.sees(col(Patient.centre_id), col(Patient.id)), col(Patient.id) == patient_id
    )
    return unit.session.execute(seen).first() is not None


def _hash(unit: Unit, values: dict[str, Any]) -> bytes:
    """Return the keyed hash of a row: of all its columns but the hash itself, by name."""
    plain = {name: _plain(value) for name, value in values.items()}
    return unit.vault.digest(json.dumps(plain, sort_keys=True, separators=(",", ":")))


def _plain(value: object) -> object:
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, datetime):
        return value.isoformat()
    return value if isinstance(value, bool | int | None) else str(value)
