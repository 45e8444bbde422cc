"""The worker as a process: it works at once, and stops cleanly."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest

from diary.cli.init import write_settings
from diary.clock import utc_now
from diary.protocol.days import diary_day_of
from diary.protocol.moments import Moment
from diary.protocol.phases import PhaseKind
from diary.settings import load
from diary.store import centres, pathways, patients, pulse
from diary.store.database import Database
from diary.store.scope import Scope
from tests.reminders.servers import mail_server
from tests.support.people import enrolment

# How long a process may take to start, on a machine that is busy.
PATIENCE = 60


@pytest.mark.processes
@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_reminds_and_stops_when_told(
    tmp_path: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch, stop: signal.Signals
) -> None:
    shutil.copyfile(sqlite_template, tmp_path / "diary.db")
    file = tmp_path / "diary.env"
    write_settings(
        file, f"sqlite:///{tmp_path / 'diary.db'}", "https://diary.example.org", "a@example.org"
    )
    monkeypatch.setenv("DIARY_SETTINGS", str(file))
    database = load().open_database()
    started = utc_now()
    somebody_to_remind(database, started)
    with mail_server() as (mailbox, port):
        environment = {
            **os.environ,
            "DIARY_SMTP_HOST": "127.0.0.1",
            "DIARY_SMTP_PORT": str(port),
            "DIARY_SMTP_SECURITY": "none",
        }
        worker = subprocess.Popen(
            [sys.executable, "-m", "diary", "worker"],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert mailbox.arrived.wait(PATIENCE)
        worker.send_signal(stop)
        output, errors = worker.communicate(timeout=PATIENCE)
    assert worker.returncode == 0
    assert errors == b""
    events = [json.loads(line) for line in output.splitlines()]
    assert [event["event"] for event in events] == [
        "worker.started", "prompts.materialised", "reminder.handled", "worker.stopped",
    ]  # fmt: skip
    assert events[2]["state"] == "sent"
    assert b"patient1@example.nl" not in output, "no addresses in the log"
    with database.read(None, now=utc_now()) as unit:
        ticked = pulse.last_tick(unit)
    assert ticked is not None
    assert ticked >= started
    database.close()


def somebody_to_remind(database: Database, now: datetime) -> None:
    """Enrol a patient for whom it is about noon, and a moment that was a minute ago."""
    # POSIX turns the sign round: Etc/GMT-2 is two hours ahead of Greenwich.
    timezone = f"Etc/GMT{now.hour - 12:+d}" if now.hour != 12 else "Etc/GMT"
    with database.write(None, now=now) as unit:
        centre_id = centres.create_centre(unit, centres.NewCentre("Noord", "0", ("Noord",)))
    with database.write(Scope(centre_id), now=now) as unit:
        new = enrolment(
            centres.sites(unit)[0].id,
            moments=(Moment("now", now.replace(hour=12, second=0, microsecond=0).time()),),
            timezone=timezone,
        )
        patient_id = patients.enrol(unit, new)
        pathway = pathways.pathway(unit, patient_id)
        assert pathway is not None
        today = diary_day_of(now, pathway.zone)
        pathways.start_phase(unit, pathway.id, PhaseKind.INTAKE, today, today)
