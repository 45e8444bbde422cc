"""The engine and the naive implementation agree on every drawn case, exactly."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from diary.cli.moments import moments
from diary.protocol.cases import assess, parse_case
from diary.protocol.result_writing import assessment_to_json
from tests import naive
from tests.naive.strategies import attack_cases, cases, switch_off_cases, trial_cases

DRAWN = settings(
    max_examples=150,
    deadline=None,
    derandomize=False,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def engine(case: dict[str, Any]) -> dict[str, Any]:
    return assessment_to_json(assess(parse_case(case)))


def differences(naive_one: Any, other: Any, where: str = "") -> list[str]:
    """Where the engine's answer is not the naive one; what only the engine gives is let be."""
    if isinstance(naive_one, dict) and isinstance(other, dict):
        pairs = [(key, naive_one[key], other.get(key, "absent")) for key in naive_one]
    elif isinstance(naive_one, list) and isinstance(other, list) and len(naive_one) == len(other):
        pairs = list(zip(range(len(other)), naive_one, other, strict=True))
    else:
        return [] if naive_one == other else [f"{where}: naive {naive_one}, engine {other}"]
    return [line for key, one, two in pairs for line in differences(one, two, f"{where}/{key}")]


def verdicts_of(answer: dict[str, Any], rule: str) -> list[dict[str, Any]]:
    return [verdict for verdict in answer["verdicts"] if verdict["rule"] == rule]


RULES = [
    ("trial_response", trial_cases()),
    ("switch_off_worsening", switch_off_cases()),
    ("attack_response", attack_cases()),
]


@pytest.mark.parametrize("rule, drawn", RULES, ids=[rule for rule, _ in RULES])
@DRAWN
@given(data=st.data())
def test_verdicts(rule: str, drawn: st.SearchStrategy[dict[str, Any]], data: st.DataObject) -> None:
    case = data.draw(drawn)
    note(json.dumps(case))
    expected = verdicts_of(naive.assess(case), rule)
    assert differences(expected, verdicts_of(engine(case), rule)) == []


@DRAWN
@given(cases())
def test_intake_opioids_and_follow_up(case: dict[str, Any]) -> None:
    note(json.dumps(case))
    expected, got = naive.assess(case), engine(case)
    for part in ("opioids", "follow_up"):
        assert differences(expected[part], got[part]) == []
    names = {one["criterion"] for one in expected["eligibility"]}
    of_both = [one for one in got["eligibility"] if one["criterion"] in names]
    assert differences(expected["eligibility"], of_both) == []


@DRAWN
@given(cases())
def test_moments(case: dict[str, Any]) -> None:
    note(json.dumps(case))
    printed = CliRunner().invoke(moments, ["-"], input=json.dumps(case), catch_exceptions=False)
    assert printed.exit_code == 0, printed.output
    got = [json.loads(line) for line in printed.stdout.splitlines()]
    assert differences(naive.moments(case), got) == []
