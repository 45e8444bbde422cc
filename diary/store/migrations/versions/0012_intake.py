"""Notes of the team, what a patient agreed to, and the facts stated at intake."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from diary.store.migrations.columns import (
    a_day,
    a_flag,
    a_number,
    a_uuid,
    an_instant,
    one_of,
    points_at,
    some_bytes,
    some_json,
)

revision = "0012"
down_revision = "0011"

TABLES = ("team_note", "consent", "intake_record")


def upgrade() -> None:
    _notes()
    _consents()
    _intakes()
    _lock()


def _notes() -> None:
    op.create_table(
        "team_note",
        a_uuid("centre_id"),
        a_uuid("id"),
        a_uuid("patient_id"),
        some_bytes("text"),
        a_uuid("replaces_id", null=True),
        a_uuid("by"),
        an_instant("at"),
        points_at("patient", "patient_id"),
        points_at("team_note", "replaces_id"),
        points_at("staff", "by"),
        sa.PrimaryKeyConstraint("centre_id", "id"),
        sa.UniqueConstraint("centre_id", "replaces_id"),
    )
    op.create_index(None, "team_note", ["centre_id", "patient_id"])


def _consents() -> None:
    op.create_table(
        "consent",
        a_uuid("centre_id"),
        a_uuid("id"),
        a_uuid("patient_id"),
        one_of("purpose", "data", "email", "sms"),
        a_number("number"),
        a_flag("given"),
        a_day("said_on"),
        a_uuid("by"),
        an_instant("at"),
        points_at("patient", "patient_id"),
        points_at("staff", "by"),
        sa.PrimaryKeyConstraint("centre_id", "id"),
        sa.UniqueConstraint("centre_id", "patient_id", "purpose", "number"),
        sa.CheckConstraint("number >= 1", name="number"),
    )


def _intakes() -> None:
    op.create_table(
        "intake_record",
        a_uuid("centre_id"),
        a_uuid("id"),
        a_uuid("patient_id"),
        a_uuid("pathway_id"),
        a_number("number"),
        some_json("facts"),
        a_uuid("by", null=True),
        an_instant("at"),
        points_at("patient", "patient_id"),
        points_at("pathway", "pathway_id"),
        points_at("staff", "by"),
        sa.PrimaryKeyConstraint("centre_id", "id"),
        sa.UniqueConstraint("centre_id", "pathway_id", "number"),
        sa.CheckConstraint("number >= 1", name="number"),
    )


def _lock() -> None:
    for table in TABLES:
        if op.get_bind().dialect.name == "sqlite":
            for verb in ("UPDATE", "DELETE"):
                op.execute(
                    f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
                )
            continue
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY own_centre ON {table} USING "
            "(current_setting('diary.centre', true) IN ('*', centre_id::text))"
        )
