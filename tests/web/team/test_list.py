"""The list of patients: right, quick, and never more queries for more patients."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.support.clock import SettableClock
from tests.support.databases import CountQueries
from tests.support.people import Maker, People
from tests.web.team.conftest import AFTER_TRIAL, DeskOf, Diarist
from tests.web.team.pages import Page

LINE = {"name": 0, "number": 1, "phase": 2, "verdict": 3, "missing": 5}


def lines(desk: FlaskClient, query: str = "") -> list[list[str]]:
    page = Page(desk.get(f"/team/patients{query}").text)
    assert page.problems == []
    return page.table("Patiënten die u behandelt")[1:] if page.root.all("table") else []


def column(desk: FlaskClient, name: str, query: str = "") -> list[str]:
    return [line[LINE[name]] for line in lines(desk, query)]


def test_a_line_says_where_the_patient_is(
    people: People, desk_of: DeskOf, clock: SettableClock
) -> None:
    clock.set("2026-03-12T12:00:00+01:00")
    ((name, number, phase, verdict, _spark, missing),) = lines(desk_of(people.nurse))
    assert (name, number) == ("Anna Bakker", "0000001")
    assert phase == "Proefstimulatie, dag 3 van 10"
    assert verdict == "◔ Loopt"
    assert missing == "10 / 10"  # two days with five moments each


@pytest.mark.parametrize(
    "now,words",
    [
        ("2026-02-28T12:00:00+01:00", "Intake, vanaf 2 mrt 2026"),
        ("2026-03-03T03:59:00+01:00", "Intake, dag 1 van 4"),
        ("2026-03-03T04:00:00+01:00", "Intake, dag 2 van 4"),
        ("2026-03-20T04:00:00+01:00", "Proefstimulatie, geëindigd 19 mrt 2026"),
    ],
)
def test_the_day_of_the_phase_is_the_diary_day(
    now: str, words: str, people: People, desk_of: DeskOf, clock: SettableClock
) -> None:
    clock.set(now)
    assert column(desk_of(people.nurse), "phase") == [words]


def test_the_verdict_is_of_now_and_not_of_the_last_look(
    people: People, desk_of: DeskOf, diarist: Diarist, clock: SettableClock
) -> None:
    clock.set(AFTER_TRIAL)
    assert column(desk_of(people.nurse), "verdict") == ["? Te weinig metingen"]
    diarist.fill(people.patient)
    assert column(desk_of(people.nurse), "verdict") == ["✓ Gehaald 62,5 % robuust"]
    clock.set("2026-03-20T03:59:00+01:00")
    assert column(desk_of(people.nurse), "verdict") == ["◔ Loopt 62,5 %"]
    clock.set("2026-03-20T04:00:00+01:00")
    assert column(desk_of(people.nurse), "verdict") == ["✓ Gehaald 62,5 % robuust"]


@pytest.mark.parametrize(
    "without,verdict",
    [
        (0, "✓ Gehaald 62,5 % robuust"),
        (4, "? Te weinig metingen"),
    ],
)
def test_verdicts_in_a_word_a_shape_and_a_figure(
    without: int, verdict: str, people: People, desk_of: DeskOf, diarist: Diarist
) -> None:
    diarist.fill(people.patient, without=without)
    assert column(desk_of(people.nurse), "verdict") == [verdict]


def test_sorted_and_filtered_by_links(
    people: People, desk_of: DeskOf, maker: Maker, diarist: Diarist
) -> None:
    maker.patient(people.nurse.scope, people.site_id, "Émile Arends")
    maker.patient(people.nurse.scope, people.site_id, "zoë Çelik")
    diarist.fill(people.patient)
    desk = desk_of(people.nurse)
    by_name = ["Anna Bakker", "Émile Arends", "zoë Çelik"]
    assert column(desk, "name") == by_name
    assert column(desk, "name", "?sort=-name") == by_name[::-1]
    assert column(desk, "name", "?sort=nonsense") == by_name
    assert column(desk, "name", "?sort=verdict")[-1] == "Anna Bakker"
    assert column(desk, "name", "?sort=missing")[0] == "Anna Bakker"
    assert column(desk, "name", "?verdict=reached") == ["Anna Bakker"]
    assert column(desk, "name", "?phase=trial&verdict=too_little_data") == by_name[1:]
    assert lines(desk, "?phase=switch_off") == []
    assert "Geen patiënt past bij deze keuze" in desk.get("/team/patients?phase=switch_off").text


def test_headings_sort_and_keep_the_filter(people: People, desk_of: DeskOf) -> None:
    page = Page(desk_of(people.nurse).get("/team/patients?sort=phase&phase=trial").text)
    links = {
        heading.text: heading.all("a")[0].attributes["href"]
        for heading in page.root.one("thead").all("th")
        if heading.all("a")
    }
    assert links["Fase ↑"] == "/team/patients?sort=-phase&phase=trial"
    assert links["Naam"] == "/team/patients?sort=name&phase=trial"
    (sorted_,) = [h for h in page.root.one("thead").all("th") if "aria-sort" in h.attributes]
    assert (sorted_.text, sorted_.attributes["aria-sort"]) == ("Fase ↑", "ascending")


def test_who_treats_nobody_yet_is_told_what_to_do(people: People, desk_of: DeskOf) -> None:
    page = Page(desk_of(people.stranger).get("/team/patients").text)
    assert page.problems == []
    assert "U behandelt hier nog geen patiënten" in page.text


def test_as_many_queries_for_fifty_patients_as_for_five(
    people: People, maker: Maker, desk_of: DeskOf, count_queries: CountQueries
) -> None:
    nurse = maker.member(people.centre_id, people.site_id)
    numbers = []
    for total in (5, 50):
        for number in range(total):
            maker.patient(nurse.scope, people.site_id, f"P {total} {number}")
        desk = desk_of(nurse)
        with count_queries() as first:
            assert desk.get("/team/patients").status_code == 200
        with count_queries() as again:
            assert desk.get("/team/patients").status_code == 200
        numbers.append((len(first), len(again)))
    assert numbers[0] == numbers[1], numbers
    # Of these, one recognises the session and three write the line in the log.
    assert numbers[0][0] - 4 <= 8
    assert numbers[0][1] <= 8
