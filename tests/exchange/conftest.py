"""Files in and out are the same on both databases: one is enough."""

from __future__ import annotations

import pytest

from diary.store.database import Database


@pytest.fixture
def database(sqlite_database: Database) -> Database:
    """Give an empty SQLite database."""
    return sqlite_database
