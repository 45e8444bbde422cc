"""Cases with nearly every mistake that one can make, for the tests of whole results."""

from __future__ import annotations

from typing import Any

from tests.protocol.building import INTAKE, TRIAL, paper, phone
from tests.protocol.whole_cases import a_case

DAY = "2026-03-10"
AT = f"{DAY}T08:00:00+01:00"

_LISTS: dict[str, list[Any]] = {
    "sites": ["leg", "knee", "leg", 7],
    "moments": [
        {"name": "", "time": "08:00"},
        {"name": "a", "time": "24:00"},
        {"name": "b", "time": 8, "night": "no"},
        {"time": "08:00", "colour": "red"},
        "noon",
    ],
    "phases": [
        {"kind": "pause", "first_day": "2026-02-30", "last_day": "10 March"},
        {"kind": "intake", "first_day": "1899-12-31", "last_day": "2200-01-01"},
        {"kind": "intake", "first_day": DAY, "last_day": DAY, "extended_to": DAY},
        {"kind": "trial", "first_day": DAY, "last_day": "2026-03-09", "ended_on": 3},
        [],
    ],
    "attack_days": [
        {"diary_day": DAY, "attacks": 1},
        {"diary_day": DAY, "attacks": 2},
        {"diary_day": "2026-13-01", "attacks": "1.5"},
        {"attacks": -1},
    ],
    "attacks": [
        {"started_at": AT, "ended_at": "2026-03-10T07:59:59+01:00"},
        {"started_at": AT, "ended_at": AT, "minutes": 3},
        {"started_at": "2026-03-10T08:00:00", "minutes": -1, "intensity": "10.5"},
        {"started_at": "2026-03-10 25:00", "ended_at": "never", "intensity": "much"},
        {"minutes": "1e3"},
    ],
    "quality_of_life": [
        {"on": DAY, "pcs": "x", "mcs": 50},
        {"on": "1/1/2026", "pcs": 50, "mcs": 1000},
        {"pcs": 50},
    ],
    "medication": [
        {"diary_day": DAY, "substance": "tramadol", "route": "oral"},
        {"diary_day": DAY, "substance": "", "route": "oral", "mg": 1, "ug_per_h": 2},
        {"diary_day": DAY, "substance": "a" * 81, "route": 3, "mg": "-5"},
        {"diary_day": 5, "substance": "a", "route": "b", "ug_per_h": "x", "as_needed": 1},
    ],
    "entries": [
        {"scores": {"leg": 5}},
        {"scores": {"leg": 5}, "diary_day": DAY},
        {"scores": {"leg": 5}, "moment": "morning"},
        paper(DAY, "noon", 5),
        paper(DAY, "morning", "5.25"),
        paper(DAY, "morning", 11),
        paper(DAY, "morning", 5, "knee"),
        paper(DAY, "morning", True),
        {"diary_day": DAY, "moment": "morning", "scores": {}},
        {"diary_day": DAY, "moment": "morning", "scores": [5]},
        {"diary_day": DAY, "moment": "morning"},
        phone(f"{DAY} 08:00", "7.5"),
        phone(f"{DAY} 08:00", 5, diary_day="2026-03-11"),
        phone(f"{DAY} 10:30", 5, kind="scheduled"),
        phone(f"{DAY} 08:00", 5, kind="random", source="fax", scale="smiley", withdrawn="yes"),
        phone(f"{DAY} 08:00", 5, id="same"),
        phone(f"{DAY} 13:00", 5, id="same"),
        phone(f"{DAY} 13:00", 5, id="", note="x"),
        {"measured_at": 5, "scores": {"leg": 5}},
        7,
    ],
}
_FACTS = {
    "technique": "laser",
    "team": ["nurse", "cook"],
    "treatments": [
        {"treatment": "magic", "on": DAY, "result": "none"},
        {"treatment": "physiotherapy", "on": "soon", "result": "enough"},
    ],
    "pregnant": 1,
    "bmi": 4,
    "back_operations": "half",
    "mri_on": "2026-02-29",
    "shoe_size": 43,
}
_SET = {"name": "nva-2020", "parameters": {"trial_days": 0, "colour": "red"}, "deviates_from": []}


def _list_of(key: str) -> dict[str, Any]:
    good = a_case("2026-03-25", [INTAKE, TRIAL], [])
    return {**good, key: _LISTS[key]}


CASES: dict[str, Any] = {
    "no object": [],
    "nothing": {},
    "no lists": dict.fromkeys(_LISTS, 3) | {"case": "diary-case/2"},
    **{key: _list_of(key) for key in _LISTS},
    "no site": a_case("2026-03-25", [INTAKE], [], sites=[], primary_site="back", indication=5),
    "plan": a_case(
        "2026-03-25",
        [INTAKE],
        [],
        moments=[
            {"name": "a", "time": "08:00", "night": True},
            {"name": "a", "time": "08:00", "night": True},
        ],
    ),
    "company": a_case(
        "2026-03-25",
        [
            {"kind": "trial", "first_day": "2026-03-01", "last_day": "2026-03-10"},
            {"kind": "intake", "first_day": "2026-03-05", "last_day": "2026-03-12"},
            {"kind": "intake", "first_day": "2026-04-05", "last_day": "2026-04-12"},
            {
                "kind": "switch_off",
                "first_day": "2026-05-05",
                "last_day": "2026-06-01",
                "ended_on": "2026-06-02",
            },
        ],
        [],
    ),
    "attacks unconfirmed": a_case(
        "2026-03-25",
        [INTAKE],
        [],
        attack_days=[{"diary_day": DAY, "attacks": 1}],
        attacks=[{"started_at": AT}, {"started_at": AT}],
    ),
    "rest": a_case(
        "2026-03-25",
        [INTAKE],
        [],
        timezone="Europe/Atlantis",
        scale="feet",
        protocol=_SET,
        med_table="who-1986",
        implanted_on="yesterday",
        patient={"birth_date": "1971-05-00", "pain_since": [], "name": "x"},
        intake_facts=_FACTS,
        colour="red",
    ),
    "weak set": a_case(
        "2026-03-25",
        [INTAKE],
        [],
        protocol={
            "name": "centre-4",
            "parameters": {
                "reduction_needed": "0.4",
                "worsening": {"nrs": 1, "vas": 15},
                "window_days": 8,
            },
        },
    ),
    "set without a name": a_case(
        "2026-03-25", [INTAKE], [], protocol={"name": "A b", "parameters": {"mean": "best"}}
    ),
    "clock": {**a_case("2026-03-25", [INTAKE], []), "timezone": "localtime", "as_of": "now"},
}
