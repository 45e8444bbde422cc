"""Diary days and wall clocks, above all in the two nights of the year in which the clock jumps."""

from __future__ import annotations

import struct
from datetime import UTC, date, datetime, time, timedelta
from io import BytesIO
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diary.protocol.days import day_span, diary_day_of, is_finished, wall_clock

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    "instant,day",
    [
        ("2026-03-10T04:00:00+01:00", "2026-03-10"),
        ("2026-03-10T03:59:59.999999+01:00", "2026-03-09"),
        ("2026-03-11T00:40:00+01:00", "2026-03-10"),
        ("2026-03-10T10:00:00+07:00", "2026-03-10"),  # 04:00 at home, whatever the phone says
        ("2026-03-10T09:59:59+07:00", "2026-03-09"),
        ("2026-03-29T04:00:00+02:00", "2026-03-29"),
        ("2026-03-29T03:59:00+02:00", "2026-03-28"),
        ("2026-10-25T02:30:00+02:00", "2026-10-24"),  # the first 02:30
        ("2026-10-25T02:30:00+01:00", "2026-10-24"),  # the second one
        ("2026-10-25T04:00:00+01:00", "2026-10-25"),
    ],
)
def test_a_night_belongs_to_the_evening_before(instant: str, day: str) -> None:
    assert diary_day_of(at(instant), AMSTERDAM) == date.fromisoformat(day)


@pytest.mark.parametrize(
    "day,hours", [("2026-03-10", 24), ("2026-03-28", 23), ("2026-10-24", 25), ("2026-10-25", 24)]
)
def test_a_day_has_the_hours_that_the_clock_gives_it(day: str, hours: int) -> None:
    start, end = day_span(date.fromisoformat(day), AMSTERDAM)
    assert end - start == timedelta(hours=hours)
    assert start.tzinfo is end.tzinfo is UTC


def test_a_day_is_finished_from_four_on() -> None:
    day = date(2026, 3, 19)
    assert not is_finished(day, at("2026-03-20T03:59:59+01:00"), AMSTERDAM)
    assert is_finished(day, at("2026-03-20T04:00:00+01:00"), AMSTERDAM)


@pytest.mark.parametrize(
    "wall,utc",
    [
        ("2026-03-29T02:30", "2026-03-29T01:30Z"),  # skipped: 03:30 summer time
        ("2026-10-25T02:30", "2026-10-25T00:30Z"),  # twice: the first time
        ("2026-03-29T08:00", "2026-03-29T06:00Z"),  # the wall clock is kept
        ("2026-03-28T08:00", "2026-03-28T07:00Z"),
    ],
)
def test_wall_clocks_over_a_clock_change(wall: str, utc: str) -> None:
    local = datetime.fromisoformat(wall)
    assert wall_clock(local.date(), local.time(), AMSTERDAM) == at(utc)


def test_a_date_that_a_country_skipped_has_no_hours() -> None:
    samoa = ZoneInfo("Pacific/Apia")
    start, end = day_span(date(2011, 12, 30), samoa)
    assert start == end
    assert diary_day_of(end, samoa) == date(2011, 12, 31)
    assert diary_day_of(end - timedelta(seconds=1), samoa) == date(2011, 12, 29)


def zone_of(rule: str) -> ZoneInfo:
    """A zone whose clock follows a POSIX rule, for clock changes that no country has yet."""
    block = struct.pack(">4sc15x6l", b"TZif", b"2", 0, 0, 0, 0, 1, 4)
    block += struct.pack(">lbb4s", 3600, 0, 0, b"AAA")
    return ZoneInfo.from_file(BytesIO(block + block + f"\n{rule}\n".encode()))


def test_a_clock_that_shows_four_twice_begins_the_day_the_first_time() -> None:
    zone = zone_of("AAA-1BBB-3,M3.5.0/2,M10.5.0/5")  # from 05:00 back to 03:00
    assert day_span(date(2026, 10, 25), zone)[0] == at("2026-10-25T04:00:00+03:00")
    assert diary_day_of(at("2026-10-25T03:30:00+01:00"), zone) == date(2026, 10, 25)
    assert diary_day_of(at("2026-10-25T03:30:00+03:00"), zone) == date(2026, 10, 24)


NAMES = ["Europe/Amsterdam", "Europe/Helsinki", "Pacific/Apia", "Australia/Lord_Howe", "UTC"]
ODD_NAMES = ["Antarctica/Troll", "Antarctica/Casey", "America/St_Johns", "Asia/Kathmandu"]
ZONES = st.sampled_from([*NAMES, *ODD_NAMES]).map(ZoneInfo)


@given(st.integers(946_684_800, 4_102_444_799), ZONES)
def test_every_instant_lies_in_exactly_its_diary_day(epoch: int, zone: ZoneInfo) -> None:
    instant = datetime.fromtimestamp(epoch, UTC)
    start, end = day_span(diary_day_of(instant, zone), zone)
    assert start <= instant < end


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)), st.times(), ZONES)
def test_a_moment_is_never_earlier_than_its_wall_clock(day: date, at: time, zone: ZoneInfo) -> None:
    wanted = datetime.combine(day, at)
    shown = wall_clock(day, at, zone).astimezone(zone).replace(tzinfo=None)
    assert wanted <= shown <= wanted + timedelta(days=1)
