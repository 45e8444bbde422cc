"""The first sign-in: a colleague opens the link, sets the code app up and chooses a password.

Nobody else ever knows the password. The link is good for three days, and until one was chosen.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

import pyotp
import segno
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from diary.language import N_
from diary.settings import Settings
from diary.signed import Welcome
from diary.store import accounts, attempts, audit
from diary.store.accounts import SHORTEST_PASSWORD, StaffSecret
from diary.store.tables import Action
from diary.web.accounts import HASHER, TOO_OFTEN, matching_step
from diary.web.context import access_point, now, reading, wiring, writing
from diary.web.language import gettext, speaking
from diary.web.team.forms import Form

blueprint = Blueprint("welcome", __name__, url_prefix="/welcome")

LIVES = timedelta(days=3)
LONGEST_PASSWORD = 1000
LABELS = {"password": N_("New password"), "again": N_("Once more"), "code": N_("Code")}
TOO_SHORT = N_("Use at least 12 characters. A sentence is fine.")
NOT_THE_SAME = N_("This is not the same as above.")
WRONG_CODE = N_("This code is not right. Take the one that the app shows now.")


def unknown_secrets() -> tuple[str, str]:
    """Return the hash of a password that nobody knows, and a new secret for the code app."""
    return HASHER.hash(secrets.token_urlsafe(32)), pyotp.random_base32()


def link_for(settings: Settings, staff: StaffSecret, at: datetime) -> tuple[str, datetime]:
    """Return the address with which `staff` begins, and until when it is good.

    Without `url_for`: the command line makes one too.
    """
    expires = at + LIVES
    token = settings.signer.welcome(Welcome(staff.centre_id, staff.staff_id, expires, _mark(staff)))
    return f"{settings.base_url}/team/welcome/{token}", expires


@blueprint.get("/<token>")
def page(token: str) -> ResponseReturnValue:
    """Show how to set the code app up, and the form for a password."""
    staff = _welcomed(token)
    return _gone() if staff is None else _page(staff, Form(MultiDict()), token)


@blueprint.post("/<token>")
def choose(token: str) -> ResponseReturnValue:
    """Keep the password when the code shows that the app is set up."""
    staff, form = _welcomed(token), Form(request.form)
    if staff is None:
        return _gone()
    # Counted before the code is looked at, so that parallel guesses count too.
    with writing(None) as unit:
        left = attempts.attempts_left(unit, "welcome", str(staff.staff_id))
        if left:
            # A try at the closed door does not keep it closed.
            attempts.note_attempt(unit, "welcome", str(staff.staff_id), succeeded=False)
    if not left:
        form.errors["code"] = TOO_OFTEN
        return _page(staff, form, token)
    password = request.form.get("password", "")
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        form.errors["password"] = TOO_SHORT
    elif password != request.form.get("again", ""):
        form.errors["again"] = NOT_THE_SAME
    step = matching_step(staff.totp_secret, form.value("code"), now())
    if step is None:
        form.errors["code"] = WRONG_CODE
    if form.errors or step is None:
        return _page(staff, form, token)
    with writing(staff.scope) as unit:
        chosen = accounts.choose_password(unit, staff, HASHER.hash(password))
        if chosen:
            accounts.accept_totp_step(unit, staff.staff_id, staff.centre_id, step)
            attempts.note_attempt(unit, "welcome", str(staff.staff_id), succeeded=True)
            audit.log(unit, "staff.welcome", Action.UPDATE, access_point=access_point())
    if not chosen:
        return _gone()
    with speaking(staff.language):
        flash(gettext(N_("Your password is kept. Sign in with the next code of the app.")), "good")
    return redirect(url_for("team.accounts.sign_in"), 303)


def _welcomed(token: str) -> StaffSecret | None:
    """Return whom the link is for, None when it is none, is over, or was used."""
    found = wiring().settings.signer.read_welcome(token)
    if found is None or found.expires <= now():
        return None
    with reading(None) as unit:
        staff = accounts.find_staff_by_id(unit, found.centre_id, found.staff_id)
    return staff if staff and staff.active and _mark(staff) == found.mark else None


def _mark(staff: StaffSecret) -> str:
    return hashlib.sha256(staff.password_hash.encode()).hexdigest()[:16]


def _page(staff: StaffSecret, form: Form, token: str) -> ResponseReturnValue:
    uri = pyotp.TOTP(staff.totp_secret).provisioning_uri(
        name=staff.login, issuer_name="Pijndagboek"
    )
    with speaking(staff.language):
        page = render_template(
            "team/welcome.html",
            staff=staff,
            form=form,
            token=token,
            labels={name: gettext(label) for name, label in LABELS.items()},
            secret=" ".join(staff.totp_secret[n : n + 4] for n in range(0, 32, 4)).strip(),
            qr=segno.make(uri, micro=False).svg_data_uri(scale=5, dark="#000", light="#fff"),
        )
    return page, 422 if form.errors else 200


def _gone() -> ResponseReturnValue:
    return render_template("team/welcome_gone.html"), 404
