"""Servers that do not answer are left alone for a while, so that nobody waits behind them."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

# So many times in a row without a connection, and a server is left alone for so long.
PATIENCE = 3
REST = timedelta(seconds=30)


class Doors:
    """Remembers, per server, how often in a row nobody answered; used by several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._unanswered: dict[str, int] = {}
        self._shut_until: dict[str, datetime] = {}

    def rest(self, door: str, now: datetime) -> timedelta:
        """Return how long `door` is still left alone; zero: knock."""
        with self._lock:
            return max(self._shut_until.get(door, now) - now, timedelta(0))

    def answered(self, door: str) -> None:
        """Note that somebody answered, whatever the answer was."""
        with self._lock:
            self._unanswered.pop(door, None)

    def silent(self, door: str, now: datetime) -> None:
        """Note that nobody answered."""
        with self._lock:
            count = self._unanswered[door] = self._unanswered.get(door, 0) + 1
            if count >= PATIENCE:
                self._shut_until[door] = now + REST
