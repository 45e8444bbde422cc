"""Staff change their own password: with the present one and a code, as at the sign-in."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from diary.language import N_
from diary.store import accounts, attempts, audit
from diary.store.accounts import SHORTEST_PASSWORD
from diary.store.tables import Action
from diary.web.accounts import HASHER, TOO_OFTEN, checked_step
from diary.web.context import access_point, writing
from diary.web.identity import TEAM_COOKIE
from diary.web.language import gettext
from diary.web.team.access import staff_scope
from diary.web.team.forms import Form
from diary.web.team.welcome import LONGEST_PASSWORD, NOT_THE_SAME, TOO_SHORT

blueprint = Blueprint("password", __name__, url_prefix="/password")

LABELS = {
    "present": N_("Present password"),
    "code": N_("Code"),
    "password": N_("New password"),
    "again": N_("Once more"),
}
WRONG = N_("The present password or the code is not right. Each code is good once: take the next.")
THE_SAME = N_("This is the present password. Choose another one.")


@blueprint.get("")
def page() -> ResponseReturnValue:
    """Show the form."""
    return _page(Form(MultiDict()))


@blueprint.post("")
def change() -> ResponseReturnValue:
    """Replace the password, and sign out everywhere else.

    Five wrong tries in fifteen minutes close it, also for somebody at a screen that was left open.
    """
    form = Form(request.form)
    present, new = request.form.get("present", ""), request.form.get("password", "")
    # What is wrong with the new one is told first: no secret is looked at, so no try counts.
    if not SHORTEST_PASSWORD <= len(new) <= LONGEST_PASSWORD:
        form.errors["password"] = TOO_SHORT
    elif new == present:
        form.errors["password"] = THE_SAME
    elif new != request.form.get("again", ""):
        form.errors["again"] = NOT_THE_SAME
    if form.errors:
        return _page(form)
    if not _is_changed(form, present, new):
        return _page(form)
    flash(gettext(N_("Your password is changed. Everywhere else you are signed out.")), "good")
    return redirect(url_for("team.home"), 303)


def _is_changed(form: Form, present: str, new: str) -> bool:
    scope = staff_scope()
    assert scope.staff_id is not None, "who is signed in at the team's side is staff"
    subject = str(scope.staff_id)
    # Counted before the secrets are looked at, so that parallel guesses count too.
    with writing(None) as unit:
        left = attempts.attempts_left(unit, "password", subject)
        if left:
            attempts.note_attempt(unit, "password", subject, succeeded=False)
        staff = accounts.find_staff_by_id(unit, scope.centre_id, scope.staff_id)
    if not left:
        form.errors["present"] = TOO_OFTEN
        return False
    step = checked_step(staff, present, form.value("code"))
    hashed = HASHER.hash(new)
    with writing(scope) as unit:
        changed = (
            staff is not None
            and step is not None
            and accounts.accept_totp_step(unit, staff.staff_id, staff.centre_id, step)
            and accounts.choose_password(unit, staff, hashed)
        )
        if changed:
            attempts.note_attempt(unit, "password", subject, succeeded=True)
            accounts.end_other_sessions(unit, request.cookies[TEAM_COOKIE])
        audit.log(
            unit,
            "staff.password",
            Action.UPDATE,
            access_point=access_point(),
            authorised=changed,
        )
    if not changed:
        form.errors["present"] = WRONG
    return changed


def _page(form: Form) -> ResponseReturnValue:
    page = render_template(
        "team/password.html",
        form=form,
        labels={name: gettext(label) for name, label in LABELS.items()},
    )
    if not form.errors:
        return page
    return page, 429 if form.errors.get("present") == TOO_OFTEN else 422
