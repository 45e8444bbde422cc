"""Who treats this patient: adding a colleague, and ending the own treatment relation."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from diary.language import N_
from diary.store import patients, relations
from diary.store.errors import Refused
from diary.store.tables import Action
from diary.web.language import day_short, gettext
from diary.web.team import words
from diary.web.team.access import changing, looked_at
from diary.web.team.forms import Form, FormError

blueprint = Blueprint("treating", __name__, url_prefix="/patients/<uuid:patient_id>/treating")


@blueprint.get("")
def page(patient_id: UUID) -> ResponseReturnValue:
    """Show who treats the patient since when, and who could."""
    return _page(patient_id, Form(request.args))


@blueprint.post("")
def add(patient_id: UUID) -> ResponseReturnValue:
    """Let a colleague treat the patient too."""
    form = Form(request.form)
    try:
        with changing(patient_id, "relation.add", Action.CREATE) as found:
            able = [str(one.id) for one in relations.colleagues(found.unit, patient_id)]
            chosen = form.choice("colleague", able)
            if form.errors:
                raise FormError
            patients.relate(found.unit, UUID(chosen), patient_id)
    except FormError:
        return _page(patient_id, form)
    flash(gettext(N_("The colleague now sees this diary too.")), "good")
    return redirect(url_for("team.treating.page", patient_id=patient_id), 303)


@blueprint.post("/leave")
def leave(patient_id: UUID) -> ResponseReturnValue:
    """Treat the patient no more; the diary is closed to who left."""
    form = Form(request.form)
    try:
        with changing(patient_id, "relation.end", Action.UPDATE) as found:
            relations.leave(found.unit, patient_id)
    except Refused as refusal:
        form.errors["leave"] = refusal.text
        return _page(patient_id, form)
    flash(gettext(N_("You no longer treat this patient.")), "good")
    return redirect(url_for("team.patients.listing"), 303)


def _page(patient_id: UUID, form: Form) -> ResponseReturnValue:
    with looked_at(patient_id, "relation.read") as found:
        everybody = relations.colleagues(found.unit, patient_id)
    page = render_template(
        "team/treating.html",
        card=found.card,
        form=form,
        labels={"colleague": gettext("Colleague"), "leave": gettext("End my part")},
        treat=[
            (
                one.name,
                words.said(words.ROLES, one.role),
                day_short(one.since.astimezone(found.pathway.zone).date()),
            )
            for one in everybody
            if one.since is not None
        ],
        others=[
            (str(one.id), f"{one.name}, {words.said(words.ROLES, one.role)}")
            for one in everybody
            if one.since is None
        ],
    )
    return page, 422 if form.errors else 200
