"""What the database itself refuses: changing what was written, and another centre's rows."""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"

APPEND_ONLY = ("entry", "score", "access_log")
BY_CENTRE = (
    *("site", "staff", "staff_session", "patient", "treatment_relation", "activation_code"),
    *("phone", "push_subscription", "access_log", "pathway", "phase", "entry", "score"),
    *("case_detail", "prompt", "reminder"),
)


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for table in APPEND_ONLY:
            for verb in ("UPDATE", "DELETE"):
                op.execute(
                    f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
                )
        return
    op.execute(
        "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME "
        "USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
    for table, centre in [("centre", "id"), *((table, "centre_id") for table in BY_CENTRE)]:
        # FORCE: the owner of the tables, as whom a small installation runs, is no exception.
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY own_centre ON {table} USING "
            f"(current_setting('diary.centre', true) IN ('*', {centre}::text))"
        )
