"""Four cases in which nearly everything happens, for the tests of whole results."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from tests.protocol.building import BEFORE, NIGHT, diary, paper, phone

TWO = [{"name": "morning", "time": "08:00"}, {"name": "evening", "time": "20:00"}]
NAMES = ("morning", "evening")
LAST = [f"2026-03-{day}" for day in range(13, 17)]


def span(first: str, days: int) -> list[str]:
    start = date.fromisoformat(first)
    return [(start + timedelta(number)).isoformat() for number in range(days)]


def phase(kind: str, days: Sequence[str]) -> dict[str, str]:
    return {"kind": kind, "first_day": days[0], "last_day": days[-1]}


def a_case(as_of: str, phases: list[Any], entries: list[Any], **more: object) -> dict[str, Any]:
    return {
        "case": "diary-case/1",
        "timezone": "Europe/Amsterdam",
        "as_of": f"{as_of}T12:00:00+01:00",
        "scale": "nrs",
        "moments": TWO,
        "phases": phases,
        "entries": entries,
        **more,
    }


def trial() -> dict[str, Any]:
    """Two sites, a night moment, an own set, and an entry left out for each reason."""
    entries = [
        *diary(BEFORE, 8, (*NAMES, "night")),
        *(paper(day, name, 5, "back") for day in BEFORE for name in NAMES),
        paper(LAST[0], "morning", 4),
        paper(LAST[0], "evening", "4.5"),
        paper(LAST[0], "night", 5),
        paper(LAST[1], "morning", "3.5"),
        phone(f"{LAST[1]} 12:30", 9, id="extra-1"),
        phone(f"{LAST[1]} 23:30", 7, id="late-1", moment="evening", kind="late"),
        phone(f"{LAST[2]} 07:30", 6, id="first-1"),
        phone(f"{LAST[2]} 07:40", 1, id="second-1"),
        paper(LAST[2], "evening", 3),
        paper(LAST[3], "morning", 30, scale="vas", id="millimetres-1"),
        phone(f"{LAST[3]} 19:40", 0, id="gone-1", withdrawn=True),
        paper(LAST[3], "evening", 3),
        *(paper(day, name, 2, "back") for day in LAST for name in NAMES),
    ]
    return a_case(
        "2026-03-20",
        [phase("intake", BEFORE), phase("trial", span("2026-03-09", 8))],
        entries,
        indication="fbss",
        protocol={
            "name": "centre-1",
            "parameters": {"reduction_needed": "0.45", "other_scale": "left_out"},
            "deviates_from": {"reduction_needed": "decided by the team on 1 March 2026"},
        },
        sites=["leg", "back"],
        moments=[*TWO, NIGHT],
        medication=[
            {"diary_day": BEFORE[0], "substance": "oxycodone", "route": "oral", "mg": "20"},
            {"diary_day": BEFORE[1], "substance": "oxycodone", "route": "oral", "mg": "60"},
            {"diary_day": LAST[0], "substance": "fentanyl", "route": "patch", "ug_per_h": "25"},
            {"diary_day": LAST[1], "substance": "methadone", "route": "oral", "mg": "5"},
            {
                "diary_day": LAST[2],
                "substance": "oxycodone",
                "route": "oral",
                "mg": "5",
                "as_needed": True,
            },
        ],
        implanted_on="2026-08-31",
        patient={"birth_date": "1971-05-02", "pain_since": "2024-01-01"},
        intake_facts={
            "technique": "scs",
            "team": ["pain_specialist", "psychologist", "nurse"],
            "pregnant": False,
            "bmi": "36",
            "treatments": [
                {"treatment": "physiotherapy", "on": "2025-06-01", "result": "not_enough"}
            ],
        },
    )


def switched_off(days: int, score: str, **more: object) -> dict[str, Any]:
    """A switch-off from 8 May on, of which `days` have finished; on the tenth the pain is 6."""
    before, off = span("2026-05-01", 4), span("2026-05-08", 28)
    entries = [
        *diary(before, 3, NAMES),
        *(entry for day in off[:days] for entry in diary([day], score, NAMES) if day != off[9]),
        *(diary([off[9]], 6, NAMES)),
    ]
    phases = [phase("pre_switch_off", before), phase("switch_off", off)]
    as_of = (date(2026, 5, 8) + timedelta(days)).isoformat()
    return a_case(as_of, phases, entries, **more)


def cluster() -> dict[str, Any]:
    """42 attacks in 28 days of intake; in 14 days of trial 6, one day not confirmed."""
    intake, during = span("2026-03-01", 28), span("2026-04-01", 14)
    attacks = {day: 1 + number % 2 for number, day in enumerate(intake)}
    attacks |= {day: number % 2 for number, day in enumerate(during[:-1])}
    return a_case(
        "2026-04-20",
        [phase("intake", intake), phase("trial", during)],
        [],
        indication="cluster",
        sites=["head"],
        attack_days=[{"diary_day": day, "attacks": count} for day, count in attacks.items()],
        attacks=[{"started_at": "2026-03-02T23:50:00+01:00", "minutes": 45, "intensity": "8"}],
    )


def odd() -> dict[str, Any]:
    """What has a caution: on the line, another indication, nights only before, an odd extension."""
    lines = [
        *(paper(day, name, 80, "head") for day in BEFORE for name in (*NAMES, "night")),
        *(paper(day, name, 40, "head") for day in LAST for name in NAMES[:1]),
        *(phone(f"{day} 23:30", 44, "head", moment="evening", kind="scheduled") for day in LAST),
        paper(LAST[3], "morning", 4, "head", scale="nrs", id="points-1"),
    ]
    extended = phase("trial", span("2026-03-09", 7)) | {"extended_to": LAST[3]}
    return a_case(
        "2026-03-20",
        [phase("intake", BEFORE), extended],
        lines,
        scale="vas",
        indication="migraine",
        sites=["head"],
        moments=[*TWO, NIGHT],
        protocol={
            "name": "centre-2",
            "parameters": {"first_contact_month": 2, "extension_least": 2, "med_limit": "60"},
            "deviates_from": {"extension_least": "short weeks in March"},
        },
        attack_days=[{"diary_day": DAY, "attacks": 2} for DAY in LAST],
        medication=[
            {"diary_day": LAST[0], "substance": "tramadol", "route": "oral", "mg": "400"},
            {"diary_day": LAST[1], "substance": "codeine", "route": "oral", "mg": "60"},
        ],
        med_table="cdc-2022",
        implanted_on="2026-08-31",
    )


def small(before: Sequence[object], after: Sequence[object], **more: object) -> dict[str, Any]:
    """A trial of one site, scores by day: the same twice a day, None for a missing evening."""
    entries = [
        paper(day, name, score)
        for days, scores in ((BEFORE, before), (LAST, after))
        for day, pair in zip(days, scores, strict=True)
        for name, score in zip(
            NAMES, pair if isinstance(pair, tuple) else (pair, pair), strict=True
        )
        if score is not None
    ]
    phases = [phase("intake", BEFORE), phase("trial", span("2026-03-09", 8))]
    if more.pop("third", False):
        more["moments"] = [*TWO, {"name": "midday", "time": "13:00"}]
    return a_case("2026-03-20", phases, entries, **more)


def two_scales() -> dict[str, Any]:
    """Some answers in millimetres: by day twice, in the night, and filled in later."""
    found = small((8, 8, 8, 8), (3, 3, 3, (None, None)), moments=[*TWO, NIGHT])
    found["entries"] += [
        paper(LAST[3], "morning", 30, scale="vas"),
        paper(LAST[3], "evening", 35, scale="vas"),
        paper(LAST[2], "night", 40, scale="vas"),
        *diary(BEFORE, 7, ["night"]),
        phone(f"{LAST[3]} 23:30", 33, moment="evening", kind="late", scale="vas"),
    ]
    return found


def nights_off() -> dict[str, Any]:
    """A switch-off with nights in both windows, pooled by the centre, a day that is not valid."""
    before, off = span("2026-05-01", 4), span("2026-05-08", 28)
    names = (*NAMES, "night")
    entries = [
        *diary(before, 4, names),
        *(entry for day in off[:9] for entry in diary([day], "5.5", names)),
        paper(off[9], "morning", 9),
        *(entry for day in off[10:13] for entry in diary([day], 7, NAMES)),
        phone(f"{off[9]} 23:30", 1, moment="evening", kind="late"),
    ]
    return a_case(
        "2026-05-21",
        [phase("pre_switch_off", before), phase("switch_off", off)],
        entries,
        moments=[*TWO, NIGHT],
        protocol={
            "name": "centre-3",
            "parameters": {"mean": "pooled", "worsening": {"nrs": "2.5", "vas": "15"}},
            "deviates_from": {"worsening": "decided in May"},
        },
    )


def just_worse() -> dict[str, Any]:
    """More pain than before the switch-off by 2 points and one sixty-fourth."""
    found = switched_off(4, "5")
    fine = [f"{hour:02}:00" for hour in range(4, 20)]
    found["moments"] = [{"name": f"at {time}", "time": time} for time in fine]
    names = [moment["name"] for moment in found["moments"]]
    off = span("2026-05-08", 4)
    found["entries"] = [
        *diary(span("2026-05-01", 4), 3, names),
        *(
            paper(day, name, 5)
            for day in off
            for name in names
            if (day, name) != (off[0], names[0])
        ),
        paper(off[0], names[0], 6),
    ]
    return found


FELL = [
    {"on": "2026-05-02", "pcs": "41.2", "mcs": "50.1"},
    {"on": "2026-06-02", "pcs": "40.9", "mcs": "51"},
]
CASES = {
    "trial": trial(),
    "fallen": switched_off(28, "4.5", quality_of_life=FELL),
    "worse": switched_off(14, "5.5"),
    "cluster": cluster(),
    "odd": odd(),
    "one moment a day": small((8, 8, 8, 8), (3, 3, (3, None), 3), implanted_on="2026-01-31"),
    "two scales": two_scales(),
    "not robust": small((8, 8, 8, 8), (4, 4, 4, (4, "3.5")), third=True),
    "far below": small((8, 8, (8, 7), 8), (0, 0, 0, 1), third=True),
    "best case stands": small((5, 5, 5, 5), (9, 9, (9, 8), 9), third=True),
    "exactly half": small((8, 8, 8, 8), (4, 4, 4, 4)),
    "one turns": small((8, 8, 8, 8), (4, 4, 4, (4, 5))),
    "one low day": small((8, 8, 8, 8), (5, 5, 5, (1, "0.5"))),
    "no baseline pain": small((0, 0, 0, 0), (1, 1, 1, 1)),
    "nights off": nights_off(),
    "just worse": just_worse(),
    "just not half": small((10, 10, 10, (10, "9.5")), (5, 5, 5, 5)),
}
