"""The centre as a whole: its name and number, who is on duty, and what new patients get."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from diary.language import N_, TEAM_LANGUAGES
from diary.protocol.reminding import MOST_STEPS
from diary.store import centre_settings, centres, reminding
from diary.store.database import Unit
from diary.store.errors import Refused
from diary.store.tables import Action
from diary.store.worklist import duty
from diary.store.worklist.duty import DutyContact
from diary.web.admin.access import changing, looked_at
from diary.web.admin.trying import try_out
from diary.web.labels import moment_label
from diary.web.language import gettext
from diary.web.team.forms import Form, FormError
from diary.web.team.ladder_form import custom_fields, read_custom, sides
from diary.web.team.medicines import EVENING_WORDS
from diary.web.team.pathway_form import MOMENTS, read_moments

blueprint = Blueprint("centre", __name__, url_prefix="/centre")

LABELS = {
    "name": N_("Name"),
    "phone_number": N_("Telephone number for patients"),
    "language": N_("Language"),
    "email": N_("E-mail address"),
    "mobile": N_("Mobile number"),
    "ladder": N_("Reminders"),
    "quiet_from": N_("Quiet from"),
    "quiet_until": N_("Quiet until"),
    "moments": N_("Measuring moments"),
    "evening": N_("Questions of the evening"),
}


@blueprint.get("")
def page() -> ResponseReturnValue:
    """Show what holds for the whole centre, in forms that change it."""
    return _page(None)


@blueprint.post("/details")
def details() -> ResponseReturnValue:
    """Keep name, telephone number and language."""
    form = Form(request.form)

    def save(unit: Unit) -> None:
        new = [form.value(name) for name in ("name", "phone_number", "language")]
        centre_settings.set_details(unit, *new)

    return _saved("centre.details", form, save, N_("The details are saved."))


@blueprint.post("/duty")
def on_duty() -> ResponseReturnValue:
    """Keep whom urgent items are sent to."""
    form = Form(request.form)

    def save(unit: Unit) -> None:
        email, mobile = form.value("email") or None, form.value("mobile") or None
        number = reminding.check_addresses(email, mobile)
        duty.set_contact(unit, DutyContact(email, number))

    return _saved("centre.duty", form, save, N_("The addresses of who is on duty are saved."))


@blueprint.post("/duty/test")
def test() -> ResponseReturnValue:
    """Send a test message to who is on duty, over every channel that has an address."""
    with changing("centre.duty_test", Action.EXECUTE) as unit:
        contact = duty.contact(unit)
        language = centres.centre(unit).language
    for where in filter(None, (contact.email, contact.mobile)):
        try_out(where, language)
    if not contact.channels:
        flash(gettext(N_("There is no such address.")), "warn")
    return redirect(url_for("admin.centre.page"), 303)


@blueprint.post("/reminding")
def ladder() -> ResponseReturnValue:
    """Keep when patients are reminded, and when nobody is."""
    form = Form(request.form)

    def save(unit: Unit) -> None:
        centre_settings.set_centre_custom(unit, read_custom(form))

    return _saved("centre.reminding", form, save, N_("The reminders are saved."))


@blueprint.post("/usual")
def usual() -> ResponseReturnValue:
    """Keep the moments and the questions of the evening that new patients get."""
    form = Form(request.form)

    def save(unit: Unit) -> None:
        moments = read_moments(form)
        if form.errors:
            raise FormError
        centre_settings.set_usual(unit, moments, form.values("evening"))

    return _saved("centre.usual", form, save, N_("This is filled in for new patients."))


def _saved(event: str, form: Form, save: Callable[[Unit], None], done: str) -> ResponseReturnValue:
    try:
        with changing(event) as unit:
            save(unit)
    except FormError:
        return _page(form)
    except Refused as refusal:
        form.errors |= refusal.fields
        return _page(form)
    flash(gettext(done), "good")
    return redirect(url_for("admin.centre.page"), 303)


def _page(form: Form | None) -> ResponseReturnValue:
    with looked_at("centre.read") as unit:
        kept = _kept(unit)
    if form is not None:
        # What was sent stands in its own form; the others hold what is kept.
        sent = form.sent
        kept = MultiDict(
            [*sent.items(multi=True), *((n, v) for n, v in kept.items(multi=True) if n not in sent)]
        )
    page = render_template(
        "admin/centre.html",
        form=Form(kept, {} if form is None else form.errors),
        labels={name: gettext(label) for name, label in LABELS.items()},
        languages_offered=TEAM_LANGUAGES.items(),
        steps=range(MOST_STEPS),
        sides=sides(),
        moments=[(moment.name, moment_label(moment.name)) for moment in MOMENTS],
        questions=[(name, gettext(text)) for name, text in EVENING_WORDS.items()],
        may_test=bool(kept.get("email") or kept.get("mobile")),
    )
    return page, 422 if form is not None and form.errors else 200


def _kept(unit: Unit) -> MultiDict[str, str]:
    centre, contact = centres.centre(unit), duty.contact(unit)
    new = centre_settings.usual(unit)
    kept: MultiDict[str, str] = MultiDict(
        {
            "name": centre.name,
            "phone_number": centre.phone_number,
            "language": centre.language,
            "email": contact.email or "",
            "mobile": contact.mobile or "",
            **custom_fields(centre_settings.centre_custom(unit)),
            **{f"time_{m.name}": f"{m.time:%H:%M}" for m in new.moments},
        }
    )
    kept.setlist("evening", list(new.evening))
    return kept
