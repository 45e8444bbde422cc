"""What is due after implantation (S3 l.217-229)."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diary.protocol.context_writing import follow_up_to_json
from diary.protocol.follow_up import FollowUpKind, follow_up
from diary.protocol.months import months_later
from diary.protocol.versions import NVA_2020
from tests.naive import follow_up as naive


def test_contacts_at_3_6_and_12_months_and_then_every_year() -> None:
    """S3 l.217, l.227."""
    due = [one for one in follow_up(date(2026, 4, 20)) if one.kind is FollowUpKind.CONTACT]
    assert [one.month for one in due] == [3, 6, 12, 24, 36, 48, 60, 72, 84, 96, 108, 120]
    assert [one.source for one in due[:4]] == ["S3 l.217"] * 3 + ["S3 l.227"]
    assert (due[0].on, due[-1].on) == (date(2026, 7, 20), date(2036, 4, 20))


def test_questionnaires_at_6_months_and_then_every_year() -> None:
    """S3 l.223."""
    due = [one for one in follow_up(date(2026, 4, 20)) if one.kind is FollowUpKind.PROMS]
    assert [one.month for one in due] == [6, 12, 24, 36, 48, 60, 72, 84, 96, 108, 120]
    assert {one.source for one in due} == {"S3 l.223"}


def test_as_json() -> None:
    rows = follow_up_to_json(date(2026, 4, 20), NVA_2020)
    assert rows[0] == {
        "kind": "contact",
        "month": 3,
        "on": "2026-07-20",
        "source": "S3 l.217",
    }
    assert len(rows) == 23
    assert follow_up_to_json(None, NVA_2020) == []


@pytest.mark.parametrize(
    "day,months,expected",
    [
        ("2026-11-30", 3, "2027-02-28"),
        ("2027-11-30", 3, "2028-02-29"),
        ("2026-08-31", 6, "2027-02-28"),
        ("2026-12-31", 12, "2027-12-31"),
        ("2028-02-29", 12, "2029-02-28"),
        ("2028-02-29", 48, "2032-02-29"),
        ("2026-01-15", -1, "2025-12-15"),
        ("2026-01-15", 0, "2026-01-15"),
    ],
)
def test_a_month_that_is_too_short_gives_its_last_day(day: str, months: int, expected: str) -> None:
    assert months_later(date.fromisoformat(day), months) == date.fromisoformat(expected)


@settings(deadline=None)
@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)))
def test_agrees_with_the_naive_plan(implanted: date) -> None:
    expected = naive.follow_up({"implanted_on": implanted.isoformat()})
    found = [
        {"kind": one.kind.value, "month": one.month, "on": one.on.isoformat()}
        for one in follow_up(implanted)
    ]
    assert found == expected
