"""What new patients of a centre get: moments, and questions of the evening."""

from __future__ import annotations

from alembic import op

from diary.store.migrations.columns import some_json

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.add_column("centre", some_json("moments", null=True))
    op.add_column("centre", some_json("evening", null=True))
