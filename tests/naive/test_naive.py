"""The naive implementation against the reference cases, which others computed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings

from tests import naive
from tests.naive.strategies import cases

CASES = Path(__file__).parents[3] / "shared" / "cases"


def reference_cases() -> list:
    if not CASES.is_dir():
        skip = pytest.mark.skip(reason="reference cases (../shared/cases) are not there")
        return [pytest.param(None, None, id="absent", marks=skip)]
    found = []
    for name in ("cases.jsonl", "expected.jsonl"):
        lines = (CASES / name).read_text(encoding="utf-8").splitlines()
        found.append([json.loads(line) for line in lines])
    names = (CASES / "names.txt").read_text(encoding="utf-8").splitlines()
    return [
        pytest.param(case, expected, id=name)
        for case, expected, name in zip(*found, names, strict=True)
        if "problems" not in expected
    ]


@pytest.mark.parametrize("case, expected", reference_cases())
def test_reference_case(case: dict, expected: dict) -> None:
    assert naive.assess(case) == expected


@settings(max_examples=40, deadline=None, print_blob=True)
@given(cases())
def test_first_row_is_the_verdict(case: dict) -> None:
    """The first row of the table is the default method, so it says what the verdict says."""
    for verdict in naive.assess(case)["verdicts"]:
        if verdict["rule"] == "attack_response":
            continue
        first = verdict["sensitivity"][0]
        judged = "reduction" if verdict["rule"] == "trial_response" else "change"
        exact = verdict[judged]["exact"] if verdict[judged] else None
        assert (first["status"], first["exact"]) == (verdict["status"], exact)
