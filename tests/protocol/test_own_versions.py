"""A centre's own set of parameters."""

from __future__ import annotations

import dataclasses
import json
from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diary.protocol.cases import assess, case_to_json, parse_case
from diary.protocol.exact import NOT_A_NUMBER
from diary.protocol.own_versions import VersionError, parse_version, version_to_json
from diary.protocol.result_writing import assessment_to_json
from diary.protocol.verdicts import Status
from diary.protocol.versions import NVA_2020, Mean, Night, OtherScale, PerScale
from tests.protocol.building import AFTER, BEFORE, NIGHT, THREE, case, diary, paper

NAME = "elders-2026"
NO_NEED = "does not depart from S3, so there is nothing to excuse"
PER_SCALE = 'must be an object {"nrs": points, "vas": millimetres}'


def own(deviates_from: dict[str, str] | None = None, **parameters: object) -> dict[str, Any]:
    return {"name": NAME, "parameters": parameters, "deviates_from": deviates_from or {}}


def judged(entries: list[dict[str, Any]], protocol: object, **more: object) -> Any:
    return assess(parse_case(case(entries, protocol=protocol, **more))).verdicts[0]


def problems(value: object) -> dict[str, str]:
    with pytest.raises(VersionError) as error:
        parse_version(value)
    return {problem.pointer: problem.message for problem in error.value.problems}


def test_every_kind_of_parameter_can_be_set_and_is_written_again() -> None:
    given = own(
        opens_before=30,
        trial_days=14,
        mean="pooled",
        reduction_needed="0.6",
        stability_step={"nrs": "0.5", "vas": 5},
    )
    found = parse_version(given)
    assert found == dataclasses.replace(
        NVA_2020,
        name=NAME,
        opens_before=timedelta(minutes=30),
        trial_days=14,
        mean=Mean.POOLED,
        reduction_needed=Fraction(3, 5),
        stability_step=PerScale(Fraction(1, 2), Fraction(5)),
    )
    written = version_to_json(found)
    assert isinstance(written, dict)
    assert written["parameters"] == {
        **given["parameters"],
        "stability_step": {"nrs": "0.5", "vas": "5"},
    }
    assert parse_version(json.loads(json.dumps(written))) == found
    assert version_to_json(NVA_2020) == "nva-2020"
    assert parse_version({"name": "plain", "parameters": {}}).name == "plain"


@pytest.mark.parametrize(
    "parameters",
    [
        {"reduction_needed": "0.4"},
        {"trial_days": 6},
        {"extension_most": 21},
        {"worsening": {"nrs": "2.5", "vas": "15"}},
        {"worsening": {"nrs": "1.5", "vas": "15"}},
        {"off_days_most": 21, "quality_of_life_from": 21},
        {"score_least": {"nrs": "5", "vas": "49"}},
    ],
)
def test_weaker_than_the_standpunt_needs_a_note_that_every_verdict_shows(
    parameters: dict[str, Any],
) -> None:
    weak = next(iter(parameters))
    assert "say why in deviates_from" in problems(own(**parameters))[f"/parameters/{weak}"]
    protocol = own({weak: "agreed in March"}, **parameters)
    entries = [*diary(BEFORE, 8), *diary(AFTER, 4)]
    phase = {"kind": "switch_off", "first_day": "2026-03-22", "last_day": "2026-04-18"}
    more = {"attack_days": [{"diary_day": BEFORE[0], "attacks": 1}]}
    plain = case(entries)
    found = assessment_to_json(
        assess(
            parse_case({**plain, "protocol": protocol, "phases": [*plain["phases"], phase], **more})
        )
    )
    assert found["protocol"] == NAME
    assert len(found["verdicts"]) == 3
    for verdict in found["verdicts"]:
        (told,) = [one["text"] for one in verdict["cautions"] if one["code"] == "deviates_from"]
        assert weak in told
        assert "agreed in March" in told


