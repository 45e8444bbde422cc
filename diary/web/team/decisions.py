"""The decisions on one patient: all of them, and the form for one more or a correction."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from diary.language import N_
from diary.protocol.cases import Assessment, Case, assess
from diary.protocol.current import trial_of_now
from diary.protocol.days import diary_day_of
from diary.protocol.deciding import Situation, situation
from diary.store import cases
from diary.store import decisions as store
from diary.store.decision_changes import change_since
from diary.store.decision_reading import DecisionView, decisions
from diary.store.decisions import NewDecision
from diary.store.errors import Conflict, NotFound, Refused, StoreError
from diary.store.pathways import PathwayView
from diary.store.tables import Action
from diary.web.language import day_short, gettext, moment_in
from diary.web.team import decision_form as forms
from diary.web.team import next_steps, words
from diary.web.team.access import Opened, changing, looked_at
from diary.web.team.forms import Form, FormError
from diary.wording import other_verdicts, verdict
from diary.wording.decisions import (
    DECIDED,
    DISCIPLINES,
    PATIENT_SAID,
    based_on,
    changed_lines,
)

blueprint = Blueprint("decisions", __name__, url_prefix="/patients/<uuid:patient_id>/decisions")


@dataclass(frozen=True, slots=True)
class Shown:
    """A decision in words. `changed` says what is otherwise now, `turned` that the verdict is."""

    word: str
    met_on: str
    team: list[tuple[str, str]]
    patient_said: str
    reasons: str
    exception: str
    recorded: str
    verdicts: list[str]
    protocol: str
    fingerprint: str
    stands: bool
    corrects: bool
    turned: bool
    changed: list[str]
    correct_url: str


@dataclass(frozen=True, slots=True)
class Summary:
    """What the patient's page says of the decisions: the latest one, and those that changed."""

    latest: Shown | None
    changed: list[Shown]
    steps: list[next_steps.Step]


@blueprint.route("", methods=["GET", "POST"])
def page(patient_id: UUID) -> ResponseReturnValue:
    """Show all decisions and the form for a new one; check it, and record it."""
    return _answer(patient_id, None)


@blueprint.route("/<uuid:decision_id>/correct", methods=["GET", "POST"])
def correct(patient_id: UUID, decision_id: UUID) -> ResponseReturnValue:
    """Record a new decision in the place of one."""
    return _answer(patient_id, decision_id)


def summary(found: Opened, case: Case) -> Summary:
    """Return what the patient's page says of the decisions."""
    views = decisions(found.unit, found.pathway.id)
    shown = [_shown(found, case, view) for view in views if view.stands]
    return Summary(
        shown[0] if shown else None,
        [one for one in shown if one.changed],
        next_steps.steps(found, next((view for view in views if view.stands), None)),
    )


def _answer(patient_id: UUID, decision_id: UUID | None) -> ResponseReturnValue:
    if request.method == "GET":
        return _look(patient_id, decision_id, None)
    step = request.form.get("step")
    if step not in {"check", "save"}:
        abort(400)
    form = Form(request.form)
    if step == "check":
        return _look(patient_id, decision_id, form)
    return _save(patient_id, decision_id, form)


def _save(patient_id: UUID, decision_id: UUID | None, form: Form) -> ResponseReturnValue:
    try:
        with changing(patient_id, "decision.record", Action.CREATE) as found:
            today = diary_day_of(found.unit.now, found.pathway.zone)
            new = forms.read(form, today, decision_id)
            if new is None or form.errors:
                raise FormError
            store.record(found.unit, patient_id, new, forms.seen_of(form))
    except FormError:
        return _look(patient_id, decision_id, form)
    except (Refused, Conflict) as error:
        form.errors.update(getattr(error, "fields", {}))
        return _look(patient_id, decision_id, form, error)
    flash(gettext(N_("The decision is recorded.")), "good")
    return redirect(url_for("team.decisions.page", patient_id=patient_id), 303)


