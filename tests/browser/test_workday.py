"""A nurse's morning, and a team meeting: everything by hand on the screen, from the sign-in on."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from diary.protocol.deciding import Decided
from diary.store import decision_reading
from diary.store.database import Database
from tests.browser.conftest import EntriesOf, NewContext
from tests.store.diaries import add_events, event, reread
from tests.support.clock import SettableClock
from tests.support.people import PASSWORD, TOTP_SECRET, People
from tests.support.server import LiveServer
from tests.support.workday import Workday
from tests.web.team.conftest import Diarist

Begin = Callable[[], Workday]


@pytest.fixture
def begin(
    calm_context: NewContext, server: LiveServer, people: People, clock: SettableClock
) -> Iterator[Begin]:
    """Give what opens a browser at the desk and signs the nurse in."""
    problems: list[str] = []

    def open_desk() -> Workday:
        context = calm_context(locale="nl-NL", viewport={"width": 1280, "height": 800})
        context.on("weberror", lambda error: problems.append(str(error.error)))
        workday = Workday(context.new_page(), server.url, clock, lambda _name: None)
        workday.sign_in(people.nurse.login, PASSWORD, TOTP_SECRET)
        return workday

    yield open_desk
    assert problems == []


def test_a_morning(
    begin: Begin, people: People, database: Database, clock: SettableClock, entries_of: EntriesOf
) -> None:
    report = event("symptoms", clock(), {"symptoms": ["fever"]})
    add_events(database, clock, people.patient, report)
    begin().morning(people.patient.id, "2026-03-11")
    trial = reread(database, clock, people.patient).phases[-1]
    assert (trial.end - trial.last_day).days == 7
    typed = [entry for entry in entries_of(people.patient) if entry.source.value == "paper"]
    assert {str(entry.diary_day) for entry in typed} == {"2026-03-11"}
    assert len(typed) >= 4


def test_a_meeting(begin: Begin, people: People, database: Database, clock: SettableClock) -> None:
    Diarist(database, clock).fill(people.patient)
    begin().meeting(people.patient.id, "2026-03-20")
    with database.read(people.nurse.scope, now=clock()) as unit:
        (decided,) = decision_reading.decisions(unit, people.patient.pathway.id)
    assert decided.decided is Decided.IMPLANT
