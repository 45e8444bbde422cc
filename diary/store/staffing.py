"""Who works here: the administrator adds people, changes what they may do, and lets them go.

Nobody leaves a patient without anybody who treats them, nor the centre without administrator.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NoReturn
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import aliased
from sqlmodel import col

from diary.protocol.messages import N_
from diary.store.centres import for_administrators, short_text
from diary.store.database import Unit
from diary.store.errors import NotFound, Refused
from diary.store.relations import begin, take_turns
from diary.store.scope import TREATING
from diary.store.tables import Role, Site, Staff, StaffSession, TreatmentRelation

WORKING = (*sorted(TREATING), Role.ADMINISTRATOR, Role.AUDITOR)

LAST_ADMINISTRATOR = N_(
    "No other administrator has ever signed in. Give somebody else this role, and let them sign in "
    "first: otherwise nobody can look after the centre."
)
NEEDS_SUCCESSOR = N_("Choose who treats these patients from now on.")


@dataclass(frozen=True, slots=True)
class StaffView:
    """An account as the administrator sees it; `seen_at`: the last request of a session."""

    id: UUID
    login: str
    name: str
    role: Role
    site_id: UUID
    site: str
    active: bool
    created_at: datetime
    seen_at: datetime | None


@dataclass(frozen=True, slots=True)
class Duties:
    """What an administrator may change of an account."""

    name: str
    role: Role
    site_id: UUID


def staff(unit: Unit) -> list[StaffView]:
    """Return every account of the centre, those that may sign in first, by name."""
    return _listed(unit, col(Staff.centre_id) == unit.within.centre_id)


def member(unit: Unit, staff_id: UUID) -> StaffView:
    """Return one account of the centre; NotFound when there is none."""
    here = (col(Staff.centre_id) == unit.within.centre_id) & (col(Staff.id) == staff_id)
    found = _listed(unit, here)
    if not found:
        raise NotFound
    return found[0]


def treated_by_nobody_else(unit: Unit, staff_id: UUID) -> list[UUID]:
    """Return the ids of patients whom, of those who may sign in, only this person treats."""
    for_administrators(unit)
    own, other = aliased(TreatmentRelation), aliased(TreatmentRelation)
    others = (
        select(col(other.id))
        .join(
            Staff,
            (col(Staff.centre_id) == col(other.centre_id)) & (col(Staff.id) == col(other.staff_id)),
        )
        .where(
            col(other.centre_id) == col(own.centre_id),
            col(other.patient_id) == col(own.patient_id),
            col(other.staff_id) != staff_id,
            col(other.until).is_(None),
            col(Staff.active),
            col(Staff.role).in_(TREATING),
        )
    )
    found = unit.session.execute(
        select(col(own.patient_id))
        .where(
            col(own.centre_id) == unit.within.centre_id,
            col(own.staff_id) == staff_id,
            col(own.until).is_(None),
            ~others.exists(),
        )
        .order_by(col(own.patient_id))
    )
    return list(found.scalars())


def change(
    unit: Unit, staff_id: UUID, duties: Duties, successor_id: UUID | None = None
) -> list[UUID]:
    """Change name, role and site; who treats nobody any more hands the patients over.

    Two administrators who remove each other at once take turns, as all who end a treatment do.
    Returns the patients that were handed over. Raises Refused ("role", "site_id", "successor"
    and "name" are the fields), NotFound for who is not here.
    """
    take_turns(unit)
    before = member(unit, staff_id)
    name = short_text(duties.name, "name")
    if duties.role not in WORKING:
        _refuse("role", N_("Choose one of these."))
    _check_site(unit, duties.site_id)
    if duties.role is not Role.ADMINISTRATOR:
        _keep_an_administrator(unit, before)
    handed_over: list[UUID] = []
    if duties.role not in TREATING:
        handed_over = _hand_over(unit, before, successor_id)
    _update(unit, staff_id, name=name, role=duties.role, site_id=duties.site_id)
    return handed_over


def deactivate(unit: Unit, staff_id: UUID, successor_id: UUID | None = None) -> list[UUID]:
    """Let somebody sign in no more, from this moment; returns the patients handed over.

    Raises Refused for the last administrator, and when a patient would be left without anybody
    ("successor"); NotFound for who is not here.
    """
    take_turns(unit)
    before = member(unit, staff_id)
    _keep_an_administrator(unit, before)
    handed_over = _hand_over(unit, before, successor_id)
    _update(unit, staff_id, active=False)
    _end_sessions(unit, staff_id)
    return handed_over


def reactivate(unit: Unit, staff_id: UUID) -> None:
    """Let somebody sign in again; treatment relations that ended stay ended."""
    member(unit, staff_id)
    _update(unit, staff_id, active=True)


def reset(unit: Unit, staff_id: UUID, password_hash: str, totp_secret: str) -> None:
    """Take away password, code app and sessions, for a new first sign-in.

    Raises Refused("role") for the own account when there is no other administrator: who loses the
    link then has no way back. (The product itself may: `diary welcome` is that way.)
    """
    take_turns(unit)
    before = member(unit, staff_id)
    if staff_id == unit.within.staff_id:
        _keep_an_administrator(unit, before)
    sealed = unit.vault.seal(totp_secret)
    _update(unit, staff_id, password_hash=password_hash, totp_secret=sealed, totp_step=0)
    _end_sessions(unit, staff_id)


def successors(unit: Unit, staff_id: UUID) -> list[StaffView]:
    """Return who may take patients over from this person."""
    return [
        one for one in staff(unit) if one.active and one.role in TREATING and one.id != staff_id
    ]


def _listed(unit: Unit, condition: ColumnElement[bool]) -> list[StaffView]:
    for_administrators(unit)
    seen = (
        select(func.max(col(StaffSession.seen_at)))
        .where(
            col(StaffSession.centre_id) == col(Staff.centre_id),
            col(StaffSession.staff_id) == col(Staff.id),
        )
        .scalar_subquery()
    )
    rows = unit.session.execute(
        select(
            col(Staff.id),
            col(Staff.login),
            col(Staff.name),
            col(Staff.role),
            col(Staff.site_id),
            col(Site.name).label("site"),
            col(Staff.active),
            col(Staff.created_at),
            seen.label("seen_at"),
        )
        .join(
            Site,
            (col(Site.centre_id) == col(Staff.centre_id)) & (col(Site.id) == col(Staff.site_id)),
        )
        .where(condition)
    )
    found = [StaffView(*row) for row in rows]
    return sorted(found, key=lambda one: (not one.active, one.name.casefold(), one.id))


def _keep_an_administrator(unit: Unit, leaving: StaffView) -> None:
    if leaving.role is not Role.ADMINISTRATOR or not leaving.active:
        return
    others = select(col(Staff.id)).where(
        col(Staff.centre_id) == unit.within.centre_id,
        col(Staff.id) != leaving.id,
        col(Staff.role) == Role.ADMINISTRATOR,
        col(Staff.active),
        # Whoever never used the link to begin with may never come.
        col(Staff.totp_step) > 0,
    )
    if unit.session.execute(others).first() is None:
        _refuse("role", LAST_ADMINISTRATOR)


def _hand_over(unit: Unit, leaving: StaffView, successor_id: UUID | None) -> list[UUID]:
    left = treated_by_nobody_else(unit, leaving.id)
    if left:
        able = {one.id: one for one in successors(unit, leaving.id)}
        if successor_id not in able:
            _refuse("successor", NEEDS_SUCCESSOR)
        for patient_id in left:
            begin(unit, able[successor_id].id, patient_id)
    unit.session.execute(
        update(TreatmentRelation)
        .where(
            col(TreatmentRelation.centre_id) == unit.within.centre_id,
            col(TreatmentRelation.staff_id) == leaving.id,
            col(TreatmentRelation.until).is_(None),
        )
        .values(until=unit.now)
    )
    return left


def _check_site(unit: Unit, site_id: UUID) -> None:
    site = select(col(Site.id)).where(
        col(Site.centre_id) == unit.within.centre_id, col(Site.id) == site_id
    )
    if unit.session.execute(site).first() is None:
        _refuse("site_id", N_("Choose a site of this centre."))


def _end_sessions(unit: Unit, staff_id: UUID) -> None:
    unit.session.execute(
        update(StaffSession)
        .where(
            col(StaffSession.centre_id) == unit.within.centre_id,
            col(StaffSession.staff_id) == staff_id,
            col(StaffSession.ended_at).is_(None),
        )
        .values(ended_at=unit.now)
    )


def _update(unit: Unit, staff_id: UUID, **values: object) -> None:
    unit.session.execute(
        update(Staff)
        .where(col(Staff.centre_id) == unit.within.centre_id, col(Staff.id) == staff_id)
        .values(**values)
    )


def _refuse(field: str, text: str) -> NoReturn:
    raise Refused(field, text, fields={field: text})
