"""Plans of moments and their windows."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diary.protocol.days import day_span
from diary.protocol.moments import (
    BAD_NAME,
    DEFAULT_MOMENTS,
    NIGHT_BY_DAY,
    NO_MOMENTS,
    SAME_NAME,
    SAME_TIME,
    TWO_NIGHTS,
    Moment,
    Plan,
    check_plan,
    plan_day,
)
from diary.protocol.versions import NVA_2020

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
DAY = date(2026, 3, 10)


def plan(*times: str, night: str | None = None) -> tuple[Moment, ...]:
    moments = [Moment(f"m{text}", time.fromisoformat(text)) for text in times]
    if night:
        moments.append(Moment("night", time.fromisoformat(night), night=True))
    return tuple(moments)


def windows(moments: tuple[Moment, ...], day: date, zone: ZoneInfo = AMSTERDAM) -> list[str]:
    """Each moment of a day as "opens planned closes", on the wall clock of `zone`."""
    return [
        " ".join(f"{utc.astimezone(zone):%H:%M:%S}" for utc in (p.opens_utc, p.utc, p.closes_utc))
        for p in plan_day(day, moments, zone)
    ]


def test_the_default_plan() -> None:
    assert windows(DEFAULT_MOMENTS, DAY) == [
        "07:00:00 08:00:00 10:00:00",
        "12:00:00 13:00:00 15:00:00",
        "17:00:00 18:00:00 20:00:00",
        "21:00:00 22:00:00 00:00:00",
    ]
    first = plan_day(DAY, DEFAULT_MOMENTS, AMSTERDAM)[0]
    assert first.diary_day == DAY
    assert first.local.isoformat() == "2026-03-10T08:00:00+01:00"
    assert first.utc.tzinfo is first.opens_utc.tzinfo is first.closes_utc.tzinfo is UTC


def test_windows_are_cut_half_way_to_their_neighbours() -> None:
    assert windows(plan("08:00", "09:00", "09:45"), DAY) == [
        "07:00:00 08:00:00 08:30:00",
        "08:30:00 09:00:00 09:22:30",
        "09:22:30 09:45:00 11:45:00",
    ]


def test_windows_are_cut_at_the_edges_of_the_day_and_by_the_adjacent_days() -> None:
    moments = plan("04:30", "12:00", night="03:50")
    # 03:50 and 04:30 meet at 04:10: the night closes at the day's edge, the morning opens at 04:10.
    assert windows(moments, DAY) == [
        "04:10:00 04:30:00 06:30:00",
        "11:00:00 12:00:00 14:00:00",
        "02:50:00 03:50:00 04:00:00",
    ]


@pytest.mark.parametrize(
    "day,local",
    [
        ("2026-03-28", "2026-03-29T03:30:00+02:00"),
        ("2026-10-24", "2026-10-25T02:30:00+02:00"),
        ("2026-10-25", "2026-10-26T02:30:00+01:00"),
    ],
)
def test_the_night_moment_when_the_clock_changes(day: str, local: str) -> None:
    night = plan_day(date.fromisoformat(day), plan("08:00", night="02:30"), AMSTERDAM)[-1]
    assert night.local.isoformat() == local
    assert night.moment.night


def test_windows_are_in_elapsed_time() -> None:
    night = plan_day(date(2026, 10, 24), plan("08:00", night="02:30"), AMSTERDAM)[-1]
    assert night.closes_utc - night.utc == timedelta(hours=2)
    assert f"{night.closes_utc.astimezone(AMSTERDAM):%H:%M}" == "03:30"


def test_a_moment_pushed_over_the_days_edge_keeps_the_window_before_that_edge() -> None:
    # Helsinki skips 03:00-04:00: the night of 03:30 comes at 04:30, in the next diary day.
    night = plan_day(date(2026, 3, 28), plan("08:00", night="03:30"), ZoneInfo("Europe/Helsinki"))
    assert night[-1].local.isoformat() == "2026-03-29T04:30:00+03:00"
    assert night[-1].closes_utc == day_span(date(2026, 3, 28), ZoneInfo("Europe/Helsinki"))[1]


def test_a_plan_forgets_days_before_it_grows_large() -> None:
    one = Plan(DEFAULT_MOMENTS, AMSTERDAM, NVA_2020)
    first = one.day(DAY)
    assert one.day(DAY) is first
    for offset in range(1, Plan.REMEMBERED_DAYS + 2):
        one.day(DAY + timedelta(days=offset))
    assert one.day(DAY) == first
    assert len(one._days) <= Plan.REMEMBERED_DAYS


@pytest.mark.parametrize(
    "moments,wrong",
    [
        (DEFAULT_MOMENTS, []),
        (plan("08:00", night="03:59"), []),
        (plan("08:00", "00:30"), []),  # who goes to bed after midnight
        ((), [NO_MOMENTS]),
        ((Moment("a", time(8)), Moment("a", time(9))), [SAME_NAME]),
        ((Moment("a", time(8)), Moment("b", time(8))), [SAME_TIME]),
        ((Moment("a", time(8)), Moment("b", time(4), night=True)), [NIGHT_BY_DAY]),
        (
            (Moment("a", time(1), night=True), Moment("b", time(2), night=True)),
            [NO_MOMENTS, TWO_NIGHTS],
        ),
        ((Moment("", time(1)),), [BAD_NAME]),
        ((Moment("a\nb", time(1)),), [BAD_NAME]),
        ((Moment("a" * 41, time(1)),), [BAD_NAME]),
        ((Moment("\ud800", time(1)), Moment("\ud800", time(1))), [BAD_NAME, SAME_NAME, SAME_TIME]),
    ],
)
def test_what_is_wrong_with_a_plan(moments: tuple[Moment, ...], wrong: list[str]) -> None:
    assert check_plan(moments) == wrong


TIMES = st.lists(st.times().map(lambda t: t.replace(fold=0)), min_size=1, max_size=8, unique=True)
ZONES = st.sampled_from(["Europe/Amsterdam", "Europe/Helsinki", "Pacific/Apia"]).map(ZoneInfo)
DAYS = st.dates(date(2005, 1, 1), date(2035, 1, 1)) | st.sampled_from(
    [date(2011, 12, 29), date(2011, 12, 30), date(2026, 3, 28), date(2026, 10, 24)]
)


@given(TIMES, DAYS, ZONES)
def test_windows_lie_in_their_day_in_order_and_never_overlap(
    times: list[time], day: date, zone: ZoneInfo
) -> None:
    moments = tuple(Moment(str(i), at) for i, at in enumerate(times))
    start, end = day_span(day, zone)
    planned = plan_day(day, moments, zone)
    assert sorted(p.moment.name for p in planned) == sorted(m.name for m in moments)
    assert [p.utc for p in planned] == sorted(p.utc for p in planned)
    edge = start
    for one in planned:
        assert one.opens_utc <= one.closes_utc
        if one.opens_utc < one.closes_utc:
            assert edge <= one.opens_utc
            assert one.closes_utc <= end
            assert one.closes_utc - one.opens_utc <= timedelta(hours=3)
            edge = one.closes_utc
    assert isinstance(edge, datetime)
