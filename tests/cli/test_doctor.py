"""`diary doctor`: every trouble is named, with what to do; without trouble the exit code is 0."""

from __future__ import annotations

import json
import shutil
import socket
import sqlite3
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from cryptography.fernet import Fernet

from diary.cli import checks
from diary.cli.checks import Level
from diary.clock import utc_now
from diary.store import pulse
from diary.store.database import Database
from diary.store.scope import Scope
from diary.store.tables import Channel, ReminderState
from diary.store.vault import Vault
from tests.cli.conftest import Command
from tests.reminders.servers import mail_server
from tests.store.reminding import Rows
from tests.support.clock import SettableClock
from tests.support.people import Maker

SENT, FAILED, PLANNED = ReminderState.SENT, ReminderState.FAILED, ReminderState.PLANNED


def asked(diary: Command, *arguments: str) -> dict[str, tuple[str, str, str]]:
    """Return level, words and advice on each thing; the exit code fits the worst of them."""
    result = diary("doctor", "--json", *arguments)
    told = json.loads(result.output)
    levels = [check["level"] for check in told["checks"]]
    assert told["ok"] is ("problem" not in levels)
    assert result.exit_code == (0 if told["ok"] else 1)
    for check in told["checks"]:
        assert bool(check["todo"]) is (check["level"] != "fine"), check
    order = ["fine", "warning", "problem"]
    checks = sorted(told["checks"], key=lambda check: order.index(check["level"]))
    return {one["about"]: (one["level"], one["said"], one["todo"]) for one in checks}


def tick(diary: Command, *, minutes_ago: float = 0) -> None:
    database, now = diary.open_database(), utc_now()
    with database.write(None, now=now) as unit:
        pulse.tick(unit, "machine:1", now - timedelta(minutes=minutes_ago))
    database.close()


