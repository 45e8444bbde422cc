"""Browsers of staff, and patients with a diary that a verdict can be made of."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

from diary.exchange import report
from diary.store import accounts, diary_writing, pathways, patients
from diary.store.database import Database, Unit
from diary.store.diary_writing import NewEntry
from diary.web.identity import TEAM_COOKIE
from tests.support.clock import SettableClock
from tests.support.people import Member, Somebody

DeskOf = Callable[[Member], FlaskClient]
TIMES = (time(8, 5), time(13, 5), time(18, 5), time(22, 5))
INTAKE, TRIAL, TRIAL_DAYS = date(2026, 3, 2), date(2026, 3, 10), 10
AFTER_TRIAL = "2026-03-20T12:00:00+01:00"


@pytest.fixture
def desk_of(app: Flask, database: Database, clock: SettableClock) -> DeskOf:
    """Give what opens the browser of a staff member who is signed in."""

    def open_desk(member: Member) -> FlaskClient:
        token = f"desk of {member.login} {uuid4()}"
        with database.write(None, now=clock()) as unit:
            secret = accounts.find_staff(unit, member.login)
            assert secret is not None
            accounts.start_session(unit, secret, token)
        client = app.test_client()
        client.set_cookie(TEAM_COOKIE, token)
        return client

    return open_desk


class Diarist:
    """Fills a patient's diary as the own phone would, each entry at its time."""

    def __init__(self, database: Database, clock: SettableClock) -> None:
        self._database = database
        self._clock = clock

    def write(self, somebody: Somebody, *entries: NewEntry) -> None:
        """Store entries, received when the clock says."""
        with self._database.write(somebody.scope, now=self._clock()) as unit:
            outcomes = diary_writing.add_entries(
                unit, somebody.pathway, entries, access_point="test"
            )
        assert {outcome.status.value for outcome in outcomes} == {"stored"}

    def fill(
        self, somebody: Somebody, *, before: int = 8, after: int = 3, without: int = 0
    ) -> None:
        """Fill intake and trial; the first `without` measurements of the last days are missing."""
        self._clock.set(AFTER_TRIAL)
        days = [INTAKE + timedelta(days=n) for n in range(4)]
        days += [TRIAL + timedelta(days=n) for n in range(TRIAL_DAYS)]
        last_window = TRIAL + timedelta(days=TRIAL_DAYS - 4)
        missing = without
        entries = []
        for day in days:
            for at in TIMES:
                if day >= last_window and missing > 0:
                    missing -= 1
                    continue
                score = before if day < TRIAL else after
                entries.append(measured(f"{day}T{at:%H:%M}", score))
        self.write(somebody, *entries)


def source_of(unit: Unit, patient_id: UUID) -> report.Source:
    """Return what the report of a patient's last pathway is made from."""
    card, pathway = patients.card(unit, patient_id), pathways.pathway(unit, patient_id)
    assert card is not None
    assert pathway is not None
    return report.read(unit, card, pathway)


def measured(at: str, score: int, **more: object) -> NewEntry:
    """Return an entry of leg and back at a wall-clock time in Amsterdam, in winter."""
    scores = {"leg": Fraction(score), "back": Fraction(max(score - 2, 0))}
    moment = datetime.fromisoformat(f"{at}:00+01:00")
    values = {"id": uuid4(), "measured_at": moment, "scores": scores} | more
    return NewEntry(**values)


@pytest.fixture
def diarist(database: Database, clock: SettableClock) -> Diarist:
    """Give what fills diaries."""
    return Diarist(database, clock)
