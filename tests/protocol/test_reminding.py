"""The steps of a ladder and the quiet hours, on the patient's own clock."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from diary.protocol.reminding import (
    LADDER,
    NO_FIRST,
    NOT_LATER,
    TOO_MANY,
    Quiet,
    Step,
    check_ladder,
    sendings,
)

ZONE = ZoneInfo("Europe/Amsterdam")
NIGHT = Quiet(time(21), time(7))


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=ZONE).astimezone(UTC)


def steps(*minutes: int) -> list[Step]:
    return [Step(timedelta(minutes=after), after > 0) for after in minutes]


@pytest.mark.parametrize(
    "minutes, wrong",
    [
        ((0,), []),
        ((0, 15, 45, 240), []),
        ((), [NO_FIRST]),
        ((5, 30), [NO_FIRST]),
        ((0, 30, 30), [NOT_LATER]),
        ((0, 30, 20), [NOT_LATER]),
        ((0, 241), [NOT_LATER]),
        ((0, 1, 2, 3, 4), [TOO_MANY]),
    ],
)
def test_a_ladder_starts_at_the_moment_and_climbs(
    minutes: tuple[int, ...], wrong: list[str]
) -> None:
    assert check_ladder(steps(*minutes)) == wrong


@pytest.mark.parametrize(
    "quiet, clock, held",
    [
        (NIGHT, "03-12 20:59:59", False),
        (NIGHT, "03-12 21:00", True),
        (NIGHT, "03-12 00:00", True),
        (NIGHT, "03-12 06:59:59", True),
        (NIGHT, "03-12 07:00", False),
        (Quiet(time(12), time(14)), "03-12 13:59", True),
        (Quiet(time(12), time(14)), "03-12 11:59", False),
        (Quiet(time(12), time(14)), "03-12 14:00", False),
        (Quiet(time(12), time(12)), "03-12 12:00", False),
    ],
)
def test_quiet_hours_may_go_over_midnight(quiet: Quiet, clock: str, held: bool) -> None:
    assert quiet.holds(at(clock), ZONE) is held


def test_quiet_hours_keep_to_the_clock_in_the_night_it_changes() -> None:
    quiet = Quiet(time(2, 30), time(7))
    assert quiet.next_start(at("03-28 12:00"), ZONE) == at("03-29 03:30")
    assert quiet.next_start(at("03-29 12:00"), ZONE) == at("03-30 02:30")
    # 02:30 comes twice: they begin the first time, and 02:45 is quiet both times.
    assert quiet.next_start(at("10-24 12:00"), ZONE) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    for hour in (0, 1):
        assert quiet.holds(datetime(2026, 10, 25, hour, 45, tzinfo=UTC), ZONE)


@pytest.mark.parametrize(
    "quiet, due, closes, night, sent",
    [
        (None, "03-12 08:00", "03-12 10:00", False, ["0 08:00-08:30", "1 08:30-10:00"]),
        # The window is over before the second one.
        (None, "03-12 08:00", "03-12 08:30", False, ["0 08:00-08:30"]),
        (None, "03-12 03:00", "03-12 04:00", True, ["0 03:00-03:30", "1 03:30-04:00"]),
        # Into the quiet hours: what is late is not sent there either.
        (NIGHT, "03-12 20:45", "03-12 22:45", False, ["0 20:45-21:00"]),
        (NIGHT, "03-12 20:15", "03-12 22:15", False, ["0 20:15-20:45", "1 20:45-21:00"]),
        (NIGHT, "03-12 22:00", "03-13 00:00", False, []),
        # Out of them: the step that comes after.
        (NIGHT, "03-12 06:45", "03-12 08:45", False, ["1 07:15-08:45"]),
        # Agreed to in the night: once.
        (NIGHT, "03-12 03:00", "03-12 04:00", True, ["0 03:00-04:00"]),
    ],
)
def test_what_is_sent_when(
    quiet: Quiet | None, due: str, closes: str, night: bool, sent: list[str]
) -> None:
    found = sendings(LADDER, quiet, ZONE, at(due), at(closes), night=night)
    assert [
        f"{one.step} {one.send_at.astimezone(ZONE):%H:%M}-{one.expires_at.astimezone(ZONE):%H:%M}"
        for one in found
    ] == sent
    assert [one.other for one in found] == [LADDER[one.step].other for one in found]
