"""Column types and naming shared by all tables.

Every table carries `centre_id` first in its primary key and in its foreign keys: a row can never
point at a row of another centre, and the tables can be distributed by centre (architecture 13).
"""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    DateTime,
    Dialect,
    Enum,
    ForeignKeyConstraint,
    Integer,
    Table,
    TypeDecorator,
    Uuid,
)
from sqlmodel import SQLModel

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
SQLModel.metadata.naming_convention = NAMING


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: aware in Python, UTC in the store; a naive value is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Convert to UTC on the way in (SQLite keeps no offset, so it is dropped there)."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime has no place in the store")
        utc = value if value.tzinfo is UTC else value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(
        self,
        value: datetime | None,
        dialect: Dialect,
    ) -> datetime | None:
        """Return an aware UTC datetime on the way out."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class FewUuids(Uuid[UUID]):
    """Ids of which there are few, as of centres: in a long result each is made once.

    For `type_coerce` in a query of many rows; SQLite keeps text, and a UUID made of it takes as
    long as all the rest of its row.
    """

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], UUID] | None:
        """Return what turns the text of an id into a UUID, None where the driver does so."""
        read = super().result_processor(dialect, coltype)  # type: ignore[no-untyped-call]
        return read and cache(read)


class WholeNumber(TypeDecorator[int]):
    """An integer that is one: neither database rounds or keeps a fraction in it unseen."""

    impl = Integer
    cache_ok = True

    def process_bind_param(
        self,
        value: int | None,
        dialect: Dialect,
    ) -> int | None:
        """Refuse everything but an int (SQLite would keep 7.3, PostgreSQL would make it 7)."""
        if value is not None and type(value) is not int:
            raise ValueError("a whole number is expected")
        return value


def words(kind: type[StrEnum], name: str) -> Enum:
    """Return a text column type that holds the values of `kind`, guarded by a CHECK `name`."""
    return Enum(
        kind,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=40,
        values_callable=lambda members: [member.value for member in members],
    )


def table_of(model: type[SQLModel]) -> Table:
    """Return the plain table of `model`.

    A statement that is built once from it and run with parameters costs a tenth of one that is
    built for each call from the model: what every request does is written that way.
    """
    return SQLModel.metadata.tables[str(model.__tablename__)]


def points_at(table: str, *columns: str, keys: Iterable[str] = ("id",), **kw: Any) -> Any:
    """Return a foreign key to `table` that starts with the centre."""
    return ForeignKeyConstraint(
        ["centre_id", *columns], [f"{table}.centre_id", *(f"{table}.{key}" for key in keys)], **kw
    )
