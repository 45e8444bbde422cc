"""docs/case.md says every key that a case may hold and that a result does hold."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from diary.protocol.case_reading import OPTIONAL, REQUIRED
from diary.protocol.cases import assess, parse_case
from diary.protocol.indications.known import FACTS
from diary.protocol.result_writing import assessment_to_json
from tests.protocol import whole_cases

DOCUMENT = (Path(__file__).parents[2] / "docs" / "case.md").read_text(encoding="utf-8")


def named(key: str) -> bool:
    return f"`{key}`" in DOCUMENT


def test_every_key_of_a_case_is_named() -> None:
    assert [key for key in (*REQUIRED, *OPTIONAL) if key != "case" and not named(key)] == []


def test_the_facts_at_intake_are_those_that_can_be_read() -> None:
    listed = DOCUMENT.partition("<!-- facts -->")[2].partition("<!-- end of facts -->")[0]
    assert re.findall(r"`(\w+)`", listed) == sorted(FACTS)


@pytest.mark.parametrize("name", whole_cases.CASES)
def test_every_key_of_a_result_is_named(name: str) -> None:
    result = assessment_to_json(assess(parse_case(whole_cases.CASES[name])))
    keys = {*result, *(key for verdict in result["verdicts"] for key in verdict)}
    assert [key for key in sorted(keys - {"case", "protocol"}) if not named(key)] == []
