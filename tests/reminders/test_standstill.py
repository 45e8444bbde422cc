"""Six hours without a worker: nothing stale goes out, and the gap is named wherever it matters."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from diary.cli.init import write_settings
from diary.clock import utc_now
from diary.settings import load
from diary.store import ledger, pulse
from diary.store.database import Database
from diary.store.prompt_states import Fate, PromptState, Why
from diary.store.tables import ReminderState
from diary.web.app import create_app
from tests.reminders.world import World

PATIENCE = 60


def fates(world: World, patient_id: object) -> dict[str, Fate]:
    with world.database.read(world.scope, now=world.clock()) as unit:
        today = world.clock().date()
        return {line.moment: line.fate for line in ledger.ledger(unit, patient_id, today, today)}


def test_six_hours_down(database: Database) -> None:
    world = World(database)
    patient_id = world.patient()
    worker = world.worker()
    world.at(6, 59)
    worker.run_once()
    # The morning (08:00 in Amsterdam) passes by; the window of midday (13:00) is open.
    world.clock.advance(hours=6)
    worker.run_once()
    worker.run_once()
    assert [f"{message.now:%H:%M}" for message, _ in world.mail.sent] == ["12:59"], "one catch-up"
    assert world.states() == [ReminderState.EXPIRED, ReminderState.SENT]
    with database.read(None, now=world.clock()) as unit:
        (gap,) = pulse.gaps(unit, world.clock() - timedelta(days=1))
    assert gap.until_at - gap.from_at == timedelta(hours=6)
    world.at(21, 30)
    worker.run_once()
    assert fates(world, patient_id) == {
        "morning": Fate(PromptState.NOT_ASKED, Why.SYSTEM_DOWN),
        "midday": Fate(PromptState.NOT_ANSWERED),
        "evening": Fate(PromptState.NOT_ASKED, Why.SYSTEM_DOWN),
        "bedtime": Fate(PromptState.OPEN),
    }


def test_every_moment_of_a_day_has_an_end_and_an_answer_wins(database: Database) -> None:
    world = World(database)
    patient_id = world.patient(pushes=("https://push.example.net/one",))
    worker = world.worker()
    for hour in (7, 8, 12, 17, 21):
        world.at(hour, 2)
        if hour == 12:
            world.answer(patient_id)
        worker.run_once()
    found = fates(world, patient_id)
    assert found["morning"] == Fate(PromptState.NOT_ANSWERED), "by mail, after the silent push"
    assert found["midday"] == Fate(PromptState.ANSWERED)
    assert found["bedtime"].state is PromptState.OPEN


@pytest.mark.processes
def test_the_alarm_goes_off_within_three_minutes(
    tmp_path: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copyfile(sqlite_template, tmp_path / "diary.db")
    file = tmp_path / "diary.env"
    url = f"sqlite:///{tmp_path / 'diary.db'}"
    write_settings(file, url, "https://diary.example.org", "a@example.org")
    monkeypatch.setenv("DIARY_SETTINGS", str(file))
    settings = load()
    ahead = timedelta(0)
    browser = create_app(settings, lambda: utc_now() + ahead).test_client()
    assert browser.get("/readyz").get_json()["problems"] == ["worker"]
    worker = subprocess.Popen(
        [sys.executable, "-m", "diary", "worker"], env=dict(os.environ), stdout=subprocess.PIPE
    )
    try:
        assert worker.stdout is not None
        assert json.loads(worker.stdout.readline())["event"] == "worker.started"
        database = settings.open_database()
        while not _ticked(database):
            assert worker.poll() is None
        for end in (signal.SIGSTOP, signal.SIGKILL):
            ahead = timedelta(0)
            assert browser.get("/readyz").status_code == 200
            worker.send_signal(end)
            ahead = pulse.SILENCE + timedelta(seconds=1)
            assert browser.get("/readyz").get_json()["problems"] == ["worker"]
        assert pulse.SILENCE.total_seconds() < _tick_age(browser.get("/metrics").text) < 240
    finally:
        worker.kill()
        worker.communicate(timeout=PATIENCE)
    database.close()


def _ticked(database: Database) -> bool:
    with database.read(None, now=utc_now()) as unit:
        return pulse.last_tick(unit) is not None


def _tick_age(metrics: str) -> float:
    lines = (line.partition(" ") for line in metrics.splitlines())
    return next(float(value) for name, _, value in lines if name == "diary_worker_tick_age_seconds")
