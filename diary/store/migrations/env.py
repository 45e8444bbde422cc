"""What Alembic runs; the connection, with its transaction begun, comes from `upgrade`."""

from __future__ import annotations

from alembic import context
from sqlmodel import SQLModel

import diary.store.tables  # noqa: F401 - fills the metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    render_as_batch=True,
)
context.run_migrations()
