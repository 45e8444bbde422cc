"""Questionnaires that were filled in: totals from elsewhere, the case's SF-12, changes."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from diary.protocol.pathway import QualityOfLife
from diary.protocol.questionnaires.filled_in import (
    FilledIn,
    baseline_of,
    changes,
    quality_of_life,
)
from diary.protocol.questionnaires.known import QUESTIONNAIRES
from diary.protocol.questionnaires.scoring import (
    AnswerError,
    parse_answers,
    parse_totals,
    total_limits,
)

SF12, HADS, NRS = (QUESTIONNAIRES[name] for name in ("sf12", "hads", "nrs"))
WELL = [1, 3, 3, 2, 2, 2, 2, 1, 1, 1, 6, 5]
DAY = date(2026, 3, 11)


def pain(on: str, score: int) -> FilledIn:
    return FilledIn(NRS, date.fromisoformat(on), answers={"pain": Fraction(score)})


def test_what_stands_for_the_whole() -> None:
    """What a hospital's own form has as its totals."""
    expected = {
        "gpe": {"score": (1, 7)},
        "sf12": {"pcs": (0, 100), "mcs": (0, 100)},
        "nrs": {"score": (0, 10)},
        "bpi": {"severity": (0, 10), "interference": (0, 10)},
        "odi": {"disability": (0, 100)},
        "ndi": {"disability": (0, 50)},
        "hads": {"anxiety": (0, 21), "depression": (0, 21)},
        "catastrophizing": {"total": (0, 52)},
        "psqi": {"total": (0, 21)},
    }
    known = {
        name: {scale.name: total_limits(scale) for scale in one.reported_scales}
        for name, one in QUESTIONNAIRES.items()
    }
    assert known == expected


def test_totals() -> None:
    assert parse_totals(HADS, {"anxiety": "7.5", "depression": 0}) == {
        "anxiety": Fraction(15, 2),
        "depression": 0,
    }


@pytest.mark.parametrize(
    "totals,pointers",
    [
        ([], [""]),
        ({}, ["/anxiety", "/depression"]),
        ({"anxiety": 22, "depression": -1}, ["/anxiety", "/depression"]),
        ({"anxiety": 7, "depression": "x"}, ["/depression"]),
        ({"anxiety": 7, "depression": 7, "a1": 3}, ["/a1"]),
    ],
)
def test_totals_that_are_none(totals: object, pointers: list[str]) -> None:
    with pytest.raises(AnswerError) as error:
        parse_totals(HADS, totals)
    assert [problem.pointer for problem in error.value.problems] == pointers


def test_the_scores_of_answers_and_of_totals() -> None:
    answers = parse_answers(
        SF12, {item.name: points for item, points in zip(SF12.items, WELL, strict=True)}
    )
    well = FilledIn(SF12, DAY, answers=answers)
    assert well.scores == {"pcs": Fraction("56.57706"), "mcs": Fraction("60.75781")}
    told = FilledIn(SF12, DAY, totals={"pcs": Fraction("41.2"), "mcs": Fraction(50)})
    lacking = FilledIn(SF12, DAY, answers={"gh1": Fraction(1)})
    assert lacking.scores == {"pcs": None, "mcs": None}
    assert quality_of_life([well, lacking, pain("2026-03-11", 7), told]) == (
        QualityOfLife(DAY, Fraction("56.57706"), Fraction("60.75781")),
        QualityOfLife(DAY, Fraction("41.2"), Fraction(50)),
    )


def test_the_baseline_is_the_latest_from_before_the_treatment() -> None:
    later, early, first = pain("2026-03-11", 3), pain("2026-02-01", 8), pain("2026-01-01", 7)
    filled = [later, first, early]
    assert baseline_of(filled, date(2026, 3, 10)) is early
    assert baseline_of(filled, date(2026, 2, 1)) is first
    assert baseline_of(filled, date(2026, 1, 1)) is first, "none from before: the first there is"
    assert baseline_of(filled, None) is first
    assert baseline_of([], DAY) is None


def test_changes() -> None:
    assert changes(pain("2026-03-11", 3), pain("2026-02-01", 8)) == {"score": -5}
    none = FilledIn(NRS, DAY, answers={})
    assert changes(pain("2026-03-11", 3), none) == {"score": None}
    assert changes(none, pain("2026-02-01", 8)) == {"score": None}
