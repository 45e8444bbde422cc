"""What the patient agreed to: recorded by the team, withdrawn as easily as given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from diary.language import N_
from diary.protocol.days import diary_day_of
from diary.store import consents as store
from diary.store.consents import ConsentView
from diary.store.errors import Refused
from diary.store.tables import Purpose
from diary.web.language import day_short, gettext, moment_in
from diary.web.team.access import Opened, changing, looked_at
from diary.web.team.forms import Form, FormError

blueprint = Blueprint("consent", __name__, url_prefix="/patients/<uuid:patient_id>/consent")

PURPOSES: Mapping[Purpose, str] = {
    Purpose.DATA: N_("Use of the diary for treatment"),
    Purpose.EMAIL: N_("Reminders by e-mail"),
    Purpose.SMS: N_("Reminders by SMS"),
}
ANSWERS = {"yes": True, "no": False}


@dataclass(frozen=True, slots=True)
class ConsentLine:
    """What the patient said of one thing, in words."""

    what: str
    said: str
    on: str
    recorded: str


@blueprint.get("")
def page(patient_id: UUID) -> ResponseReturnValue:
    """Show what holds, and all that was said before."""
    return _look(patient_id, None)


@blueprint.post("")
def save(patient_id: UUID) -> ResponseReturnValue:
    """Write down what the patient said."""
    form = Form(request.form)
    try:
        with changing(patient_id, "consent.write") as found:
            said_on = form.day("said_on")
            said = {p: ANSWERS[form.value(p)] for p in Purpose if form.value(p) in ANSWERS}
            if said_on is None:
                raise FormError
            store.record(found.unit, found.pathway, said, said_on)
    except FormError:
        return _look(patient_id, form)
    except Refused as refusal:
        form.errors.update(refusal.fields)
        return _look(patient_id, form)
    flash(gettext(N_("The consent is saved.")), "good")
    return redirect(url_for("team.consent.page", patient_id=patient_id), 303)


def _look(patient_id: UUID, form: Form | None) -> ResponseReturnValue:
    with looked_at(patient_id, "consent.read") as found:
        known = store.consents(found.unit, patient_id)
    page = render_template(
        "team/consent.html",
        card=found.card,
        lines=[_line(found, view) for view in known],
        form=form or _filled(found, known),
        labels={"said_on": gettext(N_("Said on"))},
        purposes=[(one.value, gettext(label)) for one, label in PURPOSES.items()],
        answers=[("yes", gettext(N_("yes"))), ("no", gettext(N_("no")))],
    )
    return page, 422 if form else 200


def _filled(found: Opened, known: list[ConsentView]) -> Form:
    today = diary_day_of(found.unit.now, found.pathway.zone)
    values: MultiDict[str, str] = MultiDict({"said_on": today.isoformat()})
    for purpose, view in store.standing(known).items():
        values[purpose.value] = "yes" if view.given else "no"
    return Form(values)


def _line(found: Opened, view: ConsentView) -> ConsentLine:
    return ConsentLine(
        what=gettext(PURPOSES[view.purpose]),
        said=gettext(_said(view)),
        on=day_short(view.said_on),
        recorded=f"{moment_in(view.at, found.pathway.zone)}, {view.by}",
    )


def _said(view: ConsentView) -> str:
    if view.given:
        return N_("yes")
    return N_("withdrawn") if view.number > 1 else N_("no")
