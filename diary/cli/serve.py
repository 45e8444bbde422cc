"""`diary serve`: the web application under gunicorn, with the worker beside it when asked."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import click
from flask import Flask
from gunicorn.app.base import BaseApplication

from diary.cli.problems import told_in_one_line
from diary.reminders.trying import make_try_out
from diary.settings import Settings, load
from diary.web.app import create_app

THREADS = 8


class Server(BaseApplication):  # type: ignore[misc]
    """gunicorn with our application and settings, and no file of its own."""

    def __init__(self, settings: Settings, options: dict[str, Any]) -> None:
        self._settings = settings
        self._options = options
        super().__init__()

    def load_config(self) -> None:
        """Hand our options to gunicorn."""
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """Make the application in the process that serves it: no connection crosses a fork."""
        return create_app(self._settings, try_out=make_try_out(self._settings))


@click.command()
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--with-worker", is_flag=True, help="Also run the reminder worker (one machine).")
@told_in_one_line
def serve(port: int, host: str, with_worker: bool) -> None:
    """Serve the diary on http://HOST:PORT.

    \b
    Examples:
      diary serve --with-worker          the one-machine edition
      diary serve --host 0.0.0.0         behind a reverse proxy, workers elsewhere
    """
    settings = load()
    worker = subprocess.Popen([sys.executable, "-m", "diary", "worker"]) if with_worker else None
    try:
        options = {"bind": f"{host}:{port}", "threads": THREADS, "loglevel": "warning"}
        Server(settings, options).run()
    finally:
        if worker is not None:
            worker.terminate()
            worker.wait(timeout=30)
