"""What a patient answered when the phone stood on another time: on a journey, call me or not."""

from __future__ import annotations

from alembic import op

from diary.store.migrations.columns import a_flag, a_text, an_instant

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.add_column("patient", a_text("travel_zone", null=True))
    op.add_column("patient", an_instant("travel_at", null=True))
    op.add_column("patient", a_flag("travel_call", null=True))
