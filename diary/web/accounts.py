"""How staff sign in: log-in name, password (argon2id) and a code (TOTP), and how they leave.

Every kind of wrong gets the same answer and takes as long: nobody learns which names exist.
"""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime
from functools import cache
from urllib.parse import urlsplit

import pyotp
import structlog
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_login import current_user

from diary import language as languages
from diary.language import N_
from diary.store import accounts, attempts, audit, phones
from diary.store.accounts import StaffSecret
from diary.store.database import Unit
from diary.store.tables import Action
from diary.web.context import access_point, now, writing
from diary.web.identity import TEAM_COOKIE, TEAM_PATHS, set_team_cookie

log = structlog.get_logger()
blueprint = Blueprint("accounts", __name__)

HASHER = PasswordHasher()
STEP_SECONDS = 30
# One step back for slow typing, one ahead for a clock that runs fast (RFC 6238 §5.2).
STEPS_OFF = (0, -1, 1)
TOKEN_BYTES = 32
# For so long after it was made a page is sure that the session goes on: of a visit within a minute
# after the one before, the time is not kept.
IDLE_SECONDS = int((accounts.IDLE - accounts.TOUCH_AFTER).total_seconds())

WRONG = N_("This log-in name, password or code is not right. Check all three and try again.")
TOO_OFTEN = N_("That was tried too often. Wait fifteen minutes and try again.")
NO_SECRET = pyotp.random_base32()


@blueprint.get("/sign-in")
def sign_in() -> ResponseReturnValue:
    """Show the sign-in page; somebody who is signed in goes on."""
    if current_user.is_authenticated:
        return redirect(_where_to(), 303)
    return _page()


@blueprint.get("/who")
def who() -> ResponseReturnValue:
    """Say who is signed in on this browser, by an id that says nothing else.

    A page asks it before it sends what was typed by the person it was made for (staying.js).
    """
    return Response(current_user.get_id(), mimetype="text/plain")


def sign_in_first() -> ResponseReturnValue:
    """Send a stranger to the sign-in page, and from there back to where that was asked.

    A form that was sent is not sent again by itself: it leads back to the page it stood on, and
    the sign-in page says that nothing was saved.
    """
    if request.method == "GET":
        return redirect(_sign_in(request.full_path.removesuffix("?")), 303)
    if request.endpoint == "team.accounts.sign_out":
        return redirect(_sign_in(None), 303)
    return redirect(_sign_in(_page_of_form(), lost="1"), 303)


def _page_of_form() -> str | None:
    """Return the page of the team on which the form of this request stood; None: it is not known.

    A page that showed errors has the address of its form, which cannot be gone to: the nearest
    page above it then.
    """
    try:
        parts = urlsplit(request.referrer or "")
    except ValueError:
        return None
    if parts.netloc != request.host or not parts.path.startswith(TEAM_PATHS):
        return None
    place, query = parts.path, f"?{parts.query}" if parts.query else ""
    pages = current_app.url_map.bind(request.host)
    while place and not pages.test(place, method="GET"):
        place, query = place.rpartition("/")[0], ""
    return f"{place}{query}" if place.startswith(TEAM_PATHS) else None


def _sign_in(back: str | None, lost: str | None = None) -> str:
    return url_for("team.accounts.sign_in", next=back, lost=lost)


@blueprint.post("/sign-in")
def sign_in_now() -> ResponseReturnValue:
    """Check the three secrets; five wrong guesses in fifteen minutes close the door."""
    login = request.form.get("login", "").strip()
    # Counted before the secrets are looked at, so that parallel guesses count too.
    with writing(None) as unit:
        staff = accounts.find_staff(unit, login)
        left = attempts.attempts_left(unit, "login", login)
        if left:
            attempts.note_attempt(unit, "login", login, succeeded=False)
    if not left:
        # In no access log: anybody could make that grow without end.
        log.warning("staff.sign_in_closed", address=request.remote_addr)
        return _page(TOO_OFTEN, login, 429)
    step = checked_step(staff, request.form.get("password", ""), request.form.get("code", ""))
    if staff is None or step is None:
        _refused(staff, login, left - 1)
        return _page(WRONG, login, 422)
    token, place = secrets.token_urlsafe(TOKEN_BYTES), _where_to()
    with writing(staff.scope) as unit:
        if not accounts.accept_totp_step(unit, staff.staff_id, staff.centre_id, step):
            _log(unit, "staff.sign_in_refused", authorised=False)
            return _page(WRONG, login, 422)
        attempts.note_attempt(unit, "login", login, succeeded=True)
        accounts.start_session(unit, staff, token)
        _log(unit, "staff.sign_in")
    response = make_response(redirect(place, 303))
    set_team_cookie(response, token)
    return response


