"""Databases for the tests: migrated once, then copied or emptied for each test."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, event
from sqlmodel import SQLModel

import diary.store.tables  # noqa: F401 - fills the metadata
from diary.store.database import Database
from diary.store.migrations import upgrade
from diary.store.vault import Vault
from tests.support.postgres import Server, running_server

# Made for the tests alone; 32 bytes of "t" in base64.
VAULT_KEY = "dHR0dHR0dHR0dHR0dHR0dHR0dHR0dHR0dHR0dHR0dHQ="
PEPPER = "a pepper that seasons nothing but tests"
VAULT = Vault([VAULT_KEY], PEPPER)

APPEND_ONLY = (
    *("entry", "score", "access_log", "diary_event", "alarm_closing"),
    *("worklist_mark", "decision", "stimulator_switch", "team_note", "consent"),
    *("intake_record", "symptom_wording", "protocol_version"),
    "questionnaire_result",
)
# Six times as quick as TRUNCATE. The owner of the tables may lift the triggers for a moment.
EMPTY = "; ".join(
    (
        "SET LOCAL diary.centre = '*'",
        *(f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in APPEND_ONLY),
        *(f"DELETE FROM {table.name}" for table in reversed(SQLModel.metadata.sorted_tables)),
        *(f"ALTER TABLE {table} ENABLE TRIGGER USER" for table in APPEND_ONLY),
    )
)

Rows = dict[Table, list[dict[str, Any]]]
CountQueries = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a migrated, empty SQLite file; copy it, never write to it."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    database = Database(f"sqlite:///{path}", VAULT)
    upgrade(database.engine)
    with database.engine.connect() as connection:
        # One file without a journal beside it can be copied as it is.
        connection.exec_driver_sql("PRAGMA journal_mode=DELETE")
    database.close()
    return path


@pytest.fixture(scope="session")
def _sqlite_renewed(tmp_path_factory: pytest.TempPathFactory) -> Database:
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('sqlite') / 'diary.db'}", VAULT)

    @event.listens_for(database.engine, "connect")
    def _connected(connection: Any, _record: object) -> None:
        # A file that lives for a second need not survive a power cut.
        connection.execute("PRAGMA synchronous=OFF")

    return database


@pytest.fixture
def sqlite_database(sqlite_template: Path, _sqlite_renewed: Database) -> Iterator[Database]:
    """Give an empty, migrated SQLite database: the file is of this test alone.

    The engine is that of all tests: one of its own would compile every query anew.
    """
    path = Path(_sqlite_renewed.engine.url.database or "")
    # With its journal. Who still had the old file open, keeps the old one.
    for old in path.parent.glob(f"{path.name}*"):
        old.unlink()
    shutil.copyfile(sqlite_template, path)
    yield _sqlite_renewed
    _sqlite_renewed.close()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    """Give a PostgreSQL server of this test process (or the one of DIARY_TEST_DATABASE_URL)."""
    with running_server() as server:
        yield server


@pytest.fixture(scope="session")
def postgres_template(postgres_server: Server) -> str:
    """Return the name of a migrated, empty PostgreSQL database; copy it, never write to it."""
    name = postgres_server.create_database()
    database = Database(postgres_server.url(name), VAULT)
    upgrade(database.engine)
    database.close()
    return name


@pytest.fixture(scope="session")
def _postgres_emptied(postgres_server: Server, postgres_template: str) -> Iterator[Database]:
    name = postgres_server.create_database(postgres_template)
    database = Database(postgres_server.url(name), VAULT)
    yield database
    database.close()
    postgres_server.drop_database(name)


@pytest.fixture
def postgresql_database(_postgres_emptied: Database) -> Database:
    """Give an empty, migrated PostgreSQL database, as a role that is no superuser."""
    with _postgres_emptied.engine.begin() as connection:
        connection.exec_driver_sql(EMPTY)
    return _postgres_emptied


def all_rows(database: Database) -> Rows:
    """Return the rows of every table, parents first."""
    with database.engine.connect() as connection:
        if not database.is_sqlite:
            connection.exec_driver_sql("SET LOCAL diary.centre = '*'")
        return {
            table: [dict(row._mapping) for row in connection.execute(table.select())]
            for table in SQLModel.metadata.sorted_tables
        }


def put_back(database: Database, rows: Rows) -> None:
    """Insert rows that `all_rows` gave, perhaps from the other kind of database."""
    with database.write(None, now=datetime.now(UTC)) as unit:
        for table, values in rows.items():
            if values:
                unit.session.connection().execute(table.insert(), values)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Database:
    """Give an empty, migrated database: the test runs on SQLite and again on PostgreSQL.

    A folder of tests that are not about the store overrides it in its conftest:
    `@pytest.fixture` `def database(sqlite_database): return sqlite_database`.
    """
    found = request.getfixturevalue(f"{request.param}_database")
    assert isinstance(found, Database)
    return found


@pytest.fixture
def count_queries(database: Database) -> CountQueries:
    """Give `with count_queries() as queries:`, after which `queries` holds the SQL that ran."""

    @contextmanager
    def counting() -> Iterator[list[str]]:
        queries: list[str] = []

        def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
            if not statement.startswith(("BEGIN", "SELECT set_config")):
                queries.append(statement)

        event.listen(database.engine, "before_cursor_execute", note)
        try:
            yield queries
        finally:
            event.remove(database.engine, "before_cursor_execute", note)

    return counting
