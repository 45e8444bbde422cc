"""The diary in a server process of its own, made to be killed (SIGKILL) at any instant."""

from __future__ import annotations

import os
import signal
from datetime import datetime
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

from diary.store.database import Database
from tests.support.databases import VAULT
from tests.support.processes import PROCESSES
from tests.support.server import LiveServer, make_app

# Seconds: a machine that is busy with other tests is slow, not wrong.
PATIENCE = 60


class ServerProcess:
    """Serves the database at `url` on a port of 127.0.0.1, at time `now`, in another process."""

    def __init__(self, database_url: str, now: datetime) -> None:
        self._database_url = database_url
        self._now = now
        self._port = 0
        self._process: BaseProcess | None = None

    @property
    def url(self) -> str:
        """The address, without a slash at the end; it stays the same after it was killed."""
        return f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        """Answer from now on."""
        assert self._process is None, "it runs"
        ours, theirs = PROCESSES.Pipe()
        arguments = (self._database_url, self._now, self._port, theirs)
        self._process = PROCESSES.Process(target=_serve, args=arguments, daemon=True)
        self._process.start()
        assert ours.poll(PATIENCE)
        self._port = ours.recv()

    def kill(self) -> None:
        """End it at once, whatever it is doing; twice is once."""
        if self._process is None:
            return
        assert self._process.pid is not None
        os.kill(self._process.pid, signal.SIGKILL)
        self._process.join(PATIENCE)
        assert self._process.exitcode == -signal.SIGKILL
        self._process = None


def _serve(database_url: str, now: datetime, port: int, ready: Connection) -> None:
    server = LiveServer(make_app(Database(database_url, VAULT), lambda: now), port)
    server.start()
    ready.send(server.port)
    server.join()
