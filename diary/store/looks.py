"""The access log as the patient reads it: who did what with the own data, by name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select

from diary.store.database import Unit
from diary.store.tables import AccessLog, Action, Role, Staff, table_of

_LOG, _STAFF = table_of(AccessLog).c, table_of(Staff).c


@dataclass(frozen=True, slots=True)
class Look:
    """One line of the log. Without a `role` it was the product itself, or who keeps it running."""

    number: int
    at: datetime
    event: str
    action: Action
    name: str | None
    role: Role | None
    authorised: bool
    treatment_relation: bool
    emergency: bool


def looks(
    unit: Unit, patient_id: UUID, *, most: int | None = None, before: int | None = None
) -> list[Look]:
    """Return what others did with the patient's data, the latest first; empty outside the scope.

    `most` lines at most, of those with a number below `before`.
    """
    rows = unit.session.execute(
        select(
            _LOG.number,
            _LOG.at,
            _LOG.event,
            _LOG.action,
            _STAFF.name,
            _LOG.role,
            _LOG.authorised,
            _LOG.treatment_relation,
            _LOG.emergency,
        )
        .outerjoin(
            table_of(Staff),
            (_STAFF.centre_id == _LOG.centre_id) & (_STAFF.id == _LOG.actor_id),
        )
        .where(
            unit.within.sees(_LOG.centre_id, _LOG.patient_id),
            _LOG.patient_id == patient_id,
            or_(_LOG.role.is_(None), _LOG.role != Role.PATIENT),
            *([] if before is None else [_LOG.number < before]),
        )
        .order_by(_LOG.number.desc())
        .limit(most)
    )
    return [Look(*row) for row in rows]
