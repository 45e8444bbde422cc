"""Enrolling a patient: a form, a look at the calendar that results, and only then saving."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.datastructures import MultiDict

from diary.language import LANGUAGES, N_
from diary.protocol.days import diary_day_of
from diary.protocol.versions import Parameters
from diary.store import (
    audit,
    centre_settings,
    centres,
    consents,
    pathways,
    patients,
    protocol_versions,
    reminding,
)
from diary.store.centres import CentreView, SiteView
from diary.store.database import Unit
from diary.store.errors import Refused
from diary.store.patients import Enrolment
from diary.store.tables import Action, Purpose
from diary.web.context import access_point, reading, writing
from diary.web.language import day, gettext
from diary.web.team import pathway_form, words
from diary.web.team.access import staff_scope
from diary.web.team.consent import PURPOSES
from diary.web.team.forms import Form
from diary.web.team.pathway_form import Intake, Rehearsed

blueprint = Blueprint("enrol", __name__, url_prefix="/patients/new")

LABELS = {
    "name": N_("Name"),
    "hospital_number": N_("Hospital number"),
    "birth_date": N_("Date of birth"),
    "email": N_("E-mail address"),
    "mobile": N_("Mobile number"),
    "language": N_("Language of the patient"),
    "site_id": N_("Site"),
    **pathway_form.LABELS,
    "agrees": N_("The patient agrees to"),
    "said_on": N_("Said on"),
}
NOT_AGREED = N_("Tick what the patient agrees to, or leave that address or number empty.")


@dataclass(frozen=True, slots=True)
class Reached:
    """Where else the patient is reached, and what the patient agreed to on a day."""

    email: str | None
    mobile: str | None
    agreed: tuple[Purpose, ...]
    said_on: date


@dataclass(frozen=True, slots=True)
class Filled:
    """The whole form, as it can be saved."""

    new: Enrolment
    reached: Reached
    intake: Intake | None


@blueprint.get("")
def form() -> ResponseReturnValue:
    """Show the form with what is usual already filled in."""
    with reading(staff_scope()) as unit:
        centre, sites = centres.centre(unit), centres.sites(unit)
        moments = centre_settings.usual(unit).moments
        parameters = protocol_versions.for_new(unit)
        tomorrow = diary_day_of(unit.now, ZoneInfo(centre.timezone)) + timedelta(days=1)
    usual: MultiDict[str, str] = MultiDict(
        {
            "language": centre.language,
            "site_id": str(_own_site(sites)),
            "said_on": (tomorrow - timedelta(days=1)).isoformat(),
            **pathway_form.usual(moments, parameters, tomorrow),
        }
    )
    return _form_page(Form(usual), sites, parameters)


@blueprint.post("")
def save() -> ResponseReturnValue:
    """Check what was sent; show the calendar, go back to the form, or save."""
    sent = Form(request.form)
    with reading(staff_scope()) as unit:
        centre, sites = centres.centre(unit), centres.sites(unit)
        today = diary_day_of(unit.now, ZoneInfo(centre.timezone))
        parameters = protocol_versions.for_new(unit)
    step = sent.value("step")
    if step not in {"check", "change", "save"}:
        abort(400)
    filled = _read(sent, centre, today, parameters)
    if filled is None or step == "change":
        return _form_page(sent, sites, parameters)
    try:
        with writing(staff_scope()) as unit:
            patient_id = _enrol(unit, filled)
            if step == "check":
                raise Rehearsed
    except Rehearsed:
        return _check_page(sent, filled, sites)
    except Refused as refused:
        sent.errors.update(refused.fields)
        return _form_page(sent, sites, parameters)
    flash(gettext("The patient is enrolled. What follows now stands at the top."), "good")
    return redirect(url_for("team.patient.page", patient_id=patient_id), 303)


def _enrol(unit: Unit, filled: Filled) -> UUID:
    patient_id = patients.enrol(unit, filled.new)
    pathway = pathways.pathway(unit, patient_id)
    assert pathway is not None, "who enrols treats the patient"
    reached = filled.reached
    consents.record(unit, pathway, dict.fromkeys(reached.agreed, True), reached.said_on)
    reminding.set_channels(unit, pathway, reached.email, reached.mobile, None)
    pathway_form.set_up(unit, pathway, filled.intake)
    audit.log(
        unit,
        "patient.enrol",
        Action.CREATE,
        access_point=access_point(),
        patient_id=patient_id,
        treatment_relation=True,
    )
    return patient_id


def _read(sent: Form, centre: CentreView, today: date, parameters: Parameters) -> Filled | None:
    """Return what the form says; None, and errors noted, where it cannot be understood."""
    birth_date = sent.day("birth_date")
    site_id = sent.uuid("site_id")
    sent.choice("language", LANGUAGES)
    name, number = sent.text("name"), sent.text("hospital_number")
    new = pathway_form.read(sent, centre.timezone, parameters)
    intake, reached = pathway_form.read_intake(sent, today), _reached(sent)
    if sent.errors or birth_date is None or site_id is None or reached is None or new is None:
        return None
    return Filled(
        Enrolment(
            name=name,
            hospital_number=number,
            birth_date=birth_date,
            email=reached.email,
            language=sent.value("language"),
            timezone=new.timezone,
            site_id=site_id,
            indication=new.indication,
            scale=new.scale,
            sites=new.sites,
            moments=new.moments,
            pain_since=new.pain_since,
            parameters=parameters,
        ),
        reached,
        intake,
    )


def _reached(sent: Form) -> Reached | None:
    """Return how the patient is reached; nothing is sent where the patient did not agree."""
    agreed = tuple(purpose for purpose in Purpose if purpose.value in sent.values("agrees"))
    email, mobile = sent.value("email") or None, sent.value("mobile") or None
    said_on = sent.day("said_on")
    for there, purpose in ((email, Purpose.EMAIL), (mobile, Purpose.SMS)):
        if there and purpose not in agreed:
            sent.errors["agrees"] = NOT_AGREED
    return None if said_on is None else Reached(email, mobile, agreed, said_on)


def _own_site(sites: list[SiteView]) -> UUID:
    own = current_user.member.site_id
    return own if any(site.id == own for site in sites) else sites[0].id


def _form_page(sent: Form, sites: list[SiteView], parameters: Parameters) -> ResponseReturnValue:
    page = render_template(
        "team/enrol.html",
        form=sent,
        labels={name: gettext(label) for name, label in LABELS.items()},
        sites=[(str(site.id), site.name) for site in sites],
        purposes=[(one.value, gettext(label)) for one, label in PURPOSES.items()],
        parameters=parameters,
        **pathway_form.options(),
    )
    return page, 422 if sent.errors else 200


def _check_page(sent: Form, filled: Filled, sites: list[SiteView]) -> ResponseReturnValue:
    new, reached = filled.new, filled.reached
    site_names = {site.id: site.name for site in sites}
    facts = [
        (LABELS["name"], new.name),
        (LABELS["hospital_number"], new.hospital_number),
        (LABELS["birth_date"], day(new.birth_date) + f" {new.birth_date.year}"),
        (LABELS["email"], new.email or "–"),
        (LABELS["mobile"], reached.mobile or "–"),
        (LABELS["agrees"], ", ".join(gettext(PURPOSES[one]) for one in reached.agreed) or "–"),
        (LABELS["language"], words.spoken_language(new.language)),
        (LABELS["site_id"], site_names[new.site_id]),
        *pathway_form.facts(new.pathway),
    ]
    return render_template(
        "team/enrol_check.html",
        form=sent,
        facts=[(gettext(label), value) for label, value in facts],
        days=pathway_form.days(new.pathway, filled.intake),
        cautions=pathway_form.cautions(new.pathway, filled.intake),
        action=url_for("team.enrol.save"),
        label=gettext(N_("Save this patient")),
    )
