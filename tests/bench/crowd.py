"""Many patients in a trial, and prompts by the million, made quickly on either database."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import (
    ColumnElement,
    String,
    case,
    cast,
    func,
    insert,
    literal,
    select,
    true,
)
from sqlmodel import SQLModel

from diary.protocol.phases import PhaseKind
from diary.store import centres, migrations, pathways, patients
from diary.store.database import Database, Unit
from diary.store.scope import Scope
from diary.store.tables import (
    Channel,
    Pathway,
    Patient,
    PhaseRow,
    Prompt,
    Reminder,
    ReminderState,
    table_of,
)
from diary.store.tables.base import UtcDateTime
from diary.store.vault import Vault
from tests.support.databases import PEPPER, VAULT_KEY
from tests.support.people import enrolment
from tests.support.postgres import running_server

# 08:00 on the clock of every patient: all first moments are due.
NOW = datetime(2026, 3, 10, 7, 0, tzinfo=UTC)
TODAY = date(2026, 3, 10)
TRIAL_DAYS = 14


@contextmanager
def both() -> Iterator[Iterator[tuple[str, Database]]]:
    """Give an empty, migrated database of each kind, with its name."""
    with tempfile.TemporaryDirectory() as folder, running_server() as server:

        def databases() -> Iterator[tuple[str, Database]]:
            urls = {
                "SQLite": f"sqlite:///{folder}/diary.db",
                "PostgreSQL": server.url(server.create_database()),
            }
            for name, url in urls.items():
                database = Database(url, Vault([VAULT_KEY], PEPPER))
                migrations.upgrade(database.engine)
                yield name, database
                database.close()

        yield databases()


def in_trial(database: Database, number: int) -> None:
    """Make a centre with so many patients, each on the first day of a trial of fourteen."""
    with database.write(None, now=NOW) as unit:
        centre_id = centres.create_centre(unit, centres.NewCentre("Bench", "0", ("Bench",)))
    with database.write(Scope(centre_id), now=NOW) as unit:
        patient_id = patients.enrol(unit, enrolment(centres.sites(unit)[0].id, number=0))
        pathway = pathways.pathway(unit, patient_id)
        assert pathway is not None
        last = TODAY + timedelta(days=TRIAL_DAYS - 1)
        pathways.start_phase(unit, pathway.id, PhaseKind.TRIAL, TODAY, last)
        _multiply(unit, number - 1)


def _multiply(unit: Unit, times: int) -> None:
    """Add copies of the only patient, with a pathway and a phase each."""
    ids = [{name: uuid4() for name in ("patient_id", "pathway_id")} for _ in range(times)]
    tables: tuple[tuple[type[SQLModel], str], ...] = (
        (Patient, "patient_id"),
        (Pathway, "pathway_id"),
        (PhaseRow, ""),
    )
    for model, own in tables:
        table = table_of(model)
        row = dict(unit.session.execute(select(table)).one()._mapping)
        copies = []
        for number, new in enumerate(ids):
            copy = row | {name: value for name, value in new.items() if name in row}
            copy["id"] = new.get(own) or uuid4()
            if "hospital_number_hash" in copy:
                copy["hospital_number_hash"] = number.to_bytes(32)
            copies.append(copy)
        unit.session.execute(insert(table), copies)


def long_past(unit: Unit, times: int) -> None:
    """Add so many copies of each prompt, long closed, every second answered, each reminded of."""
    first = select(literal(1).label("n")).cte("number", recursive=True)
    number = first.union_all(select(first.c.n + 1).where(first.c.n < times))
    prompt, reminder = table_of(Prompt), table_of(Reminder)
    past = literal(NOW - timedelta(days=9), UtcDateTime())
    old = {
        "id": _new_id(unit),
        "moment": prompt.c.moment + " " + cast(number.c.n, String),
        **dict.fromkeys(("due_at", "opens_at", "closes_at"), past),
        "answered_at": case((number.c.n % 2 == 0, past)),
    }
    names = [column.name for column in prompt.columns]
    values = [old.get(name, prompt.c[name]) for name in names]
    unit.session.execute(insert(prompt).from_select(names, select(*values).join(number, true())))
    sent = {
        "centre_id": prompt.c.centre_id,
        "id": _new_id(unit),
        "prompt_id": prompt.c.id,
        "patient_id": prompt.c.patient_id,
        "step": literal(0),
        "channel": literal(Channel.EMAIL, reminder.c.channel.type),
        "state": literal(ReminderState.SENT, reminder.c.state.type),
        **dict.fromkeys(("send_at", "expires_at", "claimed_at", "done_at"), past),
        "attempts": literal(1),
    }
    unit.session.execute(
        insert(reminder).from_select(
            list(sent), select(*sent.values()).where(prompt.c.closes_at == past)
        )
    )


def _new_id(unit: Unit) -> ColumnElement[Any]:
    return func.lower(func.hex(func.randomblob(16))) if unit.is_sqlite else func.gen_random_uuid()
