"""/metrics: the same figures from every process, and nothing of a patient."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy.exc import OperationalError

from diary.store import pulse
from diary.store.database import Database
from diary.store.tables import ReminderState
from diary.web import metrics
from tests.store.reminding import Rows
from tests.support.clock import SettableClock
from tests.support.databases import CountQueries
from tests.support.people import People
from tests.support.server import make_app

SENT = ReminderState.SENT
DOCUMENT = Path(__file__).parents[2] / "docs" / "running.md"


def samples(client: FlaskClient) -> dict[str, float]:
    """Return the figures of the installation, by name and labels."""
    answer = client.get("/metrics")
    assert answer.status_code == 200
    return {
        " ".join([sample.name, *sorted(sample.labels.values())]): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
        if sample.name.startswith("diary_")
    }


def test_every_process_tells_the_same_of_the_reminders(
    nobody: FlaskClient,
    people: People,
    database: Database,
    clock: SettableClock,
    count_queries: CountQueries,
) -> None:
    rows = Rows(database, clock, people)
    for number, took in enumerate((5, 50, 4000)):
        rows.reminder(rows.prompt(-3 - number), SENT, took=took)
    rows.reminder(rows.prompt(-1), ReminderState.FAILED, took=9, reason="poison_KeyError")
    with database.write(None, now=clock()) as unit:
        for hours in (27, 0):
            pulse.tick(unit, "one", clock() - timedelta(hours=hours))
    clock.advance(seconds=42)
    with count_queries() as queries:
        found = samples(nobody)
    assert len(queries) <= 9, "whatever the number of reminders"
    assert found["diary_database_up"] == 1
    assert found["diary_worker_tick_age_seconds"] == 42
    assert found["diary_reminders_done_24h sent web_push"] == 3
    assert found["diary_reminders_quarantined_24h"] == 1
    assert found["diary_windows_open"] == 1
    assert found["diary_reminders_overdue"] == 0
    assert found["diary_worker_standstill_seconds_24h"] == 24 * 3600 - 42
    assert found["diary_reminder_delay_seconds_bucket 60.0"] == 2
    assert found["diary_reminder_delay_seconds_bucket +Inf"] == 3
    assert found["diary_reminder_delay_seconds_gsum"] == pytest.approx(4055, abs=0.1)
    assert samples(make_app(database, clock).test_client()) == found
    text = nobody.get("/metrics").text
    for private in ("Bakker", str(people.patient.id), str(people.centre_id), "example.nl"):
        assert private not in text


def test_without_a_worker_and_without_a_database(
    nobody: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert samples(nobody)["diary_worker_tick_age_seconds"] == float("inf")

    def away(*_: object) -> None:
        raise OperationalError("SELECT", {}, Exception("kanarie"))

    monkeypatch.setattr(metrics.pulse, "last_tick", away)
    assert samples(nobody) == {"diary_database_up": 0}


def test_the_document_names_every_figure(nobody: FlaskClient, people: People) -> None:
    described = set(re.findall(r"`(diary_\w+)", DOCUMENT.read_text(encoding="utf-8")))
    families = text_string_to_metric_families(nobody.get("/metrics").text)
    found = {family.name for family in families if family.name.startswith("diary_")}
    parts = {"diary_reminder_delay_seconds_bucket"}
    assert (
        found - {f"diary_reminder_delay_seconds_{end}" for end in ("gsum", "gcount")} <= described
    )
    assert described - parts <= found
