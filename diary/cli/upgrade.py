"""`diary upgrade`: the database schema."""

from __future__ import annotations

import click

from diary.cli.problems import told_in_one_line
from diary.settings import load
from diary.store import migrations


@click.command()
@told_in_one_line
def upgrade() -> None:
    """Bring the database to the schema of this version.

    Run it after every installation of a new version, before web and workers start. It happens
    whole or not at all, and running it again does no harm.

    \b
    Example:
      diary upgrade
    """
    database = load().open_database()
    try:
        migrations.upgrade(database.engine)
    finally:
        database.close()
    click.echo("The database is up to date.")
