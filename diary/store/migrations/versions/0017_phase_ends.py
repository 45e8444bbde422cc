"""Why a phase was ended before its planned last day."""

from __future__ import annotations

from alembic import op

from diary.store.migrations.columns import some_bytes

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.add_column("phase", some_bytes("end_reason", null=True))
