"""The link with which somebody stops the e-mails: in the mail itself, or its program's button.

RFC 8058: the program posts to the link, without cookies; a person who follows it gets a page with
one button, because programs that look for viruses follow links too.
"""

from __future__ import annotations

from contextlib import suppress

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from diary.store import audit, reaching
from diary.store.errors import NotFound
from diary.store.scope import Scope
from diary.store.tables import Action, Channel, Role
from diary.web.context import access_point, wiring, writing
from diary.web.security import SAFE_METHODS


def install(blueprint: Blueprint) -> None:
    """Add the page."""
    blueprint.add_url_rule("/stop/<token>", view_func=stop, methods=["GET", "POST"])


def stop(token: str) -> ResponseReturnValue:
    """Ask, and stop the e-mails of whoever the link was made for."""
    of = wiring().settings.signer.read_stop(token)
    if of is None:
        return render_template("patient/stop.html", state="wrong"), 404
    if request.method in SAFE_METHODS:
        return render_template("patient/stop.html", state="ask")
    scope = Scope(of.centre_id, Role.PATIENT, patient_id=of.patient_id)
    # A diary that is gone sends no e-mails any more: that is what was asked for.
    with suppress(NotFound), writing(scope) as unit:
        reaching.stop(unit, of.patient_id, Channel.EMAIL)
        audit.log(
            unit,
            "patient.stop_email",
            Action.UPDATE,
            access_point=access_point(),
            patient_id=of.patient_id,
        )
    return render_template("patient/stop.html", state="done")
