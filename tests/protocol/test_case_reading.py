"""Case files: every problem with its pointer, all at once; and there and back again."""

from __future__ import annotations

import json
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from diary.protocol.case_text import parse_case_text
from diary.protocol.cases import Case, CaseError, Problem, assess, case_to_json, parse_case
from diary.protocol.entries import Kind
from diary.protocol.moments import DEFAULT_MOMENTS
from diary.protocol.result_text import assessment_to_text
from diary.protocol.result_writing import assessment_to_json
from tests.protocol.building import AFTER, BEFORE, INTAKE, TRIAL, case, diary, paper, phone

SMALL = {
    "case": "diary-case/1",
    "timezone": "Europe/Amsterdam",
    "as_of": "2026-03-25T12:00:00+01:00",
    "scale": "nrs",
    "phases": [],
}
FULL = {
    **case([*diary(BEFORE, "7.5"), phone("2026-03-16 08:04", 4, id="a-1", kind="scheduled")]),
    "protocol": "nva-2020",
    "indication": "fbss",
    "sites": ["leg", "back"],
    "primary_site": "back",
    "moments": [{"name": "morning", "time": "08:00", "night": False}]
    + [{"name": name, "time": at} for name, at in [("midday", "13:00"), ("evening", "18:00")]]
    + [{"name": "night", "time": "03:00", "night": True}],
    "phases": [INTAKE, {**TRIAL, "extended_to": "2026-03-27", "ended_on": "2026-03-20"}],
    "attack_days": [{"diary_day": "2026-03-02", "attacks": 2}],
    "attacks": [
        {"started_at": "2026-03-02T23:50:00+01:00", "minutes": "45.5", "intensity": "8.5"},
        {"started_at": "2026-03-03T03:50:00+01:00", "ended_at": "2026-03-03T04:20:00+01:00"},
        {"started_at": "2026-03-09T03:50:00+01:00"},
    ],
    "quality_of_life": [{"on": "2026-03-01", "pcs": "41.2", "mcs": 50.1}],
    "perceived_effect": [{"on": "2026-03-20", "effect": "2"}],
    "medication": [
        {"diary_day": "2026-03-02", "substance": "oxycodone", "route": "oral", "mg": "20"},
        {"diary_day": "2026-03-02", "substance": "oxycodone", "route": "oral", "mg": "5"}
        | {"as_needed": True},
        {"diary_day": "2026-03-02", "substance": "fentanyl", "route": "patch", "ug_per_h": 12.5},
    ],
    "med_table": "cdc-2022",
    "implanted_on": "2026-04-20",
    "patient": {"birth_date": "1971-05-02", "pain_since": "2024-01-01"},
    "intake_facts": {
        "bmi": "31.5",
        "pregnant": False,
        "mri_on": "2025-01-01",
        "technique": "scs",
        "team": ["pain_specialist", "nurse"],
        "treatments": [{"treatment": "tens", "on": "2025-01-01", "result": "not_enough"}],
    },
}

OWN_AND_OFF = {
    **FULL,
    "protocol": {
        "name": "elders-2026",
        "parameters": {"trial_days": 6, "mean": "pooled", "worsening": {"nrs": 3, "vas": 20}},
        "deviates_from": {"trial_days": "one less", "worsening": "more"},
    },
    "phases": [
        {"kind": "pre_switch_off", "first_day": "2026-03-02", "last_day": "2026-03-05"},
        {"kind": "switch_off", "first_day": "2026-03-10", "last_day": "2026-03-23"}
        | {"ended_on": "2026-03-19"},
    ],
}


def problems(value: object) -> list[str]:
    with pytest.raises(CaseError) as error:
        parse_case(value)
    assert str(error.value).count("\n") == len(error.value.problems) - 1
    return [f"{problem.pointer}: {problem.message}" for problem in error.value.problems]


def pointers(value: object) -> list[str]:
    return [line.partition(": ")[0] for line in problems(value)]


def test_the_smallest_case_gets_the_defaults() -> None:
    found = parse_case(SMALL)
    assert found == Case(
        as_of=found.as_of, scale=found.scale, phases=(), timezone="Europe/Amsterdam"
    )
    assert (found.sites, found.primary_site, found.moments) == (("leg",), "leg", DEFAULT_MOMENTS)
    written = case_to_json(found)
    assert written["moments"][0] == {"name": "morning", "time": "08:00", "night": False}
    assert written["protocol"] == "nva-2020"
    assert written["med_table"] == "nl-2019"
    assert "indication" not in written


@pytest.mark.parametrize("given_case", [SMALL, FULL, OWN_AND_OFF], ids=["small", "full", "own"])
def test_a_case_survives_writing_and_reading(given_case: dict[str, Any]) -> None:
    found = parse_case(given_case)
    written = case_to_json(found)
    assert parse_case(written) == found
    text = json.dumps(written).encode()
    assert parse_case_text(text) == found
    assert json.dumps(case_to_json(parse_case(written))).encode() == text


