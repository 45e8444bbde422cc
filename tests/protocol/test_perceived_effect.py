"""The patient's own word on the trial: which one is shown, and that no verdict rests on it."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from diary.protocol.basis import basis_hash, basis_of
from diary.protocol.cases import assess, parse_case
from diary.protocol.context_text import effect_line
from diary.protocol.questionnaires.filled_in import FilledIn, perceived_effect
from diary.protocol.questionnaires.known import QUESTIONNAIRES
from diary.protocol.result_text import assessment_to_text
from diary.protocol.result_writing import assessment_to_json
from diary.speakers import speaker
from tests.protocol.building import AFTER, BEFORE, INTAKE, TRIAL, case, diary

# The trial of the cases is 10 to 19 March.
HALVED = [*diary(BEFORE, 8), *diary(AFTER, 4)]
LATER = "2026-05-30T12:00:00+02:00"


def shown(*told: tuple[str, int], **more: object) -> tuple[str, int] | None:
    """Return day and number of the one that is shown."""
    given = [{"on": on, "effect": effect} for on, effect in told]
    read = parse_case(case(HALVED, perceived_effect=given, **{"as_of": LATER, **more}))
    found = assessment_to_json(assess(read))["perceived_effect"]
    return None if found is None else (found["on"], found["effect"])


@pytest.mark.parametrize(
    ("on", "counts"),
    [
        ("2026-03-09", False),
        ("2026-03-10", True),
        ("2026-03-19", True),
        ("2026-04-16", True),
        ("2026-04-17", False),
    ],
)
def test_of_which_days_it_tells(on: str, counts: bool) -> None:
    assert shown((on, 2)) == ((on, 2) if counts else None)


def test_the_latest_is_shown_and_of_one_day_the_worse() -> None:
    told = [("2026-03-20", 3), ("2026-03-20", 5), ("2026-03-12", 7)]
    assert shown(*told) == shown(*reversed(told)) == ("2026-03-20", 5)


def test_what_was_filled_in_later_tells_of_something_else() -> None:
    told = [("2026-03-15", 4), ("2026-03-25", 1)]
    assert shown(*told) == ("2026-03-25", 1)
    assert shown(*told, implanted_on="2026-03-25") == ("2026-03-15", 4)
    follow_up = {"kind": "follow_up", "first_day": "2026-03-24", "last_day": "2026-03-27"}
    assert shown(*told, phases=[INTAKE, TRIAL, follow_up]) == ("2026-03-15", 4)
    assert shown(*told, as_of="2026-03-24T12:00:00+01:00") == ("2026-03-15", 4)
    assert shown(*told, phases=[INTAKE]) is None


def test_no_verdict_and_no_hash_rests_on_it() -> None:
    without = parse_case(case(HALVED))
    told = [{"on": "2026-03-20", "effect": 7}]
    given = parse_case(case(HALVED, perceived_effect=told))
    assert assess(given).verdicts == assess(without).verdicts
    assert basis_hash(basis_of(given)) == basis_hash(basis_of(without))


def test_it_is_told_in_words() -> None:
    told = [{"on": "2026-03-20", "effect": 2}]
    given = parse_case(case(HALVED, perceived_effect=told))
    english = (
        "Global perceived effect (GPE) on 20 March: 2 of 7, much improved "
        "(for information, not the verdict)."
    )
    assert english in assessment_to_text(assess(given)).splitlines()
    assert "veel verbeterd" in (effect_line(given, speaker("nl")) or "")
    assert effect_line(parse_case(case(HALVED)), speaker("nl")) is None


def test_what_was_typed_over_gives_it() -> None:
    gpe, day = QUESTIONNAIRES["gpe"], date(2026, 3, 20)
    filled = [
        FilledIn(gpe, day, answers={"effect": Fraction(2)}),
        FilledIn(QUESTIONNAIRES["nrs"], day, answers={"pain": Fraction(7)}),
    ]
    assert [(one.on, one.effect) for one in perceived_effect(filled)] == [(day, 2)]
