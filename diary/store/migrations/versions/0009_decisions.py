"""Decisions of the team, the stimulator switched on and off, and why a phase was planned."""

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

revision = "0009"
down_revision = "0008"

TABLES = ("decision", "stimulator_switch")


def upgrade() -> None:
    op.add_column("phase", some_bytes("reason", null=True))
    _decisions()
    _switches()
    _lock()


def _decisions() -> None:
    op.create_table(
        "decision",
        a_uuid("centre_id"),
        a_uuid("id"),
        a_uuid("patient_id"),
        a_uuid("pathway_id"),
        one_of(
            "decided",
            *("trial", "no_trial", "implant", "extend_trial", "no_implant", "switch_off"),
            *("continue", "switch_on", "stay_off", "remove", "postpone"),
        ),
        a_day("met_on"),
        some_json("team"),
        one_of("patient_said", "agrees", "disagrees", "not_asked"),
        some_bytes("reasons"),
        some_bytes("exception", null=True),
        a_uuid("replaces_id", null=True),
        a_uuid("decided_by"),
        an_instant("decided_at"),
        some_json("result"),
        some_json("basis"),
        some_bytes("basis_hash"),
        a_number("revision"),
        points_at("patient", "patient_id"),
        points_at("pathway", "pathway_id"),
        points_at("decision", "replaces_id"),
        points_at("staff", "decided_by"),
        sa.PrimaryKeyConstraint("centre_id", "id"),
        sa.UniqueConstraint("centre_id", "replaces_id"),
    )
    op.create_index(None, "decision", ["centre_id", "patient_id"])


def _switches() -> None:
    op.create_table(
        "stimulator_switch",
        a_uuid("centre_id"),
        a_uuid("id"),
        a_uuid("patient_id"),
        a_uuid("pathway_id"),
        one_of("position", "on", "off"),
        an_instant("at"),
        some_bytes("note", null=True),
        a_uuid("replaces_id", null=True),
        a_flag("withdrawn"),
        a_uuid("by"),
        an_instant("recorded_at"),
        sa.CheckConstraint("NOT withdrawn OR replaces_id IS NOT NULL", name="withdrawn"),
        points_at("patient", "patient_id"),
        points_at("pathway", "pathway_id"),
        points_at("stimulator_switch", "replaces_id"),
        points_at("staff", "by"),
        sa.PrimaryKeyConstraint("centre_id", "id"),
        sa.UniqueConstraint("centre_id", "replaces_id"),
    )
    op.create_index(None, "stimulator_switch", ["centre_id", "pathway_id"])


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
