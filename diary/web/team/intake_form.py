"""The facts of the intake as a form: from the store into fields, and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict

from diary.language import N_
from diary.protocol.exact import NumberError, decimal_text, read_exact
from diary.protocol.indications.criteria import AskedFact, FactKind
from diary.protocol.indications.general import GENERAL
from diary.protocol.indications.known import REIMBURSED
from diary.protocol.intake_facts import TeamRole, Technique, TreatmentResult
from diary.store.intake import IntakeView
from diary.store.pathways import PathwayView
from diary.web.language import gettext
from diary.web.team.forms import CHOOSE, Form
from diary.wording import intake as wording

OUT_OF_RANGE = N_("This number is not possible here.")
BOTH = N_("Fill in the result and the day of each treatment, or neither.")
FLAGS = {"yes": True, "no": False}


@dataclass(frozen=True, slots=True)
class FactField:
    """A field of the form; `kind` is flag, number or day."""

    name: str
    kind: str
    label: str


@dataclass(frozen=True, slots=True)
class TreatmentField:
    """A treatment to be considered first, and for whom."""

    name: str
    label: str
    when: str


def fields(pathway: PathwayView) -> list[FactField]:
    """Return what is asked for the pathway's indication."""
    return [
        FactField(fact.name, fact.kind.value, gettext(wording.FACTS[fact.name]))
        for fact in _asked(pathway)
    ]


def treatments(pathway: PathwayView) -> list[TreatmentField]:
    """Return the treatments to be considered first for the pathway's indication."""
    known = REIMBURSED.get(pathway.indication or "")
    return [
        TreatmentField(one.name, gettext(one.text), gettext(one.when) if one.when else "")
        for one in (known.treatments if known else ())
    ]


def labels() -> dict[str, str]:
    """Return the name of every field, for the list of what is wrong."""
    named = {name: gettext(label) for name, label in wording.FACTS.items()}
    return named | {
        "technique": gettext(N_("Technique")),
        "team": gettext(N_("Team that set the indication")),
        "treatments": gettext(N_("Treatments that were considered")),
    }


def filled(known: IntakeView) -> Form:
    """Return the form with what is stated."""
    values: MultiDict[str, str] = MultiDict({"number": str(known.number)})
    for name, value in known.facts.items():
        if name == "team":
            values.setlist("team", list(value))
        elif name == "treatments":
            for record in value:
                values[f"result_{record['treatment']}"] = record["result"]
                values[f"on_{record['treatment']}"] = record["on"]
        else:
            said = {True: "yes", False: "no"}.get(value) if isinstance(value, bool) else None
            values[name] = said or str(value)
    return Form(values)


def read(form: Form, pathway: PathwayView, before: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is stated as the `intake_facts` of a case file; errors are noted in the form.

    What `before` holds and the form does not ask stays as it was.
    """
    asked = {fact.name: fact for fact in _asked(pathway)}
    own = {*asked, "technique", "team", "treatments"}
    stated = {name: value for name, value in before.items() if name not in own}
    stated |= {name: _fact(form, fact) for name, fact in asked.items()}
    technique = form.value("technique")
    if technique and technique not in list(Technique):
        form.errors["technique"] = CHOOSE
    stated["technique"] = technique
    stated["team"] = [one.value for one in TeamRole if one.value in form.values("team")]
    stated["treatments"] = _treatments(form, pathway)
    return {name: value for name, value in stated.items() if value not in (None, "", [])}


def _asked(pathway: PathwayView) -> list[AskedFact]:
    known = REIMBURSED.get(pathway.indication or "")
    criteria = (*GENERAL, *(known.criteria if known else ()))
    return [fact for criterion in criteria for fact in criterion.asks]


def _fact(form: Form, fact: AskedFact) -> bool | str | None:
    if fact.kind is FactKind.FLAG:
        return FLAGS.get(form.value(fact.name))
    if fact.kind is FactKind.DAY:
        day = form.day(fact.name, required=False)
        return None if day is None else day.isoformat()
    written = form.value(fact.name).replace(",", ".")
    if not written:
        return None
    try:
        number = read_exact(written)
    except NumberError:
        number = None
    if number is None or not fact.least <= number <= fact.most:
        form.errors[fact.name] = OUT_OF_RANGE
        return None
    return decimal_text(number)


def _treatments(form: Form, pathway: PathwayView) -> list[dict[str, str]]:
    found = []
    for one in treatments(pathway):
        result, on = form.value(f"result_{one.name}"), form.day(f"on_{one.name}", required=False)
        wrong = form.errors.pop(f"on_{one.name}", None)
        if wrong or (result not in list(TreatmentResult) if result else on is not None):
            form.errors["treatments"] = wrong or BOTH
        elif result and on is None:
            form.errors["treatments"] = BOTH
        elif result and on is not None:
            found.append({"treatment": one.name, "on": on.isoformat(), "result": result})
    return found
