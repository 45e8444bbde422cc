"""The schema: from nothing on both databases, in step with the models, and what it refuses."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect, text
from sqlmodel import SQLModel

from diary.store.database import Database
from diary.store.migrations import is_current, upgrade
from diary.store.scope import Scope
from diary.store.tables import CaseDetail
from tests.store.questionnaires import sf12_of
from tests.support.clock import SettableClock
from tests.support.databases import VAULT
from tests.support.people import Maker
from tests.support.postgres import Server


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database without any table."""
    if request.param == "sqlite":
        database = Database(f"sqlite:///{tmp_path}/empty.db", VAULT)
        yield database
        database.close()
        return
    server: Server = request.getfixturevalue("postgres_server")
    name = server.create_database()
    database = Database(server.url(name), VAULT)
    yield database
    database.close()
    server.drop_database(name)


def checks(engine: Engine) -> set[tuple[str, str | None]]:
    found = inspect(engine)
    return {
        (table, check["name"])
        for table in SQLModel.metadata.tables
        for check in found.get_check_constraints(table)
    }


def test_from_nothing_to_current_and_again(empty: Database) -> None:
    assert not is_current(empty.engine)
    upgrade(empty.engine)
    assert is_current(empty.engine)
    upgrade(empty.engine)
    assert is_current(empty.engine)


def test_migrations_make_what_the_models_say(empty: Database, tmp_path: Path) -> None:
    upgrade(empty.engine)
    with empty.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, SQLModel.metadata) == []
    # Alembic does not look at CHECK constraints.
    plain = Database(f"sqlite:///{tmp_path}/plain.db", VAULT)
    SQLModel.metadata.create_all(plain.engine)
    assert checks(empty.engine) == checks(plain.engine)
    plain.close()


def test_a_step_that_fails_leaves_nothing(empty: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr("alembic.op.create_index", _fail)
        with pytest.raises(RuntimeError, match="killed half-way"):
            upgrade(empty.engine)
    assert inspect(empty.engine).get_table_names() == []
    upgrade(empty.engine)
    assert is_current(empty.engine)


def _fail(*_: object, **__: object) -> None:
    raise RuntimeError("killed half-way")


def test_every_table_with_a_centre_is_locked_by_row(postgresql_database: Database) -> None:
    tables = {
        name for name, table in SQLModel.metadata.tables.items() if "centre_id" in table.columns
    } | {"centre"}
    with postgresql_database.engine.connect() as connection:
        forced = connection.execute(
            text("SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity")
        ).scalars()
        assert set(forced) == tables
        superuser = text("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        assert connection.execute(superuser).scalar_one() is False


@pytest.mark.parametrize("begin", ["centre", "foreign keys"])
def test_every_key_begins_with_the_centre(begin: str) -> None:
    for name, table in SQLModel.metadata.tables.items():
        if "centre_id" not in table.columns:
            assert name in {"centre", "attempt", "worker_tick", "worker_gap"}
        elif begin == "centre":
            assert table.primary_key.columns.keys()[0] == "centre_id"
        else:
            for key in table.foreign_key_constraints:
                assert key.column_keys[0] == "centre_id"


def test_the_sf12_of_imported_cases_move_to_their_own_table(
    empty: Database, clock: SettableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ADR 4: in their order, at the same patient, and gone from where they stood."""
    with monkeypatch.context() as patched:
        real = command.upgrade
        patched.setattr(command, "upgrade", lambda config, _head: real(config, "0015"))
        upgrade(empty.engine)
    somebody = Maker(empty, clock).people().patient
    product = Scope(somebody.phone.centre_id)
    values = [("2026-03-01", "41.2", "50.1"), ("2026-01-02", "40", "49.55")]
    with empty.write(product, now=clock()) as unit:
        kept = {"centre_id": product.centre_id, "pathway_id": somebody.pathway.id}
        for position, (on, pcs, mcs) in enumerate(values):
            value = {"on": on, "pcs": pcs, "mcs": mcs}
            row = CaseDetail(**kept, part="quality_of_life", position=position, value=value)
            unit.session.add(row)
        day = {"diary_day": "2026-03-02", "attacks": 1}
        unit.session.add(CaseDetail(**kept, part="attack_days", position=0, value=day))
    upgrade(empty.engine)
    assert sf12_of(empty, clock, somebody) == values
    with empty.read(product, now=clock()) as unit:
        parts = unit.session.execute(text("SELECT part FROM case_detail")).scalars().all()
    assert parts == ["attack_days"]
