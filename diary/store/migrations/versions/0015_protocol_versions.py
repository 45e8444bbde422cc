"""A centre's own protocol versions, which one new pathways start with, and what each began with."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from diary.store.migrations.columns import a_text, a_uuid, an_instant, points_at, some_json

revision = "0015"
down_revision = "0014"

TABLE = "protocol_version"


def upgrade() -> None:
    op.create_table(
        TABLE,
        a_uuid("centre_id"),
        a_uuid("id"),
        a_text("name"),
        some_json("body"),
        a_uuid("added_by"),
        an_instant("added_at"),
        points_at("staff", "added_by"),
        sa.PrimaryKeyConstraint("centre_id", "id"),
        sa.UniqueConstraint("centre_id", "name"),
    )
    op.add_column("centre", a_text("protocol", null=True))
    op.add_column("pathway", some_json("own_protocol", null=True))
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {TABLE}_no_{verb.lower()} BEFORE {verb} ON {TABLE} "
                f"BEGIN SELECT RAISE(ABORT, '{TABLE} is append-only'); END"
            )
        return
    op.execute(
        f"CREATE TRIGGER {TABLE}_append_only BEFORE UPDATE OR DELETE ON {TABLE} "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute(f"ALTER TABLE {TABLE} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {TABLE} FORCE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY own_centre ON {TABLE} USING "
        "(current_setting('diary.centre', true) IN ('*', centre_id::text))"
    )
