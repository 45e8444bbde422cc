"""The worker: jobs at fixed intervals. What is due stands in tables, never in the scheduler.

A patient's times are never scheduler triggers: on the night of a clock change those fire twice.
"""

from __future__ import annotations

import os
import signal
import socket
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, timedelta
from types import FrameType

import structlog
from apscheduler.events import EVENT_SCHEDULER_STARTED
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.base import BaseScheduler
from apscheduler.schedulers.blocking import BlockingScheduler

from diary.clock import Clock
from diary.reminders import planning
from diary.reminders.channels.base import Carrier
from diary.reminders.dispatch import Dispatcher
from diary.reminders.duty import DutyRound
from diary.reminders.pulse import Pulse
from diary.store import attempts, pulse, reminders
from diary.store.database import Database
from diary.store.tables import Channel

log = structlog.get_logger(__name__)

# Longer without progress, and the log says so; /readyz follows a minute later (quality.md, 7).
HUNG_AFTER = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Job:
    """One thing the worker does again and again; one that `sends` may take its time."""

    name: str
    every: timedelta
    do: Callable[[], object]
    sends: bool = False


class Worker:
    """The jobs over one database; any number of workers may run beside each other."""

    def __init__(
        self,
        database: Database,
        carriers: Mapping[Channel, Carrier],
        *,
        link: str,
        team_link: str,
        clock: Clock,
        name: str | None = None,
    ) -> None:
        self._database = database
        self._clock = clock
        self.name = name or f"{socket.gethostname()}:{os.getpid()}"
        self._lanes = {
            channel: Dispatcher(
                database,
                channel,
                carriers.get(channel),
                link=link,
                clock=clock,
                worker=self.name,
            )
            for channel in Channel
        }
        self._duty = DutyRound(database, carriers, link=team_link, clock=clock)
        self._pulse = Pulse(clock())
        # In the order in which a single round does them.
        self.jobs = (
            Job("expire", timedelta(seconds=60), self._expire),
            Job("materialise", timedelta(minutes=5), self._materialise),
            Job("plan", timedelta(seconds=30), self._plan),
            *(
                Job(f"dispatch {channel}", timedelta(seconds=10), lane.run, sends=True)
                for channel, lane in self._lanes.items()
            ),
            Job("duty", timedelta(seconds=60), self._duty.run, sends=True),
            Job("tick", timedelta(seconds=30), self._tick),
            Job("tidy", timedelta(hours=1), self._tidy),
        )

    def run_once(self) -> None:
        """Do every job once, in order; one that fails is logged and does not stop the others."""
        for job in self.jobs:
            self._do(job)

    def begin(self) -> None:
        """Do every job once that sends nothing; no channel waits for another, so those do not."""
        for job in self.jobs:
            if not job.sends:
                self._do(job)

    def stop(self) -> None:
        """Begin nothing new."""
        for lane in self._lanes.values():
            lane.stop()

    def attach(self, scheduler: BaseScheduler) -> None:
        """Add the jobs to `scheduler`, each at its own interval; what sends begins at once."""
        for job in self.jobs:
            scheduler.add_job(
                self._do,
                "interval",
                args=(job,),
                id=job.name,
                seconds=job.every.total_seconds(),
                coalesce=True,
                max_instances=1,
                # Late is better than never; several late rounds are one (coalesce).
                misfire_grace_time=None,
                **({"next_run_time": self._clock()} if job.sends else {}),
            )

    def _do(self, job: Job) -> None:
        try:
            job.do()
        except Exception as error:
            # Without its text, which may hold what was in a row.
            log.error("worker.job_failed", job=job.name, error=type(error).__name__)
        else:
            self._pulse.beat(job.name, self._clock())

    def _expire(self) -> None:
        with self._database.write(None, now=self._clock()) as unit:
            expired = reminders.expire(unit)
        if expired:
            log.info("reminders.expired", count=expired)

    def _materialise(self) -> None:
        made = planning.materialise(self._database, self._clock())
        if made:
            log.info("prompts.materialised", count=made)

    def _plan(self) -> None:
        planning.plan_ladder(self._database, self._clock())

    def _tick(self) -> None:
        now = self._clock()
        # A worker that hangs still ticks, with the instant at which it last got on.
        alive_at = min(
            self._pulse.alive_at(now), *(lane.progressed_at for lane in self._lanes.values())
        )
        if now - alive_at > HUNG_AFTER:
            log.error("worker.hung", since=alive_at.isoformat())
        with self._database.write(None, now=now) as unit:
            pulse.tick(unit, self.name, alive_at)

    def _tidy(self) -> None:
        with self._database.write(None, now=self._clock()) as unit:
            attempts.forget_old(unit)
            pulse.forget_old(unit)


def run(worker: Worker) -> None:
    """Work until SIGTERM or SIGINT; what is being sent then is still sent and recorded."""
    scheduler = BlockingScheduler(
        timezone=UTC,
        # A thread for each job: a long round of sending must not keep the pulse waiting.
        executors={"default": ThreadPoolExecutor(len(worker.jobs))},
    )
    started, told = threading.Event(), threading.Event()
    scheduler.add_listener(lambda _event: started.set(), EVENT_SCHEDULER_STARTED)

    def end() -> None:
        started.wait()
        told.wait()
        scheduler.shutdown()

    def tell(_signal: int, _frame: FrameType | None) -> None:
        # Nothing more in here: the scheduler may hold its own lock right now.
        worker.stop()
        told.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, tell)
    ending = threading.Thread(target=end, name="ending")
    ending.start()
    log.info("worker.started", worker=worker.name)
    # A worker that was down catches up now and not in half a minute.
    worker.begin()
    worker.attach(scheduler)
    scheduler.start()
    ending.join()
    log.info("worker.stopped", worker=worker.name)
