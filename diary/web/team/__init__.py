"""The team's side: one parent blueprint; who may pass is decided here, for every page at once."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from diary.store.scope import TREATING
from diary.store.tables import Role
from diary.web import accounts
from diary.web.accounts import IDLE_SECONDS
from diary.web.team import (
    access,
    alarms,
    another_pathway,
    booklet,
    consent,
    decisions,
    eligibility,
    enrol,
    ledger,
    looked,
    medicines,
    milestones,
    notes,
    password,
    patient,
    patients,
    phases,
    phones,
    pin,
    questionnaires,
    reminding,
    report,
    switches,
    today,
    treating,
    trend,
    typing_over,
    welcome,
    words,
)

blueprint = Blueprint("team", __name__, url_prefix="/team")
for room in (
    *(accounts, welcome, password, treating, today, patients, enrol, another_pathway, patient),
    *(phases, phones, pin, trend, decisions, milestones, switches, notes, looked),
    *(consent, eligibility, alarms, reminding, medicines, booklet, typing_over),
    *(questionnaires, ledger, report),
):
    blueprint.register_blueprint(room.blueprint)

# For who is not signed in yet, and for staff of any role.
OPEN_TO_ALL = frozenset(
    {
        *("team.accounts.sign_in", "team.accounts.sign_in_now"),
        *("team.welcome.page", "team.welcome.choose"),
    }
)
OPEN_TO_STAFF = frozenset(
    {
        *("team.home", "team.accounts.sign_out", "team.accounts.choose_language"),
        "team.accounts.who",
        *("team.password.page", "team.password.change"),
    }
)


blueprint.url_defaults(access.stay_in)


@blueprint.before_request
def only_who_may() -> ResponseReturnValue | None:
    """Send strangers to the sign-in page; keep patient data from staff who treat nobody."""
    if request.endpoint in OPEN_TO_ALL:
        return None
    if not current_user.is_authenticated:
        return accounts.sign_in_first()
    if request.endpoint not in OPEN_TO_STAFF and current_user.scope.role not in TREATING:
        access.log_refused((request.view_args or {}).get("patient_id"))
        abort(403)
    return None


@blueprint.context_processor
def for_templates() -> dict[str, object]:
    """Give the team's pages what their header needs."""
    role = current_user.scope.role if current_user.is_authenticated else None
    return {
        "treats": role in TREATING,
        "role": words.said(words.ROLES, role),
        "idle_seconds": IDLE_SECONDS,
        "of_pathway": access.of_pathway(),
    }


@blueprint.get("/")
def home() -> ResponseReturnValue:
    """Show what there is to do to who treats patients; others begin at the centre's side."""
    if current_user.scope.role in TREATING:
        return today.page()
    manages = current_user.scope.role is Role.ADMINISTRATOR
    return redirect(url_for("admin.home.page" if manages else "admin.log.page"), 303)
