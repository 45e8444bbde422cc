"""The ladder per patient, pauses, SMS, what the phone reports back, and standstills."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from diary.store.migrations.columns import (
    a_text,
    a_uuid,
    an_instant,
    one_of,
    points_at,
    some_bytes,
    some_json,
)

revision = "0006"
down_revision = "0005"

CHANNELS = ("web_push", "email", "sms")


def upgrade() -> None:
    _reminders()
    _patients()
    for table in ("centre", "pathway"):
        op.add_column(table, some_json("ladder", null=True))
        op.add_column(table, a_text("quiet_from", null=True))
        op.add_column(table, a_text("quiet_until", null=True))
    op.add_column("push_subscription", a_text("vapid_hash", null=True))
    op.create_table(
        "pause",
        a_uuid("centre_id"),
        a_uuid("id"),
        a_uuid("patient_id"),
        a_uuid("pathway_id"),
        an_instant("from_at"),
        an_instant("until_at"),
        some_bytes("reason", null=True),
        a_uuid("made_by", null=True),
        an_instant("made_at"),
        an_instant("ended_at", null=True),
        a_uuid("ended_by", null=True),
        sa.CheckConstraint("until_at > from_at", name="length"),
        points_at("patient", "patient_id"),
        points_at("pathway", "pathway_id"),
        points_at("staff", "made_by"),
        points_at("staff", "ended_by"),
        sa.PrimaryKeyConstraint("centre_id", "id"),
    )
    op.create_index(None, "pause", ["centre_id", "patient_id", "until_at"])
    op.create_table(
        "worker_gap",
        a_uuid("id"),
        an_instant("from_at"),
        an_instant("until_at"),
        sa.CheckConstraint("until_at > from_at", name="length"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("from_at"),
    )
    if op.get_bind().dialect.name == "sqlite":
        return
    op.execute("ALTER TABLE pause ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE pause FORCE ROW LEVEL SECURITY")
    op.execute(
        "CREATE POLICY own_centre ON pause USING "
        "(current_setting('diary.centre', true) IN ('*', centre_id::text))"
    )


def _reminders() -> None:
    """Add a channel to the CHECK, and what comes back from phone and provider."""
    with op.batch_alter_table("reminder") as table:
        table.drop_constraint("channel", type_="check")
        table.create_check_constraint("channel", "channel IN ('web_push', 'email', 'sms')")
        table.add_column(an_instant("shown_at", null=True))
        table.add_column(an_instant("opened_at", null=True))
        table.add_column(a_text("provider_ref", null=True))
        table.add_column(one_of("receipt", "delivered", "failed", null=True))
        table.add_column(an_instant("receipt_at", null=True))
    # Receipts come back with the provider's reference alone.
    op.create_index(
        "ix_reminder_provider_ref",
        "reminder",
        ["provider_ref"],
        postgresql_where=sa.text("provider_ref IS NOT NULL"),
        sqlite_where=sa.text("provider_ref IS NOT NULL"),
    )


def _patients() -> None:
    with op.batch_alter_table("patient") as table:
        table.add_column(some_bytes("mobile", null=True))
        table.add_column(one_of("fallback", *CHANNELS, null=True))
        table.add_column(an_instant("email_off_at", null=True))
        table.add_column(an_instant("sms_off_at", null=True))
