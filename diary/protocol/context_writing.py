"""Writing what stands beside the verdicts as JSON: intake, opioids, follow-up, medication."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

from diary.protocol.eligibility import Eligibility
from diary.protocol.exact import exact_text
from diary.protocol.follow_up import follow_up
from diary.protocol.medication_beside import Days, MedicationIn, medication_beside, plus
from diary.protocol.messages import Caution
from diary.protocol.opioid_tables import OpioidTable
from diary.protocol.opioids import opioid_days
from diary.protocol.pathway import Case
from diary.protocol.perceived_effect import SOURCE, trial_effect
from diary.protocol.questionnaires.pain import EFFECTS
from diary.protocol.shown import shown_percent
from diary.protocol.versions import Parameters


def eligibility_to_json(found: Eligibility) -> list[dict[str, Any]]:
    """Return a row for each criterion, in the order of S3."""
    return [
        {
            "criterion": one.criterion.name,
            "status": one.status.value,
            "source": one.criterion.source,
            "text": one.english,
            "relative": one.criterion.relative,
            "note": one.english_note,
            "cautions": [caution_to_json(caution) for caution in one.cautions],
        }
        for one in found.criteria
    ]


def treatments_to_json(found: Eligibility) -> list[dict[str, Any]]:
    """Return the checklist of treatments to be considered first; null where nothing is known."""
    return [
        {
            "treatment": one.treatment.name,
            "text": one.treatment.text,
            "when": one.treatment.when,
            "step": one.treatment.step.value,
            "on": one.record and one.record.on.isoformat(),
            "result": one.record and one.record.result.value,
            "source": one.treatment.source,
        }
        for one in found.treatments
    ]


def opioids_to_json(case: Case) -> list[dict[str, Any]]:
    """Return a row for each day that lists an opioid, in time order."""
    return [
        {
            "diary_day": day.diary_day.isoformat(),
            "med_mg": _exact(day.med_mg),
            **_table(day.table),
            "status": day.status.value,
            "cautions": [caution_to_json(caution) for caution in day.cautions],
        }
        for day in opioid_days(case.medication, case.med_table, case.parameters)
    ]


def follow_up_to_json(implanted_on: date | None, parameters: Parameters) -> list[dict[str, Any]]:
    """Return the contacts and questionnaires due; none when nothing was implanted."""
    due = () if implanted_on is None else follow_up(implanted_on, parameters)
    return [
        {
            "kind": one.kind.value,
            "month": one.month,
            "on": one.on.isoformat(),
            "source": one.source,
        }
        for one in due
    ]


def perceived_effect_to_json(case: Case) -> dict[str, Any] | None:
    """Return the global perceived effect beside the verdict of the trial, null without one."""
    found = trial_effect(case)
    if found is None:
        return None
    text = EFFECTS[found.effect - 1]
    return {"on": found.on.isoformat(), "effect": found.effect, "text": text, "source": SOURCE}


def medication_to_json(
    case: Case, baseline: Days | None, window: Days | None
) -> dict[str, Any] | None:
    """Return the medication beside the two windows of a verdict, null when none is listed."""
    found = medication_beside(case, baseline, window)
    if found is None:
        return None
    change = found.change
    return {
        **_table(found.table),
        "baseline": _medication_in(found.baseline),
        "window": _medication_in(found.window),
        "med_change": None
        if change is None
        else {"exact": exact_text(change), "shown": plus(change) + shown_percent(change)},
        "cautions": [caution_to_json(caution) for caution in found.cautions],
    }


def caution_to_json(caution: Caution) -> dict[str, str]:
    """Return a caution in English, with its code."""
    return {"code": caution.code, "text": caution.english}


def _table(table: OpioidTable) -> dict[str, str]:
    return {"table": table.name, "table_source": table.title}


def _medication_in(found: MedicationIn | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "days": found.days,
        "logged_days": found.logged_days,
        "med_mg": _exact(found.med_mg),
        "as_needed_a_day": _exact(found.as_needed),
    }


def _exact(value: Fraction | None) -> str | None:
    return None if value is None else exact_text(value)
