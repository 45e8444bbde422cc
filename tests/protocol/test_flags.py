"""What a case asks the team to do, and until when."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from diary.protocol.flags import FlagKind, flags
from tests.protocol.building import AFTER, BEFORE, assessed, diary

FIRST = date(2026, 5, 4)
PRE = {"kind": "pre_switch_off", "first_day": "2026-04-30", "last_day": "2026-05-03"}
OFF = {"kind": "switch_off", "first_day": "2026-05-04", "last_day": "2026-05-31"}
DAYS_OFF = [str(FIRST + timedelta(days=number)) for number in range(28)]
SF12 = {"on": "2026-05-03", "pcs": 40, "mcs": 50}


def asked(entries: list[dict[str, Any]], **more: object) -> list[tuple[FlagKind, str, str]]:
    """The flags of a case: kind, since when, subject."""
    found = flags(assessed(entries, **more))
    return [(flag.kind, str(flag.since), flag.subject) for flag in found]


def off(scores: list[int], as_of: str, **phase: object) -> list[tuple[FlagKind, str, str]]:
    """The flags of a switch-off with the same score all day, from the first off-day on."""
    before = [str(FIRST - timedelta(days=back)) for back in range(4, 0, -1)]
    entries = diary(before, 3)
    for number, score in enumerate(scores):
        entries += diary([str(FIRST + timedelta(days=number))], score)
    as_of = f"{as_of}T12:00:00+02:00"
    return asked(entries, phases=[PRE, OFF | phase], as_of=as_of, quality_of_life=[SF12])


def test_a_finished_trial_is_ready_until_something_follows_it() -> None:
    entries = diary(BEFORE, 8) + diary(AFTER, 3)
    ready = [(FlagKind.TRIAL_READY, "2026-03-20", "2026-03-19")]
    assert asked(entries) == ready
    assert asked(entries[:3]) == ready, "too little to judge by is for the team to decide on too"
    assert asked(entries, as_of="2026-03-19T23:00:00+01:00") == []
    assert asked(entries, as_of="2026-03-20T12:00:00+01:00") == ready
    trial = {"kind": "trial", "first_day": "2026-03-10", "last_day": "2026-03-19"}
    later = {"kind": "follow_up", "first_day": "2026-03-24", "last_day": "2026-03-27"}
    assert asked(entries, phases=[trial, later]) == []


def test_an_extended_trial_is_ready_at_its_new_end_as_another_one() -> None:
    trial = {"kind": "trial", "first_day": "2026-03-10", "last_day": "2026-03-19"}
    phases = [trial | {"extended_to": "2026-03-26"}]
    assert asked([], phases=phases) == []
    assert asked([], phases=phases, as_of="2026-03-27T09:00:00+01:00") == [
        (FlagKind.TRIAL_READY, "2026-03-27", "2026-03-26")
    ]


def test_a_cluster_headache_trial_is_ready_too() -> None:
    days = [{"diary_day": day, "attacks": 2} for day in BEFORE]
    found = asked([], indication="cluster", attack_days=days)
    assert [kind for kind, *_ in found] == [FlagKind.TRIAL_READY]


def test_worse_while_off_until_the_system_is_on_again() -> None:
    worse = [(FlagKind.WORSE_WHILE_OFF, "2026-05-07", "2026-05-04")]
    assert off([6, 6, 6, 6], "2026-05-08") == worse
    assert off([6, 6, 6, 6, 3, 3, 3, 3], "2026-05-13") == worse
    # Decided on from the day it was worse; ready when the system is on again.
    ready = [(FlagKind.SWITCH_OFF_READY, "2026-05-09", "2026-05-07")]
    assert off([6, 6, 6, 6], "2026-05-08", ended_on="2026-05-08") == []
    later = off([6, 6, 6, 6], "2026-05-08", ended_on="2026-05-11")
    assert later == worse, "it is to be switched on in three days: until then it is off"
    assert off([6, 6, 6, 6], "2026-05-09", ended_on="2026-05-08") == ready
    assert off([6, 6, 6, 6], "2026-06-08") == worse, "planned to be over, but nobody said it is on"
    assert off([3, 3, 3, 3], "2026-05-08") == []


def test_each_early_notice_is_a_reason_of_its_own() -> None:
    assert off([3, 9], "2026-05-06") == [(FlagKind.EARLY_NOTICE, "2026-05-05", "2026-05-05")]
    assert off([3, 9, 9], "2026-05-07") == [(FlagKind.EARLY_NOTICE, "2026-05-06", "2026-05-06")]


def test_a_switch_off_is_ready_when_it_is_over_until_something_follows_it() -> None:
    assert off([3] * 28, "2026-05-31") == [WANTS_AFTER]
    assert off([3] * 28, "2026-06-01") == [READY, WANTS_AFTER]
    assert off([3] * 9, "2026-06-01") == [READY, WANTS_AFTER], "too little is for the team too"
    later = {"kind": "follow_up", "first_day": "2026-06-10", "last_day": "2026-06-13"}
    for today, kinds in (
        ("2026-06-09", [FlagKind.SWITCH_OFF_READY, FlagKind.SF12_BEFORE, FlagKind.SF12_AFTER]),
        ("2026-06-10", []),
    ):
        as_of = f"{today}T12:00:00+02:00"
        found = asked(diary(DAYS_OFF, 3), phases=[PRE, OFF, later], as_of=as_of)
        assert [kind for kind, *_ in found] == kinds, "what is planned takes nothing off the list"
    early = (FlagKind.SWITCH_OFF_READY, "2026-05-13", "2026-05-12")
    assert off([3] * 9, "2026-05-13", ended_on="2026-05-12") == [early]


WANTS_BEFORE = (FlagKind.SF12_BEFORE, "2026-04-30", "2026-05-04")
WANTS_AFTER = (FlagKind.SF12_AFTER, "2026-05-25", "2026-05-04")
READY = (FlagKind.SWITCH_OFF_READY, "2026-06-01", "2026-05-31")


@pytest.mark.parametrize(
    ("filled_in", "today", "expected"),
    [
        # From the diary before it on, until it is there; off-day 22 is 25 May.
        ([], "2026-04-29", []),
        ([], "2026-04-30", [WANTS_BEFORE]),
        (["2026-05-04"], "2026-05-05", [WANTS_BEFORE]),
        (["2024-01-01"], "2026-05-05", []),
        (["2026-05-03"], "2026-05-24", []),
        (["2026-05-03"], "2026-05-25", [WANTS_AFTER]),
        (["2026-05-03", "2026-05-24"], "2026-05-25", [WANTS_AFTER]),
        (["2026-05-03", "2026-05-25"], "2026-05-25", []),
        # Not yet filled in, by the date of today.
        (["2026-05-03", "2026-05-26"], "2026-05-25", [WANTS_AFTER]),
        (["2026-05-03"], "2026-06-20", [WANTS_AFTER]),
        ([], "2026-06-20", [WANTS_BEFORE, WANTS_AFTER]),
    ],
)
def test_the_sf12_that_a_switch_off_is_judged_with(
    filled_in: list[str], today: str, expected: list[object]
) -> None:
    listed = [SF12 | {"on": on} for on in filled_in]

    def wanted(*phases: dict[str, Any]) -> list[tuple[FlagKind, str, str]]:
        as_of = f"{today}T12:00:00+02:00"
        found = asked([], phases=[PRE, *phases], as_of=as_of, quality_of_life=listed)
        return [flag for flag in found if flag[0] is not FlagKind.SWITCH_OFF_READY]

    assert wanted(OFF) == expected
    assert wanted(OFF | {"last_day": "2026-05-30"}) == []
    later = {"kind": "follow_up", "first_day": "2026-06-10", "last_day": "2026-06-13"}
    assert wanted(OFF, later) == ([] if today >= "2026-06-10" else expected)


def test_without_a_diary_before_it_the_first_sf12_is_wanted_when_it_begins() -> None:
    begun = [(FlagKind.SF12_BEFORE, "2026-05-04", "2026-05-04")]
    assert asked([], phases=[OFF], as_of="2026-05-03T12:00:00+02:00") == []
    assert asked([], phases=[OFF], as_of="2026-05-04T12:00:00+02:00") == begun


def test_once_it_is_worse_no_sf12_is_wanted() -> None:
    entries = diary([str(FIRST - timedelta(days=back)) for back in range(4, 0, -1)], 3)
    entries += diary([str(FIRST + timedelta(days=number)) for number in range(4)], 6)
    found = asked(entries, phases=[PRE, OFF], as_of="2026-05-30T12:00:00+02:00")
    assert [kind for kind, *_ in found] == [FlagKind.WORSE_WHILE_OFF]


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        ("2026-07-05", []),
        ("2026-07-06", [(FlagKind.CONTACT_DUE, "2026-07-06", "2026-04-20+3")]),
        (
            "2026-10-20",
            [
                (FlagKind.CONTACT_DUE, "2026-10-06", "2026-04-20+6"),
                (FlagKind.PROMS_DUE, "2026-10-06", "2026-04-20+6"),
            ],
        ),
        (
            "2027-04-30",
            [
                (FlagKind.CONTACT_DUE, "2027-04-06", "2026-04-20+12"),
                (FlagKind.PROMS_DUE, "2027-04-06", "2026-04-20+12"),
            ],
        ),
    ],
)
def test_what_is_due_after_implantation_is_announced_two_weeks_ahead(
    today: str, expected: list[tuple[FlagKind, str, str]]
) -> None:
    assert asked([], implanted_on="2026-04-20", as_of=f"{today}T12:00:00+02:00") == expected
