"""Servers that are silent or slow are given room to be so, without anybody waiting behind them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import monotonic

from diary.reminders.channels.base import ChannelError, OutcomeUnknownError, TemporaryError

# So many times in a row without a connection, and a server is left alone for so long.
PATIENCE = 3
REST = timedelta(seconds=30)
# Seconds: a server that takes longer to answer may keep only some of the threads busy.
SLOW = 1.0
ROOM = 6
TURN = timedelta(seconds=5)


class HeldBackError(TemporaryError):
    """Nothing was tried: the server is left alone, or has its hands full, for `retry_after`."""

    retry_after: timedelta

    def __init__(self, reason: str, retry_after: timedelta) -> None:
        super().__init__(reason, retry_after=retry_after)


@dataclass(slots=True)
class _Door:
    unanswered: int = 0
    shut_until: datetime | None = None
    # When those went in who are inside now, and how many seconds the last one who came out was.
    inside: list[float] = field(default_factory=list)
    took: float = 0.0


class Doors:
    """Remembers, per server, how it answered of late; used by several threads.

    `timer` counts seconds, as `time.monotonic` does.
    """

    def __init__(self, timer: Callable[[], float] = monotonic) -> None:
        self._lock = threading.Lock()
        self._timer = timer
        self._doors: dict[str, _Door] = {}

    @contextmanager
    def knock(self, name: str, now: datetime) -> Iterator[None]:
        """Go in and out of a door; raises HeldBackError when nobody should go in now.

        What is raised inside says how it went: a time-out or no connection is silence, anything
        else is an answer.
        """
        began = self._enter(name, now)
        silent = False
        try:
            yield
        except ChannelError as error:
            silent = _was_silent(error)
            raise
        finally:
            self._leave(name, began, now, silent=silent)

    def _enter(self, name: str, now: datetime) -> float:
        with self._lock:
            door = self._doors.setdefault(name, _Door())
            began = self._timer()
            # A rest is never longer than a rest, also when the clock was set back meanwhile.
            if door.shut_until is not None and now < door.shut_until <= now + REST:
                raise HeldBackError("server_silent", door.shut_until - now)
            slow = max([door.took, *(began - since for since in door.inside)]) > SLOW
            if slow and len(door.inside) >= ROOM:
                raise HeldBackError("server_slow", TURN)
            door.inside.append(began)
            return began

    def _leave(self, name: str, began: float, now: datetime, *, silent: bool) -> None:
        with self._lock:
            door = self._doors[name]
            door.inside.remove(began)
            door.took = self._timer() - began
            door.unanswered = door.unanswered + 1 if silent else 0
            door.shut_until = now + REST if door.unanswered >= PATIENCE else None


def _was_silent(error: ChannelError) -> bool:
    if isinstance(error, TemporaryError):
        return error.silent
    return isinstance(error, OutcomeUnknownError)
