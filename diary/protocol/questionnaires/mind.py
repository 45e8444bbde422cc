"""Mood and thoughts about pain: HADS, catastrophizing (S3 l.872, l.874)."""

from __future__ import annotations

from fractions import Fraction

from diary.protocol.messages import N_
from diary.protocol.questionnaires.forms import (
    Band,
    Item,
    Questionnaire,
    Scale,
    items,
    names_of,
    total,
)

# An answer is the number of points printed beside it; no item has to be turned round.
_HADS = items("a1 d1 a2 d2 a3 d3 a4 d4 a5 d5 a6 d6 a7 d7", 0, 3)


def _hads(name: str, text: str) -> Scale:
    return Scale(
        name,
        text,
        tuple(item.name for item in _HADS if item.name.startswith(name[0])),
        total,
        needed=4,
        least=0,
        most=21,
        bands=(Band(0, N_("no disorder")), Band(8, N_("possible")), Band(11, N_("probable"))),
    )


HADS = Questionnaire(
    "hads",
    "Hospital Anxiety and Depression Scale",
    "S3 l.872; Zigmond and Snaith 1983; Bell 2016 for missing items (half rule)",
    N_("Each scale needs 4 of 7 answers; a missing one counts as the mean of the others."),
    _HADS,
    (_hads("anxiety", N_("Anxiety")), _hads("depression", N_("Depression"))),
    ("anxiety", "depression"),
)

_THOUGHTS = items(" ".join(f"t{number}" for number in range(1, 14)), 0, 4)


def _thoughts(*numbers: int) -> tuple[Item, ...]:
    return tuple(_THOUGHTS[number - 1] for number in numbers)


def _catastrophizing(
    name: str, text: str, some: tuple[Item, ...], bands: tuple[Band, ...] = ()
) -> Scale:
    most = Fraction(4 * len(some))
    return Scale(name, text, names_of(some), total, len(some), Fraction(0), most, bands)


CATASTROPHIZING = Questionnaire(
    "catastrophizing",
    "Pain Catastrophizing Scale",
    "S3 l.874; Sullivan, Pain Catastrophizing Scale: User Manual, 2009",
    N_("All answers are needed."),
    _THOUGHTS,
    (
        _catastrophizing("rumination", N_("Rumination"), _thoughts(8, 9, 10, 11)),
        _catastrophizing("magnification", N_("Magnification"), _thoughts(6, 7, 13)),
        _catastrophizing("helplessness", N_("Helplessness"), _thoughts(1, 2, 3, 4, 5, 12)),
        _catastrophizing(
            "total",
            N_("Catastrophizing"),
            _THOUGHTS,
            (Band(0, N_("not clinically relevant")), Band(30, N_("clinically relevant"))),
        ),
    ),
    ("total",),
)
