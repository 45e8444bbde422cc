"""Diary events, the patient's own medicines, and what became of reported alarm symptoms."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from diary.store.migrations.columns import (
    a_day,
    a_flag,
    a_number,
    a_text,
    a_uuid,
    an_instant,
    one_of,
    points_at,
    some_bytes,
    some_json,
)

revision = "0004"
down_revision = "0003"

APPEND_ONLY = ("diary_event", "alarm_closing")
BY_CENTRE = ("diary_event", "medicine", "alarm_closing")


def upgrade() -> None:
    op.add_column("pathway", some_json("evening", null=True))
    _events()
    _medicines()
    op.create_table(
        "alarm_closing",
        a_uuid("centre_id"),
        a_uuid("event_id"),
        an_instant("closed_at"),
        a_uuid("closed_by"),
        some_bytes("note"),
        points_at("diary_event", "event_id"),
        points_at("staff", "closed_by"),
        sa.PrimaryKeyConstraint("centre_id", "event_id"),
    )
    _lock()


def _events() -> None:
    op.create_table(
        "diary_event",
        a_uuid("centre_id"),
        a_uuid("id"),
        a_uuid("patient_id"),
        a_uuid("pathway_id"),
        one_of("kind", "medicines", "dose", "attack", "attack_day", "evening", "symptoms"),
        some_json("body"),
        a_day("diary_day"),
        an_instant("measured_at"),
        a_number("utc_offset_minutes"),
        an_instant("received_at"),
        a_number("clock_error_seconds", null=True),
        a_uuid("phone_id", null=True),
        a_uuid("replaces_id", null=True),
        a_flag("withdrawn"),
        a_flag("urgent"),
        some_bytes("body_hash"),
        sa.CheckConstraint("NOT urgent OR kind = 'symptoms'", name="urgent"),
        sa.CheckConstraint("NOT withdrawn OR replaces_id IS NOT NULL", name="withdrawn"),
        points_at("pathway", "pathway_id"),
        points_at("patient", "patient_id"),
        points_at("phone", "phone_id"),
        points_at("diary_event", "replaces_id"),
        sa.PrimaryKeyConstraint("centre_id", "id"),
        sa.UniqueConstraint("centre_id", "replaces_id"),
    )
    op.create_index(None, "diary_event", ["centre_id", "pathway_id", "diary_day"])
    op.create_index(
        "ix_diary_event_urgent",
        "diary_event",
        ["centre_id", "patient_id"],
        postgresql_where=sa.text("urgent"),
        sqlite_where=sa.text("urgent = 1"),
    )


def _medicines() -> None:
    op.create_table(
        "medicine",
        a_uuid("centre_id"),
        a_uuid("id"),
        a_uuid("patient_id"),
        a_uuid("pathway_id"),
        a_text("substance"),
        a_text("strength"),
        one_of("unit", "mg", "ug_per_h"),
        a_text("form"),
        a_text("route"),
        a_flag("as_needed"),
        a_number("times_a_day", null=True),
        a_number("patch_days", null=True),
        a_day("started_on"),
        a_day("stopped_on", null=True),
        sa.CheckConstraint(
            "CASE WHEN as_needed THEN times_a_day IS NULL AND patch_days IS NULL"
            " WHEN route = 'patch' THEN times_a_day IS NULL AND patch_days IS NOT NULL"
            " ELSE times_a_day IS NOT NULL AND patch_days IS NULL END",
            name="how_often",
        ),
        sa.CheckConstraint("unit = 'mg' OR route = 'patch'", name="patch_unit"),
        points_at("pathway", "pathway_id"),
        points_at("patient", "patient_id"),
        sa.PrimaryKeyConstraint("centre_id", "id"),
    )
    op.create_index(None, "medicine", ["centre_id", "pathway_id"])


def _lock() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for table in APPEND_ONLY:
            for verb in ("UPDATE", "DELETE"):
                op.execute(
                    f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
                )
        return
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
    for table in BY_CENTRE:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY own_centre ON {table} USING "
            "(current_setting('diary.centre', true) IN ('*', centre_id::text))"
        )