def _look(
    patient_id: UUID, decision_id: UUID | None, form: Form | None, error: StoreError | None = None
) -> ResponseReturnValue:
    with looked_at(patient_id, "decision.read") as found:
        case = cases.case_in(found.unit, found.pathway, found.unit.now)
        known = decisions(found.unit, found.pathway.id)
        old = _old(known, decision_id)
        steps = next_steps.steps(found, next((view for view in known if view.stands), None))
    if form is not None:
        error = error or found.begun_since
    seen = store.seen(case, found.pathway, known)
    today = diary_day_of(found.unit.now, found.pathway.zone)
    new: NewDecision | None = None
    if form is not None and error is None:
        new = forms.read(form, today, decision_id)
        if not form.errors:
            error = store.changed_meanwhile(forms.seen_of(form), seen)
        if new is not None and not form.errors and error is None:
            error = _refusal(form, new, case, known, found.pathway)
    # A correction that somebody else made first leaves nothing to correct.
    offered = store.offered(case, known, decision_id if old is None or old.stands else None)
    assessment = assess(case)
    checked = new is not None and form is not None and not form.errors and error is None
    page = render_template(
        "team/decisions.html",
        card=found.card,
        earlier=found.earlier,
        # What was typed when another pathway began is still shown.
        asked=form is not None or not found.earlier,
        shown=[_shown(found, case, view) for view in known],
        correcting=None if old is None else _shown(found, case, old),
        steps=steps,
        primary=_primary(assessment, case),
        beside=other_verdicts.others(assessment),
        # What is decided on comes first.
        off=situation(case) is Situation.SWITCHED_OFF,
        form=form or forms.empty(today, old),
        labels={name: gettext(label) for name, label in forms.LABELS.items()},
        seen=forms.hidden(seen),
        choices=forms.options(DECIDED, offered),
        asks_implant=any(choice == "implant" for choice in offered),
        disciplines=[
            (forms.team_field(name), gettext(label)) for name, label in DISCIPLINES.items()
        ],
        patient_said=[(said.value, gettext(word)) for said, word in PATIENT_SAID.items()],
        longest=store.LONGEST_TEXT,
        refused="" if error is None else words.refusal(error),
        new=new if checked else None,
        word=forms.decided_words(new.decided) if checked and new else "",
        notes=forms.notes(new, assessment) if checked and new else [],
        effects=forms.effects(new, found.pathway.parameters) if checked and new else [],
    )
    wrong = form is not None and bool(form.errors)
    return page, 409 if isinstance(error, Conflict) else 422 if wrong or error else 200


def _refusal(
    form: Form, new: NewDecision, case: Case, known: list[DecisionView], pathway: PathwayView
) -> StoreError | None:
    """Return what recording would refuse, noted beside its fields; None when nothing."""
    try:
        store.check(new, case, known, pathway)
    except (Refused, Conflict) as refused:
        form.errors.update(getattr(refused, "fields", {}))
        return refused
    return None


def _old(known: list[DecisionView], decision_id: UUID | None) -> DecisionView | None:
    if decision_id is None:
        return None
    old = next((view for view in known if view.id == decision_id), None)
    if old is None:
        raise NotFound
    return old


def _primary(assessment: Assessment, case: Case) -> verdict.VerdictView | None:
    found = trial_of_now(assessment, case.primary_site)
    return None if found is None else verdict.view(found)


def _shown(found: Opened, case: Case, view: DecisionView) -> Shown:
    change = change_since(case, view, found.pathway.revision) if view.stands else None
    lines = (
        []
        if change is None
        else changed_lines(change.differences, change.rows, found.pathway.parameters)
    )
    team: dict[str, list[str]] = {}
    for member in view.team:
        team.setdefault(member.role, []).append(member.name)
    return Shown(
        word=gettext(DECIDED[view.decided]),
        met_on=day_short(view.met_on),
        team=[(gettext(DISCIPLINES[role]), ", ".join(names)) for role, names in team.items()],
        patient_said=gettext(PATIENT_SAID[view.patient_said]),
        reasons=view.reasons,
        exception=view.exception,
        recorded=f"{moment_in(view.decided_at, found.pathway.zone)}, {view.decided_by}",
        verdicts=based_on(view.result),
        protocol=view.result["protocol"],
        fingerprint=view.basis_hash.hex(),
        stands=view.stands,
        corrects=view.replaces_id is not None,
        turned=change is not None and bool(change.differences),
        changed=lines,
        correct_url=url_for(
            "team.decisions.correct", patient_id=found.card.id, decision_id=view.id
        ),
    )