def test_everything_in_a_full_case_is_kept() -> None:
    written = case_to_json(parse_case(FULL))
    assert written.keys() == FULL.keys()
    assert written["attacks"][0] == FULL["attacks"][0]  # type: ignore[index]
    assert written["quality_of_life"] == [{"on": "2026-03-01", "pcs": "41.2", "mcs": "50.1"}]
    assert written["perceived_effect"] == [{"on": "2026-03-20", "effect": 2}]
    assert written["entries"][-1] == {
        "id": "a-1",
        "measured_at": "2026-03-16T08:04:00+01:00",
        "scores": {"leg": "4"},
        "kind": "scheduled",
        "source": "phone",
        "withdrawn": False,
    }


def test_the_source_follows_from_the_form() -> None:
    found = parse_case(case([paper(AFTER[0], "midday", "7.5"), phone("2026-03-16 08:04", 4)]))
    assert [entry.source for entry in found.entries] == ["paper", "phone"]
    assert problems(case([phone("2026-03-16 08:04", "7.5")])) == [
        "/entries/0/scores/leg: A whole number is expected."
    ]


def test_numbers_of_every_kind_are_exact() -> None:
    for mg in ("0.1", 0.1, Decimal("0.1"), Decimal("1e-1")):
        taken = {"diary_day": "2026-03-02", "substance": "x", "route": "oral", "mg": mg}
        assert parse_case({**SMALL, "medication": [taken]}).medication[0].mg == Fraction(1, 10)


NOT_OBJECTS: list[object] = [None, 7, "x", [], True, 1.5]


@pytest.mark.parametrize("value", NOT_OBJECTS)
def test_what_is_no_object_is_no_case(value: object) -> None:
    assert problems(value) == [": must be an object"]


def test_everything_that_is_required_is_asked_for_at_once() -> None:
    assert pointers({}) == ["/case", "/timezone", "/as_of", "/scale", "/phases"]


