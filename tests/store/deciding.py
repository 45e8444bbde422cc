"""Short ways to decide on a patient, shared by the tests."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from diary.protocol.deciding import Decided, PatientSaid
from diary.store import cases, decisions, pathways
from diary.store.database import Database, Unit
from diary.store.decision_changes import Changed, KeptChanges, change_since, changed_since
from diary.store.decision_reading import DecisionView, Member
from diary.store.decision_reading import decisions as all_of
from diary.store.decisions import NewDecision, Seen
from diary.store.pathways import PathwayView
from diary.store.scope import Scope
from tests.store.diaries import add, entry
from tests.support.clock import SettableClock
from tests.support.people import Somebody

TEAM = (
    Member("pain_specialist", "dr. Smit"),
    Member("psychologist", "drs. Kaya"),
    Member("nurse", "N. de Wit"),
)
IMPLANT = NewDecision(
    Decided.IMPLANT, date(2026, 3, 20), TEAM, PatientSaid.AGREES, "The pain is half of what it was."
)
MISSING = "2026-03-18T13:00:00+01:00"


def days(first: date, count: int) -> Iterator[str]:
    for number in range(count):
        yield (first + timedelta(days=number)).isoformat()


def fill(database: Database, clock: SettableClock, somebody: Somebody) -> None:
    """Fill intake (8) and trial (4), but for one measurement; then it is the day after."""
    clock.set("2026-03-20T12:00:00+01:00")
    intake = [(day, 8) for day in days(date(2026, 3, 2), 4)]
    trial = [(day, 4) for day in days(date(2026, 3, 10), 10)]
    entries = [
        entry(at, score)
        for day, score in intake + trial
        for at in (f"{day}T{hour}:00:00+01:00" for hour in ("08", "13", "18"))
        if at != MISSING
    ]
    add(database, clock, somebody, *entries)


class Desk:
    """A member of staff at work on one patient."""

    def __init__(
        self, database: Database, clock: SettableClock, scope: Scope, somebody: Somebody
    ) -> None:
        self.database, self.clock, self.scope, self.id = database, clock, scope, somebody.id

    def look(self) -> Seen:
        """Return what is on the screen."""
        with self.database.read(self.scope, now=self.clock()) as unit:
            pathway, case = self.pathway(unit), cases.case_of(unit, self.id, unit.now)
            assert case is not None
            return decisions.seen(case, pathway, all_of(unit, pathway.id))

    def record(self, new: NewDecision, seen: Seen | None = None) -> UUID:
        """Record a decision on what is on the screen now, or was."""
        seen = seen or self.look()
        with self.database.write(self.scope, now=self.clock()) as unit:
            return decisions.record(unit, self.id, new, seen)

    def read(self) -> list[DecisionView]:
        """Return the decisions, the latest meeting first."""
        with self.database.read(self.scope, now=self.clock()) as unit:
            return all_of(unit, self.pathway(unit).id)

    def pathway(self, unit: Unit) -> PathwayView:
        """Return the pathway as it is now."""
        found = pathways.pathway(unit, self.id)
        assert found is not None
        return found

    def changes(self, kept: KeptChanges | None = None) -> list[Changed]:
        """Return what the worklist is told."""
        with self.database.read(self.scope, now=self.clock()) as unit:
            return changed_since(unit, kept or KeptChanges())

    def compare(self) -> Any:
        """Return what changed since the latest decision."""
        with self.database.read(self.scope, now=self.clock()) as unit:
            pathway, case = self.pathway(unit), cases.case_of(unit, self.id, unit.now)
            assert case is not None
            return change_since(case, all_of(unit, pathway.id)[0], pathway.revision)
