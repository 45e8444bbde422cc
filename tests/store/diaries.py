"""Short ways to write in a diary, shared by the tests of the store."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date, datetime
from fractions import Fraction
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlmodel import SQLModel

from diary.store import diary_reading, diary_writing, events, medicines, pathways
from diary.store.database import Database
from diary.store.diary_reading import EntryView
from diary.store.diary_writing import NewEntry, Outcome
from diary.store.events import NewEvent
from diary.store.medicines import NewMedicine
from diary.store.pathways import PathwayView
from diary.store.scope import Scope
from diary.store.tables import EventKind, StrengthUnit
from tests.support.clock import SettableClock
from tests.support.people import Somebody

Scores = dict[str, int | Fraction]


def entry(at: str | datetime | None, leg: int | Fraction = 7, **more: Any) -> NewEntry:
    """Return an entry of the leg measured at `at`; any other field may be given."""
    measured_at = datetime.fromisoformat(at) if isinstance(at, str) else at
    values = {"id": uuid4(), "measured_at": measured_at, "scores": {"leg": Fraction(leg)}} | more
    values.setdefault("body_hash", hashlib.sha256(repr(sorted(map(str, values.items()))).encode()))
    if not isinstance(values["body_hash"], bytes):
        values["body_hash"] = values["body_hash"].digest()
    return NewEntry(**values)


def add(
    database: Database, clock: SettableClock, somebody: Somebody, *entries: NewEntry, **more: Any
) -> list[Outcome]:
    """Store entries as the patient's own phone does."""
    with database.write(more.pop("by", somebody.scope), now=clock()) as unit:
        return diary_writing.add_entries(
            unit, somebody.pathway, entries, access_point="test", **more
        )


def event(
    kind: str, at: str | datetime, body: dict[str, Any] | None = None, **more: Any
) -> NewEvent:
    """Return an event of `kind` measured at `at`; any other field may be given."""
    measured_at = datetime.fromisoformat(at) if isinstance(at, str) else at
    values = {"id": uuid4(), "body": body or {}} | more
    content = repr((kind, measured_at, sorted(map(str, values.items()))))
    body_hash = hashlib.sha256(content.encode()).digest()
    return NewEvent(kind=EventKind(kind), measured_at=measured_at, body_hash=body_hash, **values)


def add_events(
    database: Database, clock: SettableClock, somebody: Somebody, *new: NewEvent, **more: Any
) -> list[Outcome]:
    """Store events as the patient's own phone does."""
    with database.write(more.pop("by", somebody.scope), now=clock()) as unit:
        return events.add_events(unit, somebody.pathway, new, access_point="test", **more)


def new_medicine(substance: str, strength: str = "10", **more: Any) -> NewMedicine:
    """Return a tablet of `strength` mg, taken three times a day since 1 March 2026."""
    values: dict[str, Any] = {
        "unit": StrengthUnit.MG,
        "form": "tablet",
        "route": "oral",
        "as_needed": False,
        "times_a_day": 3,
        "patch_days": None,
        "started_on": date(2026, 3, 1),
    }
    return NewMedicine(substance, Fraction(strength), **(values | more))


def on_list(
    database: Database, clock: SettableClock, by: Scope, somebody: Somebody, new: NewMedicine
) -> UUID:
    """Put a medicine on somebody's list."""
    with database.write(by, now=clock()) as unit:
        return medicines.add_medicine(unit, somebody.pathway, new)


def statuses(outcomes: Iterable[Outcome]) -> list[str]:
    """Return what became of each entry, in words."""
    return [outcome.status.value for outcome in outcomes]


def diary_of(
    database: Database, clock: SettableClock, somebody: Somebody, by: Scope | None = None
) -> list[EntryView]:
    """Return all entries of a patient."""
    with database.read(by or somebody.scope, now=clock()) as unit:
        return diary_reading.entries(unit, somebody.pathway)


def reread(database: Database, clock: SettableClock, somebody: Somebody) -> PathwayView:
    """Return the pathway as it is now."""
    with database.read(Scope(somebody.phone.centre_id), now=clock()) as unit:
        found = pathways.pathway(unit, somebody.id)
    assert found is not None
    return found


def count(database: Database, table: type[SQLModel], **values: object) -> int:
    """Return how many rows of `table` have these values, over all centres."""
    with database.read(None, now=datetime.fromisoformat("2026-01-01T00:00:00Z")) as unit:
        query = select(func.count()).select_from(table).filter_by(**values)
        number: int = unit.session.execute(query).scalar_one()
        return number


def ids(views: Iterable[EntryView]) -> set[UUID]:
    """Return the ids of entries."""
    return {view.id for view in views}
