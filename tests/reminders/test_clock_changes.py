"""Both nights of a clock change, in three zones and two years: each moment once, on time.

The instants are written down here by hand, from the clocks of those nights; nothing is taken from
the code that lays out a plan.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlmodel import col

from diary.protocol.moments import DEFAULT_MOMENTS, Moment
from diary.store.database import Database
from diary.store.tables import Prompt
from tests.reminders.world import World

Asked = tuple[date, str]
HALF_AN_HOUR = timedelta(minutes=30)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Night:
    """The diary day that ends in a change from one UTC offset (in hours) to another.

    `at` is the moment of the night on the wall: a time that does not exist, or exists twice; `utc`
    when it is due on the date after: moved on by the gap, or the first of two.
    """

    day: str
    before: float
    after: float
    at: str
    utc: str

    @property
    def ends(self) -> datetime:
        """The end of the diary day: 04:00 on the new clock."""
        return _utc(date.fromisoformat(self.day) + DAY, time(4), self.after)

    @property
    def expected(self) -> dict[Asked, datetime]:
        """When everything is due, from the evening before the change to the bedtime after it."""
        day = date.fromisoformat(self.day)
        due = {}
        for moment in DEFAULT_MOMENTS:
            due[day, moment.name] = _utc(day, moment.time, self.before)
            due[day + DAY, moment.name] = _utc(day + DAY, moment.time, self.after)
        due[day, "night"] = datetime.fromisoformat(f"{self.utc}:00+00:00")
        return due


def _utc(day: date, at: time, offset: float) -> datetime:
    return datetime.combine(day, at, UTC) - timedelta(hours=offset)


NIGHTS = {
    "Europe/Amsterdam": [
        Night("2026-03-28", 1, 2, "02:30", "2026-03-29T01:30"),
        Night("2026-10-24", 2, 1, "02:30", "2026-10-25T00:30"),
        Night("2027-03-27", 1, 2, "02:30", "2027-03-28T01:30"),
        Night("2027-10-30", 2, 1, "02:30", "2027-10-31T00:30"),
    ],
    "America/New_York": [
        Night("2026-03-07", -5, -4, "02:30", "2026-03-08T07:30"),
        Night("2026-10-31", -4, -5, "01:30", "2026-11-01T05:30"),
        Night("2027-03-13", -5, -4, "02:30", "2027-03-14T07:30"),
        Night("2027-11-06", -4, -5, "01:30", "2027-11-07T05:30"),
    ],
    # By half an hour.
    "Australia/Lord_Howe": [
        Night("2026-04-04", 11, 10.5, "01:30", "2026-04-04T14:30"),
        Night("2026-10-03", 10.5, 11, "02:00", "2026-10-03T15:30"),
        Night("2027-04-03", 11, 10.5, "01:30", "2027-04-03T14:30"),
        Night("2027-10-02", 10.5, 11, "02:00", "2027-10-02T15:30"),
    ],
}


@pytest.mark.parametrize("zone", NIGHTS)
def test_each_moment_is_asked_once_and_at_the_right_instant(database: Database, zone: str) -> None:
    world = World(database)
    worker = world.worker()
    for night in NIGHTS[zone]:
        world.mail.sent.clear()
        expected = night.expected
        # From before the bedtime of the evening before until after the midday that follows.
        day = date.fromisoformat(night.day)
        start, end = expected[day, "bedtime"], expected[day + DAY, "midday"]
        world.clock.set(start - HALF_AN_HOUR)
        moments = (*DEFAULT_MOMENTS, Moment("night", time.fromisoformat(night.at), night=True))
        world.patient(moments=moments, zone=zone, first_day=day - DAY)
        for at in _rounds(expected, start, end):
            world.clock.set(at)
            worker.run_once()
        asked = _asked(world)
        due = {name: at for name, at in asked.values() if name in expected}
        # Everything that was still to come, also what is due after the last round.
        first = start - timedelta(hours=2.5)
        assert due == {name: at for name, at in expected.items() if at > first}
        sent = defaultdict(list)
        for message, _address in world.mail.sent:
            sent[asked[message.prompt_id][0]].append((message.step, message.now))
        assert sent == {
            name: _steps(at, night.ends if name[0] == day else None)
            for name, at in expected.items()
            if start <= at <= end
        }
        assert len(sent) == 4, "bedtime, night, morning and midday"


def _rounds(expected: dict[Asked, datetime], start: datetime, end: datetime) -> list[datetime]:
    """Return the half hours around each moment, also where a second one of the kind would be."""
    near = {at + number * HALF_AN_HOUR for at in expected.values() for number in range(-1, 4)}
    return sorted(at for at in near if start - HALF_AN_HOUR <= at <= end + HALF_AN_HOUR)


def _steps(at: datetime, ends: datetime | None) -> list[tuple[int, datetime]]:
    """Return the steps of the ladder: the second is not sent once the diary day is over."""
    again = at + HALF_AN_HOUR
    return [(0, at)] if ends == again else [(0, at), (1, again)]


def _asked(world: World) -> dict[UUID, tuple[Asked, datetime]]:
    columns = (col(Prompt.id), col(Prompt.diary_day), col(Prompt.moment), col(Prompt.due_at))
    with world.database.read(world.scope, now=world.clock()) as unit:
        rows = unit.session.execute(select(*columns)).all()
    return {row.id: ((row.diary_day, row.moment), row.due_at) for row in rows}
