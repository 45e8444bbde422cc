"""The checklist of eligibility: what is met as far as is known, and the facts stated at intake."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from diary.language import N_
from diary.protocol.cases import Case, sort_out
from diary.protocol.eligibility import CriterionFinding, CriterionStatus, Eligibility, eligibility
from diary.protocol.intake_facts import TeamRole, Technique, TreatmentResult
from diary.speakers import speaker
from diary.store import cases, intake
from diary.store.errors import Conflict, Refused
from diary.store.intake import IntakeView
from diary.web.language import current, gettext, moment_in
from diary.web.team import intake_form, words
from diary.web.team.access import Opened, changing, looked_at
from diary.web.team.forms import Form, FormError
from diary.wording import intake as wording
from diary.wording.words import Badge

blueprint = Blueprint("eligibility", __name__, url_prefix="/patients/<uuid:patient_id>/eligibility")

CONFLICT, WRONG = 409, 422


@dataclass(frozen=True, slots=True)
class CriterionLine:
    """A criterion in words."""

    text: str
    badge: Badge
    source: str
    remarks: list[str]


@blueprint.get("")
def page(patient_id: UUID) -> ResponseReturnValue:
    """Show the checklist, and the form with what is stated."""
    return _look(patient_id, None)


@blueprint.post("")
def save(patient_id: UUID) -> ResponseReturnValue:
    """Keep what is stated."""
    form = Form(request.form)
    try:
        with changing(patient_id, "eligibility.write") as found:
            before = intake.intake(found.unit, found.pathway)
            stated = intake_form.read(form, found.pathway, before.facts)
            number = form.count("number")
            if form.errors or number is None:
                raise FormError
            intake.save(found.unit, found.pathway, stated, number)
    except FormError:
        return _look(patient_id, form)
    except Refused as refusal:
        form.errors.update(dict.fromkeys(refusal.fields, refusal.text))
        return _look(patient_id, form)
    except Conflict as conflict:
        return _look(patient_id, form, words.refusal(conflict))
    flash(gettext(N_("The facts of the intake are saved.")), "good")
    return redirect(url_for("team.eligibility.page", patient_id=patient_id), 303)


def counts(case: Case) -> str:
    """Return in one line how far the checklist is."""
    found = _judge(case).criteria
    known = [finding.status for finding in found]
    return gettext("%(met)d of %(all)d met, %(not)d not met, %(unknown)d unknown") % {
        "met": known.count(CriterionStatus.MET),
        "all": len(known),
        "not": known.count(CriterionStatus.NOT_MET),
        "unknown": known.count(CriterionStatus.UNKNOWN),
    }


def _judge(case: Case) -> Eligibility:
    return eligibility(case, sort_out(case)[1])


def _look(patient_id: UUID, form: Form | None, problem: str = "") -> ResponseReturnValue:
    with looked_at(patient_id, "eligibility.read") as found:
        case = cases.case_in(found.unit, found.pathway, found.unit.now)
        known = intake.intake(found.unit, found.pathway)
    if problem and not found.earlier:
        # A colleague was first: what is stated now has to be looked at anew.
        form = None
    judged = _judge(case)
    status = CONFLICT if problem else WRONG if form else 200
    page = render_template(
        "team/eligibility.html",
        card=found.card,
        indication=words.said(words.INDICATIONS, found.pathway.indication),
        counts=counts(case),
        criteria=[_line(finding) for finding in judged.criteria],
        fields=intake_form.fields(found.pathway),
        treatments=intake_form.treatments(found.pathway),
        form=form or intake_form.filled(known),
        labels=intake_form.labels(),
        techniques=[(one.value, gettext(wording.TECHNIQUES[one])) for one in Technique],
        team=[(one.value, gettext(wording.TEAM[one])) for one in TeamRole],
        results=[(one.value, gettext(wording.RESULTS[one])) for one in TreatmentResult],
        flags=[("yes", gettext("yes")), ("no", gettext("no")), ("", gettext("unknown"))],
        changed=_changed(found, known),
        problem=problem,
    )
    return page, status


def _line(finding: CriterionFinding) -> CriterionLine:
    voice, criterion = speaker(current()), finding.criterion
    remarks = [voice.caution(caution) for caution in finding.cautions]
    if criterion.note is not None:
        remarks.append(voice.gettext(criterion.note, **finding.values))
    if criterion.relative:
        remarks.append(gettext("An argument, not a bar."))
    return CriterionLine(
        text=voice.gettext(criterion.text, **finding.values),
        badge=wording.STATUSES[finding.status],
        source=criterion.source,
        remarks=remarks,
    )


def _changed(found: Opened, known: IntakeView) -> str:
    if known.at is None:
        return ""
    at = moment_in(known.at, found.pathway.zone)
    return f"{at}, {known.by}" if known.by else at
