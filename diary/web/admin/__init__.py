"""The administrator's side: the centre, its people and settings; no patient's data at all."""

from __future__ import annotations

from flask import Blueprint, abort, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from diary.store.tables import Role
from diary.web import accounts
from diary.web.accounts import IDLE_SECONDS
from diary.web.admin import centre, channels, home, log, protocols, sites, staff, symptoms
from diary.web.team import access, words

blueprint = Blueprint("admin", __name__, url_prefix="/admin")
for room in (home, centre, channels, protocols, sites, staff, symptoms, log):
    blueprint.register_blueprint(room.blueprint)

# Auditors read the log, and nothing else.
OPEN_TO_AUDITORS = frozenset({"admin.log.page", "admin.log.table", "admin.log.check"})


@blueprint.before_request
def only_who_may() -> ResponseReturnValue | None:
    """Send strangers to the sign-in page, and everybody else away."""
    if not current_user.is_authenticated:
        return accounts.sign_in_first()
    role = current_user.scope.role
    audits = role is Role.AUDITOR and request.endpoint in OPEN_TO_AUDITORS
    if role is not Role.ADMINISTRATOR and not audits:
        access.log_refused(None)
        abort(403)
    return None


@blueprint.context_processor
def for_templates() -> dict[str, object]:
    """Give the pages what their header needs."""
    role = current_user.scope.role if current_user.is_authenticated else None
    return {
        "treats": False,
        "manages": role is Role.ADMINISTRATOR,
        "role": words.said(words.ROLES, role),
        "idle_seconds": IDLE_SECONDS,
    }
