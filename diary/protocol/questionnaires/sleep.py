"""Sleep: PSQI (S3 l.876). Seven components of 0 to 3 points each, and their sum."""

from __future__ import annotations

from diary.protocol.messages import N_
from diary.protocol.questionnaires.forms import (
    MINUTES_IN_A_DAY,
    Band,
    Combine,
    Item,
    Questionnaire,
    Scale,
    items,
    names_of,
    sleep_efficiency,
    total,
)

# Clock times are minutes after midnight.
_TIMES = (
    Item("bed_time", 0, MINUTES_IN_A_DAY - 1),
    Item("minutes_to_sleep", 0, MINUTES_IN_A_DAY),
    Item("rising_time", 0, MINUTES_IN_A_DAY - 1),
    Item("hours_asleep", 0, 24, steps=None),
)
_LATE = items("not_asleep_in_30_minutes", 0, 3)
_DISTURBANCES = (
    *items("wakes bathroom breathing snoring cold hot dreams pain", 0, 3),
    Item("other_reason", 0, 3, blank=0),
)
_REST = items("quality medicine staying_awake enthusiasm", 0, 3)
# How long it takes to fall asleep has its own points before it is added up.
_LATENCY_CUTS = (16, 31, 61)


def _component(
    name: str,
    text: str,
    parts: tuple[str, ...],
    cuts: tuple[int, ...] = (),
    falling: bool = False,
    combine: Combine = total,
) -> Scale:
    return Scale(
        name,
        text,
        parts,
        combine,
        needed=len(parts),
        least=0,
        most=3,
        cuts=cuts,
        falling=falling,
    )


_COMPONENTS = (
    _component("c1_quality", N_("Sleep quality"), ("quality",)),
    _component(
        "c2_latency",
        N_("Time to fall asleep"),
        ("latency_points", "not_asleep_in_30_minutes"),
        (1, 3, 5),
    ),
    _component("c3_duration", N_("Hours of sleep"), ("hours_asleep",), (7, 6, 5), falling=True),
    _component(
        "c4_efficiency",
        N_("Part of the time in bed asleep"),
        ("hours_asleep", "bed_time", "rising_time"),
        (85, 75, 65),
        falling=True,
        combine=sleep_efficiency,
    ),
    _component("c5_disturbances", N_("Disturbed sleep"), names_of(_DISTURBANCES), (1, 10, 19)),
    _component("c6_medicine", N_("Sleeping medicine"), ("medicine",)),
    _component("c7_day", N_("Trouble during the day"), ("staying_awake", "enthusiasm"), (1, 3, 5)),
)

PSQI = Questionnaire(
    "psqi",
    "Pittsburgh Sleep Quality Index",
    "S3 l.876; Buysse 1989, with the University of Pittsburgh's scoring of the limits",
    N_("All answers are needed; only another reason for bad sleep may be left out, and counts 0."),
    (*_TIMES, *_LATE, *_DISTURBANCES, *_REST),
    (
        _component(
            "latency_points", N_("Minutes to fall asleep"), ("minutes_to_sleep",), _LATENCY_CUTS
        ),
        *_COMPONENTS,
        Scale(
            "total",
            N_("Sleep quality, total"),
            tuple(component.name for component in _COMPONENTS),
            total,
            needed=len(_COMPONENTS),
            least=0,
            most=21,
            bands=(Band(0, N_("good sleep")), Band(6, N_("poor sleep"))),
        ),
    ),
    ("total",),
)