@pytest.mark.parametrize(
    "change,expected",
    [
        ({"colour": 1, "a/b~c\n": 2}, ["/colour", "/a~1b~0c\\n"]),
        ({"x" * 200: 1}, ["/" + "x" * 79 + "…"]),
        ({"case": "diary-case/2"}, ["/case"]),
        ({"protocol": "nva-1999"}, ["/protocol"]),
        ({"scale": "vrs"}, ["/scale"]),
        ({"scale": ["nrs"]}, ["/scale"]),
        ({"indication": ""}, ["/indication"]),
        ({"med_table": "who-1986"}, ["/med_table"]),
        ({"implanted_on": "2026-02-30"}, ["/implanted_on"]),
        ({"implanted_on": "20260220"}, ["/implanted_on"]),
        ({"implanted_on": "1026-02-20"}, ["/implanted_on"]),
        ({"implanted_on": None}, ["/implanted_on"]),
        ({"patient": {"birth_date": 7, "name": "x"}}, ["/patient/name", "/patient/birth_date"]),
        ({"patient": None}, ["/patient"]),
        # time
        ({"as_of": "2026-03-25T12:00:00"}, ["/as_of"]),
        ({"as_of": "2026-03-25"}, ["/as_of"]),
        ({"as_of": "2026-W13-3T12:00:00+01:00"}, ["/as_of"]),
        ({"as_of": "9999-12-31T23:59:00-14:00"}, ["/as_of"]),
        ({"as_of": 0}, ["/as_of"]),
        *(({"timezone": zone}, ["/timezone"]) for zone in ("Mars/Olympus", "", "../x", "Europe")),
        *(({"timezone": zone}, ["/timezone"]) for zone in ("localtime", 7, "x\0y", "a" * 300)),
        # sites
        ({"sites": []}, ["/sites"]),
        ({"sites": "leg"}, ["/sites"]),
        ({"sites": ["leg", "nose", "leg", 7]}, ["/sites/1", "/sites/2", "/sites/3"]),
        ({"primary_site": "back"}, ["/primary_site"]),
        # moments
        ({"moments": []}, ["/moments"]),
        ({"moments": {}}, ["/moments"]),
        ({"moments": [{"name": "a", "time": "8:00"}]}, ["/moments/0/time"]),
        ({"moments": [{"name": "a", "time": "24:00"}]}, ["/moments/0/time"]),
        (
            {"moments": [{"name": "", "time": 8, "night": 1}]},
            [f"/moments/0/{k}" for k in ("name", "time", "night")],
        ),
        ({"moments": [{"name": "a", "time": "12:00", "night": True}]}, ["/moments", "/moments"]),
        ({"moments": [{"name": "a"}]}, ["/moments/0/time"]),
        # phases
        ({"phases": {}}, ["/phases"]),
        ({"phases": [7]}, ["/phases/0"]),
        (
            {"phases": [{"kind": "holiday"}]},
            [f"/phases/0/{k}" for k in ("first_day", "last_day", "kind")],
        ),
        (
            {"phases": [{"kind": "x"}, INTAKE, INTAKE]},
            [
                "/phases/0/first_day",
                "/phases/0/last_day",
                "/phases/0/kind",
                "/phases/2",
                "/phases/2",
            ],
        ),
        ({"phases": [{**INTAKE, "extended_to": "2026-03-09"}]}, ["/phases/0/extended_to"]),
        ({"phases": [{**INTAKE, "last_day": "2026-03-01"}]}, ["/phases/0"]),
        # attacks
        ({"attack_days": [{"diary_day": "2026-03-02", "attacks": -1}]}, ["/attack_days/0/attacks"]),
        (
            {"attack_days": [{"diary_day": "2026-03-02", "attacks": 1.5}]},
            ["/attack_days/0/attacks"],
        ),
        (
            {"attack_days": [{"diary_day": "2026-03-02", "attacks": 0}] * 2},
            ["/attack_days/1/diary_day"],
        ),
        (
            {"attack_days": [{"attacks": True}]},
            ["/attack_days/0/diary_day", "/attack_days/0/attacks"],
        ),
        (
            {"attacks": [{"started_at": "x", "intensity": 11}]},
            ["/attacks/0/started_at", "/attacks/0/intensity"],
        ),
        (
            {
                "attacks": [
                    {
                        "started_at": "2026-03-02T12:00:00Z",
                        "ended_at": "2026-03-02T11:59:00Z",
                        "minutes": 1,
                    }
                ]
            },
            ["/attacks/0/ended_at", "/attacks/0"],
        ),
        (
            {
                "attack_days": [{"diary_day": "2026-03-01", "attacks": 0}],
                "attacks": [{"started_at": "2026-03-02T02:00:00Z"}],
            },
            ["/attacks"],
        ),
        # the rest
        (
            {"perceived_effect": [{"on": 1, "effect": 8}, {"effect": "1.5"}]},
            [f"/perceived_effect/{k}" for k in ("0/on", "0/effect", "1/on", "1/effect")],
        ),
        (
            {"quality_of_life": [{"on": 1, "pcs": "a", "mcs": 101}]},
            [f"/quality_of_life/0/{k}" for k in ("on", "pcs", "mcs")],
        ),
        ({"medication": [{}]}, [f"/medication/0/{k}" for k in ("diary_day", "substance", "route")]),
        (
            {"medication": [{"diary_day": "2026-03-02", "substance": "x", "route": "y"}]},
            ["/medication/0"],
        ),
        (
            {
                "medication": [
                    {
                        "diary_day": "2026-03-02",
                        "substance": "x",
                        "route": "y",
                        "mg": 1,
                        "ug_per_h": -1,
                    }
                ]
            },
            ["/medication/0/ug_per_h", "/medication/0"],
        ),
    ],
)
def test_problems_of_a_case(change: dict[str, object], expected: list[str]) -> None:
    assert pointers({**SMALL, **change}) == expected


@pytest.mark.parametrize(
    "entry,expected",
    [
        (7, [""]),
        ({}, ["/scores"]),
        ({"scores": {"leg": 1}}, [""]),
        ({"scores": {"leg": 1}, "moment": "morning"}, [""]),
        ({"scores": {"leg": 1}, "diary_day": "2026-03-02"}, [""]),
        ({"scores": {"leg": 1}, "diary_day": "2026-03-02", "moment": "noon"}, ["/moment"]),
        (paper("2026-03-02", "morning", 11), ["/scores/leg"]),
        (paper("2026-03-02", "morning", "7.3"), ["/scores/leg"]),
        (paper("2026-03-02", "morning", 11, site="arm"), ["/scores/arm", "/scores/arm"]),
        (paper("2026-03-02", "morning", 1, scores={}), ["/scores"]),
        (paper("2026-03-02", "morning", 1, scores=[]), ["/scores"]),
        (paper("2026-03-02", "morning", 50, scale="vas"), []),
        (paper("2026-03-02", "morning", 50.5, scale="vas"), ["/scores/leg"]),
        (
            paper("2026-03-02", "morning", 1, kind="x", source="fax", withdrawn=1, scale=0, id=7),
            ["/source", "/scale", "/id", "/kind", "/withdrawn"],
        ),
        (phone("2026-03-02 08:00", 1, diary_day="2026-03-02", kind="scheduled"), []),
        (phone("2026-03-02 08:00", 1, diary_day="2026-03-03"), ["/diary_day"]),
        (phone("2026-03-02 10:00", 1, kind="scheduled"), ["/kind"]),
        (phone("2026-03-02 10:00", 1, kind="scheduled", moment="morning"), []),
        (phone("2026-03-02 10:00", 1, note="x"), ["/note"]),
    ],
)
def test_problems_of_an_entry(entry: object, expected: list[str]) -> None:
    value = case([paper("2026-03-02", "midday", 1), entry])  # type: ignore[list-item]
    if expected:
        assert pointers(value) == [f"/entries/1{tail}" for tail in expected]
    else:
        assert len(parse_case(value).entries) == 2


