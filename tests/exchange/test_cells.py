"""Dates, times and numbers as people write them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diary.exchange.cells import (
    CellError,
    read_date,
    read_instant,
    read_number,
    write_date,
    write_instant,
)

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
EARLIEST, LATEST = map(datetime.fromisoformat, ("1900-01-01", "2199-12-31"))
OFFSETS = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@pytest.mark.parametrize("text", ["02-03-2026", "2-3-2026", "2026-03-02", " 2026-3-2 "])
def test_dates(text: str) -> None:
    assert read_date(text) == date(2026, 3, 2)


@pytest.mark.parametrize(
    "text",
    [
        "31-02-2026",
        "02-03-26",
        "03/02/2026",
        "2026-02-30",
        "20260302",
        "٢-٣-٢٠٢٦",
        "x",
        "0-0-0000",
        "31-12-1899",
        "01-01-2200",
    ],
)
def test_what_is_no_date(text: str) -> None:
    with pytest.raises(CellError):
        read_date(text)


@pytest.mark.parametrize(
    "text, offset, utc",
    [
        ("02-03-2026 08:04", "", "2026-03-02T07:04:00"),
        ("2-3-2026 8:04", "", "2026-03-02T07:04:00"),
        ("2026-07-02T08:04:30", "", "2026-07-02T06:04:30"),
        ("2026-03-02T08:04:00+03:00", "60", "2026-03-02T05:04:00"),
        ("2026-03-02T08:04:00.5Z", "", "2026-03-02T08:04:00.500000"),
        ("02-03-2026 08:04:00", "-300", "2026-03-02T13:04:00"),
        # Twice on the clock: the first time, unless it says otherwise.
        ("25-10-2026 02:30", "", "2026-10-25T00:30:00"),
        ("25-10-2026 02:30", "60", "2026-10-25T01:30:00"),
    ],
)
def test_instants(text: str, offset: str, utc: str) -> None:
    found = read_instant(text, offset, AMSTERDAM)
    assert found.astimezone(UTC).replace(tzinfo=None).isoformat() == utc


@pytest.mark.parametrize(
    "text, offset",
    [
        ("02-03-2026", ""),
        ("02-03-2026 25:00", ""),
        ("02-03-2026 08:60", ""),
        ("02-03-2026 8.04", ""),
        ("02-03-2026 08:04", "a"),
        ("02-03-2026 08:04", "1440"),
        ("02-03-2026 08:04+24:00", ""),
        ("29-03-2026 02:30", ""),
        ("08:04", ""),
        ("01-01-0001 00:00", ""),
        ("31-12-9999 23:59-14:00", ""),
    ],
)
def test_what_is_no_instant(text: str, offset: str) -> None:
    with pytest.raises(CellError):
        read_instant(text, offset, AMSTERDAM)


@given(st.datetimes(EARLIEST, LATEST), OFFSETS)
def test_instants_come_back_as_they_were(local: datetime, offset: timezone) -> None:
    instant = local.replace(tzinfo=offset)
    back = read_instant(*write_instant(instant), AMSTERDAM)
    assert (back, back.utcoffset()) == (instant, instant.utcoffset())


@given(st.dates(EARLIEST.date(), LATEST.date()))
def test_dates_come_back_as_they_were(day: date) -> None:
    assert read_date(write_date(day)) == day


def test_a_decimal_comma_is_a_point() -> None:
    assert [read_number(text) for text in ("7,5", "7.5", " 7 ", "1,2,3")] == [
        "7.5",
        "7.5",
        "7",
        "1.2,3",
    ]
