"""`diary init` and `diary upgrade`."""

from __future__ import annotations

import re
import stat

import pyotp
import pytest

from diary.settings import load
from diary.store import accounts, centres
from diary.store.migrations import is_current
from diary.store.tables import Role
from tests.cli.conftest import Command
from tests.support.clock import SettableClock

ANSWERS = [
    *("--base-url", "https://diary.example.org/", "--contact", "beheer@example.org"),
    *("--centre", "Noord", "--phone-number", "0101234567", "--site", "Leiden", "--site", "Delft"),
    *("--name", "Bea", "--login", "Bea"),
]


def test_init_makes_everything_that_is_needed(nothing: Command, clock: SettableClock) -> None:
    result = nothing("init", *ANSWERS, stdin="a long password\na long password\n")
    assert result.exit_code == 0, result.output
    settings = load()
    for name in ("diary.env", "diary.db"):
        mode = (nothing.folder / name).stat().st_mode
        assert stat.S_IMODE(mode) == 0o600, f"{name} is for its owner alone"
    assert settings.base_url == "https://diary.example.org"
    assert settings.vapid_subject == "mailto:beheer@example.org"
    database = nothing.open_database()
    assert is_current(database.engine)
    with database.read(None, now=clock()) as unit:
        (centre,) = centres.all_centres(unit)
        bea = accounts.find_staff(unit, "bea")
    assert centre.name == "Noord"
    assert bea is not None
    assert bea.role is Role.ADMINISTRATOR
    with database.read(bea.scope, now=clock()) as unit:
        assert [site.name for site in centres.sites(unit)] == ["Delft", "Leiden"]
    database.close()
    assert f"secret={bea.totp_secret}" in result.output
    assert pyotp.parse_uri(re.search(r"otpauth:\S+", result.output)[0]).secret == bea.totp_secret  # type: ignore[index]
    assert "a long password" not in result.output


def test_init_again_changes_nothing(nothing: Command) -> None:
    assert nothing("init", *ANSWERS, "--generate-password").exit_code == 0
    before = (nothing.folder / "diary.env").read_text()
    again = nothing("init", *ANSWERS, "--generate-password")
    assert again.exit_code == 1
    assert "there is a centre already" in again.output
    assert (nothing.folder / "diary.env").read_text() == before


def test_a_short_password_is_asked_for_again(nothing: Command) -> None:
    stdin = "short\nshort\nlong enough now\nlong enough now\n"
    result = nothing("init", *ANSWERS, stdin=stdin)
    assert result.exit_code == 0
    assert "At least 12 characters" in result.output


@pytest.mark.parametrize(
    "verb",
    [
        ["upgrade"],
        ["worker"],
        ["invite", "1"],
        ["welcome", "bea"],
        ["demo-data"],
        ["export", "1", "--format", "csv"],
    ],
    ids=lambda verb: verb[0],
)
def test_without_settings_one_line_says_what_to_do(nothing: Command, verb: list[str]) -> None:
    result = nothing(*verb)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1
    assert "diary init" in result.stderr


def test_an_old_database_is_named(nothing: Command, diary: Command) -> None:
    (diary.folder / "diary.db").unlink()
    result = diary("worker", "--once")
    assert result.exit_code == 1
    assert "diary upgrade" in result.stderr
    assert diary("upgrade").exit_code == 0
    assert diary("worker", "--once").exit_code == 0


def test_a_database_that_is_not_there(diary: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIARY_DATABASE_URL", "sqlite:////nowhere/at/all.db")
    result = diary("worker", "--once")
    assert result.exit_code == 1
    assert len(result.stderr.splitlines()) == 1
