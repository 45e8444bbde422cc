"""A worker in a process of its own, over a real mail server, made to be killed at any instant."""

from __future__ import annotations

from datetime import datetime
from multiprocessing.process import BaseProcess
from multiprocessing.synchronize import Event

from diary.reminders.channels.email import Email, MailServer
from diary.reminders.worker import Worker
from diary.store.database import Database
from diary.store.tables import Channel
from tests.support.databases import VAULT
from tests.support.processes import PROCESSES


class Workers:
    """Worker processes that wait until they are told to go, then do one round at time `now`."""

    def __init__(self, url: str, port: int, now: datetime, count: int) -> None:
        self._go = PROCESSES.Event()
        ready = [PROCESSES.Event() for _ in range(count)]
        self.processes: list[BaseProcess] = [
            PROCESSES.Process(target=_work, args=(url, port, now, mark, self._go)) for mark in ready
        ]
        for process in self.processes:
            process.start()
        for mark in ready:
            assert mark.wait(60)

    def go(self) -> None:
        """Let them all begin at the same instant."""
        self._go.set()

    def killed_after(self, seconds: float) -> int:
        """Kill those that still work after so long; return how many that were."""
        self.processes[0].join(seconds)
        alive = [process for process in self.processes if process.is_alive()]
        for process in alive:
            process.kill()
        self.finished()
        return len(alive)

    def finished(self) -> None:
        """Wait until all have ended."""
        for process in self.processes:
            process.join(60)
            assert process.exitcode is not None


def _work(url: str, port: int, now: datetime, ready: Event, go: Event) -> None:
    database = Database(url, VAULT)
    server = MailServer("127.0.0.1", port, "diary@example.org", "none")
    mail = Email(server, lambda about: f"https://diary.example.org/stop/{about.patient_id}")
    worker = Worker(
        database,
        {Channel.EMAIL: mail},
        link="https://diary.example.org/",
        team_link="https://diary.example.org/team/",
        clock=lambda: now,
    )
    with database.read(None, now=now):
        ready.set()
    go.wait()
    worker.run_once()
    database.close()
