"""An installation in a folder of its own, and a way to run verbs on it."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from diary.cli.init import write_settings
from diary.cli.main import main
from diary.settings import load
from diary.store.database import Database


@dataclass
class Command:
    """Runs `diary …` in this process; what it printed is in the result."""

    folder: Path

    def __call__(self, *arguments: str, stdin: str | bytes | None = None) -> Result:
        """Run and return the result; an exception of the code's own fails the test."""
        result = CliRunner().invoke(main, arguments, input=stdin)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert "Traceback" not in result.output
        return result

    def open_database(self) -> Database:
        """Return the store of the installation; the caller closes it."""
        return load().open_database()


@pytest.fixture
def nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Give the command line in an empty folder: nothing is set up."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DIARY_SETTINGS", str(tmp_path / "diary.env"))
    return Command(tmp_path)


@pytest.fixture
def diary(nothing: Command, sqlite_template: Path) -> Command:
    """Give the command line on an installation with an empty, migrated database."""
    path = nothing.folder / "diary.db"
    shutil.copyfile(sqlite_template, path)
    write_settings(
        nothing.folder / "diary.env",
        f"sqlite:///{path}",
        "https://diary.example.org",
        "a@example.org",
    )
    return nothing
