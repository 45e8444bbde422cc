"""Quality of life: SF-12 version 1, standard scoring (S3 l.862, l.261).

Two summary scores, physical and mental, with 50 the mean and 10 the standard deviation of the
general population of the United States in 1990 (Ware, Kosinski and Keller 1995).
"""

from __future__ import annotations

from fractions import Fraction

from diary.protocol.messages import N_
from diary.protocol.questionnaires.forms import Item, Questionnaire, Scale, weighted

_ITEMS = (
    Item("gh1", 1, 5, reverse=True),
    Item("pf02", 1, 3),
    Item("pf04", 1, 3),
    Item("rp2", 1, 2),
    Item("rp3", 1, 2),
    Item("re2", 1, 2),
    Item("re3", 1, 2),
    Item("bp2", 1, 5, reverse=True),
    Item("mh3", 1, 6, reverse=True),
    Item("vt2", 1, 6, reverse=True),
    Item("mh4", 1, 6),
    Item("sf2", 1, 5),
)

# The weights of 1, 2, 3 ... points, physical and mental; the most points of an item weigh nothing.
_PHYSICAL = {
    "gh1": "-8.37399 -5.56461 -3.02396 -1.31872",
    "pf02": "-7.23216 -3.45555",
    "pf04": "-6.24397 -2.73557",
    "rp2": "-4.61617",
    "rp3": "-5.51747",
    "re2": "3.04365",
    "re3": "2.32091",
    "bp2": "-11.25544 -8.38063 -6.50522 -3.80130",
    "mh3": "3.46638 2.90426 2.37241 1.36689 0.66514",
    "vt2": "-2.44706 -2.02168 -1.61850 -1.14387 -0.42251",
    "mh4": "4.61446 3.41593 2.34247 1.28044 0.41188",
    "sf2": "-0.33682 -0.94342 -0.18043 0.11038",
}
_MENTAL = {
    "gh1": "-1.71175 -0.16891 0.03482 -0.06064",
    "pf02": "3.93115 1.86840",
    "pf04": "2.68282 1.43103",
    "rp2": "1.44060",
    "rp3": "1.66968",
    "re2": "-6.82672",
    "re3": "-5.69921",
    "bp2": "1.48619 1.76691 1.49384 0.90384",
    "mh3": "-10.19085 -7.92717 -6.31121 -4.09842 -1.94949",
    "vt2": "-6.02409 -4.88962 -3.29805 -1.65178 -0.92057",
    "mh4": "-16.15395 -10.77911 -8.09914 -4.59055 -1.95934",
    "sf2": "-6.29724 -8.26066 -5.63286 -3.13896",
}
_PHYSICAL_CONSTANT, _MENTAL_CONSTANT = Fraction("56.57706"), Fraction("60.75781")


def _summary(name: str, text: str, constant: Fraction, written: dict[str, str]) -> Scale:
    weights = [
        {points: Fraction(weight) for points, weight in enumerate(row.split(), start=1)}
        for row in written.values()
    ]
    # The lightest and heaviest answers to each item give the limits of the score.
    extremes = [sorted([Fraction(0), *table.values()]) for table in weights]
    return Scale(
        name,
        text,
        tuple(written),
        weighted(constant, weights),
        needed=len(written),
        least=sum((weight[0] for weight in extremes), constant),
        most=sum((weight[-1] for weight in extremes), constant),
    )


SF12 = Questionnaire(
    "sf12",
    "SF-12 Health Survey, version 1",
    "S3 l.862; Ware, Kosinski and Keller, How to score the SF-12, 1995",
    N_("All answers are needed."),
    _ITEMS,
    (
        _summary("pcs", N_("Physical health"), _PHYSICAL_CONSTANT, _PHYSICAL),
        _summary("mcs", N_("Mental health"), _MENTAL_CONSTANT, _MENTAL),
    ),
    ("pcs", "mcs"),
)
