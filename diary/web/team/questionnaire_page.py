"""The page of one questionnaire: the form, and what it gives before it is saved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from diary.language import N_
from diary.protocol.phases import PhaseKind
from diary.protocol.quality_of_life import judged_days
from diary.protocol.questionnaires.filled_in import FilledIn
from diary.protocol.questionnaires.pain import EFFECTS
from diary.store import questionnaire_reading
from diary.store import questionnaires as store
from diary.store.errors import Conflict, NotFound, Refused, StoreError
from diary.store.pathways import PathwayView
from diary.store.questionnaire_reading import ResultView
from diary.store.questionnaires import NewResult
from diary.store.tables import Instrument
from diary.store.worklist.visits import open_visit
from diary.web.language import day_short, gettext, ngettext
from diary.web.team import questionnaire_lines, words
from diary.web.team.access import Opened, looked_at
from diary.web.team.forms import Form, read_day
from diary.web.team.questionnaire_form import ANSWERS, TOTALS, Typed, shown_again, typed_of
from diary.wording import questionnaires as wording

CONFLICT, WRONG = 409, 422
OTHERWISE = {
    TOTALS: N_(
        "The SF-12 of %(day)s was typed with its answers. Rounded totals may differ a little from "
        "them: type both in the same way if you can."
    ),
    ANSWERS: N_(
        "The SF-12 of %(day)s was typed as totals. Answers may differ a little from rounded "
        "totals: type both in the same way if you can."
    ),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """Which form: a new one of an instrument, or that of a result to correct."""

    typed: Typed | None = None
    result_id: UUID | None = None

    def of(self, known: Sequence[ResultView]) -> tuple[Typed, ResultView | None]:
        """Return the form, and the result it corrects; NotFound where that is of somebody else."""
        if self.typed is not None:
            return self.typed, None
        old = result_of(known, self.result_id)
        return typed_of(old.filled_in), old


def result_of(known: Sequence[ResultView], result_id: UUID | None) -> ResultView:
    """Return the result of this id; raises NotFound when it is not among these."""
    for view in known:
        if view.id == result_id:
            return view
    raise NotFound


def show(
    patient_id: UUID,
    asked: Asked,
    form: Form | None,
    *,
    check: bool = False,
    error: StoreError | None = None,
) -> ResponseReturnValue:
    """Show the form, or, to `check` it, what it gives; a `form` of None is a new one."""
    with looked_at(patient_id, "questionnaire.read") as found:
        known = questionnaire_reading.results(found.unit, found.pathway.id)
        typed, old = asked.of(known)
        if form is None:
            form = shown_again(old.filled_in) if old else Form(request.args)
        error = error or found.begun_since
        filled = _checked(found, typed, form, old) if check and not found.earlier else None
        visit = open_visit(found.unit, patient_id) if filled else None
    if error is None and old is not None and not old.stands:
        error = Conflict(store.CHANGED)
    name = typed.instrument.value
    page = render_template(
        "team/questionnaire_check.html" if filled else "team/questionnaire.html",
        card=found.card,
        name=wording.SHORT[name],
        title=typed.form.title,
        about=gettext(wording.ABOUT[name]),
        form=form,
        old="" if old is None else title(old),
        refused=words.refusal(error) if error else "",
        **(
            _shown_scores(found, filled, known, old)
            | {"typed": [(one.label, form.value(one.name)) for one in typed.fields]}
            if filled
            else _shown_form(patient_id, typed, form)
        ),
        visit=visit,
    )
    return page, CONFLICT if error else WRONG if form.errors else 200


def at_fault(typed: Typed, form: Form, refused: Refused) -> None:
    """Note beside the fields of the form what the store refused."""
    form.errors.update({typed.field_of(name): text for name, text in refused.fields.items()})


def title(view: ResultView) -> str:
    """Return "SF-12, 12 mrt 2026"."""
    return f"{wording.SHORT[view.instrument.value]}, {day_short(view.filled_in.on)}"


def form_url(patient_id: UUID, name: str, way: str, on: str) -> str:
    """Return where a questionnaire is typed; `on` is the day that stands there already, if any."""
    return url_for(
        "team.questionnaires.fill_in",
        patient_id=patient_id,
        instrument=name,
        way=None if way == ANSWERS else way,
        on=on if day_said(on) else None,
    )


def has_totals(name: str) -> bool:
    """Whether a hospital's own form may give its totals; one question is its own total."""
    return len(Typed(Instrument(name), ANSWERS).form.items) > 1


