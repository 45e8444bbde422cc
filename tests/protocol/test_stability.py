"""How little would have turned a trial: against judging every changed diary anew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from diary.protocol.cases import Case, assess
from diary.protocol.entries import Entry
from diary.protocol.verdicts import Answer, Stability, Status, Verdict
from tests.protocol.building import AFTER, BEFORE, diary, paper, verdict
from tests.protocol.test_properties import CASES

QUICK = settings(
    max_examples=30,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
MOMENTS = ("morning", "midday", "evening")


def stability(found: Verdict) -> Stability:
    assert found.stability is not None
    return found.stability


def scored(day: str, scores: Sequence[object]) -> list[dict[str, Any]]:
    return [paper(day, moment, score) for moment, score in zip(MOMENTS, scores, strict=False)]


def turned(found: Verdict) -> list[tuple[str, str | None, Fraction, str]]:
    return [
        (str(t.answer.placement.diary_day), t.answer.placement.moment, t.instead, t.status.value)
        for t in stability(found).turns
    ]


def test_exactly_half_turns_with_any_measurement_and_has_no_slack() -> None:
    found = verdict([*diary(BEFORE, 8), *diary(AFTER, 4)])
    assert stability(found).slack == 0
    places = [(day, moment) for day in (*BEFORE, *AFTER) for moment in MOMENTS]
    expected = [(day, moment, 7 if day in BEFORE else 5, "not_reached") for day, moment in places]
    assert turned(found) == expected


def test_one_measurement_too_high() -> None:
    found = verdict([*diary(BEFORE, 8), *diary(AFTER[:3], 4), *scored(AFTER[3], (4, 4, 5))])
    assert found.status is Status.NOT_REACHED
    assert stability(found).slack == 1
    # The baseline asks for two points more: a half of each is what the window may keep.
    assert {day for day, *_ in turned(found)} == set(AFTER)
    assert {status for *_, status in turned(found)} == {"reached"}


def test_a_step_stays_on_the_scale() -> None:
    # Of the baseline only the 1 can become less; less than the 0 of the last days is no score.
    found = verdict([*diary(BEFORE, 0)[:-1], paper(BEFORE[3], "evening", 1), *diary(AFTER, 0)])
    assert found.status is Status.REACHED
    assert turned(found)[0] == (BEFORE[3], "evening", 0, "not_applicable")
    assert [instead for _, _, instead, _ in turned(found)[1:]] == [1] * 12
    low = verdict([*diary(BEFORE, 10), *diary(AFTER, 5)])
    assert {day for day, *_ in turned(low)} == {*BEFORE, *AFTER}
    assert all(0 <= instead <= 10 for _, _, instead, _ in turned(low))


def test_a_baseline_that_becomes_zero_turns_what_was_not_reached() -> None:
    last = [*diary(AFTER, 0)[:-1], paper(AFTER[3], "evening", 1)]
    found = verdict([*diary(BEFORE, 0)[:-1], paper(BEFORE[3], "evening", 1), *last])
    assert (BEFORE[3], "evening", 0, "not_applicable") in turned(found)


def test_on_a_day_with_few_measurements_each_weighs_more() -> None:
    # 4 4 4 on three days, 4 4 on one: a point more is 1/12 or 1/8 of the score.
    last = [*diary(AFTER[:3], 4), *scored(AFTER[3], (4, 4))]
    nearly = [*diary(BEFORE, 8)[:-1], paper(BEFORE[3], "evening", 10)]
    found = verdict([*nearly, *last])
    assert {day for day, *_ in turned(found) if day in AFTER} == {AFTER[3]}
    # Half of 2/12 more may be left: 1/12, of which a point of that day is 1/8.
    assert stability(found).slack == Fraction(2, 3)


def test_slack_goes_on_where_a_day_has_no_more_room() -> None:
    # The day with one valid pair is at 10 already, so the others have to carry it.
    last = [*scored(AFTER[0], (10, 10)), *diary(AFTER[1:], 0)]
    found = verdict([*diary(BEFORE, 8), *last])
    assert found.window is not None
    assert found.window.score == Fraction(5, 2)
    assert stability(found).slack == Fraction(3, 2) * 4 * 3
    # 0.25 too much, in a day that has two measurements of a half: 1/8 each, then 1/12 each.
    much = [*scored(AFTER[0], (1, 0)), *diary(AFTER[1:], 1)]
    assert (
        stability(verdict([*diary(BEFORE, 1), *much])).slack
        == 1 + (Fraction(7, 8) - Fraction(1, 2) - Fraction(1, 8)) * 12
    )


def test_some_verdicts_nothing_in_the_last_days_can_turn() -> None:
    needed = {"name": "own", "parameters": {"reduction_needed": 0}, "deviates_from": {}}
    needed["deviates_from"] = {"reduction_needed": "to see"}
    found = verdict([*diary(BEFORE, 10), *diary(AFTER, 4)], protocol=needed)
    assert (found.status, stability(found).slack) == (Status.REACHED, None)


def test_the_plain_mean_weighs_each_measurement_the_same() -> None:
    last = [*diary(AFTER[:3], 4), *scored(AFTER[3], (4, 4))]
    own = {"name": "own", "parameters": {"mean": "pooled"}}
    found = verdict([*diary(BEFORE, 8), *last], protocol=own)
    assert (found.status, stability(found).slack) == (Status.REACHED, 0)
    assert len(turned(found)) == 23


@pytest.mark.parametrize("score,turns", [(40, False), (41, True)])
def test_in_millimetres_a_step_is_ten(score: int, turns: bool) -> None:
    # Ten more on one of twelve that are together ten short of 50 each.
    last = [paper(day, moment, 50) for day in AFTER for moment in MOMENTS][:-1]
    found = verdict([*diary(BEFORE, 100), *last, paper(AFTER[3], "evening", score)], scale="vas")
    assert stability(found).step == 10
    assert bool(turned(found)) is turns


def test_what_is_not_decided_has_no_stability() -> None:
    assert verdict(diary(BEFORE, 8)).stability is None
    assert verdict([*diary(BEFORE, 0), *diary(AFTER, 0)]).stability is None


def decided(case: Case) -> Verdict | None:
    (found,) = assess(case).verdicts
    return found if found.stability is not None else None


def used_only(case: Case, found: Verdict) -> Case:
    """The case with nothing but what the verdict counted, so that no other answer steps in."""
    assert found.baseline is not None
    assert found.window is not None
    used = (*found.baseline.used, *found.window.used)
    return replace(case, entries=tuple(answer.entry for answer in used))


def with_score(case: Case, changed: Entry, score: Fraction) -> Case:
    entries = tuple(
        replace(entry, scores={"leg": score}) if entry is changed else entry
        for entry in case.entries
    )
    return replace(case, entries=entries)


@QUICK
@given(CASES)
def test_turns_are_those_found_by_judging_anew(case: Case) -> None:
    found = decided(case)
    if found is None:
        return
    case = used_only(case, found)
    assert found.baseline is not None
    assert found.window is not None
    expected = []
    for answer in (*found.baseline.used, *found.window.used):
        for instead in (answer.score - 1, answer.score + 1):
            if 0 <= instead <= 10:
                (other,) = assess(with_score(case, answer.entry, instead)).verdicts
                if other.status is not found.status:
                    expected.append((answer, instead, other.status))
    got = [(turn.answer, turn.instead, turn.status) for turn in stability(found).turns]
    assert got == expected


@QUICK
@given(CASES, st.randoms(use_true_random=False))
def test_within_the_slack_no_change_of_the_last_days_turns_a_verdict(case: Case, rng: Any) -> None:
    found = decided(case)
    if found is None:
        return
    assert found.window is not None
    case, slack = used_only(case, found), stability(found).slack
    by = 1 if found.status is Status.REACHED else -1
    answers: list[Answer] = list(found.window.used)
    left = sum((answer.score for answer in answers), Fraction(120)) if slack is None else slack
    while True:
        answer = rng.choice(answers)
        current = next(e for e in case.entries if _same_place(e, answer.entry)).scores["leg"]
        left -= 1
        if left < 0 or (by < 0 and left == 0) or not 0 <= current + by <= 10:
            break
        entry = next(e for e in case.entries if _same_place(e, answer.entry))
        case = with_score(case, entry, current + by)
    (other,) = assess(case).verdicts
    assert other.status is found.status


def _same_place(one: Entry, other: Entry) -> bool:
    return (one.measured_at, one.diary_day, one.moment) == (
        other.measured_at,
        other.diary_day,
        other.moment,
    )
