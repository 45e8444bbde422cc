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
                "Trial stimulation, leg (primary): REACHED",
                "  Pain before: 8.0. Last 4 days: 4.0. That is 50.0 % less; 50 % less is needed.",
                "  Baseline 2026-03-02 – 2026-03-05: 8.0 points; possible: 8.0 to 8.0.",
                "    2026-03-16    4.0  2 of 3 measured",
                "    left out: 9.0 on 2026-03-16 (extra: outside every window)",
                "  Clinically relevant after IMMPACT: yes (shown only, not the verdict).",
                "  ! Measurements of the last days that are missing: 1 of 12.",
                "  Source: S3 l.207.",
            ],
        ),
        (
            assessed(diary(BEFORE, 8), as_of=RUNNING),
            [
                "Trial stimulation, leg (primary): RUNNING",
                "  Pain before: 8.0. The trial is still running, so this is provisional.",
                "  Last days: none.",
            ],
        ),
        (
            assessed([*diary(BEFORE, 8), *diary(AFTER, 7)[3:]], sites=["leg", "back"]),
            [
                "  Last days 2026-03-16 – 2026-03-19: no score; possible: 5.3 to 7.8.",
                "    2026-03-16      -  0 of 3 measured; not valid",
                "Trial stimulation, back: TOO LITTLE DATA",
            ],
        ),
        (
            assessed([*diary(BEFORE, 8), *diary(AFTER, 7)]),
            ["  Clinically relevant after IMMPACT: no (shown only, not the verdict)."],
        ),
        (
            assessed([], phases=[INTAKE], attack_days=[{"diary_day": BEFORE[0], "attacks": 1}]),
            [
                "Cluster headache: TOO LITTLE DATA",
                "  Before: 7.0 attacks a week (1 of 4 days confirmed).",
                "  ! There is no trial to judge.",
                "  Source: S3 l.209-211.",
            ],
        ),
        (assessed([], phases=[INTAKE]), ["No rule applies to this case yet."]),
    ],
    ids=["judged", "running", "too little", "not relevant", "attacks", "no rule"],
)
def test_a_verdict_as_text(found: Assessment, lines: list[str]) -> None:
    text = "\n" + assessment_to_text(found)
    # A paragraph goes on after what is looked for.
    assert [line for line in lines if f"\n{line}" not in text] == []