def day_said(text: str) -> str:
    """Return a day of an address in words, "" when it is none."""
    try:
        return day_short(read_day(text))
    except ValueError:
        return ""


def _checked(found: Opened, typed: Typed, form: Form, old: ResultView | None) -> FilledIn | None:
    """Return what was sent as it would be kept; None, and why in the form, when it cannot be."""
    new: NewResult | None = typed.read(form, None if old is None else old.filled_in)
    try:
        if old is not None:
            store.read_reason(form.value("reason"))
    except Refused as refused:
        at_fault(typed, form, refused)
    try:
        if new is not None:
            store.check_result(found.unit, found.pathway, new, None if old is None else old.id)
    except Refused as refused:
        at_fault(typed, form, refused)
    return None if form.errors or new is None else new.filled_in


def _shown_form(patient_id: UUID, typed: Typed, form: Form) -> dict[str, object]:
    name, other = typed.instrument.value, ANSWERS if typed.way == TOTALS else TOTALS
    on = form.value("on")
    return {
        "how": gettext(wording.HOW[name]),
        "effects": [gettext(effect) for effect in EFFECTS] if name == "gpe" else [],
        "missing": gettext(typed.form.missing),
        "fields": typed.fields,
        "labels": typed.labels(),
        "totals": typed.way == TOTALS,
        "other_way": form_url(patient_id, name, other, on) if has_totals(name) else "",
        "longest": store.LONGEST_REASON,
        "focus": next(iter(form.errors), typed.fields[0].name if on else "on"),
    }


def _shown_scores(
    found: Opened, filled: FilledIn, known: Sequence[ResultView], old: ResultView | None
) -> dict[str, object]:
    others = [view for view in known if view.stands and view is not old]
    counting = (*(view.filled_in for view in others), filled)
    compared = questionnaire_lines.baseline(found.pathway, filled, counting)
    answered, items = len(filled.answers or {}), len(filled.form.items)
    scores = wording.score_lines(filled, compared)
    return {
        "on": day_short(filled.on),
        "scores": scores,
        "meant": any(line.band for line in scores),
        "baseline": "" if compared is None or compared is filled else day_short(compared.on),
        "answered": ngettext("%(num)d of %(all)d answered", "%(num)d of %(all)d answered", answered)
        % {"num": answered, "all": items}
        if filled.totals is None
        else "",
        "missing": gettext(filled.form.missing)
        if any(score is None for score in filled.scores.values())
        else "",
        "otherwise": _typed_otherwise(found.pathway, filled, others),
    }


def _typed_otherwise(pathway: PathwayView, filled: FilledIn, others: Sequence[ResultView]) -> str:
    """Return a warning where a switch-off judges a fall between answers and rounded totals."""
    off = next((one for one in pathway.held if one.kind is PhaseKind.SWITCH_OFF), None)
    if off is None or filled.quality_of_life is None:
        return ""
    known = [view.filled_in for view in others if view.filled_in.quality_of_life is not None]
    days = judged_days((filled.on, *(one.on for one in known)), off.first_day, pathway.parameters)
    if days is None or filled.on not in days:
        return ""
    way = typed_of(filled).way
    for one in known:
        if one.on in days and one.on != filled.on and typed_of(one).way != way:
            return gettext(OTHERWISE[way]) % {"day": day_short(one.on)}
    return ""
