"""Writing what stands beside the verdicts as plain text: medication, intake, opioids, follow-up."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction

from diary.protocol.attacks import AttackVerdict
from diary.protocol.cases import Assessment
from diary.protocol.eligibility import CriterionStatus, Eligibility, eligibility
from diary.protocol.follow_up import FollowUpKind, follow_up
from diary.protocol.intake_facts import TreatmentResult
from diary.protocol.medication_beside import (
    Days,
    MedicationBeside,
    MedicationIn,
    medication_beside,
    plus,
)
from diary.protocol.messages import N_
from diary.protocol.naming import RULES
from diary.protocol.opioids import MedStatus, opioid_days
from diary.protocol.pathway import Case
from diary.protocol.perceived_effect import trial_effect
from diary.protocol.questionnaires.pain import EFFECTS
from diary.protocol.speaking import Speaker
from diary.protocol.verdicts import Verdict

MARKS = {
    CriterionStatus.MET: N_("met"),
    CriterionStatus.NOT_MET: N_("NOT MET"),
    CriterionStatus.UNKNOWN: N_("not known"),
}
RESULTS = {
    TreatmentResult.ENOUGH: N_("it did enough"),
    TreatmentResult.NOT_ENOUGH: N_("it did not do enough"),
    TreatmentResult.NOT_TOLERATED: N_("it was not tolerated"),
    TreatmentResult.NOT_POSSIBLE: N_("it was not possible"),
    TreatmentResult.NOT_INDICATED: N_("it was not indicated"),
}
DUE = {
    FollowUpKind.CONTACT: N_("contact, month %(month)d"),
    FollowUpKind.PROMS: N_("questionnaires (PROMs), month %(month)d"),
}
_OPIOIDS = {
    MedStatus.BELOW: N_("%(amount)s mg a day, below the limit of %(limit)s mg"),
    MedStatus.NOT_BELOW: N_("%(amount)s mg a day, not below the limit of %(limit)s mg"),
}


def context_to_text(assessment: Assessment, speaker: Speaker) -> Iterator[str]:
    """Yield the lines after the verdicts; each part begins with an empty line."""
    case = assessment.case
    effect = effect_line(case, speaker)
    if effect is not None:
        yield from ("", effect)
    yield from _medication(assessment, speaker)
    yield from _intake(eligibility(case, assessment.diary), speaker)
    yield from _opioids(case, speaker)
    yield from _follow_up(case, speaker)


def effect_line(case: Case, speaker: Speaker) -> str | None:
    """Return the global perceived effect beside the verdict of the trial, None without one."""
    found = trial_effect(case)
    if found is None:
        return None
    return speaker.gettext(
        "Global perceived effect (GPE) on %(day)s: %(number)d of 7, %(effect)s (for information, "
        "not the verdict).",
        day=speaker.day(found.on),
        number=found.effect,
        effect=speaker.gettext(EFFECTS[found.effect - 1]),
    )


def _medication(assessment: Assessment, speaker: Speaker) -> Iterator[str]:
    verdicts: list[Verdict | AttackVerdict] = [*assessment.verdicts]
    if assessment.attacks is not None:
        verdicts.append(assessment.attacks)
    # The windows of one rule are the same days for every pain site.
    for verdict in {verdict.rule: verdict for verdict in reversed(verdicts)}.values():
        found = medication_beside(assessment.case, verdict.baseline, verdict.window)
        if found is None:
            continue
        rule = speaker.gettext(RULES[verdict.rule])
        yield ""
        yield speaker.gettext("Medication beside: %(rule)s", rule=rule)
        yield from (f"  {line}" for line in medication_lines(found, speaker))


def medication_lines(
    found: MedicationBeside, speaker: Speaker, days: Callable[[Days], str] | None = None
) -> Iterator[str]:
    """Yield the medication of both windows of a verdict, and the change of the opioids.

    `days` writes the days of a window behind its name, where the reader's calendar is known.
    """
    named = (speaker.gettext("Baseline"), speaker.gettext("Last days"))
    for name, one in zip(named, (found.baseline, found.window), strict=True):
        when = "" if one is None or days is None else f" ({days(one)})"
        yield _medication_in(name + when, one, speaker)
    if found.change is not None:
        written = plus(found.change) + speaker.percent(found.change)
        yield speaker.gettext("Change of the opioids: %(change)s.", change=written)
    yield from map(speaker.caution, found.cautions)


def _medication_in(name: str, found: MedicationIn | None, speaker: Speaker) -> str:
    if found is None or found.as_needed is None:
        return speaker.gettext("%(name)s: nothing logged.", name=name)
    return speaker.gettext(
        "%(name)s: opioids %(amount)s; as needed %(doses)s doses a day; "
        "%(logged)d of %(days)d days logged.",
        name=name,
        amount=_amount(found.med_mg, speaker),
        doses=speaker.number(found.as_needed),
        logged=found.logged_days,
        days=found.days,
    )


def _amount(amount: Fraction | None, speaker: Speaker) -> str:
    if amount is None:
        return speaker.gettext("for a physician to judge")
    return speaker.gettext("%(amount)s mg a day", amount=speaker.number(amount))


def _intake(found: Eligibility, speaker: Speaker) -> Iterator[str]:
    yield ""
    yield speaker.gettext("At intake:")
    marks = {status: speaker.gettext(mark) for status, mark in MARKS.items()}
    width = max(map(len, marks.values()))
    for one in found.criteria:
        text = speaker.gettext(one.criterion.text, **one.values)
        if one.criterion.relative:
            text = speaker.gettext("%(criterion)s, a relative contra-indication", criterion=text)
        yield f"  {marks[one.status]:{width}}  {text} ({one.criterion.source})"
        if one.criterion.note is not None:
            yield f"  {'':{width}}  {speaker.gettext(one.criterion.note, **one.values)}"
        for caution in one.cautions:
            yield f"  {'':{width}}  ! {speaker.caution(caution)}"
    if found.treatments:
        yield speaker.gettext("Treatments to consider first:")
    for treatment in found.treatments:
        asked, record = treatment.treatment, treatment.record
        when = f", {speaker.gettext(asked.when)}" if asked.when else ""
        result = (
            f"{record.on}, {speaker.gettext(RESULTS[record.result])}"
            if record
            else speaker.gettext("no record")
        )
        yield f"  {speaker.gettext(asked.text)}{when}: {result} ({asked.source})"


def _opioids(case: Case, speaker: Speaker) -> Iterator[str]:
    days = opioid_days(case.medication, case.med_table, case.parameters)
    if days:
        table = days[0].table
        yield ""
        yield speaker.gettext(
            "Opioids by %(table)s, %(source)s:",
            table=table.name,
            source=speaker.gettext(table.title),
        )
    limit = speaker.number(case.parameters.med_limit)
    for day in days:
        amount = day.med_mg
        told = (
            speaker.gettext("for a physician to judge")
            if amount is None
            else speaker.gettext(_OPIOIDS[day.status], amount=speaker.number(amount), limit=limit)
        )
        yield f"  {day.diary_day}  {told}"
        for caution in day.cautions:
            yield f"  ! {speaker.caution(caution)}"


def _follow_up(case: Case, speaker: Speaker) -> Iterator[str]:
    if case.implanted_on is None:
        return
    yield ""
    yield speaker.gettext("After the implantation of %(day)s:", day=case.implanted_on)
    for due in sorted(follow_up(case.implanted_on, case.parameters), key=lambda due: due.on):
        yield f"  {due.on}  {speaker.gettext(DUE[due.kind], month=due.month)}"
