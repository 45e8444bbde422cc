"""The fixtures that all tests share; each says in its own docstring what it gives."""

from hypothesis import settings

from tests.support.databases import (
    _postgres_emptied,
    _sqlite_renewed,
    count_queries,
    database,
    postgres_server,
    postgres_template,
    postgresql_database,
    sqlite_database,
    sqlite_template,
)
from tests.support.people import _kept, clock, maker, people

__all__ = [
    "_kept",
    "_postgres_emptied",
    "_sqlite_renewed",
    "clock",
    "count_queries",
    "database",
    "maker",
    "people",
    "postgres_server",
    "postgres_template",
    "postgresql_database",
    "sqlite_database",
    "sqlite_template",
]

# Machines are shared: how long one example takes says nothing about whether it is right.
settings.register_profile("shared machine", deadline=None, print_blob=True)
settings.load_profile("shared machine")
