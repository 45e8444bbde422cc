"""Questionnaires that a patient filled in: their scores, and how these changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from diary.protocol.pathway import PerceivedEffect, QualityOfLife
from diary.protocol.questionnaires.forms import Questionnaire
from diary.protocol.questionnaires.pain import GPE
from diary.protocol.questionnaires.scoring import Answers, score
from diary.protocol.questionnaires.sf12 import SF12


@dataclass(frozen=True, slots=True)
class FilledIn:
    """A questionnaire filled in on a day: with its answers, or with the totals alone.

    `totals` were computed elsewhere; there are either answers or totals, by name.
    """

    form: Questionnaire
    on: date
    answers: Answers | None = None
    totals: Answers | None = None

    @property
    def scores(self) -> Mapping[str, Fraction | None]:
        """The reported scores, exact; None for one that too few answers were given for."""
        if self.totals is not None:
            return {name: self.totals.get(name) for name in self.form.reported}
        found = {one.scale.name: one.value for one in score(self.form, self.answers or {})}
        return {name: found[name] for name in self.form.reported}

    @property
    def quality_of_life(self) -> QualityOfLife | None:
        """What a switch-off is judged by: the scores of an SF-12 that has both."""
        if self.form is not SF12:
            return None
        scores = self.scores
        pcs, mcs = scores["pcs"], scores["mcs"]
        return None if pcs is None or mcs is None else QualityOfLife(self.on, pcs, mcs)


def perceived_effect(filled: Iterable[FilledIn]) -> tuple[PerceivedEffect, ...]:
    """Return what a case knows of these: each GPE with an answer, in their order."""
    return tuple(
        PerceivedEffect(one.on, int(effect))
        for one in filled
        if one.form is GPE and (effect := (one.answers or {}).get("effect")) is not None
    )


def quality_of_life(filled: Iterable[FilledIn]) -> tuple[QualityOfLife, ...]:
    """Return what a case knows of these: each SF-12 that has both scores, in their order."""
    found = (one.quality_of_life for one in filled)
    return tuple(one for one in found if one is not None)


def baseline_of(filled: Iterable[FilledIn], treated_from: date | None) -> FilledIn | None:
    """Return what later ones of the same questionnaire are compared with; None of nothing.

    The latest from before the treatment began on `treated_from`; where there is none, the first.
    """
    in_time = sorted(filled, key=lambda one: one.on)
    before = [one for one in in_time if treated_from is not None and one.on < treated_from]
    return before[-1] if before else next(iter(in_time), None)


def changes(later: FilledIn, baseline: FilledIn) -> Mapping[str, Fraction | None]:
    """Return how much each reported score rose since `baseline`; None where one is missing."""
    before = baseline.scores
    found = {}
    for name, value in later.scores.items():
        old = before[name]
        found[name] = None if value is None or old is None else value - old
    return found
