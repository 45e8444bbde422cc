"""Exactly on the edge: the first and the last instant, the longest number, the fullest day."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal
from fractions import Fraction

import pytest

from diary.protocol.cases import assess, parse_case
from diary.protocol.counting import DayTotals, Total
from diary.protocol.entries import Kind, place_in
from diary.protocol.exact import LONGEST_NUMBER, NOT_A_NUMBER, NumberError, decimal_text, read_exact
from diary.protocol.moments import BAD_NAME, LONGEST_NAME, Moment, check_plan
from diary.protocol.pathway import Case
from diary.protocol.phases import check_phases
from tests.protocol.building import NIGHT, THREE, case, paper, phone
from tests.protocol.test_phases import days

DAY = "2026-03-16"
NOON = time(12, 0)
LONGEST = "9" * LONGEST_NUMBER


@pytest.mark.parametrize("value", [LONGEST, int(LONGEST), Decimal(LONGEST), Fraction(int(LONGEST))])
def test_the_longest_number(value: object) -> None:
    assert read_exact(value) == int(LONGEST)


@pytest.mark.parametrize(
    "value", [LONGEST + "9", int(LONGEST) + 1, Decimal("1e25"), Decimal("nan"), 1e300, True, None]
)
def test_a_number_that_is_none(value: object) -> None:
    with pytest.raises(NumberError) as error:
        read_exact(value)
    assert str(error.value) == NOT_A_NUMBER


def test_a_number_is_written_as_it_was_read() -> None:
    assert decimal_text(Fraction(10**23 + 1, 10**24)) == "0.100000000000000000000001"
    with pytest.raises(ValueError, match="1/3 has no finite decimal form"):
        decimal_text(Fraction(1, 3))


def test_the_longest_name_of_a_moment() -> None:
    morning = Moment("m" * LONGEST_NAME, NOON)
    assert check_plan([morning]) == []
    assert check_plan([Moment("m" * (LONGEST_NAME + 1), NOON)]) == [BAD_NAME]


@pytest.mark.parametrize(
    "at,kind,moment",
    [
        ("06:59", Kind.EXTRA, None),
        ("07:00", Kind.SCHEDULED, "morning"),
        ("09:59", Kind.SCHEDULED, "morning"),
        ("10:00", Kind.EXTRA, None),
        ("03:59", Kind.EXTRA, None),
        ("04:00", Kind.EXTRA, None),
    ],
)
def test_the_first_and_the_last_minute_of_a_window(at: str, kind: Kind, moment: str | None) -> None:
    judged = assess(parse_case(case([phone(f"{DAY} {at}", 5)])))
    (place,) = judged.placements
    assert (place.kind, place.moment) == (kind, moment)
    assert place.diary_day == date(2026, 3, 15 if at == "03:59" else 16)


@pytest.mark.parametrize(
    "at,kind", [("06:59", Kind.EXTRA), ("07:00", Kind.SCHEDULED), ("10:00", Kind.LATE)]
)
def test_a_named_moment(at: str, kind: Kind) -> None:
    read = parse_case(case([phone(f"{DAY} {at}", 5)]))
    (entry,) = read.entries
    assert entry.measured_at is not None
    place = place_in(read.plan, entry.measured_at, moment="morning")
    assert (place.kind, place.moment) == (kind, None if kind is Kind.EXTRA else "morning")


def a_full_day() -> Case:
    """Three by day of which two in millimetres, the night in millimetres, one filled in later."""
    return parse_case(
        case(
            [
                paper(DAY, "morning", 5),
                paper(DAY, "midday", 50, scale="vas"),
                paper(DAY, "evening", 60, scale="vas"),
                paper(DAY, "night", 70, scale="vas"),
                phone(f"{DAY} 23:30", 3, moment="bedtime", kind="late"),
            ],
            moments=[*THREE, {"name": "bedtime", "time": "22:00"}, NIGHT],
        )
    )


def test_a_day_under_every_choice_of_late_and_night() -> None:
    totals = assess(a_full_day()).diary.sites["leg"].totals(date.fromisoformat(DAY))
    assert totals == DayTotals(
        plain=Total(10, 1, 2),
        night=Total(10, 1, 3),
        late=Total(16, 2, 2),
        late_night=Total(16, 2, 3),
    )


@pytest.mark.parametrize(
    "phases",
    [
        [days("switch_off", 3, 9, ended=3)],
        [days("switch_off", 3, 9, ended=9)],
        [days("intake", 5, 8), days("follow_up", 1, 4)],
    ],
)
def test_phases_that_touch_an_edge_are_right(phases: list) -> None:
    assert check_phases(phases) == []


@pytest.mark.parametrize("last", [4, 5])
def test_a_phase_within_one_day_of_another_overlaps(last: int) -> None:
    (found,) = check_phases([days("intake", 4, 8), days("trial", 1, last)])
    assert (found.index, found.blocks, found.message.code) == (1, True, "phase_overlaps")
