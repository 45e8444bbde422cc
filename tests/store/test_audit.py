"""The access log: who, what, whose, on which ground; and a chain that shows tampering."""

from __future__ import annotations

import sqlite3

import pytest

from diary.store import audit
from diary.store.database import Database
from diary.store.scope import Scope
from diary.store.tables import Action, Role
from tests.support.clock import SettableClock
from tests.support.people import People
from tests.support.postgres import Server


def fill(database: Database, clock: SettableClock, people: People, lines: int = 5) -> None:
    for number in range(lines):
        with database.write(people.nurse.scope, now=clock.advance(seconds=1.5)) as unit:
            audit.log(
                unit,
                "patient.view",
                Action.READ,
                access_point="GET /team/patient",
                patient_id=people.patient.id,
                object=f"view {number}",
            )


def verify(database: Database, clock: SettableClock, people: People) -> list[int]:
    with database.read(people.auditor.scope, now=clock()) as unit:
        return audit.verify(unit)


def test_a_line_says_who_did_what_to_whom(
    database: Database, clock: SettableClock, people: People
) -> None:
    fill(database, clock, people, 1)
    with database.read(people.auditor.scope, now=clock()) as unit:
        (line,) = audit.of_patient(unit, people.patient.id)
    assert (line.number, line.event, line.action) == (1, "patient.view", Action.READ)
    assert (line.actor_id, line.role) == (people.nurse.id, Role.NURSE)
    assert (line.authorised, line.treatment_relation, line.emergency) == (True, True, False)
    assert line.at == clock().replace(microsecond=0)


def test_a_line_for_each_of_many_is_one_chain(
    database: Database, clock: SettableClock, people: People
) -> None:
    fill(database, clock, people, 1)
    both = [people.patient.id, people.other.id]
    with database.write(people.nurse.scope, now=clock()) as unit:
        for some in (both, []):
            audit.log_each(
                unit, "list.save", Action.READ, some, access_point="t", treatment_relation=True
            )
    fill(database, clock, people, 1)
    assert verify(database, clock, people) == []
    with database.read(people.auditor.scope, now=clock()) as unit:
        numbers = [[line.number for line in audit.of_patient(unit, one)] for one in both]
        (other,) = audit.of_patient(unit, people.other.id)
    assert numbers == [[4, 2, 1], [3]]
    assert (other.event, other.actor_id, other.role) == ("list.save", people.nurse.id, Role.NURSE)
    assert (other.authorised, other.treatment_relation) == (True, True)


@pytest.mark.parametrize(
    "who,related",
    [
        ("nurse", True),
        ("patient", True),
        ("colleague", False),
        ("administrator", False),
        ("other", False),
    ],
)
def test_the_treatment_relation_is_looked_up(
    database: Database, clock: SettableClock, people: People, who: str, related: bool
) -> None:
    with database.write(getattr(people, who).scope, now=clock()) as unit:
        audit.log(unit, "x", Action.READ, access_point="t", patient_id=people.patient.id)
    with database.read(people.auditor.scope, now=clock()) as unit:
        assert audit.of_patient(unit, people.patient.id)[0].treatment_relation is related


def test_who_may_read_the_log(database: Database, clock: SettableClock, people: People) -> None:
    fill(database, clock, people, 2)
    seen = {}
    for who in ("patient", "nurse", "auditor", "colleague", "stranger", "administrator", "other"):
        with database.read(getattr(people, who).scope, now=clock()) as unit:
            seen[who] = len(audit.of_patient(unit, people.patient.id))
    assert {who for who, lines in seen.items() if lines} == {"patient", "nurse", "auditor"}


def test_centres_count_apart(database: Database, clock: SettableClock, people: People) -> None:
    fill(database, clock, people, 2)
    other = Scope(people.stranger.centre_id)
    with database.write(other, now=clock()) as unit:
        audit.log(unit, "x", Action.EXECUTE, access_point="t")
    with database.read(other, now=clock()) as unit:
        assert audit.verify(unit) == []
    assert verify(database, clock, people) == []


TAMPERING = [
    ("UPDATE access_log SET event = 'nothing' WHERE number = 3", [3]),
    ("UPDATE access_log SET authorised = NOT authorised WHERE number = 1", [1]),
    ("UPDATE access_log SET patient_id = NULL WHERE number = 5", [5]),
    ("UPDATE access_log SET previous_hash = hash WHERE number = 2", [2]),
    ("DELETE FROM access_log WHERE number = 3", [3, 4]),
    ("DELETE FROM access_log WHERE number = 1", [1, 2]),
    ("UPDATE access_log SET number = 9 WHERE number = 5", [5, 6, 7, 8, 9]),
]


@pytest.mark.parametrize("statement,broken", TAMPERING)
def test_tampering_shows_in_sqlite(
    sqlite_database: Database, clock: SettableClock, statement: str, broken: list[int]
) -> None:
    from tests.support.people import Maker

    people = Maker(sqlite_database, clock).people()
    fill(sqlite_database, clock, people)
    assert verify(sqlite_database, clock, people) == []
    path = sqlite_database.engine.url.database
    assert path is not None
    with sqlite3.connect(path) as connection:
        for verb in ("update", "delete"):
            connection.execute(f"DROP TRIGGER access_log_no_{verb}")
        connection.execute(statement)
    connection.close()
    assert verify(sqlite_database, clock, people) == broken


def test_tampering_shows_in_postgresql(
    postgresql_database: Database, clock: SettableClock, postgres_server: Server
) -> None:
    from tests.support.people import Maker

    people = Maker(postgresql_database, clock).people()
    fill(postgresql_database, clock, people)
    with postgresql_database.engine.begin() as connection:
        connection.exec_driver_sql(
            "SET LOCAL diary.centre = '*'; ALTER TABLE access_log DISABLE TRIGGER USER; "
            "UPDATE access_log SET event = 'nothing' WHERE number = 3; "
            "ALTER TABLE access_log ENABLE TRIGGER USER"
        )
    assert verify(postgresql_database, clock, people) == [3]
