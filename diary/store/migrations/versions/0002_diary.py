"""Pathways, phases, entries, prompts and reminders."""

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

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "pathway",
        a_uuid("centre_id"),
        a_uuid("id"),
        a_uuid("patient_id"),
        a_text("protocol"),
        a_text("timezone"),
        a_text("indication", null=True),
        one_of("scale", "nrs", "vas"),
        some_json("sites"),
        a_text("primary_site"),
        some_json("moments"),
        a_text("med_table"),
        a_day("pain_since", null=True),
        a_day("implanted_on", null=True),
        a_number("revision"),
        an_instant("started_at"),
        an_instant("ended_at", null=True),
        points_at("patient", "patient_id"),
        sa.PrimaryKeyConstraint("centre_id", "id"),
    )
    op.create_index(
        "uq_pathway_open",
        "pathway",
        ["centre_id", "patient_id"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
        sqlite_where=sa.text("ended_at IS NULL"),
    )

    op.create_table(
        "phase",
        a_uuid("centre_id"),
        a_uuid("id"),
        a_uuid("pathway_id"),
        one_of("kind", "intake", "trial", "pre_switch_off", "switch_off", "follow_up"),
        a_day("first_day"),
        a_day("last_day"),
        a_day("extended_to", null=True),
        a_day("ended_on", null=True),
        a_number("version"),
        a_uuid("changed_by", null=True),
        an_instant("changed_at"),
        sa.CheckConstraint(
            "ended_on IS NULL OR ended_on BETWEEN first_day AND COALESCE(extended_to, last_day)",
            name="ended",
        ),
        sa.CheckConstraint("extended_to IS NULL OR extended_to > last_day", name="extended"),
        sa.CheckConstraint("last_day >= first_day", name="days"),
        points_at("pathway", "pathway_id"),
        sa.PrimaryKeyConstraint("centre_id", "id"),
        sa.UniqueConstraint("centre_id", "pathway_id", "kind", "first_day"),
    )

    op.create_table(
        "entry",
        a_uuid("centre_id"),
        a_uuid("id"),
        a_uuid("patient_id"),
        a_uuid("pathway_id"),
        a_uuid("replaces_id", null=True),
        a_flag("withdrawn"),
        one_of("source", "phone", "paper"),
        one_of("kind", "scheduled", "extra", "late"),
        a_day("diary_day"),
        a_text("moment", null=True),
        an_instant("measured_at", null=True),
        a_number("utc_offset_minutes", null=True),
        an_instant("received_at"),
        a_number("clock_error_seconds", null=True),
        a_uuid("phone_id", null=True),
        a_uuid("typed_by", null=True),
        some_bytes("body_hash"),
        some_bytes("note", null=True),
        a_text("imported_as", null=True),
        sa.CheckConstraint("kind = 'extra' OR moment IS NOT NULL", name="moment"),
        sa.CheckConstraint("NOT withdrawn OR replaces_id IS NOT NULL", name="withdrawn"),
        sa.CheckConstraint("measured_at IS NOT NULL OR moment IS NOT NULL", name="when"),
        points_at("pathway", "pathway_id"),
        points_at("patient", "patient_id"),
        points_at("phone", "phone_id"),
        points_at("entry", "replaces_id"),
        points_at("staff", "typed_by"),
        sa.PrimaryKeyConstraint("centre_id", "id"),
        sa.UniqueConstraint("centre_id", "replaces_id"),
    )
    op.create_index(None, "entry", ["centre_id", "pathway_id", "diary_day"])

    op.create_table(
        "score",
        a_uuid("centre_id"),
        a_uuid("entry_id"),
        a_text("site"),
        one_of("scale", "nrs", "vas"),
        a_number("halves"),
        sa.CheckConstraint(
            "halves = CAST(halves AS INTEGER) AND"
            " CASE scale WHEN 'nrs' THEN halves BETWEEN 0 AND 20"
            " ELSE halves BETWEEN 0 AND 200 AND halves % 2 = 0 END",
            name="on_scale",
        ),
        points_at("entry", "entry_id"),
        sa.PrimaryKeyConstraint("centre_id", "entry_id", "site"),
    )

    op.create_table(
        "case_detail",
        a_uuid("centre_id"),
        a_uuid("pathway_id"),
        a_text("part"),
        a_number("position"),
        some_json("value"),
        points_at("pathway", "pathway_id"),
        sa.PrimaryKeyConstraint("centre_id", "pathway_id", "part", "position"),
    )

    op.create_table(
        "prompt",
        a_uuid("centre_id"),
        a_uuid("id"),
        a_uuid("patient_id"),
        a_uuid("pathway_id"),
        a_uuid("phase_id"),
        a_day("diary_day"),
        a_text("moment"),
        a_flag("night"),
        an_instant("due_at"),
        an_instant("opens_at"),
        an_instant("closes_at"),
        an_instant("answered_at", null=True),
        an_instant("cancelled_at", null=True),
        points_at("pathway", "pathway_id"),
        points_at("patient", "patient_id"),
        points_at("phase", "phase_id"),
        sa.PrimaryKeyConstraint("centre_id", "id"),
        sa.UniqueConstraint("centre_id", "pathway_id", "diary_day", "moment"),
    )
    op.create_index(None, "prompt", ["centre_id", "patient_id", "closes_at"])
    op.create_index(
        "ix_prompt_unanswered",
        "prompt",
        ["due_at"],
        postgresql_where=sa.text("answered_at IS NULL AND cancelled_at IS NULL"),
        sqlite_where=sa.text("answered_at IS NULL AND cancelled_at IS NULL"),
    )

    op.create_table(
        "reminder",
        a_uuid("centre_id"),
        a_uuid("id"),
        a_uuid("prompt_id"),
        a_uuid("patient_id"),
        a_number("step"),
        one_of("channel", "web_push", "email"),
        one_of("state", "planned", "claimed", "sent", "failed", "unknown", "expired", "cancelled"),
        an_instant("send_at"),
        an_instant("expires_at"),
        a_number("attempts"),
        an_instant("claimed_at", null=True),
        a_text("claimed_by", null=True),
        an_instant("done_at", null=True),
        a_text("reason", null=True),
        points_at("patient", "patient_id"),
        points_at("prompt", "prompt_id"),
        sa.PrimaryKeyConstraint("centre_id", "id"),
        sa.UniqueConstraint("centre_id", "prompt_id", "step", "channel"),
    )
    op.create_index(
        "ix_reminder_claimed",
        "reminder",
        ["claimed_at"],
        postgresql_where=sa.text("state = 'claimed'"),
        sqlite_where=sa.text("state = 'claimed'"),
    )
    op.create_index(
        "ix_reminder_unsent",
        "reminder",
        ["send_at"],
        postgresql_where=sa.text("state = 'planned'"),
        sqlite_where=sa.text("state = 'planned'"),
    )

    op.create_table(
        "worker_tick", a_text("worker"), an_instant("ticked_at"), sa.PrimaryKeyConstraint("worker")
    )
