"""Questionnaires as they were typed over; the SF-12 of imported cases move in with them."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

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

revision = "0016"
down_revision = "0015"

TABLE = "questionnaire_result"
INSTRUMENTS = ("gpe", "sf12", "nrs", "bpi", "odi", "ndi", "hads", "catastrophizing", "psqi")
PART = "quality_of_life"


def upgrade() -> None:
    _create()
    _move()
    _lock()


def _create() -> None:
    op.create_table(
        TABLE,
        a_uuid("centre_id"),
        a_uuid("id"),
        a_uuid("patient_id"),
        a_uuid("pathway_id"),
        a_number("number"),
        one_of("instrument", *INSTRUMENTS),
        a_day("filled_in_on"),
        some_json("answers", null=True),
        some_json("totals", null=True),
        a_uuid("replaces_id", null=True),
        a_flag("withdrawn"),
        some_bytes("reason", null=True),
        a_uuid("typed_by", null=True),
        an_instant("typed_at"),
        points_at("patient", "patient_id"),
        points_at("pathway", "pathway_id"),
        points_at(TABLE, "replaces_id"),
        points_at("staff", "typed_by"),
        sa.PrimaryKeyConstraint("centre_id", "id"),
        sa.UniqueConstraint("centre_id", "replaces_id"),
        sa.UniqueConstraint("centre_id", "pathway_id", "number"),
        sa.CheckConstraint("number >= 1", name="number"),
        sa.CheckConstraint(
            "CASE WHEN withdrawn THEN answers IS NULL AND totals IS NULL"
            " ELSE (answers IS NULL) <> (totals IS NULL) END",
            name="what",
        ),
        sa.CheckConstraint("NOT withdrawn OR replaces_id IS NOT NULL", name="withdrawn"),
        sa.CheckConstraint("(replaces_id IS NULL) = (reason IS NULL)", name="reason"),
    )


def _move() -> None:
    """Move the SF-12 of imported cases, in their order; they came when the pathway started."""
    detail = sa.table(
        "case_detail",
        *(a_uuid("centre_id"), a_uuid("pathway_id"), a_text("part"), a_number("position")),
        some_json("value"),
    )
    pathway = sa.table(
        "pathway",
        *(a_uuid("centre_id"), a_uuid("id"), a_uuid("patient_id"), an_instant("started_at")),
    )
    rows = op.get_bind().execute(
        sa.select(detail, pathway.c.patient_id, pathway.c.started_at)
        .join(
            pathway,
            (pathway.c.centre_id == detail.c.centre_id) & (pathway.c.id == detail.c.pathway_id),
        )
        .where(detail.c.part == PART)
    )
    moved = [_moved(row) for row in rows]
    if moved:
        op.bulk_insert(_results(), moved)
        op.execute(sa.delete(detail).where(detail.c.part == PART))


def _moved(row: Any) -> dict[str, Any]:
    return {
        "centre_id": row.centre_id,
        "id": uuid4(),
        "patient_id": row.patient_id,
        "pathway_id": row.pathway_id,
        "number": row.position + 1,
        "instrument": "sf12",
        "filled_in_on": date.fromisoformat(row.value["on"]),
        "totals": {name: row.value[name] for name in ("pcs", "mcs")},
        "withdrawn": False,
        "typed_at": row.started_at,
    }


def _results() -> sa.TableClause:
    # A column that is not named here stays NULL; a JSON one would get the word "null".
    return sa.table(
        TABLE,
        *(a_uuid("centre_id"), a_uuid("id"), a_uuid("patient_id"), a_uuid("pathway_id")),
        *(a_number("number"), a_text("instrument"), a_day("filled_in_on")),
        *(some_json("totals"), a_flag("withdrawn"), an_instant("typed_at")),
    )


def _lock() -> None:
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
