"""The PIN of a patient, and until when it need not be asked again on a phone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from diary.store.migrations.columns import (
    a_number,
    a_uuid,
    an_instant,
    points_at,
    some_bytes,
)

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("phone", an_instant("unlocked_until", null=True))
    op.create_table(
        "pin",
        a_uuid("centre_id"),
        a_uuid("patient_id"),
        some_bytes("pin_hash"),
        a_number("failures"),
        an_instant("chosen_at"),
        sa.CheckConstraint("failures BETWEEN 0 AND 5", name="failures"),
        points_at("patient", "patient_id"),
        sa.PrimaryKeyConstraint("centre_id", "patient_id"),
    )
    if op.get_bind().dialect.name == "sqlite":
        return
    op.execute("ALTER TABLE pin ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE pin FORCE ROW LEVEL SECURITY")
    op.execute(
        "CREATE POLICY own_centre ON pin USING "
        "(current_setting('diary.centre', true) IN ('*', centre_id::text))"
    )
