"""A clock that stands still until the test moves it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class SettableClock:
    """Call it for the present instant; `set` or `advance` it. It only moves by itself if told so.

    `tick` is how far it goes on each time it is read, as every other clock does.
    """

    def __init__(self, now: datetime) -> None:
        self.tick = timedelta(0)
        self.set(now)

    def __call__(self) -> datetime:
        """Return the present instant, in UTC."""
        self._now += self.tick
        return self._now

    def set(self, now: datetime | str) -> datetime:
        """Go to an aware instant, given as such or in ISO 8601 with its offset."""
        if isinstance(now, str):
            now = datetime.fromisoformat(now)
        assert now.tzinfo is not None, "a clock without zone helps nobody"
        self._now = now.astimezone(UTC)
        return self._now

    def advance(self, **by: float) -> datetime:
        """Go on by so many `hours=`, `minutes=`, … (back when negative)."""
        return self.set(self._now + timedelta(**by))
