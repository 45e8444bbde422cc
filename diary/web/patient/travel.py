"""The phone is on another time than the diary: asked on the start page, never guessed."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from diary.language import N_
from diary.store import travel as store
from diary.store.errors import Refused
from diary.store.tables import Action
from diary.web.language import gettext as _
from diary.web.patient.access import visit

KEPT = N_("Your diary stays on its own time.")
TOLD = N_("Your centre sees it. Your diary stays on its own time for now.")


def install(blueprint: Blueprint) -> None:
    """Add what the question on the start page does."""
    blueprint.add_url_rule("/travel", view_func=travel, methods=["POST"])


def travel() -> ResponseReturnValue:
    """Keep what the patient answered, with the zone that the phone told."""
    answer = request.form.get("answer")
    if answer not in {"keep", "tell"}:
        abort(400)
    call = answer == "tell"
    try:
        with visit("patient.travel", Action.UPDATE) as seen:
            zone = request.form.get("zone", "")
            store.note_travel(seen.unit, seen.owner.patient_id, zone, call=call)
    except Refused:
        abort(400)
    flash(_(TOLD if call else KEPT), "good")
    return redirect(url_for("patient.home"), 303)