@pytest.mark.parametrize(
    "value,expected",
    [
        ([], {"": "must be an object"}),
        ({}, {"/name": "required", "/parameters": "required"}),
        (
            {"name": "nva-2020", "parameters": {"colour": 1, "mean": "x"}, "more": 1},
            {
                "/more": "unknown key",
                "/name": "is the name of a set of the product; a change needs a new name",
                "/parameters/colour": "is no parameter",
                "/parameters/mean": "must be one of: day, pooled",
            },
        ),
        (
            own({"mean": "why", "name": "x", "trial_days": ""}, name="x"),
            {
                "/parameters/name": "is no parameter",
                "/deviates_from/name": "is no parameter",
                "/deviates_from/trial_days": "must be a text of 1 to 500 printable characters",
            },
        ),
        (
            own({"trial_days": "no need", "mean": "either"}, trial_days=8),
            {
                "/deviates_from/mean": NO_NEED,
                "/deviates_from/trial_days": NO_NEED,
            },
        ),
        (
            own(
                opens_before="1.5",
                trial_days=0,
                reduction_needed="1.01",
                worsening={"nrs": 2},
                immpact_fall={"nrs": "x", "vas": 15},
                stability_step=1,
            ),
            {
                "/parameters/opens_before": "must be a whole number from 0 to 240",
                "/parameters/trial_days": "must be a whole number from 1 to 90",
                "/parameters/reduction_needed": "must be a number from 0 to 1",
                "/parameters/worsening": PER_SCALE,
                "/parameters/immpact_fall": NOT_A_NUMBER,
                "/parameters/stability_step": PER_SCALE,
            },
        ),
        (
            own(window_days=8, extension_least=15, quality_of_life_from=29, off_days_least=28),
            {
                "/parameters/window_days": "is more than trial_days",
                "/parameters/extension_least": "is more than extension_most",
                "/parameters/quality_of_life_from": "is more than off_days_most",
            },
        ),
    ],
    ids=["list", "empty", "unknown", "no parameters", "not weaker", "values", "order"],
)
def test_every_problem_of_a_set_is_named(value: object, expected: dict[str, str]) -> None:
    assert problems(value) == expected


@pytest.mark.parametrize("name", ["", "Elders", "a b", "-a", "a" * 41, 1, None])
def test_a_set_has_a_plain_name(name: object) -> None:
    assert list(problems({"name": name, "parameters": {}})) == ["/name"]


def test_a_case_holds_its_own_set_and_keeps_it() -> None:
    entries = [*diary(BEFORE, 10), *diary(AFTER, 5)]
    found = parse_case(case(entries, protocol=own(reduction_needed="0.6")))
    assert (found.protocol, found.parameters.name) == (NAME, NAME)
    assert parse_case(case_to_json(found)) == found
    verdict = assess(found).verdicts[0]
    assert (verdict.protocol, verdict.status) == (NAME, Status.NOT_REACHED)
    assert judged(entries, "nva-2020").status is Status.REACHED


def test_a_set_chooses_the_table_of_opioids_and_a_case_may_name_another() -> None:
    protocol = own(med_table="cdc-2022")
    assert parse_case(case([], protocol=protocol)).med_table == "cdc-2022"
    assert parse_case(case([], protocol=protocol, med_table="nl-2019")).med_table == "nl-2019"
    assert parse_case(case([])).med_table == "nl-2019"


@pytest.mark.parametrize(
    "name,value",
    [
        ("judged_on", "primary_site"),
        ("diary_day", "from_04:00"),
        ("counted", "first_scheduled"),
        ("trial_day", "whole"),
        ("off_diary", "throughout"),
        ("unconfirmed_day", "unknown"),
    ],
)
def test_a_reading_that_is_another_engine_is_refused_by_name(name: str, value: str) -> None:
    assert getattr(parse_version(own(**{name: value})), name) == value
    assert problems(own(**{name: "otherwise"})) == {
        f"/parameters/{name}": f"must be one of: {value}"
    }


def test_the_mean_of_a_set_gives_the_verdict() -> None:
    # Day means 5, 4, 4, 4; plain mean of the eleven measurements 46/11.
    last = [paper(AFTER[0], "morning", 5), paper(AFTER[0], "midday", 5), *diary(AFTER[1:], 4)]
    entries = [*diary(BEFORE, 8), *last]
    assert judged(entries, "nva-2020").reduction == 1 - Fraction(17, 4) / 8
    assert judged(entries, own(mean="pooled")).reduction == 1 - Fraction(46, 11) / 8


def test_night_can_be_left_out_always() -> None:
    moments = ("morning", "midday", "evening", "night")
    entries = [*diary(BEFORE, 8, moments), *diary(AFTER, 4, moments)]
    for protocol, rows in (("nva-2020", 16), (own(night=Night.NEVER.value), 8)):
        found = judged(entries, protocol, moments=[*THREE, NIGHT])
        assert (found.status, len(found.sensitivity)) == (Status.REACHED, rows)


def test_another_scale_can_count_as_missing() -> None:
    entries = [e for e in diary(AFTER, 4) if (e["diary_day"], e["moment"]) != (AFTER[1], "midday")]
    entries += [*diary(BEFORE, 8), paper(AFTER[1], "midday", 40, scale="vas")]
    assert judged(entries, "nva-2020").status is Status.NOT_COMPARABLE
    found = judged(entries, own(other_scale=OtherScale.LEFT_OUT.value))
    assert (found.status, found.window.missing) == (Status.REACHED, 1)
    assert "other_scale_window" in [caution.code for caution in found.cautions]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["name", "parameters", "deviates_from", "trial_days", "worsening", "nrs"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(JSON)
def test_nothing_else_than_a_version_error_comes_out(value: object) -> None:
    try:
        found = parse_version(value)
    except VersionError as error:
        found, told = None, str(error)
    if found is None:
        assert told
    else:
        assert parse_version(version_to_json(found)) == found
