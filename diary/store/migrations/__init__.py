"""The schema, step by step (Alembic), on SQLite and PostgreSQL alike; driven without alembic.ini.

A step happens whole or not at all, on both databases, and may be run again. To add one: change
the tables, write `versions/NNNN_what.py`, and let the test that compares models and migrations
say what is missing. A table that SQLite has to rebuild loses its triggers: make them again.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

# Any number will do, as long as nothing else in the database takes this advisory lock.
_ONE_AT_A_TIME = 7_461_636


def upgrade(engine: Engine) -> None:
    """Bring the database to the newest schema; two at the same time take turns."""
    with _one_transaction(engine) as connection:
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def is_current(engine: Engine) -> bool:
    """Tell whether the database has exactly the schema that this version of the code expects."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() == _head()


@cache
def _head() -> str | None:
    return ScriptDirectory.from_config(_config()).get_current_head()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", "diary.store:migrations")
    return config


@contextmanager
def _one_transaction(engine: Engine) -> Iterator[Connection]:
    with engine.connect() as connection:
        if engine.dialect.name != "sqlite":
            with connection.begin():
                connection.execute(text(f"SELECT pg_advisory_xact_lock({_ONE_AT_A_TIME})"))
                # Row-level security holds for the owner too; a step may touch all centres.
                connection.execute(text("SELECT set_config('diary.centre', '*', true)"))
                yield connection
            return
        # Rebuilding a table drops it for a moment, which foreign keys would follow.
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        try:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            yield connection
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
            if broken is not None:
                raise RuntimeError(f"the migration leaves a dangling row in {broken[0]}")
            connection.commit()
        finally:
            connection.rollback()
            connection.exec_driver_sql("PRAGMA foreign_keys=ON")
