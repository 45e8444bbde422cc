"""`diary doctor`: what is wrong with this installation, in words, and what to do about it."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict

import click
from pydantic import ValidationError
from sqlalchemy.exc import DBAPIError

from diary.cli import channel_checks, checks
from diary.cli.checks import Finding, Level
from diary.cli.problems import what_is_missing
from diary.clock import utc_now
from diary.settings import load
from diary.store import migrations
from diary.store.database import Database

SIGNS = {Level.FINE: "ok", Level.WARNING: "note", Level.PROBLEM: "WRONG"}


@click.command()
@click.option(
    "--online", is_flag=True, help="Also knock at mail server, SMS gateway and push hosts."
)
@click.option("--json", "as_json", is_flag=True, help="For programs: one JSON object.")
def doctor(online: bool, as_json: bool) -> None:
    """Say what is wrong with this installation, and what to do about it.

    Looks at settings, database, migrations, clocks, keys, workers, standstills, reminders that are
    overdue or set apart, channels and disk. Changes nothing, sends nothing, and shows nothing of a
    patient. Exit code 1 when something is wrong; a note alone is none.

    \b
    Examples:
      diary doctor                       after an alarm, or a change of the settings
      diary doctor --online              also whether mail and push can be reached from here
      diary doctor --json | jq .ok       for what watches over the machine
    """
    findings = list(_findings(online))
    well = all(finding.level is not Level.PROBLEM for finding in findings)
    if as_json:
        click.echo(json.dumps({"ok": well, "checks": [asdict(one) for one in findings]}, indent=1))
    else:
        _tell(findings, well)
    sys.exit(0 if well else 1)


def _tell(findings: list[Finding], well: bool) -> None:
    width = max(len(finding.about) for finding in findings)
    for finding in findings:
        click.echo(f"{SIGNS[finding.level]:<5}  {finding.about:<{width}}  {finding.said}")
        if finding.todo:
            click.echo(f"{'':<5}  {'':<{width}}  → {finding.todo}")
    click.echo("Nothing is wrong." if well else "Something is wrong: see the arrows.")


def _findings(online: bool) -> Iterator[Finding]:
    try:
        settings = load()
    except ValidationError as error:
        todo = "`diary init` makes them; docs/settings.md says what each is"
        yield Finding("settings", Level.PROBLEM, what_is_missing(error), todo)
        return
    yield from checks.settings_fit(settings)
    with closing(settings.open_database()) as database:
        try:
            yield from _of_database(database)
        except (DBAPIError, OSError) as error:
            yield _no_database(error)
    yield from channel_checks.set_up(settings)
    if online:
        yield from channel_checks.online(settings)


def _of_database(database: Database) -> Iterator[Finding]:
    if not migrations.is_current(database.engine):
        yield Finding(
            "database",
            Level.PROBLEM,
            "it answers, and its tables are not those of this version",
            "stop web and worker, run `diary upgrade`, and start them again",
        )
        return
    yield Finding("database", Level.FINE, "it answers, and its tables are those of this version")
    now = utc_now()
    yield checks.clocks(database, now)
    yield checks.disk(database)
    with database.read(None, now=now) as unit:
        yield checks.keys_open_names(unit)
        yield checks.worker(unit)
        yield checks.standstills(unit)
        yield checks.overdue(unit)
        yield checks.quarantined(unit)
        yield from channel_checks.results(unit)


def _no_database(error: DBAPIError | OSError) -> Finding:
    reason = str(error.orig if isinstance(error, DBAPIError) else error.strerror)
    return Finding(
        "database",
        Level.PROBLEM,
        f"it cannot be used: {reason.splitlines()[0]}",
        "see that it runs, and that DIARY_DATABASE_URL leads there",
    )