def test_a_sound_installation(diary: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIARY_SMTP_HOST", "127.0.0.1")
    tick(diary)
    found = asked(diary)
    assert {level for level, _said, _todo in found.values()} == {"fine"}
    assert "machine:1" in found["worker"][1]
    for_people = diary("doctor")
    assert for_people.exit_code == 0
    assert for_people.output.splitlines()[-1] == "Nothing is wrong."


def test_without_settings_nothing_else_is_looked_at(nothing: Command) -> None:
    found = asked(nothing)
    assert list(found) == ["settings"]
    assert "DIARY_VAULT_KEYS" in found["settings"][1]
    assert "diary init" in found["settings"][2]
    assert nothing("doctor").output.splitlines()[-1] == "Something is wrong: see the arrows."


def no_worker(_diary: Command) -> None:
    """Nobody has ever worked here."""


def old_tables(diary: Command) -> None:
    with sqlite3.connect(diary.folder / "diary.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0001'")


def no_database(diary: Command) -> None:
    (diary.folder / "diary.db").unlink()
    (diary.folder / "diary.db").mkdir()


@pytest.mark.parametrize(
    "trouble,about,said,todo",
    [
        (no_worker, "worker", "none has ever worked", "diary worker"),
        (lambda diary: tick(diary, minutes_ago=4), "worker", "nobody is reminded", "its log"),
        (old_tables, "database", "not those of this version", "diary upgrade"),
        (no_database, "database", "cannot be used", "DIARY_DATABASE_URL"),
    ],
)
def test_what_is_wrong_is_said_with_what_to_do(
    diary: Command, trouble: Callable[[Command], None], about: str, said: str, todo: str
) -> None:
    trouble(diary)
    level, words, advice = asked(diary)[about]
    assert level == Level.PROBLEM
    assert said in words
    assert todo in advice


def test_a_standstill_of_yesterday_is_a_note(diary: Command) -> None:
    tick(diary, minutes_ago=26 * 60)
    tick(diary, minutes_ago=20 * 60)
    tick(diary)
    level, said, todo = asked(diary)["standstills"]
    assert level == Level.WARNING
    assert said.count("nobody was reminded") == 1
    assert said.count(";") == 1, "two gaps"
    assert "start it again" in todo


@pytest.mark.parametrize(
    "name,value,about,level",
    [
        ("BASE_URL", "http://diary.example.org", "address", Level.WARNING),
        ("VAPID_PRIVATE_KEY", "nonsense", "push key", Level.PROBLEM),
        ("SMTP_HOST", "", "email", Level.WARNING),
    ],
)
def test_settings_that_do_not_fit(
    diary: Command, monkeypatch: pytest.MonkeyPatch, name: str, value: str, about: str, level: str
) -> None:
    tick(diary)
    monkeypatch.setenv(f"DIARY_{name}", value)
    assert asked(diary)[about][0] == level


@pytest.fixture
def rows(diary: Command) -> Rows:
    """Give a patient in the installation, with her clock at this moment."""
    database = diary.open_database()
    clock = SettableClock(utc_now())
    maker = Maker(database, clock)
    centre_id, site_id = maker.centre()
    nurse = maker.member(centre_id, site_id)
    patient = maker.patient(nurse.scope, site_id)
    people: Any = SimpleNamespace(centre_id=centre_id, patient=patient, product=Scope(centre_id))
    return Rows(database, clock, people)


def test_reminders_that_do_not_get_away(
    diary: Command, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIARY_SMTP_HOST", "127.0.0.1")
    tick(diary)
    rows.reminder(rows.prompt(-0.1), PLANNED)
    rows.reminder(rows.prompt(-2), FAILED, took=1, reason="poison_KeyError")
    for hours in range(3, 8):
        mail = {"channel": Channel.EMAIL, "reason": "mail_no_connection"}
        rows.reminder(rows.prompt(-hours), FAILED, took=1, **mail)
    found = asked(diary)
    assert found["reminders"][1].startswith("1 overdue, the oldest since ")
    assert "1 × KeyError" in found["quarantine"][1]
    assert found["email"][:2] == ("problem", "in the last 24 hours 5 failed and 0 were accepted")
    assert "Bakker" not in diary("doctor").output
    monkeypatch.setenv("DIARY_VAULT_KEYS", Fernet.generate_key().decode())
    assert "DIARY_VAULT_KEYS" in asked(diary)["vault keys"][2]


def test_a_dropped_key_is_noticed_by_one_row_in_the_middle(
    diary: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    database, clock = diary.open_database(), SettableClock(utc_now())
    maker = Maker(database, clock)
    centre_id, site_id = maker.centre()
    nurse = maker.member(centre_id, site_id)
    ours = database.vault
    for number in range(5):
        clock.advance(minutes=1)
        other = Vault([Fernet.generate_key().decode()], "pepper")
        database.vault = other if number == 2 else ours
        maker.patient(nurse.scope, site_id)
    database.close()
    monkeypatch.setattr(checks, "MOST_OPENED", 6)
    level, said, todo = asked(diary)["vault keys"]
    assert (level, said.partition(" names")[0]) == ("problem", "1 of 6")
    assert "DIARY_VAULT_KEYS" in todo
    # Of very many only the ends are looked at, and the words say how many.
    monkeypatch.setattr(checks, "MOST_OPENED", 4)
    assert asked(diary)["vault keys"][1] == "open all 5 names and code apps looked at"


def test_little_room_on_the_disk(diary: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    tick(diary)
    for free, level in ((2e9, Level.FINE), (5e8, Level.WARNING), (5e7, Level.PROBLEM)):
        usage = SimpleNamespace(free=free)
        monkeypatch.setattr(shutil, "disk_usage", lambda _path, usage=usage: usage)
        assert asked(diary)["disk"][0] == level


@pytest.mark.parametrize(
    "seconds,level", [(0, Level.FINE), (-5, Level.WARNING), (3600, Level.PROBLEM)]
)
def test_a_clock_that_is_not_the_databases(
    postgresql_database: Database, seconds: int, level: Level
) -> None:
    finding = checks.clocks(postgresql_database, utc_now() + timedelta(seconds=seconds))
    assert finding.level is level


def test_online_it_knocks_at_the_servers(diary: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    tick(diary)
    monkeypatch.setenv("DIARY_SMTP_HOST", "127.0.0.1")
    monkeypatch.setenv("DIARY_SMTP_SECURITY", "none")
    monkeypatch.setenv("DIARY_PUSH_HOSTS", "127.0.0.1,*.push.example.net")
    monkeypatch.setattr("diary.cli.channel_checks.HTTPS", unused_port())
    with mail_server() as (mailbox, port):
        monkeypatch.setenv("DIARY_SMTP_PORT", str(port))
        found = asked(diary, "--online")
        assert not mailbox.arrived.is_set(), "nothing is sent"
    assert found["email"][0] == Level.FINE
    assert found["push"][0] == Level.PROBLEM
    assert "firewall" in asked(diary, "--online")["email"][2]


def unused_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def test_help_has_examples(nothing: Command) -> None:
    assert "Examples:" in nothing("doctor", "--help").output


@pytest.mark.parametrize("answers", [True, False])
def test_online_the_sms_gateway_is_knocked_at(
    diary: Command, monkeypatch: pytest.MonkeyPatch, answers: bool
) -> None:
    tick(diary)
    monkeypatch.setenv("DIARY_PUSH_HOSTS", "*.push.example.net")
    with socket.create_server(("127.0.0.1", 0)) as gateway:
        port = gateway.getsockname()[1]
        if not answers:
            gateway.close()
        monkeypatch.setenv("DIARY_SMS_URL", f"http://127.0.0.1:{port}/messages")
        monkeypatch.setenv("DIARY_SMS_BODY", '{"to": "{to}", "text": "{text}"}')
        level, said, _todo = asked(diary, "--online")["sms"]
    assert level == (Level.FINE if answers else Level.PROBLEM)
    assert "127.0.0.1" in said
