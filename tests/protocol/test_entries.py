"""Where a phone entry belongs."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from diary.protocol.entries import Kind, Placement, place
from diary.protocol.moments import DEFAULT_MOMENTS, Moment

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
MOMENTS = (*DEFAULT_MOMENTS, Moment("night", time(3, 0), night=True))
TENTH = date(2026, 3, 10)


@pytest.mark.parametrize(
    "measured_at,late,named,moment,kind",
    [
        ("2026-03-10T07:00:00+01:00", False, None, "morning", "scheduled"),
        ("2026-03-10T06:59:59+01:00", False, None, None, "extra"),
        ("2026-03-10T09:59:59+01:00", False, None, "morning", "scheduled"),
        ("2026-03-10T10:00:00+01:00", False, None, None, "extra"),
        ("2026-03-10T09:04:00+02:00", False, None, "morning", "scheduled"),
        ("2026-03-11T00:40:00+01:00", False, None, None, "extra"),
        ("2026-03-11T02:40:00+01:00", False, None, "night", "scheduled"),
        # Named: inside its window, after it, before it.
        ("2026-03-10T08:04:00+01:00", False, "morning", "morning", "scheduled"),
        ("2026-03-10T13:04:00+01:00", False, "morning", "morning", "late"),
        ("2026-03-10T11:04:00+01:00", False, "morning", "morning", "late"),
        ("2026-03-10T08:04:00+01:00", False, "evening", None, "extra"),
        # Said to be late: the named moment, else the latest one that has closed, else none.
        ("2026-03-10T13:04:00+01:00", True, "morning", "morning", "late"),
        ("2026-03-10T08:04:00+01:00", True, "morning", "morning", "late"),
        ("2026-03-10T16:30:00+01:00", True, None, "midday", "late"),
        ("2026-03-10T13:04:00+01:00", True, None, "morning", "late"),
        ("2026-03-11T03:59:59+01:00", True, None, "bedtime", "late"),
        ("2026-03-10T09:00:00+01:00", True, None, None, "extra"),
        ("2026-03-10T09:00:00+01:00", True, "evening", None, "extra"),
    ],
)
def test_place(
    measured_at: str, late: bool, named: str | None, moment: str | None, kind: str
) -> None:
    found = place(datetime.fromisoformat(measured_at), MOMENTS, AMSTERDAM, late, named)
    assert found == Placement(TENTH, moment, Kind(kind))
