"""The reference cases of an independent implementation, where they are at hand.

Compared: every verdict of the rules in BUILT, what stands beside them, the placing of problems,
and that each case survives being written and read again. Cautions and shown values are not in
the reference.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from diary.protocol.cases import CaseError, assess, case_to_json, parse_case
from diary.protocol.result_writing import assessment_to_json

BUILT = {"trial_response", "switch_off_worsening", "attack_response"}
FOLDER = Path(__file__).parents[3] / "shared" / "cases"


def cases() -> list[Any]:
    if not FOLDER.is_dir():
        reason = "the reference cases are not beside this repository"
        return [pytest.param({}, {}, marks=pytest.mark.skip(reason=reason))]
    files = [(FOLDER / name).read_text().splitlines() for name in ("cases.jsonl", "expected.jsonl")]
    names = (FOLDER / "names.txt").read_text().splitlines()
    return [
        pytest.param(json.loads(case), json.loads(expected), id=name)
        for case, expected, name in zip(*files, names, strict=True)
    ]


def only_keys_of(theirs: Any, ours: Any) -> Any:
    """Leave out of `ours` what the reference does not have, such as shown values."""
    if isinstance(theirs, dict) and isinstance(ours, dict):
        return {key: only_keys_of(value, ours.get(key)) for key, value in theirs.items()}
    if isinstance(theirs, list) and isinstance(ours, list) and len(theirs) == len(ours):
        return [only_keys_of(*pair) for pair in zip(theirs, ours, strict=True)]
    return ours


@pytest.mark.parametrize("case,expected", cases())
def test_the_reference_cases_agree(case: dict[str, Any], expected: dict[str, Any]) -> None:
    if "problems" in expected:
        with pytest.raises(CaseError) as error:
            parse_case(case)
        found = [problem.pointer for problem in error.value.problems]
        assert found == [problem["pointer"] for problem in expected["problems"]]
        return
    parsed = parse_case(case)
    assert parse_case(case_to_json(parsed)) == parsed
    answer = assessment_to_json(assess(parsed))
    wanted = [verdict for verdict in expected["verdicts"] if verdict["rule"] in BUILT]
    assert only_keys_of(wanted, answer["verdicts"]) == wanted
    for part in ("opioids", "follow_up"):
        assert only_keys_of(expected[part], answer[part]) == expected[part]
    criteria = {row["criterion"]: row["status"] for row in answer["eligibility"]}
    for row in expected["eligibility"]:
        assert criteria[row["criterion"]] == row["status"]
