"""Taking a patient's PIN away: forgotten, or locked after five wrong ones."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from diary.store import pins
from diary.store.tables import Action
from diary.web.language import gettext as _
from diary.web.team.access import changing

blueprint = Blueprint("pin", __name__, url_prefix="/patients/<uuid:patient_id>")


@blueprint.post("/pin/reset")
def reset(patient_id: UUID) -> ResponseReturnValue:
    """Take the PIN away; the patient chooses a new one at the next look at the own history."""
    with changing(patient_id, "pin.reset", Action.DELETE) as found:
        pins.reset(found.unit, patient_id)
    flash(_("The PIN is gone. The patient chooses a new one on the own phone."), "good")
    return redirect(url_for("team.patient.page", patient_id=patient_id, _anchor="phones"), 303)
