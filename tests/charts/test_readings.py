"""What the chart takes from an assessment: each entry as the verdict treats it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest

from diary.charts.alt import alt_text, switched_line
from diary.charts.data import Mark, Moment, TrendData, WindowRole
from diary.charts.readings import trend_data
from diary.charts.theme import PALETTES, Theme
from diary.charts.trend import WIDE, trend_figure, trend_svg
from diary.protocol.cases import assess, parse_case
from diary.protocol.phases import PhaseKind
from tests.charts.examples import dutch
from tests.protocol import building
from tests.protocol.building import AFTER, BEFORE, assessed, diary

INTAKE, TRIAL = date(2026, 3, 2), date(2026, 3, 10)
MOMENTS = ("morning", "midday", "evening", "bedtime")
TIMES = ("08:04", "13:04", "18:04", "22:04")


def entry(day: date, moment: int, score: str = "8", **more: Any) -> dict[str, Any]:
    return {
        "measured_at": f"{day.isoformat()}T{TIMES[moment]}:00+01:00",
        "scores": {"leg": score},
    } | more


def case(*more: dict[str, Any], without: tuple[int, int] = (-1, -1), **keys: Any) -> dict[str, Any]:
    """Return 8 at intake and 3 in a trial of ten days; `without` = (day of the trial, moment)."""
    entries = [entry(INTAKE + timedelta(days=d), m) for d in range(4) for m in range(4)]
    entries += [
        entry(TRIAL + timedelta(days=d), m, "3")
        for d in range(10)
        for m in range(4)
        if (d, m) != without
    ]
    return {
        "case": "diary-case/1",
        "timezone": "Europe/Amsterdam",
        "as_of": "2026-03-25T12:00:00+01:00",
        "scale": "nrs",
        "phases": [
            {"kind": "intake", "first_day": "2026-03-02", "last_day": "2026-03-05"},
            {"kind": "trial", "first_day": "2026-03-10", "last_day": "2026-03-19"},
        ],
        "entries": [*entries, *more],
    } | keys


def chart(*more: dict[str, Any], kind: PhaseKind | None = None, **keys: Any) -> TrendData:
    return trend_data(assess(parse_case(case(*more, **keys))), "leg", kind)


def marks(data: TrendData, day: date) -> list[tuple[Mark, Fraction]]:
    return [(point.mark, point.score) for point in data.points if point.at.day == day]


def test_windows_and_threshold_are_the_verdicts() -> None:
    data = chart()
    baseline, trial = data.windows
    assert (baseline.role, baseline.score, baseline.shown) == (WindowRole.BASELINE, 8, "8.0")
    assert (trial.role, trial.score, trial.shown) == (WindowRole.TRIAL, 3, "3.0")
    assert data.threshold is not None
    assert (data.threshold.score, data.threshold.percent) == (4, 50)
    assert (trial.first_day, trial.last_day) == (date(2026, 3, 16), date(2026, 3, 19))
    assert {mean.score for mean in data.day_means} == {8, 3}
    assert data.missing == ()


def test_a_trial_that_has_yet_to_begin_has_no_limit() -> None:
    """As it has no verdict; the score of the intake stands there already."""
    before = chart(as_of="2026-03-10T03:59:00+01:00")
    assert before.threshold is None
    assert [(one.role, one.shown) for one in before.windows] == [(WindowRole.BASELINE, "8.0")]
    assert chart(as_of="2026-03-10T04:00:00+01:00").threshold is not None


def test_what_lies_in_no_phase_does_not_count() -> None:
    """As when a trial was ended on a day that had passed."""
    ended = {"kind": "trial", "first_day": "2026-03-10", "last_day": "2026-03-19"}
    intake = {"kind": "intake", "first_day": "2026-03-02", "last_day": "2026-03-05"}
    data = chart(phases=[intake, ended | {"ended_on": "2026-03-17"}])
    assert {mark for mark, _ in marks(data, date(2026, 3, 17))} == {Mark.COUNTED}
    assert {mark for mark, _ in marks(data, date(2026, 3, 18))} == {Mark.ASIDE}
    assert max(mean.day for mean in data.day_means) == date(2026, 3, 17)


@pytest.mark.parametrize(
    "extra,mark",
    [
        ({"measured_at": "2026-03-19T16:00:00+01:00"}, Mark.EXTRA),
        ({"measured_at": "2026-03-19T16:00:00+01:00", "moment": "midday"}, Mark.LATE),
        ({"measured_at": "2026-03-19T08:30:00+01:00"}, Mark.ASIDE),
        ({"measured_at": "2026-03-19T08:30:00+01:00", "source": "paper"}, Mark.PAPER_ASIDE),
        ({"measured_at": "2026-03-19T16:00:00+01:00", "withdrawn": True}, None),
    ],
)
def test_what_does_not_count_is_hollow_or_away(extra: dict[str, Any], mark: Mark | None) -> None:
    found = marks(chart({"scores": {"leg": "9"}} | extra), TRIAL + timedelta(days=9))
    nines = [kind for kind, score in found if score == 9]
    assert nines == ([mark] if mark else [])
    assert [kind for kind, score in found if score == 3] == [Mark.COUNTED] * 4


def test_a_measurement_that_is_not_there_is_a_tick_at_its_time() -> None:
    (missing,) = chart(without=(2, 1)).missing
    assert missing.day == TRIAL + timedelta(days=2)
    assert missing.part == pytest.approx(9 / 24)


def test_windows_that_have_not_closed_are_not_missing() -> None:
    data = chart(as_of="2026-03-12T12:00:00+01:00", entries=[])
    assert [m.day for m in data.missing].count(date(2026, 3, 12)) == 1
    assert data.now == Moment(date(2026, 3, 12), pytest.approx(8 / 24))


def test_paper_stands_at_the_time_of_its_moment() -> None:
    paper = {"diary_day": "2026-03-12", "moment": "midday", "scores": {"leg": "7.5"}}
    data = chart(paper, without=(2, 1))
    (point,) = [p for p in data.points if p.mark is Mark.PAPER]
    assert (point.at.day, point.score) == (date(2026, 3, 12), Fraction(15, 2))
    assert point.at.part == pytest.approx(9 / 24)


def test_one_phase_alone_has_its_own_days_only() -> None:
    data = chart(kind=PhaseKind.TRIAL)
    assert {point.at.day >= TRIAL for point in data.points} == {True}
    assert [window.role for window in data.windows] == [WindowRole.TRIAL]
    assert [phase.kind for phase in data.phases] == ["trial"]
    assert data.threshold is not None


def test_a_night_that_counts_in_one_window_only_is_hollow() -> None:
    night = {
        "measured_at": "2026-03-20T03:00:00+01:00",
        "scores": {"leg": "9"},
    }
    moments = [
        *({"name": n, "time": t[:3] + "00"} for n, t in zip(MOMENTS, TIMES, strict=True)),
        {"name": "night", "time": "03:00", "night": True},
    ]
    found = marks(chart(night, moments=moments), date(2026, 3, 19))
    assert (Mark.ASIDE, Fraction(9)) in found


def test_a_limit_that_was_just_missed_never_looks_like_the_score() -> None:
    threes = [(9, 0), (8, 1), (7, 2)]
    trial = [
        entry(TRIAL + timedelta(days=d), m, "3" if (d, m) in threes else "4")
        for d in range(10)
        for m in range(4)
    ]
    intake = [
        {"diary_day": str(INTAKE + timedelta(days=d)), "moment": m, "scores": {"leg": "7.5"}}
        for d in range(4)
        for m in MOMENTS
    ]
    data = chart(entries=[*intake, *trial])
    assert data.threshold is not None
    assert data.threshold.score == Fraction(15, 4)
    assert (data.windows[1].shown, data.threshold.shown) == ("3.8", "3.75")


@pytest.mark.parametrize(
    "from_at,until_at,seen",
    [
        ("2026-03-12T08:00+01:00", "2026-03-12T14:00+01:00", True),
        ("2026-03-12T07:59+01:00", "2026-03-12T08:00+01:00", False),  # just before a moment
        ("2026-03-12T08:01+01:00", "2026-03-12T12:59+01:00", False),  # asked before it began
        ("2026-03-12T23:00+01:00", "2026-03-13T08:01+01:00", True),  # over the night
        ("2026-03-07T08:00+01:00", "2026-03-07T20:00+01:00", False),  # between the phases
        ("2026-03-05T20:00+01:00", "2026-03-10T09:00+01:00", True),  # from one into the other
    ],
)
def test_a_standstill_is_shown_when_a_moment_fell_in_it(
    from_at: str, until_at: str, seen: bool
) -> None:
    gap = (datetime.fromisoformat(from_at), datetime.fromisoformat(until_at))
    data = trend_data(assess(parse_case(case())), "leg", None, [gap])
    assert [(one.from_at, one.until_at) for one in data.gaps] == [gap] * seen
    assert [one.start.day for one in data.gaps] == [gap[0].date()] * seen
    in_intake = trend_data(assess(parse_case(case())), "leg", PhaseKind.INTAKE, [gap])
    assert bool(in_intake.gaps) is (seen and gap[0].date() < TRIAL)


def test_all_switches_are_told_and_those_on_days_of_the_chart_are_drawn() -> None:
    """The axis has the days between two phases that follow one another soon, such as 7 March."""
    days = ("04", "07", "12", "20")
    at = [datetime.fromisoformat(f"2026-03-{day}T09:30:00+01:00") for day in days]
    switches = [(instant, instant == at[3]) for instant in at]
    for kind, lines in ((None, 3), (PhaseKind.INTAKE, 1)):
        data = trend_data(assess(parse_case(case())), "leg", kind, switches=switches)
        assert [(one.at, one.on) for one in data.switches] == switches
        assert switched_line(data, dutch, "nl") == (
            "De stimulator: 4 maart 2026 uitgezet; 7 maart 2026 uitgezet;"
            " 12 maart 2026 uitgezet; 20 maart 2026 aangezet."
        )
        drawing = trend_svg(data, dutch, "nl", Theme.PRINT, WIDE).decode()
        assert (drawing.count("uitgezet"), drawing.count("aangezet")) == (lines, 0)


THRESHOLD = PALETTES[Theme.LIGHT].threshold


def test_a_switch_off_has_its_own_windows_and_the_trials_line_ends_with_the_trial() -> None:
    entries = diary(BEFORE, 8) + diary(AFTER, 3)
    on, off = ([f"2026-04-{day:02}" for day in range(first, first + 4)] for first in (1, 5))
    entries += diary(on, 3) + diary(off, 6)
    phases = [
        building.INTAKE,
        building.TRIAL,
        {"kind": "pre_switch_off", "first_day": on[0], "last_day": on[-1]},
        {"kind": "switch_off", "first_day": off[0], "last_day": "2026-05-02"},
    ]
    judged = assessed(entries, phases=phases, as_of="2026-04-09T12:00:00+02:00")
    data = trend_data(judged, "leg")
    said = [(one.role, one.shown) for one in data.windows]
    assert said[2:] == [(WindowRole.ON, "3.0"), (WindowRole.OFF, "6.0")]
    assert "Met het systeem aan 3,0, uitgezet 6,0." in alt_text(data, dutch, "nl")
    figure = trend_figure(data, dutch, "nl", Theme.LIGHT, WIDE)
    (line,) = [one for one in figure.axes[0].lines if one.get_color() == THRESHOLD]
    assert max(line.get_xdata()) < WIDE.width / 2


def test_no_line_goes_on_outside_the_phases_with_one_moment_neither() -> None:
    after = [entry(date(2026, 3, day), moment, "6") for day in (21, 22) for moment in range(4)]
    found = assess(parse_case(case(*after)))
    every, evenings = trend_data(found, "leg"), trend_data(found, "leg", moment="evening")
    days = [mean.day for mean in every.day_means]
    assert days[-1] == date(2026, 3, 19)
    assert [mean.day for mean in evenings.day_means] == days


def test_one_moment_of_the_day_and_nothing_else_changes() -> None:
    extra = {"measured_at": "2026-03-19T16:00:00+01:00", "scores": {"leg": "9"}}
    assessment = assess(parse_case(case(extra, without=(3, 2))))
    all_of_it = trend_data(assessment, "leg")
    evenings = trend_data(assessment, "leg", moment="evening")
    assert len(evenings.points) == len(evenings.day_means) == 13
    assert all(point.mark is Mark.COUNTED for point in evenings.points)
    assert [moment.day for moment in evenings.missing] == [date(2026, 3, 13)]
    assert evenings.one_moment
    assert (evenings.windows, evenings.threshold) == (all_of_it.windows, all_of_it.threshold)
    other = trend_data(assessment, "leg", moment="bedtime")
    assert (len(other.points), other.missing) == (14, ())


def test_opioids_of_each_day_of_the_phases() -> None:
    taken = [
        {"diary_day": day, "substance": substance, "route": "oral", "mg": "20"}
        for day, substance in (
            ("2026-03-02", "oxycodone"),
            ("2026-03-08", "oxycodone"),
            ("2026-03-12", "methadone"),
        )
    ]
    shown = chart(medication=taken).opioids
    assert [(one.day.day, one.med_mg) for one in shown] == [(2, Fraction(30)), (12, None)]
    assert [one.day.day for one in chart(medication=taken, kind=PhaseKind.TRIAL).opioids] == [12]
