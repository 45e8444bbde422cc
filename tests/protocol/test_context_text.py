"""What stands beside the verdicts, as text for people."""

from __future__ import annotations

from typing import Any

import pytest

from diary.protocol.result_text import assessment_to_text
from tests.protocol.building import AFTER, BEFORE, assessed, diary


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
                "Medication beside the trial response, opioids by nl-2019:",
                "  Baseline: opioids 45.0 mg a day, as needed 0.0 doses a day; 4 of 4 days logged.",
                "  Last days: opioids 54.0 mg a day, as needed 1.0 doses a day; "
                "1 of 4 days logged.",
                "  Change of the opioids: +20.0 %.",
                "  2026-03-02  45.0 mg a day, below 90.0 mg",
                "  ! By the other table, cdc-2022, this day is on the other side of the limit of "
                "90.0 mg.",
            ],
        ),
        (
            {"medication": [taken(BEFORE[0], "methadone", "5")]},
            [
                "  Baseline: opioids for a physician to judge, as needed 0.0 doses a day; "
                "1 of 4 days logged.",
                "  Last days: nothing logged.",
                "  2026-03-02  for a physician to judge",
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
                "Intake:",
                "  met      An indication that is reimbursed (S3 l.19)",
                "  unknown  At least 18 years old (S3 l.130)",
                "  NOT MET  BMI below 35 (S3 l.156, a relative contra-indication)",
                "             The standpunt prints VAS ≥40 mm beside NRS ≤4; "
                "it is read as at most 40 mm.",
                "  SNRI, when neuropathic or nociplastic pain is suspected: "
                "2025-05-01 not enough (S3 l.703)",
                "  Exercise programme with a physiotherapist: no record (S3 l.699)",
            ],
        ),
        (
            {"implanted_on": "2026-04-20"},
            [
                "After the implantation of 2026-04-20:",
                "  2026-07-20  contact, month 3",
                "  2036-04-20  proms, month 120",
            ],
        ),
        (
            {
                "indication": "cluster",
                "attack_days": [{"diary_day": BEFORE[0], "attacks": 1}],
                "medication": MEDICATION,
            },
            ["Medication beside the attack response, opioids by nl-2019:"],
        ),
    ],
    ids=["medication", "physician", "intake", "follow-up", "attacks"],
)
def test_lines(more: dict[str, Any], lines: list[str]) -> None:
    text = assessment_to_text(assessed([*diary(BEFORE, 8), *diary(AFTER, 4)], **more)).splitlines()
    assert [line for line in lines if line not in text] == []


def test_what_is_not_there_has_no_heading() -> None:
    text = assessment_to_text(assessed([]))
    for heading in ("Medication", "Opioids by", "Treatments", "After the implantation"):
        assert heading not in text
