"""What is still needed: exactly enough to give a score, and no more than that."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from diary.protocol.cases import assess, parse_case
from diary.protocol.days import diary_day_of
from diary.protocol.needed import Prospect, RunningWindow, running_window, window_has_begun
from diary.protocol.phases import PhaseKind
from diary.protocol.verdicts import Status
from diary.protocol.versions import NVA_2020, Night, OtherScale
from tests.naive.days import (
    baseline_days,
    days_between,
    ends,
    instant,
    night_names,
    phase_days,
    planned,
    starts,
)
from tests.naive.entries import read_entries
from tests.naive.strategies import switch_off_cases, trial_cases
from tests.naive.weighted import is_valid, night_counts, weigh
from tests.protocol.building import BEFORE, INTAKE, NIGHT, THREE, assessed, diary, paper

DRAWN = settings(
    max_examples=80,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
# The last four days of the trial; it is evening on the second of them.
WINDOW = [f"2026-03-{day}" for day in range(16, 20)]
EVENING = "2026-03-17T16:00:00+01:00"


def window(entries: list[dict[str, Any]], at: str = EVENING, **more: Any) -> RunningWindow:
    found = assessed(entries, as_of=at, **more)
    result = running_window(found.case, found.diary)
    assert result is not None
    return result


@pytest.mark.parametrize(
    "made, at, prospect, needed_today, possible_today",
    [
        ([], "2026-03-15T12:00:00+01:00", Prospect.AHEAD, None, None),
        ([], "2026-03-16T04:00:00+01:00", Prospect.OPEN, 2, 3),
        # The morning is past: both others are needed.
        ([], "2026-03-16T09:59:00+01:00", Prospect.OPEN, 2, 3),
        ([], "2026-03-16T10:00:00+01:00", Prospect.AT_RISK, 2, 2),
        ([], "2026-03-16T15:00:00+01:00", Prospect.LOST, 2, 1),
        (["morning"], "2026-03-16T15:00:00+01:00", Prospect.AT_RISK, 1, 1),
        (["morning", "midday"], "2026-03-16T15:00:00+01:00", Prospect.OPEN, 0, 1),
    ],
)
def test_the_first_day_of_a_window(
    made: list[str],
    at: str,
    prospect: Prospect,
    needed_today: int | None,
    possible_today: int | None,
) -> None:
    found = window(diary(WINDOW[:1], 5, made), at)
    today = found.today
    assert found.prospect is prospect
    assert (today and today.needed, today and today.possible) == (needed_today, possible_today)
    assert (found.first_day, found.last_day) == (date(2026, 3, 16), date(2026, 3, 19))
    assert found.by == instant("2026-03-19T20:00:00+01:00")


def test_when_what_is_needed_has_to_be_there() -> None:
    found = window(diary(WINDOW[:1], 5), "2026-03-17T04:00:00+01:00")
    today = found.today
    assert today is not None
    # Three are possible, two are needed: the morning can be missed, the midday then cannot.
    assert today.due == instant("2026-03-17T13:00:00+01:00")
    assert today.act_by == instant("2026-03-17T15:00:00+01:00")
    assert today.by == instant("2026-03-17T20:00:00+01:00")
    assert (found.needed, found.possible) == (6, 9)
    assert found.act_by == today.act_by


def test_two_moments_a_day_are_at_risk_from_the_first_on_and_one_is_never_enough() -> None:
    two = THREE[:2]
    assert window([], "2026-03-16T07:59:00+01:00", moments=two).prospect is Prospect.OPEN
    assert window([], "2026-03-16T08:00:00+01:00", moments=two).prospect is Prospect.AT_RISK
    assert window([], "2026-03-11T08:00:00+01:00", moments=THREE[:1]).prospect is Prospect.LOST


def test_a_window_with_all_it_needs_is_complete_while_more_may_come() -> None:
    found = window(diary(WINDOW, 5, ["morning", "midday"]), "2026-03-19T15:00:00+01:00")
    assert (found.prospect, found.needed, found.possible) == (Prospect.COMPLETE, 0, 1)
    assert found.today is not None
    assert (found.today.due, found.today.act_by, found.today.by) == (None, None, None)
    assert found.act_by == found.by


def test_another_scale_loses_the_day_unless_the_centre_leaves_it_out() -> None:
    made = [*diary(WINDOW[:1], 5), paper(WINDOW[1], "midday", 5, scale="vas")]
    assert window(made).prospect is Prospect.LOST
    case = assessed(made, as_of=EVENING).case
    lenient = replace(NVA_2020, name="own", other_scale=OtherScale.LEFT_OUT)
    found = assess(replace(case, own_protocol=lenient))
    left_out = running_window(found.case, found.diary)
    assert left_out is not None
    assert left_out.today is not None
    # It fills its moment all the same: only the evening is left, and two are needed.
    assert (left_out.today.counted, left_out.today.needed, left_out.today.possible) == (0, 2, 1)


@pytest.mark.parametrize(
    "nights_before, nights_after, scale, prospect",
    [
        (1, 1, "nrs", Prospect.OPEN),
        (0, 1, "nrs", Prospect.LOST),
        (1, 0, "nrs", Prospect.LOST),
        (1, 1, "vas", Prospect.LOST),
    ],
)
def test_night_counts_once_both_windows_hold_it(
    nights_before: int, nights_after: int, scale: str, prospect: Prospect
) -> None:
    made = diary(BEFORE, 5) + diary(WINDOW[:1], 5, ["morning"])
    made += [paper(day, "night", 5) for day in BEFORE[:nights_before]]
    made += [paper(day, "night", 5, scale=scale) for day in WINDOW[:nights_after]]
    at = "2026-03-17T09:00:00+01:00"
    assert window(made, at, moments=[*THREE, NIGHT]).prospect is prospect


def test_a_baseline_does_not_rely_on_nights_and_is_not_given_up_for_them() -> None:
    made = diary(BEFORE[:1], 5, ["morning"])
    at, moments = "2026-03-02T21:00:00+01:00", [*THREE, NIGHT]
    found = window(made, at, moments=moments)
    assert (found.phase, found.prospect) == (PhaseKind.INTAKE, Prospect.AT_RISK)
    assert found.today is not None
    assert (found.today.needed, found.today.possible) == (1, 1), "the night's own"
    assert window(made, at).prospect is Prospect.LOST
    assert window([], at, moments=moments).prospect is Prospect.LOST
    never = replace(NVA_2020, name="own", night=Night.NEVER)
    case = replace(assessed(made, as_of=at, moments=moments).case, own_protocol=never)
    lost = running_window(case, assess(case).diary)
    assert lost is not None
    assert lost.prospect is Prospect.LOST


OFF = {"kind": "switch_off", "first_day": "2026-03-10", "last_day": "2026-04-06"}
PRE = {"kind": "pre_switch_off", "first_day": "2026-03-06", "last_day": "2026-03-09"}
PRE_DAYS = [f"2026-03-{day:02}" for day in range(6, 10)]


def off_days(first: int, last: int) -> list[str]:
    return [(date(2026, 3, 9) + timedelta(days=day)).isoformat() for day in range(first, last + 1)]


@pytest.mark.parametrize(
    "made, at, first, last, prospect",
    [
        (off_days(1, 0), "2026-03-10T05:00:00+01:00", 10, 13, Prospect.OPEN),
        (off_days(1, 7), "2026-03-16T21:00:00+01:00", 13, 16, Prospect.COMPLETE),
        # The third day is lost: the first evening that can be judged is that of the seventh.
        (off_days(1, 2), "2026-03-13T05:00:00+01:00", 13, 16, Prospect.OPEN),
        (off_days(1, 2), "2026-03-12T21:00:00+01:00", 13, 16, Prospect.AHEAD),
        # Of the last four days one is lost: it will not be judged.
        (off_days(1, 24), "2026-04-04T05:00:00+01:00", 34, 37, Prospect.LOST),
    ],
)
def test_a_switch_off_is_judged_every_evening(
    made: list[str], at: str, first: int, last: int, prospect: Prospect
) -> None:
    found = window(diary(PRE_DAYS + made, 5), at, phases=[PRE, OFF])
    assert found.phase is PhaseKind.SWITCH_OFF
    start = date(2026, 2, 28)
    assert (found.first_day, found.last_day) == (
        start + timedelta(days=first),
        start + timedelta(days=last),
    )
    assert found.prospect is prospect


@pytest.mark.parametrize(
    "more",
    [
        {"phases": [INTAKE], "as_of": "2026-03-06T05:00:00+01:00"},
        {"phases": [{**INTAKE, "kind": "follow_up"}], "as_of": "2026-03-05T05:00:00+01:00"},
        {"phases": [{**INTAKE, "last_day": "2026-03-04"}], "as_of": "2026-03-04T05:00:00+01:00"},
        {"indication": "cluster", "as_of": EVENING},
        # Worse after four days off; off for three days; later than the protocol judges.
        {"phases": [PRE, OFF], "as_of": "2026-03-15T05:00:00+01:00", "worse": True},
        {"phases": [PRE, {**OFF, "last_day": "2026-03-12"}], "as_of": "2026-03-12T05:00:00+01:00"},
        {"phases": [PRE, {**OFF, "last_day": "2026-04-09"}], "as_of": "2026-04-08T05:00:00+02:00"},
    ],
)
def test_where_there_is_no_running_window(more: dict[str, Any]) -> None:
    worse = more.pop("worse", False)
    made = diary(PRE_DAYS, 2) + diary(off_days(1, 4), 9 if worse else 2)
    found = assessed(made, **more)
    assert running_window(found.case, found.diary) is None
    if worse:
        assert found.verdicts[0].status is Status.REACHED


@st.composite
def cut_short(draw: Any) -> dict[str, Any]:
    """A case in the middle of one of its windows, as far as it was filled in by then."""
    case: dict[str, Any] = draw(trial_cases() | switch_off_cases())
    phase = draw(st.sampled_from(case["phases"]))
    days = phase_days(phase)
    back = draw(st.integers(0, min(len(days) - 1, 27 if phase["kind"] == "switch_off" else 3)))
    start, end = starts(case, days[-1 - back]), ends(case, days[-1 - back])
    as_of = start + (end - start) * draw(st.integers(0, 47)) / 48
    dropped = draw(st.sets(st.integers(0, 200)))

    def is_in(number: int, entry: dict[str, Any]) -> bool:
        if number in dropped:
            return False
        if "measured_at" in entry:
            return instant(entry["measured_at"]) <= as_of
        windows = planned(case, date.fromisoformat(entry["diary_day"]))
        return any(one["name"] == entry["moment"] and one["at"] <= as_of for one in windows)

    made = [entry for number, entry in enumerate(case["entries"]) if is_in(number, entry)]
    return {**case, "as_of": as_of.isoformat(), "entries": made}


@DRAWN
@given(cut_short())
def test_what_is_needed_is_enough_and_one_less_is_not(case: dict[str, Any]) -> None:
    note(json.dumps(case))
    found = assess(parse_case(case))
    running = running_window(found.case, found.diary)
    today = diary_day_of(found.case.as_of, found.case.zone)
    begun = window_has_begun(found.case.phases, today, found.case.indication, NVA_2020)
    if running is None:
        return
    if running.today is not None:
        assert begun
    days = [day.diary_day for day in running.days]
    for day in running.days:
        assert (day.by is None) is (day.needed == 0 or day.lost)
        if day.due is not None:
            assert day.act_by is not None
            assert day.by is not None
            assert found.case.as_of < day.act_by <= day.by <= running.by
    if running.prospect is Prospect.LOST:
        for night in (True, False):
            filled = _filled(case, days, night)
            assert not _gives_a_score(filled, running, night)
        return
    least = _filled(case, days, True, {day.diary_day: day.needed for day in running.days})
    assert _gives_a_score(least, running, night=True)
    for day in running.days:
        if day.needed and running.phase in (PhaseKind.TRIAL, PhaseKind.SWITCH_OFF):
            counts = {one.diary_day: one.needed for one in running.days}
            counts[day.diary_day] -= 1
            assert not _gives_a_score(_filled(case, days, True, counts), running, night=True)


def _filled(
    case: dict[str, Any], days: list[date], night: bool, counts: dict[date, int] | None = None
) -> dict[str, Any]:
    """The same diary with what is still possible answered on paper: all, or so many of a day.

    Those by day first: a measurement of the night is the last that is needed.
    """
    site, entries = case["primary_site"], read_entries(case)
    filled = list(case["entries"])
    for day in days:
        taken = {
            entry["moment"]
            for entry in entries.get(day, [])
            if entry["kind"] == "scheduled" and site in entry["scores"]
        }
        open_ones = [
            window["name"]
            for window in planned(case, day)
            if window["closes"] > instant(case["as_of"]) and window["name"] not in taken
        ]
        open_ones.sort(key=lambda name: name in night_names(case))
        if not night:
            open_ones = [name for name in open_ones if name not in night_names(case)]
        number = len(open_ones) if counts is None else counts[day]
        for name in open_ones[:number]:
            filled.append(paper(day.isoformat(), name, "5", site))
    return {**case, "entries": filled}


def _gives_a_score(case: dict[str, Any], running: RunningWindow, night: bool) -> bool:
    """Whether the window has four valid days on one scale, as the naive implementation sees it.

    The other window of a baseline is ahead: there `night` says whether it will hold a night one.
    """
    site, entries = case["primary_site"], read_entries(case)
    days = days_between(running.first_day, running.last_day)
    kinds = {PhaseKind.TRIAL: "intake", PhaseKind.SWITCH_OFF: "pre_switch_off"}
    if running.phase in kinds:
        before = baseline_days(case, kinds[running.phase])[-4:]
        night = night_counts(case, entries, site, before if len(before) == 4 else None, days)
        weighed = weigh(case, entries, site, days, night)
        return weighed is not None and weighed["score"] is not None
    comparable = weigh(case, entries, site, days, False)
    return (
        comparable is not None
        and comparable["comparable"]
        and all(is_valid(case, entries, site, day, late=False, night=night) for day in days)
    )
