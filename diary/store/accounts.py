"""Staff: their accounts, sign-in and sessions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, insert, select, update
from sqlmodel import col

from diary.protocol.messages import N_
from diary.store.database import Unit
from diary.store.errors import NotFound, Refused
from diary.store.scope import Scope
from diary.store.tables import Role, Site, Staff, StaffSession

IDLE = timedelta(minutes=15)
LONGEST = timedelta(hours=12)
TOUCH_AFTER = timedelta(minutes=1)
SHORTEST_PASSWORD = 12


@dataclass(frozen=True, slots=True)
class NewStaff:
    """A staff account to be made; the password comes hashed (argon2id), the TOTP secret open."""

    site_id: UUID
    login: str
    name: str
    role: Role
    language: str
    password_hash: str
    totp_secret: str


@dataclass(frozen=True, slots=True)
class StaffSecret:
    """What sign-in needs to check a password and a code; it never leaves the sign-in."""

    centre_id: UUID
    staff_id: UUID
    site_id: UUID
    role: Role
    name: str
    language: str
    password_hash: str
    totp_secret: str
    totp_step: int
    active: bool
    login: str

    @property
    def scope(self) -> Scope:
        """Return what this person may see, once signed in."""
        return Scope(self.centre_id, self.role, staff_id=self.staff_id)


@dataclass(frozen=True, slots=True)
class StaffMember:
    """Someone who is signed in at the team's side."""

    centre_id: UUID
    staff_id: UUID
    site_id: UUID
    role: Role
    name: str
    language: str

    @property
    def scope(self) -> Scope:
        """Return what this person may see."""
        return Scope(self.centre_id, self.role, staff_id=self.staff_id)


def add_staff(unit: Unit, new: NewStaff) -> UUID:
    """Make an account in the centre of the scope; for administrators and the product itself.

    Raises Refused("login_taken") when the log-in name exists anywhere, NotFound for others and
    for a site of another centre.
    """
    scope = unit.within
    if scope.role not in {None, Role.ADMINISTRATOR}:
        raise NotFound
    site = select(col(Site.id)).where(
        col(Site.centre_id) == scope.centre_id, col(Site.id) == new.site_id
    )
    if unit.session.execute(site).first() is None:
        raise NotFound
    values = {
        "centre_id": scope.centre_id,
        "id": uuid4(),
        "site_id": new.site_id,
        "login": _login(new.login),
        "name": new.name,
        "role": new.role,
        "language": new.language,
        "password_hash": new.password_hash,
        "totp_secret": unit.vault.seal(new.totp_secret),
        "totp_step": 0,
        "active": True,
        "created_at": unit.now,
    }
    # The name is unique over all centres, and row-level security hides the others: only the
    # unique index can tell.
    made: UUID | None = unit.session.execute(
        unit.insert(Staff).values(values).on_conflict_do_nothing().returning(col(Staff.id))
    ).scalar_one_or_none()
    if made is None:
        raise Refused("login_taken", N_("This log-in name is taken. Choose another one."))
    return made


def find_staff(unit: Unit, login: str) -> StaffSecret | None:
    """Return the account of `login`, whatever its case; the unit has no scope yet."""
    return _secret(unit, col(Staff.login) == _login(login))


def find_staff_by_id(unit: Unit, centre_id: UUID, staff_id: UUID) -> StaffSecret | None:
    """Return an account by its id; the unit has no scope yet."""
    return _secret(unit, (col(Staff.centre_id) == centre_id) & (col(Staff.id) == staff_id))


def choose_password(unit: Unit, staff: StaffSecret, password_hash: str) -> bool:
    """Replace the password of `staff`; False when it was replaced since `staff` was read."""
    changed = unit.session.execute(
        update(Staff)
        .where(
            col(Staff.centre_id) == staff.centre_id,
            col(Staff.id) == staff.staff_id,
            col(Staff.password_hash) == staff.password_hash,
            col(Staff.active),
        )
        .values(password_hash=password_hash)
        .returning(col(Staff.id))
    )
    return changed.first() is not None


