"""Which phones show what they are sent, and figures of the last day without reading everything."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from diary.store.migrations.columns import an_instant

revision = "0010"
down_revision = "0009"

DONE = sa.text("done_at IS NOT NULL")
PUSHED = sa.text("channel = 'web_push' AND state = 'sent'")


def upgrade() -> None:
    # Unknown of phones until they are opened with this version: none of them counts as silent.
    op.add_column("push_subscription", an_instant("reports_since", null=True))
    op.create_index(
        "ix_reminder_done", "reminder", ["done_at"], postgresql_where=DONE, sqlite_where=DONE
    )
    op.create_index(
        "ix_reminder_pushed",
        "reminder",
        ["centre_id", "patient_id", "done_at"],
        postgresql_where=PUSHED,
        sqlite_where=PUSHED,
    )
