"""Who makes the request: a patient's phone or a member of the team, each by its own cookie."""

from __future__ import annotations

from flask import Flask, Request, Response, request
from flask_login import LoginManager, UserMixin

from diary.store import accounts, phones
from diary.store.scope import Scope
from diary.web.context import over_tls, reading, writing

PHONE_COOKIE = "diary_phone"
TEAM_COOKIE = "diary_team"
# Browsers keep no cookie longer than 400 days; it is set anew at every visit.
PHONE_COOKIE_SECONDS = 400 * 24 * 3600
TEAM_PATHS = ("/team/", "/admin/")
# Where a visit begins: there it is noted that the phone is in use. Elsewhere reading is enough.
OPENING_PATHS = ("/", "/score")


class PatientUser(UserMixin):  # type: ignore[misc]
    """The patient whose activated phone this is."""

    def __init__(self, owner: phones.PhoneOwner) -> None:
        self.owner = owner
        self.language = owner.language

    @property
    def scope(self) -> Scope:
        """Return what this patient may see: the own rows."""
        return self.owner.scope

    def get_id(self) -> str:
        """Return the phone's id, as Flask-Login asks."""
        return str(self.owner.phone_id)


class StaffUser(UserMixin):  # type: ignore[misc]
    """A signed-in member of the team."""

    def __init__(self, member: accounts.StaffMember) -> None:
        self.member = member
        self.language = member.language

    @property
    def scope(self) -> Scope:
        """Return what this person may see: patients with a treatment relation."""
        return self.member.scope

    def get_id(self) -> str:
        """Return the staff member's id, as Flask-Login asks."""
        return str(self.member.staff_id)


def install(app: Flask) -> None:
    """Let Flask-Login recognise people by our own cookies; it keeps none of its own."""
    manager = LoginManager()
    manager.init_app(app)
    manager.session_protection = None
    manager.request_loader(_recognise)


def on_team_side() -> bool:
    """Tell whether this request is for the team's pages rather than the patient's."""
    return request.path.startswith(TEAM_PATHS)


def _recognise(incoming: Request) -> PatientUser | StaffUser | None:
    if incoming.path.startswith(TEAM_PATHS):
        token = incoming.cookies.get(TEAM_COOKIE)
        if not token:
            return None
        with writing(None) as unit:
            member = accounts.staff_session(unit, token)
        return StaffUser(member) if member else None
    token = incoming.cookies.get(PHONE_COOKIE)
    if not token:
        return None
    opened = writing if incoming.path in OPENING_PATHS else reading
    with opened(None) as unit:
        owner = phones.phone_owner(unit, token)
    return PatientUser(owner) if owner else None


def set_phone_cookie(response: Response, token: str) -> None:
    """Make this browser the patient's phone."""
    response.set_cookie(
        PHONE_COOKIE,
        token,
        max_age=PHONE_COOKIE_SECONDS,
        httponly=True,
        samesite="Lax",
        secure=over_tls(),
    )


def set_team_cookie(response: Response, token: str) -> None:
    """Sign a staff member in on this browser, until it closes or the session ends."""
    response.set_cookie(TEAM_COOKIE, token, httponly=True, samesite="Lax", secure=over_tls())
