"""One line of the team's list per patient: verdict, missing data, sparkline.

Computing 500 verdicts at every look at the list would take a second. A line depends on what the
patient entered (the pathway's revision), on how many days of the phase are over, and on the
language; nothing else, so it is kept until one of those changes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import current_app
from markupsafe import Markup

from diary.charts.data import DayMean
from diary.charts.sparkline import sparkline
from diary.protocol.attacks import AttackVerdict
from diary.protocol.cases import Assessment, assess
from diary.protocol.current import current_verdict, trial_of_now
from diary.protocol.days import ONE_DAY, diary_day_of
from diary.protocol.medication_beside import plus
from diary.protocol.phases import Phase
from diary.protocol.shown import shown_number, shown_percent
from diary.protocol.verdicts import Rule, Status, Verdict
from diary.store import cases
from diary.store.database import Unit
from diary.store.kept import Kept
from diary.store.patient_list import ListedPatient
from diary.web.language import current, gettext

_KEY = "team.summaries"
# A day of a sparkline takes four pixels: more days than these are older than what is looked for.
SPARK_DAYS = 42


@dataclass(frozen=True, slots=True)
class Summary:
    """What the list shows of a diary: the verdict of now, and how much is there.

    `reduction` of a trial, `worsening` of a switch-off. `robust` is None where missing measurements
    of pain cannot turn the verdict: there is none, or it counts attacks. `missing` of `planned` are
    those of the finished days.
    """

    status: Status | None
    rule: Rule | None
    reduction: str | None
    worsening: str | None
    robust: bool | None
    agree: bool
    missing: int
    planned: int
    spark: Markup


def summaries(unit: Unit, patients: Sequence[ListedPatient]) -> dict[UUID, Summary]:
    """Return the line of each patient; what changed is computed, in a fixed number of queries."""
    kept: Kept[Summary] = current_app.extensions.setdefault(_KEY, Kept())
    keys = {p.id: (p.revision, _known_until(p, unit.now), current()) for p in patients}
    found = {p.id: kept.get(p.pathway_id, keys[p.id]) for p in patients}
    stale = [p for p in patients if found[p.id] is None]
    read = cases.cases_of(unit, [p.id for p in stale], unit.now) if stale else {}
    for patient in stale:
        line = _summary(assess(read[patient.id]), patient, keys[patient.id][1])
        kept.put(patient.pathway_id, keys[patient.id], line)
        found[patient.id] = line
    return {patient_id: line for patient_id, line in found.items() if line is not None}


def _known_until(patient: ListedPatient, now: datetime) -> date:
    """Return the diary day of `now`, or that after the phase: then nothing is to come any more."""
    today = diary_day_of(now, ZoneInfo(patient.timezone))
    return today if patient.phase is None else min(today, patient.phase.end + ONE_DAY)


def _summary(assessment: Assessment, patient: ListedPatient, today: date) -> Summary:
    verdict = current_verdict(assessment)
    of_pain = verdict if isinstance(verdict, Verdict) else None
    planned, missing = 0, 0
    if patient.phase is not None:
        planned, missing = _missing(assessment, patient.phase.phase, today)
    return Summary(
        status=verdict.status if verdict else None,
        rule=verdict.rule if verdict else None,
        reduction=_reduction(verdict),
        worsening=_worsening(verdict),
        robust=of_pain.robust if of_pain else None,
        agree=of_pain.agree if of_pain else True,
        missing=missing,
        planned=planned,
        spark=_spark(assessment, trial_of_now(assessment, assessment.case.primary_site)),
    )


def _reduction(verdict: Verdict | AttackVerdict | None) -> str | None:
    if verdict is None or verdict.reduction is None:
        return None
    return shown_percent(verdict.reduction, verdict.threshold)


def _worsening(verdict: Verdict | AttackVerdict | None) -> str | None:
    if not isinstance(verdict, Verdict) or verdict.rule is not Rule.SWITCH_OFF_WORSENING:
        return None
    if verdict.change is None:
        return None
    return plus(verdict.change) + shown_number(verdict.change, verdict.threshold)


def _missing(assessment: Assessment, phase: Phase, today: date) -> tuple[int, int]:
    """Return how many measurements of the finished days were planned, and how many are missing."""
    case = assessment.case
    scheduled = assessment.diary.sites[case.primary_site].scheduled
    last = min(phase.end, today - ONE_DAY)
    days = (last - phase.first_day).days + 1
    planned = max(days, 0) * len(case.moments)
    made = sum(len(made) for day, made in scheduled.items() if phase.first_day <= day <= last)
    return planned, planned - made


def _spark(assessment: Assessment, verdict: Verdict | None) -> Markup:
    case = assessment.case
    means = [
        DayMean(mean.diary_day, mean.mean)
        for mean in assessment.day_means(case.primary_site)[-SPARK_DAYS:]
        if mean.mean is not None
    ]
    baseline = verdict.baseline.score if verdict and verdict.baseline else None
    limit = float(baseline * (1 - verdict.threshold)) if verdict and baseline else None
    # The list is read aloud without it: the verdict stands beside it in words.
    label = gettext("Day means of the pain")
    return Markup(sparkline(means, case.scale.maximum, label, limit))  # noqa: S704 - ours
