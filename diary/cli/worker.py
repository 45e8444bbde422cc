"""`diary worker`: the process that sends reminders."""

from __future__ import annotations

import click
import structlog

from diary.cli.installation import installation
from diary.cli.problems import told_in_one_line
from diary.clock import utc_now
from diary.reminders.wiring import make_worker
from diary.reminders.worker import run


@click.command()
@click.option("--once", is_flag=True, help="Do every job once and stop.")
@told_in_one_line
def worker(once: bool) -> None:
    """Plan and send reminders until stopped (Ctrl-C or SIGTERM).

    Any number of workers may run on one database: each reminder is sent at most once. What is
    being sent when the worker is stopped is still sent and recorded.

    \b
    Examples:
      diary worker
      diary worker --once                one round, to try the channels out
    """
    with installation("worker") as here:
        if not here.settings.demo:
            _log_as_json()
        working = make_worker(here.settings, here.database, utc_now)
        if once:
            working.run_once()
        else:
            run(working)


def _log_as_json() -> None:
    """Write one JSON object a line, for whatever collects the logs."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ]
    )
