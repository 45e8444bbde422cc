"""How the patient is and what pain does: GPE, NRS, BPI (S3 l.860, l.864, l.866)."""

from __future__ import annotations

from diary.protocol.messages import N_
from diary.protocol.questionnaires.forms import (
    Band,
    Item,
    Questionnaire,
    Scale,
    items,
    mean,
    names_of,
)

ONE_QUESTION = N_("One question: without an answer there is no score.")


def _scale(
    name: str, text: str, some: tuple[Item, ...], needed: int = 1, bands: tuple[Band, ...] = ()
) -> Scale:
    """Return the mean of items that have one range."""
    return Scale(name, text, names_of(some), mean, needed, some[0].least, some[0].most, bands)


# The answers of the one question, from 1 on (Kamper 2010).
EFFECTS = (
    N_("fully recovered"),
    N_("much improved"),
    N_("slightly improved"),
    N_("not changed"),
    N_("slightly worse"),
    N_("much worse"),
    N_("worse than ever"),
)
_EFFECT = items("effect", 1, 7)
GPE = Questionnaire(
    "gpe",
    "Global Perceived Effect",
    "S3 l.860; Ostelo and de Vet 2005, Kamper 2010: seven steps, from fully recovered (1) "
    "to worse than ever (7); the first two are success",
    ONE_QUESTION,
    _EFFECT,
    (
        _scale(
            "score",
            N_("Perceived effect"),
            _EFFECT,
            bands=(
                Band(1, N_("much improved")),
                Band(3, N_("little changed")),
                Band(6, N_("much worse")),
            ),
        ),
    ),
    ("score",),
)

# As any NRS on paper (protocol.md, section 1).
_PAIN = (Item("pain", 0, 10, steps=2),)
NRS = Questionnaire(
    "nrs",
    "Numeric Rating Scale",
    "S3 l.864, l.69",
    ONE_QUESTION,
    _PAIN,
    (_scale("score", N_("Pain"), _PAIN),),
    ("score",),
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
        _scale("severity", N_("Pain severity"), _SEVERITY, needed=4),
        _scale("interference", N_("Interference of pain"), _INTERFERENCE, needed=4),
    ),
    ("severity", "interference"),
)
