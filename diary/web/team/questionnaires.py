"""Questionnaires from paper: typed over, their scores looked at before saving, corrected."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from diary.language import N_
from diary.protocol.cases import assess
from diary.store import cases, questionnaire_reading
from diary.store import questionnaires as store
from diary.store.errors import Conflict, NotFound, Refused
from diary.store.questionnaires import NewResult
from diary.store.tables import Action, Instrument
from diary.store.worklist.visits import close_visit, open_visit
from diary.web.language import gettext
from diary.web.team import questionnaire_lines, questionnaire_page, words
from diary.web.team.access import Opened, changing, looked_at
from diary.web.team.forms import Form, FormError
from diary.web.team.questionnaire_form import ANSWERS, TOTALS, Typed
from diary.web.team.questionnaire_page import CONFLICT, WRONG, Asked, day_said, form_url, has_totals
from diary.wording import questionnaires as wording

blueprint = Blueprint(
    "questionnaires", __name__, url_prefix="/patients/<uuid:patient_id>/questionnaires"
)

STEPS = frozenset({"check", "save", "edit"})


@blueprint.get("")
def page(patient_id: UUID) -> ResponseReturnValue:
    """Show what was typed over, and which questionnaires there are to type."""
    with looked_at(patient_id, "questionnaire.read") as found:
        case = cases.case_of(found.unit, patient_id, found.unit.now)
        known = questionnaire_reading.results(found.unit, found.pathway.id)
        visit = open_visit(found.unit, patient_id)
    if case is None:
        raise NotFound
    on = request.args.get("on", "")
    return render_template(
        "team/questionnaires.html",
        card=found.card,
        wanted=questionnaire_lines.wanted(assess(case)),
        visit=visit,
        instruments=[
            {
                "name": short,
                "about": gettext(wording.ABOUT[name]),
                "answers": form_url(patient_id, name, ANSWERS, on),
                "totals": form_url(patient_id, name, TOTALS, on) if has_totals(name) else "",
            }
            for name, short in wording.SHORT.items()
        ],
        lines=questionnaire_lines.lines(found, known),
        day=day_said(on),
    )


@blueprint.route("/new/<instrument>", methods=["GET", "POST"])
def fill_in(patient_id: UUID, instrument: str) -> ResponseReturnValue:
    """Type one over."""
    way = request.args.get("way", ANSWERS)
    if instrument not in wording.SHORT or way not in {ANSWERS, TOTALS}:
        abort(404)
    if way == TOTALS and not has_totals(instrument):
        abort(404)

    def save(found: Opened, new: NewResult, _form: Form) -> None:
        store.add_result(found.unit, found.pathway, new)

    asked = Asked(Typed(Instrument(instrument), way))
    return _typed_over(patient_id, asked, ("questionnaire.add", Action.CREATE), save)


@blueprint.route("/<uuid:result_id>/correct", methods=["GET", "POST"])
def correct(patient_id: UUID, result_id: UUID) -> ResponseReturnValue:
    """Type one again that was typed wrongly, and why."""

    def save(found: Opened, new: NewResult, form: Form) -> None:
        store.correct_result(found.unit, found.pathway, result_id, new, form.value("reason"))

    asked = Asked(result_id=result_id)
    return _typed_over(patient_id, asked, ("questionnaire.correct", Action.UPDATE), save)


@blueprint.route("/<uuid:result_id>/withdraw", methods=["GET", "POST"])
def withdraw(patient_id: UUID, result_id: UUID) -> ResponseReturnValue:
    """Take one back that does not belong here, and why."""
    form, refused = Form(request.form), ""
    if request.method == "POST":
        try:
            with changing(patient_id, "questionnaire.withdraw") as found:
                store.take_back(found.unit, found.pathway, result_id, form.value("reason"))
        except Refused as refusal:
            form.errors.update(refusal.fields)
        except Conflict as conflict:
            refused = words.refusal(conflict)
        else:
            flash(gettext(N_("The questionnaire is withdrawn. It stays to be read.")), "good")
            return redirect(url_for("team.questionnaires.page", patient_id=patient_id), 303)
    with looked_at(patient_id, "questionnaire.read") as found:
        known = questionnaire_reading.results(found.unit, found.pathway.id)
        old = questionnaire_page.result_of(known, result_id)
    shown = render_template(
        "team/questionnaire_withdraw.html",
        card=found.card,
        form=form,
        labels={"reason": gettext(N_("Why it is withdrawn"))},
        title=questionnaire_page.title(old),
        scores=wording.score_lines(old.filled_in, None),
        longest=store.LONGEST_REASON,
        refused=refused or ("" if old.stands else gettext(store.CHANGED)),
    )
    return shown, CONFLICT if refused else WRONG if form.errors else 200


def _typed_over(
    patient_id: UUID,
    asked: Asked,
    event: tuple[str, Action],
    save: Callable[[Opened, NewResult, Form], None],
) -> ResponseReturnValue:
    """Show the form, look at what was sent, or keep it."""
    if request.method == "GET":
        return questionnaire_page.show(patient_id, asked, None)
    form, step = Form(request.form), request.form.get("step")
    if step not in STEPS:
        abort(400)
    if step != "save":
        return questionnaire_page.show(patient_id, asked, form, check=step == "check")
    try:
        with changing(patient_id, *event) as found:
            name = _keep(found, asked, form, save)
    except (FormError, Refused):
        # Nothing was kept; the page looks once more and says what is wrong.
        return questionnaire_page.show(patient_id, asked, form, check=True)
    except Conflict as conflict:
        return questionnaire_page.show(patient_id, asked, form, error=conflict)
    flash(gettext(N_("%(name)s is saved.")) % {"name": name}, "good")
    there = url_for("team.questionnaires.page", patient_id=patient_id, on=form.value("on"))
    return redirect(there, 303)


def _keep(
    found: Opened,
    asked: Asked,
    form: Form,
    save: Callable[[Opened, NewResult, Form], None],
) -> str:
    """Keep a questionnaire, and close the visit where it was the last one; return its name."""
    typed, old = asked.of(questionnaire_reading.results(found.unit, found.pathway.id))
    new = typed.read(form, None if old is None else old.filled_in)
    if new is None:
        raise FormError
    save(found, new, form)
    visit = open_visit(found.unit, found.card.id) if form.value("visit") else None
    if visit is not None:
        known = questionnaire_reading.results(found.unit, found.pathway.id)
        names = questionnaire_lines.names_since(known, visit.since, found.pathway.zone)
        said = gettext(N_("Questionnaires typed over: %(names)s.")) % {"names": names}
        close_visit(found.unit, visit, said)
    return wording.SHORT[typed.instrument.value]
