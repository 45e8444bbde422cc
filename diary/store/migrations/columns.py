"""Short names for the columns of the migrations; a step that is released never changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa


def _of(kind: sa.types.TypeEngine[Any]) -> Callable[..., sa.Column[Any]]:
    def make(name: str, null: bool = False) -> sa.Column[Any]:
        return sa.Column(name, kind, nullable=null)

    return make


a_uuid = _of(sa.Uuid())
a_text = _of(sa.String())
an_instant = _of(sa.DateTime(timezone=True))
a_day = _of(sa.Date())
a_number = _of(sa.Integer())
a_flag = _of(sa.Boolean())
some_bytes = _of(sa.LargeBinary())
some_json = _of(sa.JSON())


def one_of(name: str, *words: str, null: bool = False) -> sa.Column[str]:
    """Return a text column that holds one of `words`, guarded by a CHECK of the same name."""
    kind = sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=40)
    return sa.Column(name, kind, nullable=null)


def points_at(parent: str, column: str) -> sa.ForeignKeyConstraint:
    """Return a foreign key to `parent` that starts with the centre."""
    return sa.ForeignKeyConstraint(["centre_id", column], [f"{parent}.centre_id", f"{parent}.id"])
