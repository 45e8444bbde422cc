"""Centres, the people in them, their phones, and the access log."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from diary.store.migrations.columns import (
    a_flag,
    a_number,
    a_text,
    a_uuid,
    an_instant,
    one_of,
    points_at,
    some_bytes,
)

revision = "0001"
down_revision = None

ROLES = ("patient", "nurse", "clinician", "psychologist", "administrator", "auditor")


def upgrade() -> None:
    op.create_table(
        "centre",
        a_uuid("id"),
        a_text("name"),
        a_text("phone_number"),
        a_text("timezone"),
        a_text("language"),
        an_instant("created_at"),
        sa.PrimaryKeyConstraint("id"),
    )

    op.create_table(
        "site",
        a_uuid("centre_id"),
        a_uuid("id"),
        a_text("name"),
        sa.ForeignKeyConstraint(["centre_id"], ["centre.id"]),
        sa.PrimaryKeyConstraint("centre_id", "id"),
    )

    op.create_table(
        "staff",
        a_uuid("centre_id"),
        a_uuid("id"),
        a_uuid("site_id"),
        a_text("login"),
        a_text("name"),
        one_of("role", *ROLES),
        a_text("language"),
        a_text("password_hash"),
        some_bytes("totp_secret"),
        a_number("totp_step"),
        a_flag("active"),
        an_instant("created_at"),
        points_at("site", "site_id"),
        sa.PrimaryKeyConstraint("centre_id", "id"),
    )
    op.create_index(None, "staff", ["login"], unique=True)

    op.create_table(
        "staff_session",
        a_uuid("centre_id"),
        a_uuid("id"),
        a_uuid("staff_id"),
        some_bytes("token_hash"),
        an_instant("started_at"),
        an_instant("seen_at"),
        an_instant("ended_at", null=True),
        points_at("staff", "staff_id"),
        sa.PrimaryKeyConstraint("centre_id", "id"),
    )
    op.create_index(None, "staff_session", ["token_hash"], unique=True)

    op.create_table(
        "attempt",
        a_uuid("id"),
        a_text("kind"),
        some_bytes("subject_hash"),
        an_instant("at"),
        a_flag("succeeded"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(None, "attempt", ["subject_hash"])

    op.create_table(
        "patient",
        a_uuid("centre_id"),
        a_uuid("id"),
        a_uuid("site_id"),
        some_bytes("name"),
        some_bytes("hospital_number"),
        some_bytes("hospital_number_hash"),
        some_bytes("birth_date"),
        some_bytes("email", null=True),
        a_text("language"),
        a_text("timezone"),
        an_instant("created_at"),
        points_at("site", "site_id"),
        sa.PrimaryKeyConstraint("centre_id", "id"),
        sa.UniqueConstraint("centre_id", "hospital_number_hash"),
    )

    op.create_table(
        "treatment_relation",
        a_uuid("centre_id"),
        a_uuid("id"),
        a_uuid("staff_id"),
        a_uuid("patient_id"),
        an_instant("since"),
        an_instant("until", null=True),
        points_at("patient", "patient_id"),
        points_at("staff", "staff_id"),
        sa.PrimaryKeyConstraint("centre_id", "id"),
    )
    op.create_index(
        "uq_treatment_relation_current",
        "treatment_relation",
        ["centre_id", "staff_id", "patient_id"],
        unique=True,
        postgresql_where=sa.text("until IS NULL"),
        sqlite_where=sa.text("until IS NULL"),
    )

    op.create_table(
        "activation_code",
        a_uuid("centre_id"),
        a_uuid("id"),
        a_uuid("patient_id"),
        some_bytes("code_hash"),
        an_instant("created_at"),
        an_instant("expires_at"),
        an_instant("used_at", null=True),
        an_instant("revoked_at", null=True),
        points_at("patient", "patient_id"),
        sa.PrimaryKeyConstraint("centre_id", "id"),
    )
    op.create_index(None, "activation_code", ["code_hash"], unique=True)

    op.create_table(
        "phone",
        a_uuid("centre_id"),
        a_uuid("id"),
        a_uuid("patient_id"),
        some_bytes("token_hash"),
        an_instant("activated_at"),
        an_instant("seen_at"),
        an_instant("revoked_at", null=True),
        points_at("patient", "patient_id"),
        sa.PrimaryKeyConstraint("centre_id", "id"),
    )
    op.create_index(None, "phone", ["token_hash"], unique=True)

    op.create_table(
        "push_subscription",
        a_uuid("centre_id"),
        a_uuid("id"),
        a_uuid("phone_id"),
        a_uuid("patient_id"),
        some_bytes("endpoint"),
        some_bytes("endpoint_hash"),
        a_text("p256dh"),
        some_bytes("auth"),
        an_instant("created_at"),
        an_instant("renewed_at"),
        an_instant("gone_at", null=True),
        points_at("patient", "patient_id"),
        points_at("phone", "phone_id"),
        sa.PrimaryKeyConstraint("centre_id", "id"),
    )
    op.create_index(None, "push_subscription", ["centre_id", "endpoint_hash"], unique=True)
    op.create_index(None, "push_subscription", ["centre_id", "patient_id"])

    op.create_table(
        "access_log",
        a_uuid("centre_id"),
        a_number("number"),
        an_instant("at"),
        a_text("event"),
        one_of("action", "C", "R", "U", "D", "E"),
        a_uuid("actor_id", null=True),
        one_of("role", *ROLES, null=True),
        a_uuid("on_behalf_of", null=True),
        a_text("access_point"),
        a_uuid("patient_id", null=True),
        a_text("object", null=True),
        a_flag("authorised"),
        a_flag("treatment_relation"),
        a_flag("consent"),
        a_flag("emergency"),
        some_bytes("previous_hash"),
        some_bytes("hash"),
        sa.PrimaryKeyConstraint("centre_id", "number"),
    )
    op.create_index(None, "access_log", ["centre_id", "patient_id", "at"])
