"""Assessments as JSON and as text."""

from __future__ import annotations

import json

import pytest

from diary.protocol.cases import Assessment
from diary.protocol.result_text import assessment_to_text
from diary.protocol.result_writing import assessment_to_json
from tests.protocol.building import AFTER, BEFORE, INTAKE, TRIAL, assessed, diary, phone

RUNNING = "2026-03-12T12:00:00+01:00"


def answered() -> Assessment:
    entries = [*diary(BEFORE, 8), *diary(AFTER, 4)[1:], phone("2026-03-16 11:00", 9, id="a")]
    return assessed(entries)


def test_a_verdict_as_json_has_all_of_its_working() -> None:
    found = assessment_to_json(answered())
    assert json.loads(json.dumps(found)) == found
    assert {key: found[key] for key in ("case", "protocol")} == {
        "case": "diary-case/1",
        "protocol": "nva-2020",
    }
    (verdict,) = found["verdicts"]
    assert verdict["change"] == {"exact": "-4", "shown": "\N{MINUS SIGN}4.0"}
    assert verdict["reduction"] == {"exact": "1/2", "shown": "50.0 %"}
    assert verdict["bounds"] == ["7/16", "13/24"]
    assert verdict["source"] == "S3 l.207"
    assert verdict["immpact"] == {"reached": True, "by_reduction": True, "by_points": True}
    assert verdict["cautions"] == [
        {
            "code": "missing_window",
            "text": "Measurements of the last days that are missing: 1 of 12.",
        }
    ]
    window = verdict["window"]
    assert window["score"] == {"exact": "4", "shown": "4.0"}
    assert (window["planned"], window["missing"], len(window["used"])) == (12, 1, 11)
    assert window["used"][0] == {"diary_day": "2026-03-16", "moment": "midday", "score": "4"}
    assert window["left_out"] == [
        {"id": "a", "diary_day": "2026-03-16", "score": "9", "reason": "extra"}
    ]
    assert verdict["sensitivity"][0] == {
        "mean": "day",
        "days": "calendar",
        "late": False,
        "night": None,
        "status": "reached",
        "exact": "1/2",
    }


def test_what_is_not_known_is_null() -> None:
    (verdict,) = assessment_to_json(assessed([], phases=[TRIAL], as_of=RUNNING))["verdicts"]
    nothing = ("baseline", "window", "change", "reduction", "bounds", "immpact")
    assert {verdict[key] for key in nothing} == {None}
    assert verdict["sensitivity"][0]["exact"] is None


@pytest.mark.parametrize(
    "found,lines",
    [
        (
            answered(),
            [
                "Protocol nva-2020, judged as of 2026-03-25 12:00 +0100.",
                "Trial response, leg (primary): REACHED",
                "  Baseline 2026-03-02 to 2026-03-05: 8.0 points, possible 8.0 to 8.0.",
                "    2026-03-16   4.0  2 of 3 measured",
                "    left out: 9.0 on 2026-03-16 (extra)",
                "  Reduction: 50.0 % (needed: 50.0 % or more).",
                "  Change: \N{MINUS SIGN}4.0 points.",
                "  With missing measurements at their worst and best: 43.8 % and 54.2 %.",
                "  Robust: no.",
                "  All 8 ways of computing agree.",
                "  IMMPACT (shown, not the verdict): clinically relevant.",
                "  ! Measurements of the last days that are missing: 1 of 12.",
                "  Source: S3 l.207.",
            ],
        ),
        (
            assessed(diary(BEFORE, 8), as_of=RUNNING),
            [
                "Trial response, leg (primary): RUNNING",
                "  Last days: none.",
                "  Reduction so far: not known (needed: 50.0 % or more).",
            ],
        ),
        (
            assessed([*diary(BEFORE, 8), *diary(AFTER, 7)[3:]], sites=["leg", "back"]),
            [
                "  Last days 2026-03-16 to 2026-03-19: no score, possible 5.3 to 7.8.",
                "    2026-03-16     -  0 of 3 measured  not valid",
                "Trial response, back: TOO LITTLE DATA",
            ],
        ),
        (
            assessed([*diary(BEFORE, 8), *diary(["2026-03-15", *AFTER[1:]], 4)]),
            ["  The 8 ways of computing do not agree; it depends on: which four days."],
        ),
        (assessed([], phases=[INTAKE]), ["No rule applies to this case yet."]),
    ],
    ids=["judged", "running", "too little", "disagreeing", "no rule"],
)
def test_a_verdict_as_text(found: Assessment, lines: list[str]) -> None:
    text = assessment_to_text(found).splitlines()
    assert [line for line in lines if line not in text] == []
