"""Today: what there is to do, in words, and handling it on the page."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from diary.store import prompts
from diary.store.database import Database
from diary.store.worklist.items import ItemKind
from diary.web.team.item_words import SAID
from tests.store.diaries import add_events, event
from tests.support.clock import SettableClock
from tests.support.crowd import multiply
from tests.support.databases import CountQueries
from tests.support.people import People
from tests.web.team.conftest import AFTER_TRIAL, DeskOf, Diarist
from tests.web.team.pages import Page

ENDED = {"kind": "trial_ready", "subject": "2026-03-19", "number": "0"}


def today(desk: FlaskClient) -> Page:
    page = Page(desk.get("/team/").text)
    assert page.problems == []
    return page


def act(desk: FlaskClient, people: People, **sent: str) -> tuple[int, str]:
    path = f"/team/patients/{people.patient.id}/worklist"
    answer = desk.post(path, data=ENDED | sent, follow_redirects=True)
    page = Page(answer.text)
    assert page.problems == []
    return answer.status_code, answer.text


def test_an_empty_day_is_quiet(people: People, desk_of: DeskOf) -> None:
    text = today(desk_of(people.nurse)).text
    assert "Nu niets te doen" in text
    assert "Alle patiënten tonen" in text


def test_reasons_in_words_most_urgent_first(
    people: People, desk_of: DeskOf, database: Database, clock: SettableClock, diarist: Diarist
) -> None:
    diarist.fill(people.patient)
    add_events(database, clock, people.patient, event("symptoms", clock(), {"symptoms": ["fever"]}))
    text = today(desk_of(people.nurse)).text
    assert "2 dingen te doen, 1 dringend" in text
    assert text.index("Alarmklachten") < text.index("Proefstimulatie voorbij")
    assert "Gemeld: Koorts" in text
    assert "De proefstimulatie is geëindigd op 19 mrt 2026" in text


def test_handled_on_the_page(people: People, desk_of: DeskOf, clock: SettableClock) -> None:
    clock.set(AFTER_TRIAL)
    desk = desk_of(people.nurse)
    assert "van u" in act(desk, people, act="take")[1]
    status, text = act(desk, people, act="close", number="1", note="")
    assert status == 422
    assert "Vul in wat er is gedaan." in text
    status, text = act(desk, people, act="close", number="1", note="Besproken in het overleg.")
    assert status == 200
    assert "Nu niets te doen" in text
    assert "Besproken in het overleg." in text
    assert "Proefstimulatie voorbij" in act(desk, people, act="reopen", number="2")[1]
    assert "1 uitgesteld" not in text
    assert "Nu niets te doen" in act(desk, people, act="snooze", number="3", until="tomorrow")[1]
    clock.set("2026-03-21T08:00:01+01:00")
    assert "Proefstimulatie voorbij" in today(desk_of(people.nurse)).text


def test_what_is_put_off_is_listed_and_taken_up_again(
    people: People, desk_of: DeskOf, database: Database, clock: SettableClock
) -> None:
    """An alarm that one colleague put off would else be gone for all of them."""
    report = event("symptoms", clock(), {"symptoms": ["fever"]})
    add_events(database, clock, people.patient, report)
    desk = desk_of(people.nurse)
    alarm = {"kind": "alarm", "subject": str(report.id), "act": "snooze"}
    options = today(desk).root.all("option", value="week")
    assert options == []
    status, text = act(desk, people, **alarm, until="hour")
    assert status == 422
    assert "vul in waarom het kan wachten" in text
    status, text = act(desk, people, **alarm, until="week", reason="Belt zo terug.")
    assert status == 422
    assert "hooguit een uur" in text
    assert 'value="Belt zo terug."' in text
    clock.tick = timedelta(milliseconds=1)
    status, text = act(desk, people, **alarm, until="hour", reason="Belt zo terug.")
    assert status == 200, "an hour is counted from the instant that it is held against"
    shown = Page(text)
    section = shown.root.one("section", **{"aria-labelledby": "asleep"}).text
    assert "Alarmklachten Anna Bakker: uitgesteld door" in section
    assert "12 mrt 2026" in section
    assert "Belt zo terug." in section
    assert "#asleep" in text
    act(desk, people, **(alarm | {"act": "take", "number": "1"}))
    assert "1 ding te doen, 1 dringend" in today(desk).text


def test_who_comes_second_is_told(people: People, desk_of: DeskOf, clock: SettableClock) -> None:
    clock.set(AFTER_TRIAL)
    desk = desk_of(people.nurse)
    act(desk, people, act="take")
    status, text = act(desk, people, act="close", note="Gebeld.")
    assert status == 409
    assert "Hier is intussen iets mee gedaan" in text


@pytest.mark.parametrize("sent", [{"act": "burn"}, {"kind": "x"}, {"number": "x"}, {"subject": ""}])
def test_what_no_page_sends_is_refused(
    sent: dict[str, str], people: People, desk_of: DeskOf, clock: SettableClock
) -> None:
    clock.set(AFTER_TRIAL)
    status, text = act(desk_of(people.nurse), people, **({"act": "take"} | sent))
    assert status == 409
    assert "Er is niets opgeslagen" in text


def test_every_kind_has_words() -> None:
    assert set(SAID) == set(ItemKind)


def test_as_many_queries_for_500_patients_as_for_fifty(
    people: People,
    desk_of: DeskOf,
    database: Database,
    clock: SettableClock,
    count_queries: CountQueries,
) -> None:
    # The third of the last four days of everybody's trial.
    clock.set("2026-03-18T15:30:00+01:00")
    desk = desk_of(people.nurse)
    numbers = []
    for more in (49, 450):
        with database.write(people.nurse.scope, now=clock()) as unit:
            prompts.materialise(unit, people.patient.pathway, clock().date())
            multiply(unit, people.patient.id, more, f"Groep {more}")
        with count_queries() as first:
            assert desk.get("/team/").status_code == 200
        with count_queries() as again:
            assert desk.get("/team/").status_code == 200
        numbers.append((len(first), len(again)))
    assert numbers[0] == numbers[1]
    # What was computed once is not read again.
    assert numbers[0][1] < numbers[0][0]