def test_an_id_stands_for_one_entry() -> None:
    twice = [paper("2026-03-02", moment, 1, id="a") for moment in ("morning", "midday")]
    assert problems(case(twice)) == ["/entries/1/id: another entry has this id"]


def test_a_mistake_above_is_not_told_again_for_each_entry() -> None:
    entries = diary(BEFORE, 7)
    assert pointers(case(entries, scale="x")) == ["/scale"]
    assert pointers(case(entries, sites=["x"])) == ["/sites/0"]
    assert pointers(case(entries, moments=7)) == ["/moments"]
    assert pointers(case([phone("2026-03-02 08:00", 1, kind="scheduled")], timezone="x")) == [
        "/timezone"
    ]


@pytest.mark.parametrize(
    "text,message",
    [
        (b"", "is not JSON: Expecting value (line 1, column 1)"),
        (b'{"a": 1,}', "is not JSON"),
        (b"\xff\xfe", "is not UTF-8 text: byte 1 cannot be read"),
        (b"[" * 100_000, "is not a case: it is nested too deeply"),
        (b'{"as_of": NaN}', "is not JSON: NaN is not a number"),
        (b"-Infinity", "is not JSON: -Infinity is not a number"),
        (b"7" * 100_000, "must be an object"),
        (b"1e99999999999999999999", "must be an object"),
    ],
)
def test_problems_of_a_text(text: bytes, message: str) -> None:
    with pytest.raises(CaseError) as error:
        parse_case_text(text)
    (problem,) = error.value.problems
    assert problem.pointer == ""
    assert problem.message.startswith(message)
    assert str(problem).startswith("(the whole case): ")


def test_a_key_that_stands_twice_is_never_guessed() -> None:
    text = json.dumps(SMALL).replace('"scale": "nrs"', '"scale": "vas", "scale": "nrs"')
    with pytest.raises(CaseError) as error:
        parse_case_text(text.encode())
    assert str(error.value) == "/scale: stands there more than once"


@pytest.mark.parametrize("number", ["1e999999999", "1e99999999999999999999", "9" * 5000, "1.5e0"])
def test_numbers_beyond_all_use_are_only_problems(number: str) -> None:
    text = json.dumps(case([phone("2026-03-02 08:00", 777)])).replace("777", number)
    with pytest.raises(CaseError) as error:
        parse_case_text(text.encode())
    assert [problem.pointer for problem in error.value.problems] == ["/entries/0/scores/leg"]


def test_a_byte_order_mark_does_no_harm() -> None:
    assert parse_case_text(b"\xef\xbb\xbf" + json.dumps(SMALL).encode()) == parse_case(SMALL)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["2026-03-02", "2026-03-02T08:00:00+01:00", "08:00", "leg", "7.5", "trial"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)


@st.composite
def damaged(draw: Any) -> Any:
    """A full case with up to three of its values, at any depth, replaced by anything."""
    whole = json.loads(json.dumps(draw(st.sampled_from([FULL, OWN_AND_OFF]))))
    for _ in range(draw(st.integers(1, 3))):
        place, key = {"": whole}, ""
        while isinstance(place[key], dict | list) and place[key] and draw(st.booleans()):
            place = place[key]
            key = draw(
                st.sampled_from(sorted(place) if isinstance(place, dict) else range(len(place)))
            )
        place[key] = draw(JSON)
        whole = place[""] if key == "" else whole
    return whole


def case_or_problems(value: object) -> Case | tuple[Problem, ...]:
    try:
        return parse_case(value)
    except CaseError as error:
        return error.problems


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(JSON | damaged())
def test_no_input_makes_reading_or_judging_fail(value: object) -> None:
    found = case_or_problems(value)
    if not isinstance(found, Case):
        assert found
        assert all(str(problem).isprintable() for problem in found)
        return
    assert parse_case(case_to_json(found)) == found
    assert {entry.kind for entry in found.entries} <= {None, *Kind}
    assessment = assess(found)
    assert json.loads(json.dumps(assessment_to_json(assessment)))["case"] == "diary-case/1"
    assert assessment_to_text(assessment)
