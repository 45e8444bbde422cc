"""What a patient is asked besides the pain: the own medicines, and the questions of the evening."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from diary.language import N_
from diary.protocol.days import diary_day_of
from diary.protocol.exact import NumberError, read_exact
from diary.protocol.opioids import opioid_in
from diary.protocol.substances import brand_of, is_known
from diary.store import medicines as store
from diary.store import pathways
from diary.store.errors import Conflict, Refused
from diary.store.medicines import MedicineView, NewMedicine
from diary.store.tables import Action, StrengthUnit
from diary.web.language import day_short, gettext
from diary.web.medicines import FORM_WORDS, ROUTE_WORDS, medicine_label
from diary.web.team import words
from diary.web.team.access import Opened, changing, looked_at
from diary.web.team.forms import Form, FormError

blueprint = Blueprint("medicines", __name__, url_prefix="/patients/<uuid:patient_id>/medicines")

UNITS = {StrengthUnit.MG.value: N_("mg"), StrengthUnit.UG_PER_H.value: N_("µg an hour (patch)")}
REGULAR, AS_NEEDED = "regular", "as_needed"
HOW = {REGULAR: N_("regular: every day"), AS_NEEDED: N_("as needed: a dose at a time")}
EVENING_WORDS = {
    "sleep": N_("How was the sleep?"),
    "activity": N_("How did the daily activities go?"),
    "goal": N_("How did the own goal go?"),
}
BRAND = N_(
    "This is a brand of %(substance)s. Fill in the substance, so that it counts; of a combination "
    "each substance by itself."
)
BARE = N_(
    "Fill in the name of the substance alone, so that it counts: strength, form and route have "
    "their own fields; of a combination each substance by itself."
)
NOT_KNOWN = N_("The name is not known here. Check the spelling, and fill in below what it is.")
NO_OPIOID, OPIOID = "no", "yes"
IS_OPIOID = {
    NO_OPIOID: N_("no opioid: it does not count in the morphine equivalents"),
    OPIOID: N_("an opioid, under another name or misspelled"),
}
NAME_IT = N_("Fill in the name of the substance in the first field.")
LABELS = {
    "substance": N_("Name of the medicine"),
    "opioid": N_("What this medicine is"),
    "strength": N_("Strength of one piece"),
    "unit": N_("Unit"),
    "form": N_("Form"),
    "route": N_("Route"),
    "as_needed": N_("How it is taken"),
    "times_a_day": N_("How many a day"),
    "patch_days": N_("Changed after how many days"),
    "started_on": N_("First day"),
    "stopped_on": N_("Last day"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """A medicine of the list in words; `stop_url` while it is taken."""

    id: UUID
    label: str
    route: str
    how: str
    since: str
    until: str
    stop_url: str


@blueprint.get("")
def page(patient_id: UUID) -> ResponseReturnValue:
    """Show the list, and the form for one more."""
    return _look(patient_id, None)


@blueprint.post("")
def add(patient_id: UUID) -> ResponseReturnValue:
    """Put a medicine on the list."""
    form = Form(request.form)
    try:
        with changing(patient_id, "medicine.add", Action.CREATE) as found:
            new = _read(form)
            if new is None:
                raise FormError
            store.add_medicine(found.unit, found.pathway, new)
    except FormError:
        return _look(patient_id, form)
    except Refused as refusal:
        form.errors.update(refusal.fields)
        return _look(patient_id, form)
    except Conflict as conflict:
        return _look(patient_id, form, words.refusal(conflict))
    return _saved(patient_id, gettext(N_("The medicine is on the list.")))


@blueprint.post("/<uuid:medicine_id>/stop")
def stop(patient_id: UUID, medicine_id: UUID) -> ResponseReturnValue:
    """Note the last day of a medicine, or that it was entered by mistake."""
    form = Form(request.form)
    mistake = form.value("mistake") == "yes"
    try:
        with changing(patient_id, "medicine.stop") as found:
            last = None if mistake else form.day("stopped_on")
            if form.errors:
                raise FormError
            store.stop_medicine(found.unit, found.pathway, medicine_id, last)
    except FormError:
        (problem,) = form.errors.values()
        return _look(patient_id, None, gettext(problem))
    except (Refused, Conflict) as error:
        return _look(patient_id, None, words.refusal(error))
    return _saved(patient_id, gettext(N_("The medicine is stopped.")))


@blueprint.post("/evening")
def evening(patient_id: UUID) -> ResponseReturnValue:
    """Choose which questions the patient is asked in the evening."""
    form = Form(request.form)
    try:
        with changing(patient_id, "evening.choose") as found:
            pathways.choose_evening(found.unit, found.pathway, form.values("evening"))
    except Conflict as conflict:
        return _look(patient_id, None, words.refusal(conflict), evening_form=form)
    return _saved(patient_id, gettext(N_("The questions of the evening are saved.")))


def _saved(patient_id: UUID, words: str) -> ResponseReturnValue:
    flash(words, "good")
    return redirect(url_for("team.medicines.page", patient_id=patient_id), 303)


def _read(form: Form) -> NewMedicine | None:
    """Return what was filled in; the store judges it. None when it cannot even be read."""
    as_needed = form.choice("as_needed", HOW) == AS_NEEDED
    form_of, route = form.choice("form", FORM_WORDS), form.choice("route", ROUTE_WORDS)
    unit = form.choice("unit", UNITS)
    patch, started_on = route == "patch", form.day("started_on")
    times = None if patch or as_needed else form.count("times_a_day")
    days = form.count("patch_days") if patch else None
    _check_name(form)
    if form.errors or started_on is None:
        return None
    return NewMedicine(
        substance=form.value("substance"),
        strength=_strength(form),
        unit=StrengthUnit(unit),
        form=form_of,
        route=route,
        as_needed=as_needed,
        times_a_day=times,
        patch_days=days,
        started_on=started_on,
    )


def _check_name(form: Form) -> None:
    """Ask about a name that may hide an opioid: it would count as none in silence."""
    substance = form.value("substance")
    if not substance:
        return
    if (brand := brand_of(substance)) is not None:
        form.errors["substance"] = gettext(BRAND) % {"substance": brand}
    elif opioid_in(substance) == "":
        form.errors["substance"] = BARE
    elif not is_known(substance):
        answers = {_answer(NO_OPIOID, substance): None, _answer(OPIOID, substance): NAME_IT}
        if (wrong := answers.get(form.value("opioid"), NOT_KNOWN)) is not None:
            form.errors["substance"] = wrong


def _answer(said: str, substance: str) -> str:
    """Return the value of an answer: it is about one name, and of another it says nothing."""
    return f"{said}:{substance}"


def _strength(form: Form) -> Fraction | None:
    try:
        return read_exact(form.value("strength").replace(",", "."))
    except NumberError:
        return None


def _look(
    patient_id: UUID, form: Form | None, problem: str = "", *, evening_form: Form | None = None
) -> ResponseReturnValue:
    with looked_at(patient_id, "medicine.read") as found:
        listed = store.medicines(found.unit, found.pathway.id)
    today = diary_day_of(found.unit.now, found.pathway.zone)
    wrong = bool(problem) or (form is not None and bool(form.errors))
    page = render_template(
        "team/medicines.html",
        card=found.card,
        problem=problem,
        today=today.isoformat(),
        taken=[_line(found, one) for one in listed if one.stopped_on is None],
        stopped=[_line(found, one) for one in listed if one.stopped_on is not None],
        form=form or _empty(today),
        labels={name: gettext(label) for name, label in LABELS.items()},
        units=_options(UNITS),
        forms=_options(FORM_WORDS),
        routes=_options(ROUTE_WORDS),
        how=_options(HOW),
        is_opioid=_asked_of(form) if form else [],
        evening=_options(EVENING_WORDS),
        evening_form=evening_form or _asked_now(found),
    )
    return page, 409 if found.earlier else 422 if wrong else 200


def _asked_of(form: Form) -> list[tuple[str, str]]:
    """Return what a name may be that is not known, to choose from; nothing for any other."""
    substance = form.value("substance")
    if not substance or opioid_in(substance) is not None or is_known(substance):
        return []
    return [(_answer(said, substance), words) for said, words in _options(IS_OPIOID)]


def _empty(today: date) -> Form:
    return Form(MultiDict({"as_needed": REGULAR, "route": "oral", "started_on": today.isoformat()}))


def _asked_now(found: Opened) -> Form:
    return Form(MultiDict([("evening", name) for name in found.pathway.evening]))


def _options(table: dict[str, str]) -> list[tuple[str, str]]:
    return [(name, gettext(label)) for name, label in table.items()]


def _line(found: Opened, medicine: MedicineView) -> Line:
    url = url_for("team.medicines.stop", patient_id=found.card.id, medicine_id=medicine.id)
    return Line(
        id=medicine.id,
        label=medicine_label(medicine),
        route=gettext(ROUTE_WORDS[medicine.route]),
        how=_how(medicine),
        since=day_short(medicine.started_on),
        until=_until(medicine),
        stop_url=url,
    )


def _how(medicine: MedicineView) -> str:
    if medicine.as_needed:
        return gettext("as needed")
    if medicine.is_patch:
        return gettext("a new patch every %(days)d days") % {"days": medicine.patch_days}
    return gettext("%(count)d a day") % {"count": medicine.times_a_day}


def _until(medicine: MedicineView) -> str:
    if medicine.stopped_on is None:
        return ""
    if medicine.mistaken:
        return gettext("entered by mistake")
    return day_short(medicine.stopped_on)
