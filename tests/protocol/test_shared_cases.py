"""The reference cases of an independent implementation, where they are at hand.

Compared: every verdict, what stands beside them, the placing of problems, and that each case
survives being written and read again. Cautions and shown values are not in
the reference.
"""

from __future__ import annotations

from typing import Any

import pytest

from diary.protocol.cases import CaseError, assess, case_to_json, parse_case
from diary.protocol.result_writing import assessment_to_json
from tests.support.shared import reference_cases


def only_keys_of(theirs: Any, ours: Any) -> Any:
    """Leave out of `ours` what the reference does not have, such as shown values."""
    if isinstance(theirs, dict) and isinstance(ours, dict):
        return {key: only_keys_of(value, ours.get(key)) for key, value in theirs.items()}
    if isinstance(theirs, list) and isinstance(ours, list) and len(theirs) == len(ours):
        return [only_keys_of(*pair) for pair in zip(theirs, ours, strict=True)]
    return ours


@pytest.mark.parametrize("case,expected", reference_cases())
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
    for part in ("verdicts", "opioids", "follow_up"):
        assert only_keys_of(expected[part], answer[part]) == expected[part]
    criteria = {row["criterion"]: row["status"] for row in answer["eligibility"]}
    for row in expected["eligibility"]:
        assert criteria[row["criterion"]] == row["status"]
