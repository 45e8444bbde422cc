"""A centre's own list of alarm symptoms and their words."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from diary.store.migrations.columns import (
    a_flag,
    a_number,
    a_text,
    a_uuid,
    an_instant,
    points_at,
    some_json,
)

revision = "0014"
down_revision = "0013"

TABLE = "symptom_wording"


def upgrade() -> None:
    op.create_table(
        TABLE,
        a_uuid("centre_id"),
        a_uuid("id"),
        a_text("code"),
        a_number("number"),
        a_flag("asked"),
        some_json("texts"),
        a_uuid("changed_by"),
        an_instant("changed_at"),
        points_at("staff", "changed_by"),
        sa.PrimaryKeyConstraint("centre_id", "id"),
        sa.UniqueConstraint("centre_id", "code", "number"),
        sa.CheckConstraint("number >= 1", name="number"),
    )
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
