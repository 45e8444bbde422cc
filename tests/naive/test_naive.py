"""The naive implementation against the reference cases, which others computed."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from tests import naive
from tests.naive.strategies import cases
from tests.support.shared import reference_cases

READABLE = [case for case in reference_cases() if "problems" not in case.values[1]]


@pytest.mark.parametrize("case, expected", READABLE)
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
