"""What the database refuses although the models, which do not validate, let it pass."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError
from sqlmodel import SQLModel

from diary.protocol.entries import Kind
from diary.protocol.phases import PhaseKind
from diary.protocol.scales import Scale, Source
from diary.store.database import Database
from diary.store.tables import EntryRow, PhaseRow, ScoreRow, Staff
from tests.store.diaries import add, entry
from tests.support.clock import SettableClock
from tests.support.people import NOON, People


def save(database: Database, people: People, row: SQLModel) -> None:
    with database.write(people.product, now=NOON) as unit:
        unit.session.add(row)


def a_score(people: People, **values: Any) -> ScoreRow:
    return ScoreRow(centre_id=people.centre_id, **values)


def an_entry(people: People, **values: Any) -> EntryRow:
    given = {
        "centre_id": people.centre_id,
        "id": uuid4(),
        "patient_id": people.patient.id,
        "pathway_id": people.patient.pathway.id,
        "source": Source.PHONE,
        "kind": Kind.SCHEDULED,
        "diary_day": date(2026, 3, 12),
        "moment": "midday",
        "measured_at": NOON,
        "received_at": NOON,
        "body_hash": b"",
    }
    return EntryRow(**(given | values))


def a_phase(people: People, **values: Any) -> PhaseRow:
    given = {
        "centre_id": people.centre_id,
        "id": uuid4(),
        "pathway_id": people.patient.pathway.id,
        "kind": PhaseKind.FOLLOW_UP,
        "first_day": date(2026, 5, 1),
        "last_day": date(2026, 5, 10),
        "changed_at": NOON,
    }
    return PhaseRow(**(given | values))


@pytest.mark.parametrize(
    "scale,halves,allowed",
    [
        (Scale.NRS, 0, True),
        (Scale.NRS, 15, True),
        (Scale.NRS, 20, True),
        (Scale.NRS, 21, False),
        (Scale.NRS, 198, False),
        (Scale.NRS, -1, False),
        (Scale.NRS, 14.6, False),
        (Scale.VAS, 200, True),
        (Scale.VAS, 202, False),
        (Scale.VAS, 147, False),
    ],
)
def test_scores(
    database: Database,
    clock: SettableClock,
    people: People,
    scale: Scale,
    halves: int,
    allowed: bool,
) -> None:
    made = entry(NOON)
    add(database, clock, people.patient, made)
    row = a_score(people, entry_id=made.id, site="back", scale=scale, halves=halves)
    if allowed:
        save(database, people, row)
        return
    with pytest.raises((IntegrityError, StatementError)):
        save(database, people, row)


def test_a_fraction_of_a_half_is_refused_by_sqlite_itself(
    sqlite_database: Database, clock: SettableClock
) -> None:
    with (
        pytest.raises(IntegrityError, match="on_scale"),
        sqlite_database.engine.begin() as connection,
    ):
        connection.execute(text("INSERT INTO score VALUES ('c', 'e', 'leg', 'nrs', 14.6)"))


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(
            lambda p: an_entry(p, measured_at=None, moment=None, kind=Kind.EXTRA), id="when"
        ),
        pytest.param(lambda p: an_entry(p, moment=None), id="no moment"),
        pytest.param(lambda p: an_entry(p, withdrawn=True), id="withdraws nothing"),
        pytest.param(lambda p: an_entry(p, kind="sometimes"), id="no such kind"),
        pytest.param(lambda p: an_entry(p, source="guess"), id="no such source"),
        pytest.param(lambda p: an_entry(p, replaces_id=uuid4()), id="replaces nothing"),
        pytest.param(lambda p: an_entry(p, patient_id=uuid4()), id="nobody's"),
        pytest.param(lambda p: an_entry(p, centre_id=p.stranger.centre_id), id="other centre"),
        pytest.param(lambda p: a_phase(p, last_day=date(2026, 4, 30)), id="ends before it starts"),
        pytest.param(lambda p: a_phase(p, extended_to=date(2026, 5, 10)), id="extended by nothing"),
        pytest.param(lambda p: a_phase(p, ended_on=date(2026, 5, 11)), id="ends after its end"),
        pytest.param(lambda p: a_phase(p, ended_on=date(2026, 4, 30)), id="ended before it began"),
    ],
)
def test_impossible_rows(
    database: Database, people: People, make: Callable[[People], SQLModel]
) -> None:
    with pytest.raises((IntegrityError, StatementError)):
        save(database, people, make(people))


def test_a_naive_time_has_no_place(database: Database, people: People) -> None:
    naive = datetime(2026, 3, 12, 12, 0)  # noqa: DTZ001
    with pytest.raises(StatementError, match="naive"):
        save(database, people, an_entry(people, measured_at=naive))


def test_times_come_back_in_utc(database: Database, people: People) -> None:
    row = an_entry(people)
    save(database, people, row)
    with database.read(people.product, now=NOON) as unit:
        found = unit.session.get(EntryRow, (people.centre_id, row.id))
        assert found is not None
        assert found.measured_at == NOON
        assert found.measured_at.tzinfo is UTC


@pytest.mark.parametrize("table", ["entry", "score", "access_log"])
@pytest.mark.parametrize("change", ["UPDATE {} SET centre_id = centre_id", "DELETE FROM {}"])
def test_what_was_written_stays(
    database: Database, clock: SettableClock, people: People, table: str, change: str
) -> None:
    add(database, clock, people.patient, entry(NOON))
    with (
        pytest.raises(DBAPIError, match="append-only"),
        database.write(people.product, now=NOON) as unit,
    ):
        unit.session.execute(text(change.format(table)))


def test_a_login_is_one_over_all_centres(database: Database, people: People) -> None:
    with database.read(None, now=NOON) as unit:
        site_id = unit.session.get_one(
            Staff, (people.stranger.centre_id, people.stranger.id)
        ).site_id
    same = Staff(
        centre_id=people.stranger.centre_id,
        id=uuid4(),
        site_id=site_id,
        login=people.nurse.login,
        name="",
        role="nurse",
        password_hash="",
        totp_secret=b"",
        created_at=NOON,
    )
    with pytest.raises(IntegrityError), database.write(None, now=NOON) as unit:
        unit.session.add(same)


CANARY = 47114711


@pytest.mark.parametrize("halves", [CANARY, f"x{CANARY}"])
def test_an_error_of_the_database_tells_no_score(
    database: Database, clock: SettableClock, people: People, halves: object
) -> None:
    answer = entry(clock())
    add(database, clock, people.patient, answer)
    with pytest.raises(DBAPIError) as failed, database.write(None, now=clock()) as unit:
        unit.session.execute(
            text(
                "INSERT INTO score (centre_id, entry_id, site, scale, halves) SELECT"
                " centre_id, entry_id, 'arm', scale, :halves FROM score"
            ),
            {"halves": halves},
        )
    said = "".join(traceback.format_exception(failed.value))
    assert "Error" in said
    assert str(CANARY) not in said
