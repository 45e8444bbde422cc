"""The engine and the transactions; the same code path on SQLite and PostgreSQL (architecture 3)."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import psycopg
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import ExceptionContext
from sqlmodel import Session, SQLModel

from diary.store.scope import Scope
from diary.store.vault import Vault

# What row-level security compares with `centre_id` on PostgreSQL; "*" is the product itself,
# before it knows the centre (log-in, activation) or across centres (the worker).
CENTRE_SETTING = "diary.centre"
ALL_CENTRES = "*"


@dataclass(frozen=True, slots=True)
class Unit:
    """One transaction: the session, who asks (None: nobody yet), the vault and the moment."""

    session: Session
    scope: Scope | None
    vault: Vault
    now: datetime
    writable: bool

    @property
    def within(self) -> Scope:
        """Return the scope; asking for it in a transaction that has none is a programming error."""
        if self.scope is None:
            raise RuntimeError("this query needs a scope")
        return self.scope

    @property
    def is_sqlite(self) -> bool:
        """Tell which of the two databases this is; only for what SQL itself does not share."""
        return self.session.get_bind().dialect.name == "sqlite"

    def enter(self, scope: Scope) -> Unit:
        """Return this transaction narrowed to `scope`, once a token or code has told who asks.

        A transaction that has a scope keeps it: RuntimeError.
        """
        if self.scope is not None:
            raise RuntimeError("this transaction has a scope already")
        if not self.is_sqlite:
            _set_centre(self.session, str(scope.centre_id))
        return replace(self, scope=scope)

    def insert(self, table: type[SQLModel]) -> postgresql.Insert | sqlite.Insert:
        """Return an INSERT that can say ON CONFLICT, which plain SQLAlchemy leaves to dialects."""
        return sqlite.insert(table) if self.is_sqlite else postgresql.insert(table)


class Database:
    """The one door to the store: `write` and `read` each are one transaction."""

    def __init__(self, url: str, vault: Vault) -> None:
        self.vault = vault
        self.engine = _engine(url)
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        # SQLite has one writer; queueing here is fair and never times out, its own lock is neither.
        self._writer = threading.Lock()

    @contextmanager
    def write(self, scope: Scope | None, *, now: datetime) -> Iterator[Unit]:
        """Open a transaction that commits at the end of the block, and rolls back on an error."""
        if not self.is_sqlite:
            with self._transaction(scope, now, writable=True) as unit:
                yield unit
            return
        with self._writer, self._transaction(scope, now, writable=True) as unit:
            yield unit

    @contextmanager
    def read(self, scope: Scope | None, *, now: datetime) -> Iterator[Unit]:
        """Open a transaction that only reads: one snapshot for all queries of the block."""
        with self._transaction(scope, now, writable=False) as unit:
            yield unit

    @contextmanager
    def glance(self) -> Iterator[Connection]:
        """Open a connection for one query over all centres: for what is asked per reminder.

        One statement sees one snapshot anyway; what a whole transaction costs is saved.
        """
        with self.engine.connect() as connection:
            if not self.is_sqlite:
                connection.execute(_CENTRE, {"name": CENTRE_SETTING, "centre": ALL_CENTRES})
            yield connection

    @contextmanager
    def _transaction(self, scope: Scope | None, now: datetime, writable: bool) -> Iterator[Unit]:
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            if self.is_sqlite:
                connection = session.connection()
                connection.exec_driver_sql("BEGIN IMMEDIATE" if writable else "BEGIN")
            else:
                if not writable:
                    session.connection(execution_options=_ONLY_READS)
                _set_centre(session, ALL_CENTRES if scope is None else str(scope.centre_id))
            yield Unit(session, scope, self.vault, now, writable)

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()


_ONLY_READS = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}


_CENTRE = text("SELECT set_config(:name, :centre, true)")


def _set_centre(session: Session, centre: str) -> None:
    session.execute(_CENTRE, {"name": CENTRE_SETTING, "centre": centre})


def _engine(url: str) -> Engine:
    if not url.startswith("sqlite"):
        engine = create_engine(
            url, pool_pre_ping=True, pool_size=8, max_overflow=8, hide_parameters=True
        )
        event.listen(engine, "handle_error", _without_values)
        return engine
    engine = create_engine(url, connect_args={"timeout": 30}, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def _connected(connection: Any, _record: Any) -> None:
        # The driver would begin transactions by itself, deferred; we begin them (see `write`).
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    return engine


def _without_values(context: ExceptionContext) -> None:
    """Leave out of an error what PostgreSQL quotes of a row: errors are logged, scores are not.

    Its "detail" holds the whole row, and a complaint about a value (SQLSTATE class 22) the value.
    """
    told, original = context.sqlalchemy_exception, context.original_exception
    if told is None or not isinstance(original, psycopg.Error) or original.sqlstate is None:
        return
    about_a_value = original.sqlstate.startswith("22")
    said = "a value is wrong" if about_a_value else original.diag.message_primary
    original.args = (f"{said} [{original.sqlstate}]",)
    told.args = (f"({type(original).__name__}) {original.args[0]}",)
