"""What the team did with its worklist, and what was sent to who is on duty."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from diary.store.migrations.columns import (
    a_number,
    a_text,
    a_uuid,
    an_instant,
    one_of,
    points_at,
    some_bytes,
)

revision = "0007"
down_revision = "0006"

BY_CENTRE = ("worklist_mark", "duty_notice")


def upgrade() -> None:
    op.add_column("centre", some_bytes("duty_email", null=True))
    op.add_column("centre", some_bytes("duty_mobile", null=True))
    op.create_table(
        "worklist_mark",
        a_uuid("centre_id"),
        a_uuid("id"),
        a_uuid("patient_id"),
        a_text("kind"),
        a_text("subject"),
        a_number("number"),
        one_of("act", "taken", "snoozed", "closed", "reopened"),
        an_instant("until", null=True),
        some_bytes("note", null=True),
        a_uuid("by"),
        an_instant("at"),
        sa.CheckConstraint("(act = 'snoozed') = (until IS NOT NULL)", name="until"),
        sa.CheckConstraint("act <> 'closed' OR note IS NOT NULL", name="note"),
        sa.CheckConstraint("number >= 1", name="number"),
        points_at("patient", "patient_id"),
        points_at("staff", "by"),
        sa.PrimaryKeyConstraint("centre_id", "id"),
        sa.UniqueConstraint("centre_id", "patient_id", "kind", "subject", "number"),
    )
    op.create_index(None, "worklist_mark", ["centre_id", "at"])
    op.create_table(
        "duty_notice",
        a_uuid("centre_id"),
        a_uuid("id"),
        a_uuid("patient_id"),
        a_text("kind"),
        a_text("subject"),
        one_of("channel", "web_push", "email", "sms"),
        one_of("state", "claimed", "sent", "failed"),
        a_number("attempts"),
        an_instant("retry_at", null=True),
        an_instant("at"),
        a_text("reason", null=True),
        points_at("patient", "patient_id"),
        sa.PrimaryKeyConstraint("centre_id", "id"),
        sa.UniqueConstraint("centre_id", "patient_id", "kind", "subject", "channel"),
    )
    _lock()


def _lock() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER worklist_mark_no_{verb.lower()} BEFORE {verb} ON worklist_mark "
                "BEGIN SELECT RAISE(ABORT, 'worklist_mark is append-only'); END"
            )
        return
    op.execute(
        "CREATE TRIGGER worklist_mark_append_only BEFORE UPDATE OR DELETE ON worklist_mark "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    for table in BY_CENTRE:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY own_centre ON {table} USING "
            "(current_setting('diary.centre', true) IN ('*', centre_id::text))"
        )
