"""Enrolling a patient: a form, a look at the calendar that results, and only then saving."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.datastructures import MultiDict

from diary.language import LANGUAGES, N_
from diary.protocol.days import diary_day_of
from diary.protocol.moments import DEFAULT_MOMENTS, Moment, plan_of
from diary.protocol.pathway import SITES
from diary.protocol.phases import PhaseKind
from diary.protocol.scales import Scale
from diary.protocol.versions import NVA_2020, Parameters
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
from diary.web.labels import moment_label
from diary.web.language import clock, day, gettext
from diary.web.team import words
from diary.web.team.access import staff_scope
from diary.web.team.calendar import calendar
from diary.web.team.consent import PURPOSES
from diary.web.team.forms import Form

blueprint = Blueprint("enrol", __name__, url_prefix="/patients/new")

MOMENTS = (*DEFAULT_MOMENTS, Moment("night", time(3), night=True))
LONGEST_INTAKE = 60

LABELS = {
    "name": N_("Name"),
    "hospital_number": N_("Hospital number"),
    "birth_date": N_("Date of birth"),
    "email": N_("E-mail address"),
    "mobile": N_("Mobile number"),
    "language": N_("Language of the patient"),
    "site_id": N_("Site"),
    "indication": N_("Indication"),
    "pain_since": N_("In pain since"),
    "primary_site": N_("Primary pain site"),
    "other_sites": N_("Other pain sites"),
    "scale": N_("Pain scale"),
    "moments": N_("Measuring moments"),
    "protocol": N_("Protocol version"),
    "first_day": N_("First day of the intake"),
    "days": N_("Number of days"),
    "agrees": N_("The patient agrees to"),
    "said_on": N_("Said on"),
}
SCALES = {
    Scale.NRS: N_("NRS: a number from 0 to 10"),
    Scale.VAS: N_("VAS: a place on a line of 100 mm"),
}
TOO_FEW_MOMENTS = N_("A day counts with measurements at two moments: keep at least two times.")
TOO_FEW_FOR_VERSION = N_(
    "With so few times no day counts by the protocol version of this centre: choose more."
)
NOT_IN_THE_PAST = N_("Choose today or a later day.")
TOO_MANY_DAYS = N_("Choose 1 to 60 days.")
NOT_AGREED = N_("Tick what the patient agrees to, or leave that address or number empty.")


class _Rehearsed(Exception):  # noqa: N818 - nobody but `save` meets it
    """Everything could be saved; it is rolled back, since a look at the calendar comes first."""


@dataclass(frozen=True, slots=True)
class Reached:
    """Where else the patient is reached, and what the patient agreed to on a day."""

    email: str | None
    mobile: str | None
    agreed: tuple[Purpose, ...]
    said_on: date


@dataclass(frozen=True, slots=True)
class Intake:
    """The days of the intake that is planned together with the enrolment."""

    first_day: date
    last_day: date


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
            "scale": Scale.NRS.value,
            "first_day": tomorrow.isoformat(),
            "days": str(parameters.window_days),
            "said_on": (tomorrow - timedelta(days=1)).isoformat(),
        }
    )
    usual.update({f"time_{m.name}": f"{m.time:%H:%M}" for m in moments})
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
                raise _Rehearsed
    except _Rehearsed:
        return _check_page(sent, filled, sites, parameters)
    except Refused as refused:
        sent.errors.update(refused.fields)
        return _form_page(sent, sites, parameters)
    flash(gettext("The patient is enrolled. What follows now stands at the top."), "good")
    return redirect(url_for("team.patient.page", patient_id=patient_id), 303)


def _enrol(unit: Unit, filled: Filled) -> UUID:
    patient_id = patients.enrol(unit, filled.new)
    pathway = pathways.pathway(unit, patient_id)
    assert pathway is not None, "who enrols treats the patient"
    reached, intake = filled.reached, filled.intake
    pathways.choose_evening(unit, pathway, centre_settings.usual(unit).evening)
    reminding.set_channels(unit, pathway, reached.email, reached.mobile, None)
    consents.record(unit, pathway, dict.fromkeys(reached.agreed, True), reached.said_on)
    if intake is not None:
        first, last = intake.first_day, intake.last_day
        pathways.start_phase(unit, pathway.id, PhaseKind.INTAKE, first, last)
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
    primary = sent.choice("primary_site", SITES)
    others = [site for site in sent.values("other_sites") if site in SITES and site != primary]
    scale = sent.choice("scale", list(Scale))
    sent.choice("language", LANGUAGES)
    sent.choice("indication", words.INDICATIONS)
    pain_since = sent.day("pain_since", required=False)
    name, number = sent.text("name"), sent.text("hospital_number")
    moments = read_moments(sent)
    if "moments" not in sent.errors and len(moments) < parameters.moments_in_a_valid_day:
        sent.errors["moments"] = TOO_FEW_FOR_VERSION
    intake, reached = _intake(sent, today), _reached(sent)
    if sent.errors or birth_date is None or site_id is None or reached is None:
        return None
    return Filled(
        Enrolment(
            name=name,
            hospital_number=number,
            birth_date=birth_date,
            email=reached.email,
            language=sent.value("language"),
            timezone=centre.timezone,
            site_id=site_id,
            indication=sent.value("indication"),
            scale=Scale(scale),
            sites=(primary, *others),
            moments=moments,
            pain_since=pain_since,
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


def read_moments(sent: Form) -> tuple[Moment, ...]:
    """Return the moments that a form has a time for; an error is noted at `moments`."""
    times = {m: sent.clock(f"time_{m.name}", required=False) for m in MOMENTS}
    chosen = tuple(Moment(m.name, at, m.night) for m, at in times.items() if at is not None)
    for moment in MOMENTS:
        wrong = sent.errors.pop(f"time_{moment.name}", None)
        if wrong:
            sent.errors["moments"] = wrong
    if "moments" not in sent.errors and len(chosen) < NVA_2020.moments_in_a_valid_day:
        sent.errors["moments"] = TOO_FEW_MOMENTS
    return chosen


def _intake(sent: Form, today: date) -> Intake | None:
    first = sent.planned_day("first_day", today, required=False)
    if first is None:
        return None
    count = sent.count("days")
    if first < today:
        sent.errors["first_day"] = NOT_IN_THE_PAST
    if count is None:
        return None
    if not 1 <= count <= LONGEST_INTAKE:
        sent.errors["days"] = TOO_MANY_DAYS
        return None
    return Intake(first, first + timedelta(days=count - 1))


def _own_site(sites: list[SiteView]) -> UUID:
    own = current_user.member.site_id
    return own if any(site.id == own for site in sites) else sites[0].id


def _form_page(sent: Form, sites: list[SiteView], parameters: Parameters) -> ResponseReturnValue:
    page = render_template(
        "team/enrol.html",
        form=sent,
        labels={name: gettext(label) for name, label in LABELS.items()},
        sites=[(str(site.id), site.name) for site in sites],
        pain_sites=[(name, words.site(name)) for name in SITES],
        scales=[(scale.value, gettext(label)) for scale, label in SCALES.items()],
        purposes=[(one.value, gettext(label)) for one, label in PURPOSES.items()],
        indications=[(code, gettext(label)) for code, label in words.INDICATIONS.items()],
        moments=[(moment.name, moment_label(moment.name)) for moment in MOMENTS],
        parameters=parameters,
    )
    return page, 422 if sent.errors else 200


def _check_page(
    sent: Form, filled: Filled, sites: list[SiteView], parameters: Parameters
) -> ResponseReturnValue:
    new, reached, intake = filled.new, filled.reached, filled.intake
    site_names = {site.id: site.name for site in sites}
    primary, *others = [words.site(site) for site in new.sites]
    facts = [
        (LABELS["name"], new.name),
        (LABELS["hospital_number"], new.hospital_number),
        (LABELS["birth_date"], day(new.birth_date) + f" {new.birth_date.year}"),
        (LABELS["email"], new.email or "–"),
        (LABELS["mobile"], reached.mobile or "–"),
        (LABELS["agrees"], ", ".join(gettext(PURPOSES[one]) for one in reached.agreed) or "–"),
        (LABELS["language"], words.spoken_language(new.language)),
        (LABELS["site_id"], site_names[new.site_id]),
        (LABELS["indication"], words.said(words.INDICATIONS, new.indication)),
        (LABELS["primary_site"], primary),
        (LABELS["other_sites"], ", ".join(others) or "–"),
        (LABELS["scale"], gettext(SCALES[new.scale])),
        (LABELS["protocol"], parameters.name),
        (LABELS["moments"], " · ".join(clock(moment.time) for moment in new.moments)),
    ]
    plan = plan_of(new.moments, ZoneInfo(new.timezone), parameters)
    return render_template(
        "team/enrol_check.html",
        form=sent,
        facts=[(gettext(label), value) for label, value in facts],
        days=calendar(plan, intake.first_day, intake.last_day) if intake else [],
    )