def _secret(unit: Unit, condition: ColumnElement[bool]) -> StaffSecret | None:
    row = unit.session.execute(
        select(
            col(Staff.centre_id),
            col(Staff.id),
            col(Staff.site_id),
            col(Staff.role),
            col(Staff.name),
            col(Staff.language),
            col(Staff.password_hash),
            col(Staff.totp_secret),
            col(Staff.totp_step),
            col(Staff.active),
            col(Staff.login),
        ).where(condition)
    ).one_or_none()
    if row is None:
        return None
    return StaffSecret(
        centre_id=row.centre_id,
        staff_id=row.id,
        site_id=row.site_id,
        role=row.role,
        name=row.name,
        language=row.language,
        password_hash=row.password_hash,
        totp_secret=unit.vault.open(row.totp_secret),
        totp_step=row.totp_step,
        active=row.active,
        login=row.login,
    )


def accept_totp_step(unit: Unit, staff_id: UUID, centre_id: UUID, step: int) -> bool:
    """Use up the code of time step `step`; False when it, or a later one, was used before."""
    taken = unit.session.execute(
        update(Staff)
        .where(
            col(Staff.centre_id) == centre_id,
            col(Staff.id) == staff_id,
            col(Staff.totp_step) < step,
        )
        .values(totp_step=step)
        .returning(col(Staff.id))
    )
    return taken.first() is not None


def start_session(unit: Unit, staff: StaffSecret, token: str) -> None:
    """Sign `staff` in under `token`, of which only a keyed hash is kept."""
    unit.session.execute(
        insert(StaffSession).values(
            centre_id=staff.centre_id,
            id=uuid4(),
            staff_id=staff.staff_id,
            token_hash=_token(unit, token),
            started_at=unit.now,
            seen_at=unit.now,
        )
    )


def staff_session(unit: Unit, token: str) -> StaffMember | None:
    """Return who is signed in under `token`; None when it ended, idled (15 min) or aged (12 h).

    In a write unit the time of this visit is kept, at most once a minute.
    """
    row = unit.session.execute(
        select(
            col(StaffSession.id),
            col(StaffSession.seen_at),
            col(Staff.centre_id),
            col(Staff.id),
            col(Staff.site_id),
            col(Staff.role),
            col(Staff.name),
            col(Staff.language),
        )
        .join(
            Staff,
            (col(Staff.centre_id) == col(StaffSession.centre_id))
            & (col(Staff.id) == col(StaffSession.staff_id)),
        )
        .where(
            col(StaffSession.token_hash) == _token(unit, token),
            col(StaffSession.ended_at).is_(None),
            col(StaffSession.seen_at) > unit.now - IDLE,
            col(StaffSession.started_at) > unit.now - LONGEST,
            col(Staff.active),
        )
    ).one_or_none()
    if row is None:
        return None
    session_id, seen_at, *member = row
    if unit.writable and unit.now - seen_at >= TOUCH_AFTER:
        unit.session.execute(
            update(StaffSession)
            .where(col(StaffSession.centre_id) == member[0], col(StaffSession.id) == session_id)
            .values(seen_at=unit.now)
        )
    return StaffMember(*member)


def end_session(unit: Unit, token: str) -> None:
    """Sign out; a token that is not signed in changes nothing."""
    unit.session.execute(
        update(StaffSession)
        .where(
            col(StaffSession.token_hash) == _token(unit, token),
            col(StaffSession.ended_at).is_(None),
        )
        .values(ended_at=unit.now)
    )


def end_other_sessions(unit: Unit, token: str) -> None:
    """Sign the staff member of the scope out everywhere but under `token`."""
    unit.session.execute(
        update(StaffSession)
        .where(
            col(StaffSession.centre_id) == unit.within.centre_id,
            col(StaffSession.staff_id) == unit.within.staff_id,
            col(StaffSession.token_hash) != _token(unit, token),
            col(StaffSession.ended_at).is_(None),
        )
        .values(ended_at=unit.now)
    )


def _login(login: str) -> str:
    return login.strip().casefold()


def _token(unit: Unit, token: str) -> bytes:
    return unit.vault.digest(f"session:{token}")