def _refused(staff: StaffSecret | None, login: str, left: int) -> None:
    """Log that somebody did not get in under a name of a centre, and when that closed the door.

    A name that nobody has belongs to no centre's log; so that it takes as long, as much is written.
    """
    log.warning("staff.sign_in_refused", address=request.remote_addr)
    with writing(None if staff is None else staff.scope) as unit:
        if staff is None:
            attempts.note_attempt(unit, "nobody", login, succeeded=False)
            return
        _log(unit, "staff.sign_in_refused", authorised=False)
        if not left:
            _log(unit, "staff.sign_in_closed", authorised=False)


def _log(unit: Unit, event: str, *, authorised: bool = True) -> None:
    audit.log(unit, event, Action.EXECUTE, access_point=access_point(), authorised=authorised)


@blueprint.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """End the session on this browser and in the store."""
    token = request.cookies.get(TEAM_COOKIE)
    if token and current_user.is_authenticated:
        with writing(current_user.scope) as unit:
            accounts.end_session(unit, token)
            _log(unit, "staff.sign_out")
    response = redirect(url_for("team.accounts.sign_in"), 303)
    response.delete_cookie(TEAM_COOKIE)
    return response


@blueprint.post("/language")
def choose_language() -> ResponseReturnValue:
    """Keep the language that a staff member chose."""
    wanted = request.form.get("language")
    if wanted not in languages.TEAM_LANGUAGES:
        abort(400)
    with writing(current_user.scope) as unit:
        phones.set_language(unit, wanted)
    return redirect(_where_to(), 303)


def checked_step(staff: StaffSecret | None, password: str, code: str) -> int | None:
    """Return the time step of the right code, None when anything at all is wrong.

    Password and code are always both looked at, with a stand-in for an account that is not there.
    """
    known = staff is not None and staff.active
    right = _is_password(staff.password_hash if staff and known else _stand_in(), password)
    step = matching_step(staff.totp_secret if staff and known else NO_SECRET, code, now())
    return step if known and right else None


def _is_password(hashed: str, password: str) -> bool:
    try:
        return HASHER.verify(hashed, password)
    except (VerificationError, InvalidHashError):
        return False


def matching_step(secret: str, code: str, at: datetime) -> int | None:
    """Return the time step of which `code` is the code about now, None when it is none."""
    typed = "".join(code.split()).encode()
    present = int(at.timestamp()) // STEP_SECONDS
    maker = pyotp.TOTP(secret)
    matches = [
        present + off
        for off in STEPS_OFF
        if hmac.compare_digest(maker.generate_otp(present + off).encode(), typed)
    ]
    return matches[0] if matches else None


@cache
def _stand_in() -> str:
    return HASHER.hash(secrets.token_urlsafe(TOKEN_BYTES))


def _where_to() -> str:
    """Return the page that was asked for before signing in, when it is one of the team's."""
    wanted = request.values.get("next", "")
    home = url_for("team.home")
    try:
        parts = urlsplit(wanted)
    except ValueError:
        return home
    own = not parts.scheme and not parts.netloc and parts.path.startswith(TEAM_PATHS)
    return wanted if own and "\\" not in wanted and wanted.isprintable() else home


def _page(error: str | None = None, login: str = "", status: int = 200) -> ResponseReturnValue:
    return (
        render_template(
            "team/sign_in.html",
            error=error,
            login=login,
            next=request.values.get("next", ""),
            lost="lost" in request.values,
        ),
        status,
    )
