"""Phases: what blocks them, and what is only worth a caution."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from diary.protocol.phases import Phase, PhaseKind, check_phases


def days(
    kind: str, first: int, last: int, extended: int | None = None, ended: int | None = None
) -> Phase:
    """A phase by day numbers from 1 March on."""

    def day(number: int | None) -> date | None:
        return None if number is None else date(2026, 3, 1) + timedelta(days=number - 1)

    first_day, last_day = day(first), day(last)
    assert first_day is not None
    assert last_day is not None
    return Phase(PhaseKind(kind), first_day, last_day, day(extended), day(ended))


def test_a_phase_ends_as_extended_or_ended() -> None:
    assert days("trial", 1, 10).days == 10
    assert days("trial", 1, 10, extended=20).end == date(2026, 3, 20)
    assert days("trial", 1, 10, extended=20, ended=5).days == 5


@pytest.mark.parametrize(
    "phases,blocking,codes",
    [
        ([days("intake", 1, 4), days("trial", 5, 12)], [], []),
        ([days("follow_up", 1, 4), days("follow_up", 5, 8), days("intake", 9, 9)], [], []),
        ([days("trial", 5, 12), days("intake", 1, 4)], [], []),
        ([days("trial", 5, 4)], [0], ["phase_ends_before_start"]),
        ([days("trial", 1, 8, extended=8)], [0], ["phase_extended_back"]),
        ([days("switch_off", 3, 9, ended=2)], [0], ["phase_ended_outside"]),
        ([days("switch_off", 3, 9, ended=10)], [0], ["phase_ended_outside"]),
        ([days("trial", 3, 9, extended=16, ended=10)], [], []),
        ([days("intake", 1, 4), days("intake", 5, 8)], [1], ["phase_twice"]),
        ([days("intake", 1, 4), days("trial", 4, 10)], [1], ["phase_overlaps"]),
        ([days("trial", 1, 4, extended=12), days("follow_up", 12, 13)], [1], ["phase_overlaps"]),
        ([days("trial", 1, 9, ended=5), days("follow_up", 6, 13)], [], []),
        ([days("trial", 1, 7, extended=13)], [], ["extension_out_of_range"]),
        ([days("trial", 1, 7, extended=14)], [], []),
        ([days("trial", 1, 7, extended=21)], [], []),
        ([days("trial", 1, 7, extended=22)], [], ["extension_out_of_range"]),
        ([days("trial", 1, 7), days("intake", 8, 12)], [], ["phase_order"]),
    ],
)
def test_check_phases(phases: list[Phase], blocking: list[int], codes: list[str]) -> None:
    findings = check_phases(phases)
    assert [f.index for f in findings if f.blocks] == blocking
    assert [f.message.code for f in findings] == codes


def test_a_caution_says_which_phases_and_days() -> None:
    late = check_phases([days("trial", 1, 7, extended=9), days("intake", 10, 12)])
    assert [finding.message.english for finding in late] == [
        "Days by which the trial was extended: 2; the protocol allows 7 to 14.",
        "The trial phase starts before the intake phase has ended.",
    ]
