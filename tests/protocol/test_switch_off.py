"""The verdict of a switch-off, evening by evening."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest

from diary.protocol.verdicts import Rule, Status, SwitchOff, Verdict
from tests.protocol.building import NIGHT, THREE, diary, paper, verdict

FIRST = date(2026, 5, 4)
LATER = "2026-09-01T12:00:00+02:00"
BEFORE = [str(FIRST - timedelta(days=back)) for back in range(4, 0, -1)]
SF12 = [
    {"on": "2026-05-03", "pcs": "40.1", "mcs": "50"},
    {"on": "2026-05-26", "pcs": "40.1", "mcs": "51"},
]


def off_day(number: int) -> str:
    """Off-day 1, 2, …"""
    return str(FIRST + timedelta(days=number - 1))


def off(scores: Mapping[int, object] | Sequence[object]) -> list[dict[str, Any]]:
    """The same score all day, by off-day; without numbers from the first one on."""
    pairs = scores.items() if isinstance(scores, Mapping) else enumerate(scores, 1)
    return [entry for number, score in pairs for entry in diary([off_day(number)], score)]


def judged(
    entries: list[dict[str, Any]],
    days: int = 28,
    before: object = 3,
    as_of: str = LATER,
    off_phase: Mapping[str, object] | None = None,
    **more: object,
) -> Verdict:
    """A verdict on a switch-off of so many days."""
    phases = [
        {"kind": "pre_switch_off", "first_day": BEFORE[0], "last_day": BEFORE[3]},
        {"kind": "switch_off", "first_day": off_day(1), "last_day": off_day(days)},
    ]
    phases[1].update(off_phase or {})  # type: ignore[arg-type]
    fields = {"phases": phases, "as_of": as_of, "quality_of_life": SF12, **more}
    return verdict([*diary(BEFORE, before), *entries], **fields)


def of_off(found: Verdict) -> SwitchOff:
    assert found.switch_off is not None
    return found.switch_off


def codes(found: Verdict) -> list[str]:
    return [caution.code for caution in found.cautions]


def on(day: str, clock: str = "12:00") -> str:
    return f"{day}T{clock}:00+02:00"


def test_more_than_two_points_is_worse_and_two_is_not() -> None:
    same = judged(off([5] * 28))
    assert (same.status, same.change, of_off(same).crossed_on) == (Status.NOT_REACHED, 2, None)
    worse = judged([*off([5] * 4)[:-1], paper(off_day(4), "evening", 6)])
    assert (worse.rule, worse.status, worse.change) == (
        Rule.SWITCH_OFF_WORSENING,
        Status.REACHED,
        2 + Fraction(1, 12),
    )
    assert (worse.reduction, worse.threshold, worse.source) == (None, 2, "S3 l.245-263")
    assert of_off(worse).crossed_on == FIRST + timedelta(days=3)
    assert worse.bounds == (2 + Fraction(1, 12), 2 + Fraction(1, 12))
    assert (worse.robust, worse.agree, worse.immpact, worse.stability) == (True, True, None, None)


def test_in_millimetres_more_than_fifteen() -> None:
    assert judged(off([45] * 28), before=30, scale="vas").status is Status.NOT_REACHED
    found = judged(off([45] * 3 + [46]), before=30, scale="vas")
    assert (found.status, found.change) == (Status.REACHED, Fraction(61, 4))


def test_the_first_crossing_is_kept_even_when_the_pain_falls() -> None:
    found = judged(off([3, 3, 3, 6, 6, 6] + [1] * 22))
    assert found.status is Status.REACHED
    assert of_off(found).crossed_on == FIRST + timedelta(days=5)
    assert found.window is not None
    assert (str(found.window.first_day), str(found.window.last_day)) == (off_day(3), off_day(6))
    assert found.change == Fraction(9, 4)
    assert of_off(found).days == 28


@pytest.mark.parametrize(
    "as_of,status,days",
    [
        (on(off_day(1)), "running", 0),
        (on(off_day(4), "03:59"), "running", 2),
        (on(off_day(5), "03:59"), "running", 3),
        (on(off_day(5), "04:00"), "reached", 4),
        (on(BEFORE[1]), "running", 0),
    ],
)
def test_the_fourth_off_day_is_the_first_to_be_judged(as_of: str, status: str, days: int) -> None:
    found = judged(off([9] * 5), as_of=as_of)
    assert (found.status, of_off(found).days) == (status, days)
    assert (found.window is None) is (days < 4)
    assert {row.status for row in found.sensitivity} == {found.status}


def test_while_it_runs_the_change_is_provisional() -> None:
    found = judged(off([4] * 10), as_of=on(off_day(11)))
    assert (found.status, found.change, found.robust) == (Status.RUNNING, 1, False)
    assert {row.exact for row in found.sensitivity} == {Fraction(1)}
    assert codes(found) == []
    before = judged([], as_of=on(BEFORE[1]))
    assert (before.status, before.baseline) == (Status.RUNNING, None)
    assert codes(before) == ["pre_switch_off_running"]


@pytest.mark.parametrize(
    "after,status,fallen",
    [
        (("40.1", "50"), "not_reached", False),
        (("45", "60"), "not_reached", False),
        (("40.0", "60"), "undecided", True),
        (("45", "49.9"), "undecided", True),
    ],
)
def test_day_28_is_judged_with_the_quality_of_life(
    after: tuple[str, str], status: str, fallen: bool
) -> None:
    forms = [SF12[0], {"on": off_day(22), "pcs": after[0], "mcs": after[1]}]
    found = judged(off([3] * 28), quality_of_life=forms)
    pair = of_off(found).quality_of_life
    assert pair is not None
    assert (found.status, pair.fallen) == (status, fallen)
    assert ("quality_of_life_fell" in codes(found)) is fallen
    assert found.robust is (not fallen)
    assert found.agree


@pytest.mark.parametrize(
    "days,as_of,complete",
    [
        (["2026-05-03", off_day(22)], LATER, True),
        (["2026-05-03", off_day(21)], LATER, False),
        (["2026-05-04", off_day(22)], LATER, False),
        (["2026-05-03", off_day(40)], LATER, True),
        (["2026-05-03", "2026-07-01"], on("2026-06-30"), False),
        (["2026-05-03", "2026-07-01"], on("2026-07-01", "00:30"), True),
        ([off_day(22)], LATER, False),
        ([], LATER, False),
    ],
)
def test_which_sf12_make_a_pair(days: list[str], as_of: str, complete: bool) -> None:
    forms = [{"on": day, "pcs": 40, "mcs": 50} for day in days]
    found = judged(off([3] * 28), quality_of_life=forms, as_of=as_of)
    assert (of_off(found).quality_of_life is not None) is complete
    assert found.status is (Status.NOT_REACHED if complete else Status.TOO_LITTLE_DATA)
    assert ("no_quality_of_life" in codes(found)) is not complete
    assert found.change == 0


def test_the_latest_before_and_the_first_after_make_the_pair() -> None:
    days = {"2026-01-01": 90, "2026-05-02": 40, off_day(10): 90, off_day(23): 41, off_day(28): 1}
    forms = [{"on": day, "pcs": score, "mcs": 50} for day, score in days.items()]
    for given in (forms, forms[::-1]):
        pair = of_off(judged(off([3] * 28), quality_of_life=given)).quality_of_life
        assert pair is not None
        assert (pair.before.pcs, pair.after.pcs, pair.fallen) == (40, 41, False)


def test_of_two_sf12_of_one_day_the_greatest_fall_is_taken() -> None:
    forms = [SF12[0], {**SF12[0], "mcs": 60}, SF12[1], {**SF12[1], "pcs": 39}]
    for given in (forms, forms[::-1]):
        pair = of_off(judged(off([3] * 28), quality_of_life=given)).quality_of_life
        assert pair is not None
        assert (pair.before.mcs, pair.after.pcs, pair.fallen) == (60, Fraction(401, 10), True)


def test_a_set_may_allow_a_small_fall_of_the_quality_of_life() -> None:
    forms = [SF12[0], {"on": off_day(22), "pcs": "38.1", "mcs": 50}]
    for margin, status in ((2, Status.NOT_REACHED), ("1.9", Status.UNDECIDED)):
        own = {"name": "own", "parameters": {"quality_of_life_fall": margin}}
        found = judged(off([3] * 28), quality_of_life=forms, protocol=own)
        assert found.status is status


def test_evenings_that_could_not_be_judged_do_not_matter_in_the_end_but_are_said() -> None:
    entries = off({number: 3 for number in range(1, 29) if number not in (5, 9)})
    found = judged(entries)
    assert found.status is Status.NOT_REACHED
    (told,) = [c for c in found.cautions if c.code == "evenings_not_judged"]
    assert told.values == {"count": 8, "evenings": 25}
    last = judged(off(dict.fromkeys(range(1, 28), 3)))
    assert (last.status, last.change) == (Status.TOO_LITTLE_DATA, None)
    assert "days_not_valid_window" in codes(last)
    assert last.bounds == (Fraction(9, 4) - 3, Fraction(19, 4) - 3)


@pytest.mark.parametrize("days", [7, 14, 27])
def test_fewer_than_28_days_without_a_crossing_are_too_few(days: int) -> None:
    planned = judged(off([3] * 28), days=days)
    ended = judged(off([3] * 28), off_phase={"ended_on": off_day(days)})
    for found in (planned, ended):
        assert (found.status, of_off(found).days) == (Status.TOO_LITTLE_DATA, days)
    assert (codes(planned), codes(ended)) == (["off_too_short"], ["ended_early", "off_too_short"])
    assert judged(off([3] * 3 + [10] * 4), days=7).status is Status.REACHED


@pytest.mark.parametrize("days,told", [(6, True), (7, False), (28, False), (29, True)])
def test_an_unusual_length_is_said(days: int, told: bool) -> None:
    found = judged(off([3] * 29), days=days)
    assert ("off_days_out_of_range" in codes(found)) is told


def test_no_day_after_the_28th_takes_part() -> None:
    found = judged(off([3] * 28 + [10] * 10), days=40)
    assert (found.status, of_off(found).days) == (Status.NOT_REACHED, 28)
    assert of_off(found).early_notices == ()
    assert judged(off([3] * 28), days=40, as_of=on(off_day(29))).status is Status.NOT_REACHED


def test_early_notices_are_single_days_above_the_limit() -> None:
    entries = [*off([3, 6, 5, 3]), paper(off_day(6), "midday", 6), *off({7: 6})]
    found = judged(entries, days=28, as_of=on(off_day(7)))
    assert found.status is Status.RUNNING
    assert [str(day) for day in of_off(found).early_notices] == [off_day(2), off_day(6)]
    other = judged([*off([3]), paper(off_day(2), "midday", 60, scale="vas")])
    assert of_off(other).early_notices == ()


def test_without_the_days_before_nothing_can_be_compared() -> None:
    phases = [{"kind": "switch_off", "first_day": off_day(1), "last_day": off_day(28)}]
    found = verdict(off([9] * 28), phases=phases, as_of=LATER, quality_of_life=SF12)
    assert (found.status, found.baseline) == (Status.TOO_LITTLE_DATA, None)
    assert codes(found) == ["no_pre_switch_off", "evenings_not_judged"]
    assert of_off(found).early_notices == ()
    short = [{"kind": "pre_switch_off", "first_day": BEFORE[1], "last_day": BEFORE[3]}, *phases]
    found = verdict([*diary(BEFORE, 3), *off([9] * 28)], phases=short, as_of=LATER)
    assert "pre_switch_off_too_short" in codes(found)


def test_scales_are_never_mixed_in_the_last_days() -> None:
    entries = [*off([3] * 27), *diary([off_day(28)], 3)[:2]]
    found = judged([*entries, paper(off_day(28), "evening", 30, scale="vas")])
    assert (found.status, found.change, found.bounds) == (Status.NOT_COMPARABLE, None, None)
    # A crossing before all: the other scale is of a later day.
    crossed = judged([*off([9] * 27), paper(off_day(28), "evening", 30, scale="vas")])
    assert crossed.status is Status.REACHED


@pytest.mark.parametrize(
    "score,gone,status,robust",
    [
        # With 10 or 0 for those that are gone of twelve: at most 4 1/2 and 5 5/12 against 5,
        # at least 5 1/24 and 4 7/12.
        (4, {83}, "not_reached", True),
        (5, {83}, "not_reached", False),
        ("5.5", {0}, "reached", True),
        ("5.5", {0, 3}, "reached", False),
    ],
)
def test_robust_is_on_the_same_side_at_both_bounds(
    score: object, gone: set[int], status: str, robust: bool
) -> None:
    entries = [entry for place, entry in enumerate(off([score] * 28)) if place not in gone]
    found = judged(entries)
    assert (found.status, found.robust) == (status, robust)


def test_night_is_judged_anew_each_evening() -> None:
    moments = [*THREE, NIGHT]
    nights = [paper(day, "night", 3) for day in BEFORE]
    # A night of 10 on day 2 counts from then to day 5; without it day 4 is not worse.
    entries = [*nights, *off([5] * 28), paper(off_day(2), "night", 10)]
    found = judged(entries, moments=moments)
    assert of_off(found).crossed_on == FIRST + timedelta(days=3)
    assert len(found.sensitivity) == 16
    assert {row.status for row in found.sensitivity if row.night is False} == {Status.NOT_REACHED}
    assert found.depends_on == ("night",)
    without = judged([*off([5] * 28), paper(off_day(2), "night", 10)], moments=moments)
    assert (without.status, len(without.sensitivity)) == (Status.NOT_REACHED, 8)
    assert of_off(without).early_notices == ()


def test_each_way_of_computing_has_its_own_first_crossing() -> None:
    # A late 10 on day 4 crosses on that evening; by the rule nothing ever does.
    entries = [*off([5] * 28)]
    entries.remove(paper(off_day(4), "morning", 5))
    entries.append(paper(off_day(4), "morning", 10, kind="late"))
    found = judged(entries)
    assert found.status is Status.NOT_REACHED
    assert {row.status for row in found.sensitivity if row.late} == {Status.REACHED}
    assert found.depends_on == ("late",)
