"""Whether a worker gets on with its work, and not only whether its process is there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

# Jobs without which patients are not reminded, and how much older than the alarm's three minutes
# their last success may be: the plan is gone over every five minutes, and three days ahead.
VITAL: Mapping[str, timedelta] = {
    "expire": timedelta(0),
    "plan": timedelta(0),
    "materialise": timedelta(minutes=15),
}


class Pulse:
    """When each vital job last succeeded; a job that hangs or fails every time stops the pulse."""

    def __init__(self, now: datetime) -> None:
        self._succeeded = dict.fromkeys(VITAL, now)

    def beat(self, job: str, now: datetime) -> None:
        """Note that `job` succeeded."""
        if job in VITAL:
            self._succeeded[job] = now

    def alive_at(self, now: datetime) -> datetime:
        """Return until when all vital work was done: `now`, unless a job lags behind."""
        return min(now, *(at + VITAL[job] for job, at in self._succeeded.items()))
