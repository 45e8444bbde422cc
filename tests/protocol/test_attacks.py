"""Cluster headache: frequencies of attacks, and what can be said of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest

from diary.protocol.attacks import AttackVerdict
from diary.protocol.verdicts import Rule, Status
from tests.protocol.building import assessed

FIRST = date(2026, 1, 5)
LATER = "2026-06-01T12:00:00+02:00"


def days(first: date, attacks: Iterable[int | None]) -> list[dict[str, Any]]:
    """Confirmed days from `first` on; None is a day that was not confirmed."""
    return [
        {"diary_day": str(first + timedelta(days=number)), "attacks": count}
        for number, count in enumerate(attacks)
        if count is not None
    ]


def judged(
    before: list[int | None], after: list[int | None], as_of: str = LATER, **more: object
) -> AttackVerdict:
    """A verdict on an intake and a trial that follows it, both as long as their lists."""
    trial = FIRST + timedelta(days=len(before))
    spans = (("intake", FIRST, len(before)), ("trial", trial, len(after)))
    phases = [
        {"kind": kind, "first_day": str(first), "last_day": str(first + timedelta(days=count - 1))}
        for kind, first, count in spans
        if count
    ]
    fields = {"indication": "cluster", "phases": phases, "as_of": as_of, **more}
    found = assessed([], attack_days=[*days(FIRST, before), *days(trial, after)], **fields)
    assert found.verdicts == ()
    assert found.attacks is not None
    return found.attacks


def codes(found: AttackVerdict) -> list[str]:
    return [caution.code for caution in found.cautions]


def test_exactly_thirty_percent_is_enough() -> None:
    found = judged([1] * 28, [0] * 9 + [1] * 21)
    assert (found.status, found.reduction) == (Status.REACHED, Fraction(3, 10))
    assert found.change == Fraction(-21, 10)
    assert found.baseline is not None
    assert found.window is not None
    assert (found.baseline.per_week, found.window.per_week) == (7, Fraction(49, 10))
    assert (found.window.days, found.window.confirmed_days, found.window.attacks) == (30, 30, 21)
    assert (found.rule, found.protocol, found.source) == (
        Rule.ATTACK_RESPONSE,
        "nva-2020",
        "S3 l.209-211",
    )
    assert codes(found) == []
    assert judged([1] * 28, [0] * 8 + [1] * 22).status is Status.NOT_REACHED


@pytest.mark.parametrize(
    "before,after,status,expected",
    [
        ([1] * 27, [0] * 28, "too_little_data", ["intake_too_short"]),
        ([1] * 28, [0] * 6, "too_little_data", ["trial_too_short"]),
        ([1] * 28, [], "too_little_data", ["no_trial"]),
        ([], [0] * 28, "too_little_data", ["no_intake"]),
        # 24 of 30 days is exactly 80 %, 23 is not.
        ([1] * 24 + [None] * 6, [0] * 28, "reached", []),
        ([1] * 23 + [None] * 7, [0] * 28, "too_little_data", ["unconfirmed_baseline"]),
        ([1] * 28, [0] * 23 + [None] * 7, "too_little_data", ["unconfirmed_window"]),
        ([1] * 28, [None] * 10, "too_little_data", ["unconfirmed_window"]),
        ([0] * 28, [2] * 28, "not_applicable", ["no_attacks_before"]),
        ([0] * 28, [None] * 10, "not_applicable", ["unconfirmed_window", "no_attacks_before"]),
    ],
)
def test_what_cannot_be_judged(
    before: list[int | None], after: list[int | None], status: str, expected: list[str]
) -> None:
    found = judged(before, after)
    assert (found.status, codes(found)) == (status, expected)
    assert (found.reduction is None) is (found.interval is None) is (status != "reached")


def test_frequencies_count_confirmed_days_only() -> None:
    found = judged([2] * 28, [None, 1, 1, 1, 1, 1, 1, 1, 1, None])
    assert found.window is not None
    assert (found.window.days, found.window.confirmed_days, found.window.per_week) == (10, 8, 7)
    unknown = judged([2] * 28, [None] * 10).window
    assert unknown is not None
    assert unknown.per_week is None


@pytest.mark.parametrize("confirmed,told", [(27, True), (28, False)])
def test_a_short_period_is_said_with_its_interval(confirmed: int, told: bool) -> None:
    found = judged([1] * 28, [0] * confirmed)
    assert found.interval is not None
    assert ("short_period" in codes(found)) is told
    if told:
        (text,) = [caution.english for caution in found.cautions]
        assert "It may be 0 % to 15 % of what it was" in text


def test_days_after_as_of_do_not_count() -> None:
    found = judged([1] * 28, [5] * 3 + [0] * 25, as_of="2026-02-05T12:00:00+01:00")
    assert found.status is Status.RUNNING
    assert found.window is not None
    assert (found.window.last_day, found.window.attacks) == (date(2026, 2, 4), 15)


def test_a_trial_that_runs_has_a_provisional_reduction() -> None:
    found = judged([1] * 28, [0] * 28, as_of="2026-02-12T12:00:00+01:00")
    assert (found.status, found.reduction) == (Status.RUNNING, 1)
    start = judged([1] * 28, [0] * 28, as_of="2026-02-02T12:00:00+01:00")
    assert (start.status, start.window) == (Status.RUNNING, None)


def test_the_rule_is_for_cluster_headache() -> None:
    assert "attacks_not_cluster" not in codes(judged([1] * 28, [1] * 28, indication="cluster"))
    both = assessed([], attack_days=days(FIRST, [1]), indication="fbss")
    assert both.attacks is not None
    assert "attacks_not_cluster" in codes(both.attacks)
    assert both.verdicts != ()
    assert assessed([], indication="cluster").attacks is None
