"""The weighted score, by examples worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from diary.protocol.cases import assess, parse_case
from diary.protocol.verdicts import Reason, Window
from tests.protocol.building import AFTER, BEFORE, NIGHT, THREE, case, diary, paper, phone, verdict


def last_days(entries: list[dict[str, Any]], **more: object) -> Window:
    window = verdict([*diary(BEFORE, 8), *entries], **more).window
    assert window is not None
    return window


def without(entries: list[dict[str, Any]], *gone: tuple[str, str]) -> list[dict[str, Any]]:
    return [e for e in entries if (e["diary_day"], e["moment"]) not in gone]


def test_each_day_weighs_the_same() -> None:
    # 16 March has two entries of 7, the other days three of 4: (7 + 4 + 4 + 4) / 4.
    first = [paper(AFTER[0], "morning", 7), paper(AFTER[0], "evening", 7)]
    window = last_days([*first, *diary(AFTER[1:], 4)])
    assert window.score == Fraction(19, 4)
    # The missing midday at 0 and at 10: (14 + 36) / 12 and (24 + 36) / 12.
    assert window.bounds == (Fraction(50, 12), Fraction(60, 12))
    assert (window.planned, window.missing, window.valid_days) == (12, 1, 4)
    assert [(day.mean, day.counted, day.valid) for day in window.days][:2] == [
        (Fraction(7), 2, True),
        (Fraction(4), 3, True),
    ]


def test_zeros_are_scores() -> None:
    assert last_days(diary(AFTER, 0)).score == 0


def test_fewer_than_four_valid_days_give_no_score_but_bounds() -> None:
    entries = without(diary(AFTER, 4), (AFTER[2], "morning"), (AFTER[2], "midday"))
    window = last_days(entries)
    assert (window.valid_days, window.score) == (3, None)
    assert window.bounds == (Fraction(40, 12), Fraction(60, 12))
    assert [day.valid for day in window.days] == [True, True, False, True]


def test_an_empty_window_could_have_been_anything() -> None:
    window = last_days([])
    assert (window.valid_days, window.score, window.bounds) == (0, None, (0, 10))
    assert window.days[0].mean is None


def test_bounds_reach_the_maximum_of_the_scale() -> None:
    vas = verdict(diary(BEFORE, 80), scale="vas").window
    assert vas is not None
    assert vas.bounds == (0, 100)


@pytest.mark.parametrize("baseline,window", [(1, 0), (0, 1), (0, 0)])
def test_night_counts_only_when_both_windows_hold_one(baseline: int, window: int) -> None:
    nights = [paper(day, "night", 2) for day in BEFORE[:baseline] + AFTER[:window]]
    found = verdict([*diary(BEFORE, 8), *diary(AFTER, 4), *nights], moments=[*THREE, NIGHT])
    assert found.baseline is not None
    assert found.window is not None
    assert (found.baseline.score, found.window.score) == (8, 4)
    assert found.bounds == (
        Fraction(1, 2),
        Fraction(1, 2),
    )  # the night is in nobody's bounds either
    assert len(found.sensitivity) == 8
    assert {row.night for row in found.sensitivity} == {None}
    codes = [caution.code for caution in found.cautions]
    assert codes == (["night_left_out"] if baseline or window else [])
    left_out = found.baseline.left_out + found.window.left_out
    assert [answer.reason for answer in left_out] == [Reason.NIGHT] * (baseline + window)


def test_night_in_both_windows_counts_in_scores_validity_and_bounds() -> None:
    nights = [paper(day, "night", 2) for day in (BEFORE[0], *AFTER)]
    entries = [*diary(BEFORE, 8), *diary(AFTER, 4, ["morning"]), *nights]
    found = verdict(entries, moments=[*THREE, NIGHT])
    assert found.baseline is not None
    assert found.window is not None
    assert found.baseline.score == (Fraction(26, 4) + 8 * 3) / 4
    assert found.baseline.bounds == (Fraction(98, 16), Fraction(128, 16))
    assert (found.window.valid_days, found.window.score) == (4, 3)  # morning and night
    assert len(found.sensitivity) == 16
    out = [row for row in found.sensitivity if row.night is False]
    assert {row.status.value for row in out} == {"too_little_data"}


@pytest.mark.parametrize(
    "entry,reason",
    [
        (phone("2026-03-16 08:10", 9), Reason.SECOND),
        (phone("2026-03-16 07:10", 9, withdrawn=True), Reason.WITHDRAWN),
        (phone("2026-03-16 10:10", 9), Reason.EXTRA),
        (phone("2026-03-16 07:10", 9, kind="extra"), Reason.EXTRA),
        (phone("2026-03-16 11:10", 9, moment="morning"), Reason.LATE),
        (phone("2026-03-16 11:10", 9, kind="late"), Reason.LATE),
        (phone("2026-03-17 03:59", 9), Reason.EXTRA),
    ],
)
def test_what_is_not_counted_is_shown_with_its_reason(
    entry: dict[str, Any], reason: Reason
) -> None:
    first = phone("2026-03-16 08:04", 4)
    rest = [e for e in diary(AFTER, 4) if (e["diary_day"], e["moment"]) != (AFTER[0], "morning")]
    window = last_days([entry, first, *rest])
    assert window.score == 4
    assert len(window.used) == 12
    assert [(answer.score, answer.reason) for answer in window.left_out] == [(9, reason)]


@pytest.mark.parametrize(
    "one,other,first",
    [
        (phone("2026-03-16 07:10", 1), phone("2026-03-16 07:09", 2), 2),
        (phone("2026-03-16 09:10", 1), paper(AFTER[0], "morning", 2), 1),
        (paper(AFTER[0], "morning", 1, id="a"), paper(AFTER[0], "morning", 2, id="b"), 1),
        (paper(AFTER[0], "morning", 1), paper(AFTER[0], "morning", 2), 1),
        (
            {**phone("2026-03-16 07:10", 1), "measured_at": "2026-03-16T09:10:00+03:00"},
            phone("2026-03-16 07:11", 2),
            1,
        ),
    ],
)
def test_the_first_answer_of_a_moment_counts_whatever_the_order(
    one: dict[str, Any], other: dict[str, Any], first: int
) -> None:
    for pair in ([one, other], [other, one]):
        used = last_days(pair).used
        assert [answer.score for answer in used] == [first]


def test_a_moment_answered_for_one_site_is_open_for_another() -> None:
    entries = [
        phone("2026-03-16 08:04", 4),
        phone("2026-03-16 08:05", 6, site="back"),
        phone("2026-03-16 08:06", 9, site="leg"),
    ]
    found = verdict(entries, sites=["back", "leg"], primary_site="back").window
    assert found is not None
    assert [answer.score for answer in found.used] == [6]
    assert found.left_out == ()


def test_the_clock_change_belongs_to_the_day_before() -> None:
    nights = {"2026-10-24": "2026-10-25T02:30:00+02:00", "2026-10-25": "2026-10-26T02:30:00+01:00"}
    days = [f"2026-10-{day}" for day in range(22, 26)]
    phases = [
        {"kind": "intake", "first_day": "2026-10-12", "last_day": "2026-10-15"},
        {"kind": "trial", "first_day": "2026-10-16", "last_day": "2026-10-25"},
    ]
    before = [f"2026-10-{day}" for day in range(12, 16)]
    entries = [*diary(before, 8, ["morning", "midday", "evening", "night"]), *diary(days, 4)]
    entries += [{"measured_at": at, "scores": {"leg": 0}} for at in nights.values()]
    window = verdict(
        entries,
        moments=[*THREE, {**NIGHT, "time": "02:30"}],
        phases=phases,
        as_of="2026-10-27T12:00:00+01:00",
    ).window
    assert window is not None
    assert [day.mean for day in window.days] == [4, 4, 3, 3]


def test_a_score_that_no_scale_has_is_refused_rather_than_rounded() -> None:
    good = parse_case(case(diary(AFTER, 4)))
    odd = replace(good.entries[0], scores={"leg": Fraction(73, 10)})
    with pytest.raises(ValueError, match="half number"):
        assess(replace(good, entries=(odd,)))
