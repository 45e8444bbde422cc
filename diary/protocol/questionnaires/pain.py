"""How the patient is and what pain does: GPE, NRS, BPI (S3 l.860, l.864, l.866)."""

from __future__ import annotations

from fractions import Fraction

from diary.protocol.messages import N_
from diary.protocol.questionnaires.forms import (
    Band,
    Questionnaire,
    Scale,
    items,
    mean,
    names_of,
    total,
)

_EFFECT = items("effect", 1, 7)
GPE = Questionnaire(
    "gpe",
    "Global Perceived Effect",
    "S3 l.860; Ostelo and de Vet 2005, Kamper 2010: seven steps, from fully recovered (1) "
    "to worse than ever (7); the first two are success",
    N_("One question: without an answer there is no score."),
    _EFFECT,
    (
        Scale(
            "score",
            N_("Perceived effect"),
            names_of(_EFFECT),
            total,
            needed=1,
            least=Fraction(1),
            most=Fraction(7),
            bands=(
                Band(1, N_("much improved")),
                Band(3, N_("little changed")),
                Band(6, N_("much worse")),
            ),
        ),
    ),
)

_PAIN = items("pain", 0, 10)
NRS = Questionnaire(
    "nrs",
    "Numeric Rating Scale",
    "S3 l.864, l.69",
    N_("One question: without an answer there is no score."),
    _PAIN,
    (
        Scale(
            "score",
            N_("Pain"),
            names_of(_PAIN),
            total,
            needed=1,
            least=Fraction(0),
            most=Fraction(10),
        ),
    ),
)

_SEVERITY = items("worst least average now", 0, 10)
_INTERFERENCE = items("activity mood walking work relations sleep enjoyment", 0, 10)
BPI = Questionnaire(
    "bpi",
    "Brief Pain Inventory",
    "S3 l.866; Cleeland, The Brief Pain Inventory: User Guide, 2009",
    N_("Severity needs all 4 answers, interference 4 of 7; the mean is of those given."),
    _SEVERITY + _INTERFERENCE,
    (
        Scale(
            "severity",
            N_("Pain severity"),
            names_of(_SEVERITY),
            mean,
            needed=4,
            least=Fraction(0),
            most=Fraction(10),
        ),
        Scale(
            "interference",
            N_("Interference of pain"),
            names_of(_INTERFERENCE),
            mean,
            needed=4,
            least=Fraction(0),
            most=Fraction(10),
        ),
    ),
)
