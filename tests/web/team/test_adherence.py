"""What the page of a patient says of adherence, and of what is still needed in time."""

from __future__ import annotations

import pytest

from diary.reminders.worker import Worker
from diary.store.database import Database
from diary.store.tables import Channel
from tests.reminders.world import Recorder
from tests.support.clock import SettableClock
from tests.support.people import People
from tests.web.team.conftest import TIMES, DeskOf, Diarist, measured
from tests.web.team.pages import Page

# The last four days of the trial are 16 to 19 March; two measurements are needed on each.
KEPT_UP = [f"2026-03-{day}T{at:%H:%M}" for day in (16, 17) for at in TIMES[:2]]


def section(desk_of: DeskOf, people: People) -> str:
    page = Page(desk_of(people.nurse).get(f"/team/patients/{people.patient.id}").text)
    assert page.problems == []
    return page.root.one("section", **{"aria-labelledby": "adherence"}).text


@pytest.mark.parametrize(
    "made, now, sentences",
    [
        ([], "2026-03-12T12:00", ["· Nog niet begonnen Nog 8 metingen nodig op de komende dagen."]),
        (
            KEPT_UP,
            "2026-03-18T12:00",
            [
                "◔ Op koers Nog 2 metingen nodig, uiterlijk vandaag om 23:59. "
                "Er kunnen er vandaag nog 3.",
                "De dagen die tellen: 16 mrt 2026 t/m 19 mrt 2026.",
            ],
        ),
        (
            KEPT_UP,
            "2026-03-18T15:30",
            [
                "! In gevaar Nog 2 metingen nodig, uiterlijk vandaag om 23:59. "
                "Er kan er geen meer gemist worden; de eerstvolgende kan nog tot vandaag om 19:59.",
                "Op tijd 6 % (4 van 62)",
            ],
        ),
        (
            [*KEPT_UP, "2026-03-18T13:00", "2026-03-18T18:00"],
            "2026-03-18T21:00",
            ["◔ Op koers Nog 2 metingen nodig op de komende dagen."],
        ),
        (
            KEPT_UP,
            "2026-03-19T00:30",
            ["✕ Te weinig metingen", "te weinig metingen op 18 mrt 2026."],
        ),
        (
            [f"2026-03-{day}T{at:%H:%M}" for day in range(16, 20) for at in TIMES[:2]],
            "2026-03-19T16:00",
            ["✓ Genoeg metingen Alle metingen die nodig zijn, zijn binnen."],
        ),
    ],
)
def test_what_is_still_needed(
    people: People,
    desk_of: DeskOf,
    diarist: Diarist,
    clock: SettableClock,
    made: list[str],
    now: str,
    sentences: list[str],
) -> None:
    if made:
        diarist.write(people.patient, *(measured(at, 5) for at in made))
    clock.set(f"{now}:00+01:00")
    text = section(desk_of, people)
    for sentence in sentences:
        assert sentence in text


def test_the_figures_by_moment_and_by_channel(
    people: People, desk_of: DeskOf, diarist: Diarist, database: Database, clock: SettableClock
) -> None:
    worker = Worker(
        database, {Channel.EMAIL: Recorder()}, link="https://a", team_link="https://a", clock=clock
    )
    for minute in ("12:59", "13:00", "13:30"):
        clock.set(f"2026-03-12T{minute}:00+01:00")
        worker.run_once()
    diarist.write(people.patient, measured("2026-03-12T13:04", 5), measured("2026-03-12T08:03", 5))
    clock.set("2026-03-12T14:00:00+01:00")
    text = section(desk_of, people)
    assert "De helft binnen 3 min Negen van de tien binnen 4 min" in text
    assert "Middag 7 1 0 14 %" in text
    assert "e-mail 1 1 0 100 %" in text
    assert "zonder herinnering" in text
