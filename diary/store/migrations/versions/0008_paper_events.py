"""Diary events from paper: where an event comes from, and who typed it over."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from diary.store.migrations.columns import a_uuid, one_of

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    source = one_of("source", "phone", "paper").type
    with op.batch_alter_table("diary_event") as table:
        # What came before came from phones; from now on it is said.
        table.add_column(sa.Column("source", source, nullable=False, server_default="phone"))
        table.add_column(a_uuid("typed_by", null=True))
        table.create_check_constraint("typed_by", "(source = 'paper') = (typed_by IS NOT NULL)")
        table.create_foreign_key(None, "staff", ["centre_id", "typed_by"], ["centre_id", "id"])
    with op.batch_alter_table("diary_event") as table:
        table.alter_column("source", server_default=None)
    if op.get_bind().dialect.name != "sqlite":
        return
    # SQLite built the table anew, without its locks.
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER diary_event_no_{verb.lower()} BEFORE {verb} ON diary_event "
            "BEGIN SELECT RAISE(ABORT, 'diary_event is append-only'); END"
        )
