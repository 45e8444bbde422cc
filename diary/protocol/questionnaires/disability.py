"""What the patient cannot do: ODI for the low back, NDI for the neck (S3 l.868, l.870)."""

from __future__ import annotations

from diary.protocol.messages import N_
from diary.protocol.questionnaires.forms import (
    Band,
    Questionnaire,
    Scale,
    items,
    names_of,
    percentage_of,
    total,
)

_BACK = items(
    "pain care lifting walking sitting standing sleeping sex_life social_life travelling", 0, 5
)
ODI = Questionnaire(
    "odi",
    "Oswestry Disability Index (OLBPDQ)",
    "S3 l.868; Fairbank and Pynsent, Spine 2000;25:2940",
    N_("One section may be left out; the percentage is of what the others could give."),
    _BACK,
    (
        Scale(
            "disability",
            N_("Disability by low back pain (percentage)"),
            names_of(_BACK),
            percentage_of(5),
            needed=9,
            least=0,
            most=100,
            bands=(
                Band(0, N_("minimal disability")),
                Band(21, N_("moderate disability")),
                Band(41, N_("severe disability")),
                Band(61, N_("crippling disability")),
                Band(81, N_("bed-bound, or exaggerated")),
            ),
        ),
    ),
    ("disability",),
)

_NECK = items(
    "pain care lifting reading headaches concentration work driving sleeping recreation", 0, 5
)
NDI = Questionnaire(
    "ndi",
    "Neck Disability Index",
    "S3 l.870; Vernon and Mior 1991; Vernon: a missing section counts as the mean of the others "
    "(that two may be missing is our choice)",
    N_("Two sections may be left out; each counts as the mean of the others."),
    _NECK,
    (
        Scale(
            "disability",
            N_("Disability by neck pain"),
            names_of(_NECK),
            total,
            needed=8,
            least=0,
            most=50,
            bands=(
                Band(0, N_("no disability")),
                Band(5, N_("mild disability")),
                Band(15, N_("moderate disability")),
                Band(25, N_("severe disability")),
                Band(35, N_("complete disability")),
            ),
        ),
    ),
    ("disability",),
)
