"""Writing what stands beside the verdicts as plain text: medication, intake, opioids, follow-up."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from diary.protocol.attacks import AttackVerdict
from diary.protocol.cases import Assessment
from diary.protocol.eligibility import CriterionStatus, Eligibility, eligibility
from diary.protocol.follow_up import follow_up
from diary.protocol.medication_beside import MedicationIn, medication_beside
from diary.protocol.opioids import MedStatus, opioid_days
from diary.protocol.pathway import Case
from diary.protocol.shown import shown_number, shown_percent
from diary.protocol.verdicts import Verdict

_MARKS = {
    CriterionStatus.MET: "met    ",
    CriterionStatus.NOT_MET: "NOT MET",
    CriterionStatus.UNKNOWN: "unknown",
}

_SIDES = {MedStatus.BELOW: "below", MedStatus.NOT_BELOW: "not below"}


def context_to_text(assessment: Assessment) -> Iterator[str]:
    """Yield the lines after the verdicts, in English; each part begins with an empty line."""
    case = assessment.case
    yield from _medication(assessment)
    yield from _intake(eligibility(case, assessment.diary))
    yield from _opioids(case)
    yield from _follow_up(case)


def _medication(assessment: Assessment) -> Iterator[str]:
    verdicts: list[Verdict | AttackVerdict] = [*assessment.verdicts]
    if assessment.attacks is not None:
        verdicts.append(assessment.attacks)
    # The windows of one rule are the same days for every pain site.
    for verdict in {verdict.rule: verdict for verdict in reversed(verdicts)}.values():
        found = medication_beside(assessment.case, verdict.baseline, verdict.window)
        if found is None:
            continue
        rule = verdict.rule.value.replace("_", " ")
        yield ""
        yield f"Medication beside the {rule}, opioids by {found.table.name}:"
        yield from _medication_in("Baseline", found.baseline)
        yield from _medication_in("Last days", found.window)
        if found.change is not None:
            sign = "+" if found.change > 0 else ""
            yield f"  Change of the opioids: {sign}{shown_percent(found.change)}."


def _medication_in(name: str, found: MedicationIn | None) -> Iterator[str]:
    if found is None or not found.logged_days:
        yield f"  {name}: nothing logged."
        return
    assert found.as_needed is not None, "a logged day has a number of doses"
    yield (
        f"  {name}: opioids {_amount(found.med_mg)}, as needed {shown_number(found.as_needed)} "
        f"doses a day; {found.logged_days} of {found.days} days logged."
    )


def _intake(found: Eligibility) -> Iterator[str]:
    yield ""
    yield "Intake:"
    for one in found.criteria:
        relative = ", a relative contra-indication" if one.criterion.relative else ""
        yield f"  {_MARKS[one.status]}  {one.english} ({one.criterion.source}{relative})"
        if one.english_note:
            yield f"             {one.english_note}"
    if found.treatments:
        yield "Treatments to consider first:"
    for treatment in found.treatments:
        record, text = treatment.record, treatment.treatment.text
        when = f", {treatment.treatment.when}" if treatment.treatment.when else ""
        result = f"{record.on} {record.result.replace('_', ' ')}" if record else "no record"
        yield f"  {text}{when}: {result} ({treatment.treatment.source})"


def _opioids(case: Case) -> Iterator[str]:
    days = opioid_days(case.medication, case.med_table, case.parameters)
    if days:
        yield ""
        yield f"Opioids by {days[0].table.name}, {days[0].table.title}:"
    for day in days:
        limit = shown_number(case.parameters.med_limit)
        side = _SIDES.get(day.status)
        yield f"  {day.diary_day}  {_amount(day.med_mg)}" + (f", {side} {limit} mg" if side else "")
        for caution in day.cautions:
            yield f"  ! {caution.english}"


def _follow_up(case: Case) -> Iterator[str]:
    if case.implanted_on is None:
        return
    yield ""
    yield f"After the implantation of {case.implanted_on}:"
    for due in sorted(follow_up(case.implanted_on, case.parameters), key=lambda due: due.on):
        yield f"  {due.on}  {due.kind.value}, month {due.month}"


def _amount(amount: Fraction | None) -> str:
    return "for a physician to judge" if amount is None else f"{shown_number(amount)} mg a day"
