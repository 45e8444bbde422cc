"""Questionnaires in words: what each is about, and the text of those that are free (S3 l.860-876).

The texts of licensed questionnaires belong to their owners: their items have numbers here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from diary.language import N_
from diary.protocol.exact import decimal_text
from diary.protocol.medication_beside import plus
from diary.protocol.questionnaires.filled_in import FilledIn, changes
from diary.protocol.questionnaires.forms import Questionnaire, Scale
from diary.protocol.questionnaires.pain import EFFECTS
from diary.protocol.questionnaires.sf12 import SF12
from diary.protocol.shown import shown_number
from diary.wording.names import number
from diary.wording.spoken import current, gettext

# PCS is a score of the SF-12 here: the one on thoughts is never abbreviated (protocol.md, 9).
SHORT: Mapping[str, str] = {
    "gpe": "GPE",
    "sf12": "SF-12",
    "nrs": "NRS",
    "bpi": "BPI",
    "odi": "ODI",
    "ndi": "NDI",
    "hads": "HADS",
    "catastrophizing": "Pain Catastrophizing Scale",
    "psqi": "PSQI",
}
ABOUT: Mapping[str, str] = {
    "gpe": N_("perceived effect of the treatment"),
    "sf12": N_("quality of life"),
    "nrs": N_("pain"),
    "bpi": N_("pain, and what it interferes with"),
    "odi": N_("disability by low back pain"),
    "ndi": N_("disability by neck pain"),
    "hads": N_("anxiety and depression"),
    "catastrophizing": N_("thoughts about pain"),
    "psqi": N_("sleep"),
}
HOW: Mapping[str, str] = {
    "gpe": N_("Since the treatment the patient is:"),
    "sf12": N_("The box that was ticked, counted from the first: 1, 2, 3 …"),
    "nrs": N_("How much pain: 0 (no pain) to 10 (worst pain you can imagine)."),
    "bpi": N_("The number that was circled, 0 to 10."),
    "odi": N_("The statement that was ticked: 0 for the first, 5 for the last."),
    "ndi": N_("The statement that was ticked: 0 for the first, 5 for the last."),
    "hads": N_("The points of the answer, 0 to 3, as the form scores them."),
    "catastrophizing": N_("The number that was circled, 0 to 4."),
    "psqi": N_("Times such as 22:45 (2245 will do); of boxes the first is 0 and the last 3."),
}
# As they are numbered in print, where that is not 1, 2, 3.
_PRINTED: Mapping[str, tuple[str, ...]] = {
    "bpi": (*"3456", *(f"9{letter}" for letter in "ABCDEFG")),
    "psqi": (*"1234", *(f"5{letter}" for letter in "abcdefghij"), *"6789"),
}


@dataclass(frozen=True, slots=True)
class ScoreLine:
    """A score of one scale in words; "–" for one that too few answers were given for.

    `change` is since the baseline, "" where there is none to compare with; `band` what it means.
    """

    name: str
    score: str
    band: str
    change: str


def item_label(form: Questionnaire, index: int) -> str:
    """Return what an item is called above its field."""
    if form.name == "gpe":
        return gettext(N_("Perceived effect"))
    if form.name == "nrs":
        return gettext(N_("Pain"))
    printed = _PRINTED.get(form.name)
    named = printed[index] if printed else str(index + 1)
    return gettext(N_("Item %(number)s")) % {"number": named}


def scale_name(form: Questionnaire, scale: Scale) -> str:
    """Return the name of a score; those of the SF-12 with the letters that every form prints."""
    name = gettext(scale.text)
    return f"{name} ({scale.name.upper()})" if form is SF12 else name


def score_lines(filled: FilledIn, baseline: FilledIn | None) -> list[ScoreLine]:
    """Return the reported scores of a questionnaire, with what changed since its baseline."""
    scores = filled.scores
    since = changes(filled, baseline) if baseline is not None and baseline is not filled else {}
    return [
        ScoreLine(
            name=scale_name(filled.form, scale),
            score=written(filled.form, scores[scale.name]),
            band=_band(filled.form, scale, scores[scale.name]),
            change=_risen(since.get(scale.name)),
        )
        for scale in filled.form.reported_scales
    ]


def written(form: Questionnaire, value: Fraction | None) -> str:
    """Return a score with one decimal, "–" for none; the answer to one question as it was given."""
    if value is None:
        return "–"
    told = decimal_text(value) if len(form.items) == 1 else shown_number(value)
    return number(told, current())


def _risen(change: Fraction | None) -> str:
    if change is None:
        return ""
    # Any fall of an SF-12 counts in a switch-off: one of 0.02 must not look like none.
    return plus(change) + number(shown_number(change, threshold=Fraction(0)), current())


def _band(form: Questionnaire, scale: Scale, value: Fraction | None) -> str:
    if form.name == "gpe" and value is not None and value.denominator == 1:
        return gettext(EFFECTS[value.numerator - 1])
    band = scale.band(value)
    return "" if band is None else gettext(band.text)
