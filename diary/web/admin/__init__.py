"""The administrator's side: the centre, its people and settings; no patient's data at all."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from diary.store.tables import Role
from diary.web.admin import home, sites, staff
from diary.web.team import access, words

blueprint = Blueprint("admin", __name__, url_prefix="/admin")
for room in (home, sites, staff):
    blueprint.register_blueprint(room.blueprint)


@blueprint.before_request
def only_who_may() -> ResponseReturnValue | None:
    """Send strangers to the sign-in page, and everybody else away."""
    if not current_user.is_authenticated:
        back = request.full_path.removesuffix("?") if request.method == "GET" else None
        return redirect(url_for("team.accounts.sign_in", next=back), 303)
    if current_user.scope.role is not Role.ADMINISTRATOR:
        access.log_refused(None)
        abort(403)
    return None


@blueprint.context_processor
def for_templates() -> dict[str, object]:
    """Give the pages what their header needs."""
    role = current_user.scope.role if current_user.is_authenticated else None
    return {"treats": False, "role": words.said(words.ROLES, role), "manages": True}
