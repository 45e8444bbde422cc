"""What stands beside the verdicts, as text for people."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from diary.protocol.context_text import DUE, MARKS, RESULTS, context_to_text
from diary.protocol.eligibility import CriterionStatus
from diary.protocol.follow_up import FollowUpKind
from diary.protocol.intake_facts import TreatmentResult
from diary.protocol.result_text import assessment_to_text
from diary.protocol.speaking import ENGLISH
from tests.protocol.building import AFTER, BEFORE, TRIAL, assessed, diary


def taken(day: str, substance: str, mg: str, **more: object) -> dict[str, Any]:
    return {"diary_day": day, "substance": substance, "route": "oral", "mg": mg, **more}


MEDICATION = [
    *(taken(day, "tramadol", "450") for day in BEFORE),
    taken(AFTER[0], "tramadol", "540", as_needed=True),
]


@pytest.mark.parametrize(
    "more,lines",
    [
        (
            {"medication": MEDICATION},
            [
                "Medication beside: Trial stimulation",
                "  Baseline: opioids 45.0 mg a day; as needed 0.0 doses a day; 4 of 4 days logged.",
                "  Last days: opioids 54.0 mg a day; as needed 1.0 doses a day; "
                "1 of 4 days logged.",
                "  Change of the opioids: +20.0 %.",
                "  2026-03-02  45.0 mg a day, below the limit of 90.0 mg",
                "  ! By the other table, cdc-2022, this day is on the other side of the limit of "
                "90.0 mg.",
                "             ! By the other table, cdc-2022, this day is on the other side of the "
                "limit of 90.0 mg.",
            ],
        ),
        (
            {"medication": [taken(BEFORE[0], "methadone", "5"), taken(AFTER[0], "morphine", "90")]},
            [
                "  Baseline: opioids for a physician to judge; as needed 0.0 doses a day; "
                "1 of 4 days logged.",
                "  2026-03-02  for a physician to judge",
                "  2026-03-16  90.0 mg a day, not below the limit of 90.0 mg",
            ],
        ),
        (
            {
                "indication": "sfn",
                "intake_facts": {
                    "bmi": 36,
                    "treatments": [
                        {"treatment": "snri", "on": "2025-05-01", "result": "not_enough"}
                    ],
                },
            },
            [
                "At intake:",
                "  met        An indication that is reimbursed (S3 l.19)",
                "  not known  At least 18 years old (S3 l.130)",
                "  NOT MET    BMI below 35, a relative contra-indication (S3 l.156)",
                "             The standpunt prints VAS ≥40 mm beside NRS ≤4; "
                "it is read as at most 40 mm.",
                "Treatments to consider first:",
                "  SNRI, when neuropathic or nociplastic pain is suspected: "
                "2025-05-01, it did not do enough (S3 l.703)",
                "  Exercise programme with a physiotherapist: no record (S3 l.699)",
            ],
        ),
        (
            {"implanted_on": "2026-04-20"},
            [
                "After the implantation of 2026-04-20:",
                "  2026-07-20  contact, month 3",
                "  2036-04-20  questionnaires (PROMs), month 120",
            ],
        ),
        (
            {
                "indication": "cluster",
                "attack_days": [{"diary_day": BEFORE[0], "attacks": 1}],
                "medication": MEDICATION,
            },
            ["Medication beside: Cluster headache"],
        ),
        (
            {"phases": [TRIAL], "medication": MEDICATION},
            ["  Baseline: nothing logged."],
        ),
        (
            {"medication": [taken(AFTER[0], "morphine", "10")]},
            ["  Baseline: nothing logged."],
        ),
    ],
    ids=["opioids", "physician", "intake", "follow-up", "attacks", "no intake", "not logged"],
)
def test_lines(more: dict[str, Any], lines: list[str]) -> None:
    text = assessment_to_text(assessed([*diary(BEFORE, 8), *diary(AFTER, 4)], **more)).splitlines()
    assert [line for line in lines if line not in text] == []


def test_the_windows_of_a_rule_are_told_once_for_all_sites() -> None:
    text = assessment_to_text(assessed([], sites=["leg", "back"], medication=MEDICATION))
    assert text.count("Medication beside") == 1


def test_in_the_order_of_time_and_in_the_language_of_the_reader() -> None:
    """Every word comes of the catalogue, and numbers have the sign of the language."""
    marked = replace(ENGLISH, translate=lambda text: f"<{text}>", decimal=",")
    more = {"implanted_on": "2026-04-20", "medication": MEDICATION, "indication": "crps"}
    lines = [*context_to_text(assessed([], **more), marked)]
    assert [line for line in lines if line and "<" not in line] == []
    assert "  2026-03-02  <45,0 mg a day, below the limit of 90,0 mg>" in lines
    due = lines[lines.index("<After the implantation of 2026-04-20:>") + 1 :]
    assert due == sorted(due, key=lambda line: line.split()[0])
    assert due[0] == "  2026-07-20  <contact, month 3>"


def test_what_is_not_there_has_no_heading() -> None:
    text = assessment_to_text(assessed([]))
    for heading in ("Medication", "Opioids by", "Treatments", "After the implantation"):
        assert heading not in text


def test_every_code_has_words() -> None:
    assert set(MARKS) == set(CriterionStatus)
    assert set(RESULTS) == set(TreatmentResult)
    assert set(DUE) == set(FollowUpKind)
