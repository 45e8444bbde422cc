"""Writing an assessment as JSON: the output of `diary assess`."""

from __future__ import annotations

from typing import Any

from diary.protocol.attacks import AttackVerdict
from diary.protocol.cases import Assessment
from diary.protocol.context_writing import (
    eligibility_to_json,
    follow_up_to_json,
    medication_to_json,
    opioids_to_json,
    perceived_effect_to_json,
    treatments_to_json,
)
from diary.protocol.eligibility import eligibility
from diary.protocol.pathway import CASE_FORMAT, Case
from diary.protocol.verdict_writing import attack_verdict_to_json, verdict_to_json
from diary.protocol.verdicts import Verdict


def assessment_to_json(assessment: Assessment) -> dict[str, Any]:
    """Return the JSON value of an assessment; exact numbers are "n" or "n/d"."""
    case, attacks = assessment.case, assessment.attacks
    verdicts = [
        verdict_to_json(verdict) | _medication(case, verdict) for verdict in assessment.verdicts
    ]
    if attacks is not None:
        verdicts.append(attack_verdict_to_json(attacks) | _medication(case, attacks))
    intake = eligibility(case, assessment.diary)
    return {
        "case": CASE_FORMAT,
        "protocol": case.protocol,
        "verdicts": verdicts,
        "perceived_effect": perceived_effect_to_json(case),
        "eligibility": eligibility_to_json(intake),
        "treatments": treatments_to_json(intake),
        "opioids": opioids_to_json(case),
        "follow_up": follow_up_to_json(case.implanted_on, case.parameters),
    }


def _medication(case: Case, verdict: Verdict | AttackVerdict) -> dict[str, Any]:
    return {"medication": medication_to_json(case, verdict.baseline, verdict.window)}
