"""The verdict of the trial, rule by rule."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from diary.protocol.cases import assess, parse_case
from diary.protocol.verdicts import Reason, Status, Verdict
from tests.protocol.building import (
    AFTER,
    BEFORE,
    INTAKE,
    NIGHT,
    THREE,
    assessed,
    case,
    diary,
    paper,
    phone,
    trial_of,
    verdict,
)

HALVED = [*diary(BEFORE, 8), *diary(AFTER, 4)]


def codes(found: Verdict) -> list[str]:
    return [caution.code for caution in found.cautions]


def vas(before: int, after: list[int]) -> Verdict:
    """A VAS verdict with the scores of the twelve last measurements."""
    moments = ["morning", "midday", "evening"]
    places = [(day, moment) for day in AFTER for moment in moments]
    last = [paper(*place, score) for place, score in zip(places, after, strict=True)]
    return verdict([*diary(BEFORE, before), *last], scale="vas")


def test_exactly_half_is_enough() -> None:
    found = verdict(HALVED)
    assert found.status is Status.REACHED
    assert (found.change, found.reduction, found.bounds) == (
        -4,
        Fraction(1, 2),
        (Fraction(1, 2), Fraction(1, 2)),
    )
    assert found.robust
    assert found.agree
    assert found.depends_on == ()
    assert codes(found) == []
    assert (found.protocol, found.source, found.threshold) == (
        "nva-2020",
        "S3 l.207",
        Fraction(1, 2),
    )


def test_almost_half_is_not() -> None:
    found = vas(100, [50] * 11 + [51])  # 49.9166... %
    assert (found.status, found.reduction) == (Status.NOT_REACHED, Fraction(599, 1200))
    assert vas(100, [50] * 11 + [49]).status is Status.REACHED


def test_sites_are_judged_apart_and_the_primary_one_is_said() -> None:
    entries = [{**entry, "scores": {"leg": 8, "back": 6}} for entry in diary(BEFORE, 0)]
    entries += [{**entry, "scores": {"leg": 4, "back": 4}} for entry in diary(AFTER, 0)]
    found = assessed(entries, sites=["leg", "back"], primary_site="back").verdicts
    assert [(v.site, v.primary, v.status.value) for v in found] == [
        ("leg", False, "reached"),
        ("back", True, "not_reached"),
    ]


def test_an_early_end_is_said() -> None:
    """It chooses the days that are judged, so it travels with the verdict (protocol.md, 2.5)."""
    ended = trial_of(12, ended_on="2026-03-19")
    found = verdict(HALVED, phases=[INTAKE, ended])
    assert (found.status, codes(found)) == (Status.REACHED, ["ended_early"])
    assert found.cautions[0].english == (
        "trial: ended early. Its last day is 2026-03-19; planned was 2026-03-21. "
        "The days after it take no part."
    )
    assert codes(verdict(HALVED, phases=[INTAKE, trial_of(10, ended_on="2026-03-19")])) == []
    early = {**INTAKE, "last_day": "2026-03-07", "ended_on": "2026-03-05"}
    assert codes(verdict(HALVED, phases=[early, trial_of(10)])) == ["ended_early"]


def test_no_trial_and_cluster_headache_have_no_verdict_of_this_rule() -> None:
    assert assessed(HALVED, phases=[INTAKE]).verdicts == ()
    assert assessed(HALVED, indication="cluster").verdicts == ()
    assert assessed(HALVED, indication="fbss").verdicts != ()


def test_an_indication_outside_the_protocol_is_said() -> None:
    assert codes(verdict(HALVED, indication="cluster_headache")) == ["unknown_indication"]


@pytest.mark.parametrize(
    "as_of,status,window",
    [
        ("2026-03-13T03:59:00+01:00", "running", None),
        ("2026-03-14T04:00:00+01:00", "running", ("2026-03-10", "2026-03-13")),
        ("2026-03-20T03:59:59+01:00", "running", ("2026-03-15", "2026-03-18")),
        ("2026-03-20T04:00:00+01:00", "reached", ("2026-03-16", "2026-03-19")),
        ("2026-03-19T21:59:59-05:00", "running", ("2026-03-15", "2026-03-18")),
        ("2026-03-19T22:00:00-05:00", "reached", ("2026-03-16", "2026-03-19")),
        ("2026-03-08T12:00:00+01:00", "running", None),
    ],
)
def test_running_until_the_last_day_is_finished(
    as_of: str, status: str, window: tuple[str, str] | None
) -> None:
    days = [f"2026-03-{day}" for day in range(10, 20)]
    found = verdict([*diary(BEFORE, 8), *diary(days, 4)], as_of=as_of)
    assert found.status == status
    shown = found.window and (found.window.first_day.isoformat(), found.window.last_day.isoformat())
    assert shown == window
    assert found.reduction == (Fraction(1, 2) if window else None)
    assert {row.status for row in found.sensitivity} == {found.status}
    assert found.robust is (status == "reached")


def test_a_trial_starts_running_before_its_intake_is_over() -> None:
    found = verdict(HALVED, as_of="2026-03-05T12:00:00+01:00")
    assert (found.status, found.baseline, found.window) == (Status.RUNNING, None, None)
    assert codes(found) == ["intake_running"]


@pytest.mark.parametrize(
    "days,status,expected",
    [
        (6, "too_little_data", ["trial_too_short"]),
        (7, "reached", []),
        (3, "too_little_data", ["trial_too_short"]),
    ],
)
def test_a_trial_of_fewer_than_seven_days(days: int, status: str, expected: list[str]) -> None:
    first = 19 - days + 1
    trial = {"kind": "trial", "first_day": f"2026-03-{first}", "last_day": "2026-03-19"}
    found = verdict(HALVED, phases=[INTAKE, trial])
    assert found.status == status
    assert codes(found) == expected
    assert found.reduction == (Fraction(1, 2) if days >= 4 else None)
    assert {row.status for row in found.sensitivity} == {found.status}


@pytest.mark.parametrize("days,cautions", [(6, 1), (7, 0), (14, 0), (15, 1)])
def test_an_extension_moves_the_window_and_is_judged_whatever_its_length(
    days: int, cautions: int
) -> None:
    end = f"2026-03-{10 + days}"
    last = [f"2026-03-{10 + days - back}" for back in range(3, -1, -1)]
    trial = {"kind": "trial", "first_day": "2026-03-06", "last_day": "2026-03-10"}
    entries = [*diary(BEFORE, 8), *diary(last, 4)]
    found = verdict(
        entries, phases=[INTAKE, {**trial, "extended_to": end}], as_of="2026-04-01T12:00:00+02:00"
    )
    assert found.status is Status.REACHED
    assert found.window is not None
    assert found.window.last_day.isoformat() == end
    assert codes(found) == ["extension_out_of_range"] * cautions


def test_a_trial_that_ended_early_is_judged_by_its_real_last_day() -> None:
    found = verdict(HALVED, phases=[INTAKE, trial_of(20, ended_on="2026-03-19")])
    assert found.status is Status.REACHED


def test_without_a_baseline_there_is_too_little_data() -> None:
    found = verdict(HALVED, phases=[trial_of(10)])
    assert (found.status, found.baseline) == (Status.TOO_LITTLE_DATA, None)
    assert found.window is not None
    assert found.window.score == 4
    assert codes(found) == ["no_intake"]
    short = verdict(HALVED, phases=[{**INTAKE, "first_day": "2026-03-03"}, trial_of(10)])
    assert (short.status, short.baseline) == (Status.TOO_LITTLE_DATA, None)
    assert codes(short) == ["intake_too_short"]


def test_only_the_last_four_days_of_a_long_intake_count() -> None:
    intake = {**INTAKE, "first_day": "2026-02-20"}
    found = verdict([*HALVED, *diary(["2026-03-01"], 0)], phases=[intake, trial_of(10)])
    assert found.baseline is not None
    assert found.baseline.score == 8


def test_a_baseline_of_zero_has_no_reduction() -> None:
    for after in (diary(AFTER, 3), []):
        found = verdict([*diary(BEFORE, 0), *after])
        assert (found.status, found.reduction, found.bounds) == (Status.NOT_APPLICABLE, None, None)
        assert "baseline_zero" in codes(found)
    assert verdict([*diary(BEFORE, 0), *diary(AFTER, 3)]).change == 3


def test_a_baseline_that_could_have_been_zero_has_no_bounds() -> None:
    entries = diary(BEFORE, 0, ["morning", "midday"])
    entries = [*entries[1:], paper(BEFORE[0], "evening", 1), *entries[:1]]
    found = verdict([*entries, *diary(AFTER, 0)])
    assert found.status is Status.REACHED
    assert found.bounds is not None
    zero = verdict([*diary(BEFORE, 0)[:11], *diary(AFTER, 0)])
    assert zero.bounds is None


def test_bounds_are_the_worst_and_the_best_case() -> None:
    entries = [e for e in HALVED if (e["diary_day"], e["moment"]) != (AFTER[0], "morning")]
    found = verdict(entries[1:])
    # Baseline 7 1/3 to 8 1/6, trial 3 2/3 to 4 1/2.
    assert found.bounds == (
        1 - Fraction(27, 6) / Fraction(22, 3),
        1 - Fraction(11, 3) / Fraction(49, 6),
    )
    assert (found.status, found.robust) == (Status.REACHED, False)
    assert codes(found) == ["missing_baseline", "missing_window"]


@pytest.mark.parametrize("score,robust", [(3, True), (4, False), (5, True)])
def test_robust_is_the_same_at_both_bounds(score: int, robust: bool) -> None:
    found = verdict([*diary(BEFORE, 8), *diary(AFTER, score)[1:]])
    assert found.robust is robust


@pytest.mark.parametrize(
    "days,where", [(BEFORE, "other_scale_baseline"), (AFTER, "other_scale_window")]
)
def test_scales_are_never_mixed(days: list[str], where: str) -> None:
    entries = [e for e in HALVED if (e["diary_day"], e["moment"]) != (days[1], "midday")]
    found = verdict([*entries, paper(days[1], "midday", 40, scale="vas")])
    assert found.status is Status.NOT_COMPARABLE
    assert (found.reduction, found.change, found.bounds, found.robust) == (None, None, None, False)
    assert codes(found)[0] == where
    assert {row.status for row in found.sensitivity} == {Status.NOT_COMPARABLE}
    mixed = found.baseline if days is BEFORE else found.window
    assert mixed is not None
    assert (mixed.score, mixed.bounds, mixed.valid_days) == (None, None, 4)


@pytest.mark.parametrize(
    "entry",
    [
        phone("2026-03-16 15:40", 40, scale="vas"),
        paper(AFTER[0], "midday", 40, scale="vas", withdrawn=True),
        paper("2026-03-12", "midday", 40, scale="vas"),
        paper(AFTER[0], "night", 40, scale="vas"),
    ],
)
def test_another_scale_where_nothing_is_counted_does_no_harm(entry: dict[str, Any]) -> None:
    assert verdict([*HALVED, entry], moments=[*THREE, NIGHT]).status is Status.REACHED


def test_a_late_answer_on_another_scale_spoils_only_the_rows_with_late_answers() -> None:
    entries = [e for e in HALVED if (e["diary_day"], e["moment"]) != (AFTER[0], "morning")]
    late = phone("2026-03-16 11:40", 40, scale="vas", kind="late")
    found = verdict([*entries, late])
    assert found.status is Status.REACHED
    assert {row.status for row in found.sensitivity if row.late} == {Status.NOT_COMPARABLE}


def test_which_choices_the_verdict_depends_on() -> None:
    # Without the late 9 the four last days are at 4; with it their mean is above.
    entries = [e for e in HALVED if (e["diary_day"], e["moment"]) != (AFTER[0], "morning")]
    found = verdict([*entries, phone("2026-03-16 11:40", 9, kind="late")])
    assert (found.status, found.agree, found.depends_on) == (Status.REACHED, False, ("late",))
    late = {row.exact for row in found.sensitivity if row.late}
    assert late == {1 - Fraction(53, 12) / 8}


def test_a_late_answer_never_replaces_one_that_was_in_time() -> None:
    late = [paper(day, "morning", 10, kind="late") for day in AFTER]
    found = verdict([*HALVED, *late])
    assert {row.exact for row in found.sensitivity} == {Fraction(1, 2)}


def test_days_with_data_reach_back_over_a_gap() -> None:
    days = ["2026-03-13", "2026-03-14", *AFTER[2:]]
    found = verdict([*diary(BEFORE, 8), *diary(days, 4)])
    assert found.status is Status.TOO_LITTLE_DATA
    assert {(row.days.value, row.status.value) for row in found.sensitivity} == {
        ("calendar", "too_little_data"),
        ("with_data", "reached"),
    }
    assert found.depends_on == ("days",)
    assert codes(found) == ["days_not_valid_window", "missing_window"]
    # Days before the phase are never taken.
    outside = verdict([*diary(BEFORE, 8), *diary(["2026-03-09", *days[1:]], 4)])
    assert {row.status for row in outside.sensitivity} == {Status.TOO_LITTLE_DATA}


def test_the_plain_mean_weighs_measurements() -> None:
    entries = [*diary(BEFORE, 8), *diary(AFTER[1:], 4), paper(AFTER[0], "morning", 6)]
    found = verdict([*entries, paper(AFTER[0], "evening", 6)])
    exact = {row.mean.value: row.exact for row in found.sensitivity}
    assert exact == {"day": 1 - Fraction(18, 4) / 8, "pooled": 1 - Fraction(48, 11) / 8}


@pytest.mark.parametrize(
    "before,after,reached,by_reduction,by_points",
    [
        (8, 4, True, True, True),
        (10, 8, True, False, True),
        (3, 2, True, True, False),
        (8, 7, False, False, False),
    ],
)
def test_immpact_is_shown_beside(
    before: int, after: int, reached: bool, by_reduction: bool, by_points: bool
) -> None:
    found = verdict([*diary(BEFORE, before), *diary(AFTER, after)]).immpact
    assert found is not None
    assert (found.reached, found.by_reduction, found.by_points) == (
        reached,
        by_reduction,
        by_points,
    )
    assert verdict(diary(BEFORE, before)).immpact is None


def test_immpact_in_millimetres() -> None:
    for after, by_points in ((85, True), (86, False)):
        found = vas(100, [after] * 12).immpact
        assert found is not None
        assert found.by_points is by_points


def test_labels_that_the_clock_contradicts_are_counted_and_said() -> None:
    entries = [e for e in HALVED if (e["diary_day"], e["moment"]) != (AFTER[0], "morning")]
    odd = phone("2026-03-16 11:40", 4, kind="scheduled", moment="morning")
    found = verdict([*entries, odd])
    assert found.status is Status.REACHED
    assert codes(found) == ["outside_window"]
    good = phone("2026-03-16 08:40", 4, kind="scheduled", moment="morning")
    assert codes(verdict([*entries, good])) == []


def test_an_answer_for_a_moment_that_the_plan_lost_is_shown_and_not_counted() -> None:
    good = parse_case(case(HALVED))
    fewer = replace(good, moments=good.moments[:2])
    (found,) = assess(fewer).verdicts
    assert found.status is Status.REACHED
    assert found.window is not None
    assert (found.window.planned, found.window.missing) == (8, 0)
    assert {answer.reason for answer in found.window.left_out} == {Reason.EXTRA}


def test_phases_in_an_odd_order_are_judged_with_a_caution() -> None:
    intake = {**INTAKE, "first_day": "2026-03-20", "last_day": "2026-03-23"}
    assert codes(verdict([], phases=[intake, trial_of(10)]))[0] == "phase_order"


def test_the_assessment_places_every_entry_and_knows_every_day() -> None:
    entries = [*HALVED, phone("2026-03-16 15:40", 9), paper(AFTER[3], "night", 0)]
    found = assessed(entries, moments=[*THREE, NIGHT])
    placed = list(found.placed)
    assert [entry for entry, _ in placed] == list(found.case.entries)
    assert placed[-2][1].moment is None
    assert placed[-1][1].diary_day.isoformat() == AFTER[3]
    means = found.day_means("leg")
    assert [day.diary_day.isoformat() for day in means] == [*BEFORE, *AFTER]
    assert (means[0].mean, means[-1].mean) == (8, 3)
    assert (means[-1].counted, means[-1].planned, means[-1].valid) == (4, 4, True)
