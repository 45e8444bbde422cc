"""A patient's phones: the letter that connects one, in the patient's words, and taking one away."""

from __future__ import annotations

from uuid import UUID

import segno
from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from diary.language import N_
from diary.store import centres
from diary.store import phones as store
from diary.store.errors import NotFound
from diary.store.tables import Action
from diary.web.context import wiring
from diary.web.language import gettext, speaking
from diary.web.team.access import changing

blueprint = Blueprint("phones", __name__, url_prefix="/patients/<uuid:patient_id>")


@blueprint.post("/phones/<uuid:phone_id>/revoke")
def revoke(patient_id: UUID, phone_id: UUID) -> ResponseReturnValue:
    """Take a phone's access away: lost, sold, or not the patient's."""
    with changing(patient_id, "phone.revoke") as found:
        if all(phone.id != phone_id for phone in store.phones(found.unit, patient_id)):
            raise NotFound
        store.revoke_phone(found.unit, phone_id)
    flash(gettext(N_("This phone no longer has access to the diary.")), "good")
    return redirect(url_for("team.patient.page", patient_id=patient_id, _anchor="phones"), 303)


@blueprint.post("/letter")
def letter(patient_id: UUID) -> ResponseReturnValue:
    """Make a new code, which ends the older ones, and show the letter to print.

    The code stands in this answer only: the store keeps no more than its hash.
    """
    with changing(patient_id, "phone.letter", Action.CREATE) as found:
        code = store.create_activation_code(found.unit, patient_id)
        centre = centres.centre(found.unit)
        expires = (found.unit.now + store.CODE_LIVES).astimezone(found.pathway.zone)
    base = wiring().settings.base_url
    address = base + url_for("patient.activate")
    picture = segno.make(base + url_for("patient.activate_code", code=code), error="m", micro=False)
    # The letter is the patient's: in the patient's language.
    with speaking(found.card.language):
        body = render_template(
            "team/_letter.html",
            card=found.card,
            centre=centre,
            code=code,
            address=address,
            qr=picture.svg_data_uri(scale=5, dark="#000", light="#fff"),
            expires=expires.date(),
        )
    return render_template("team/letter.html", card=found.card, body=body)
