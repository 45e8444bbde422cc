"""After the end of a pathway: the patient is found, another one begins, the earlier one is read."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from diary.store import audit, pathways
from diary.store.database import Database
from diary.store.pathways import PathwayView
from tests.support.clock import SettableClock
from tests.support.people import People
from tests.web.team.conftest import DeskOf, Diarist
from tests.web.team.pages import Page

FILLED = {
    "indication": "crps",
    "primary_site": "foot",
    "scale": "vas",
    "first_day": "2026-06-02",
    "days": "4",
}


class Two:
    """A nurse with a patient whose first pathway, filled and ended, is followed by another one."""

    def __init__(self, desk_of: DeskOf, people: People, clock: SettableClock) -> None:
        self.clock, self._people, self._desk_of = clock, people, desk_of
        self.desk = desk_of(people.nurse)
        self.page = f"/team/patients/{people.patient.id}"
        self.first = people.patient.pathway

    def end(self) -> None:
        fields = Page(self.desk.get(f"{self.page}/end").text).fields()
        assert self.desk.post(f"{self.page}/end", data=fields).status_code == 303

    def begin(self) -> None:
        self.end()
        self.later()
        form = Page(self.desk.get(f"{self.page}/pathways/new").text).fields() | FILLED
        done = self.desk.post(f"{self.page}/pathways/new", data=form | {"step": "save"})
        assert done.status_code == 303

    def later(self) -> None:
        self.clock.set("2026-06-01T12:00:00+02:00")
        # Nobody stays signed in for so long.
        self.desk = self._desk_of(self._people.nurse)

    @property
    def earlier(self) -> str:
        return f"{self.page}?pathway={self.first.id}"


@pytest.fixture
def two(people: People, desk_of: DeskOf, clock: SettableClock, diarist: Diarist) -> Two:
    diarist.fill(people.patient)
    return Two(desk_of, people, clock)


def names(desk: FlaskClient, query: str = "") -> list[str]:
    page = Page(desk.get(f"/team/patients{query}").text)
    assert page.problems == []
    if not page.root.all("table"):
        return []
    return [row[0] for row in page.table("Patiënten die u behandelt")[1:]]


def own(database: Database, clock: SettableClock, people: People) -> tuple[PathwayView, ...]:
    with database.read(people.nurse.scope, now=clock()) as unit:
        return pathways.all_pathways(unit, people.patient.id)


def test_who_has_ended_is_found_by_name_and_by_the_filter(two: Two) -> None:
    assert names(two.desk, "?pathway=ended") == []
    two.end()
    assert names(two.desk) == []
    for query in ("?search=bakker", "?search=0000001", "?pathway=ended", "?pathway=all"):
        assert names(two.desk, query) == ["Anna Bakker"], query
    for query in ("?search=bakker&pathway=running", "?search=jansen", "?pathway=nonsense"):
        assert names(two.desk, query) == [], query
    page = Page(two.desk.get("/team/patients?pathway=ended").text)
    (row,) = page.table("Patiënten die u behandelt")[1:]
    assert row[2] == "Proefstimulatie, traject beëindigd 20 mrt 2026"
    table = two.desk.get("/team/patients.csv?pathway=ended").text
    heading, cells = (line.split(";") for line in table.splitlines())
    assert dict(zip(heading, cells, strict=True))["Traject beëindigd"] == "2026-03-20"


def test_the_page_of_who_has_ended_leads_to_a_new_pathway(two: Two) -> None:
    assert "Nieuw traject beginnen" not in two.desk.get(two.page).text
    two.end()
    page = Page(two.desk.get(two.page).text)
    (link,) = [a for a in page.root.all("a") if a.text == "Nieuw traject beginnen"]
    assert link.attributes["href"] == f"{two.page}/pathways/new"
    assert "Dit traject is beëindigd." in page.text


def test_looked_at_and_then_begun(
    two: Two, people: People, database: Database, clock: SettableClock
) -> None:
    two.end()
    two.later()
    asked = Page(two.desk.get(f"{two.page}/pathways/new").text)
    assert asked.problems == []
    assert "Eerder: FBSS / PSPS type 2, NRS, been" in asked.text
    form = asked.fields() | FILLED
    looked = two.desk.post(f"{two.page}/pathways/new", data=form | {"step": "check"})
    page = Page(looked.text)
    assert (looked.status_code, page.problems) == (200, [])
    assert page.facts(class_="facts card")["Pijnschaal"] == "VAS: een plek op een lijn van 100 mm"
    assert len(page.table("Metingen die gevraagd worden")) == 5
    assert len(own(database, clock, people)) == 1
    with database.read(people.nurse.scope, now=clock()) as unit:
        assert audit.of_patient(unit, people.patient.id)[0].event == "pathway.read"
    again = two.desk.post(f"{two.page}/pathways/new", data=page.fields() | {"step": "change"})
    assert Page(again.text).fields()["primary_site"] == "foot"
    done = two.desk.post(f"{two.page}/pathways/new", data=page.fields() | {"step": "save"})
    assert (done.status_code, done.location) == (303, two.page)
    before, after = own(database, clock, people)
    assert (before.id, before.scale.value) == (two.first.id, "nrs")
    assert (after.sites, after.scale.value, after.indication) == (("foot",), "vas", "crps")
    assert [str(phase.first_day) for phase in after.phases] == ["2026-06-02"]
    assert names(two.desk) == ["Anna Bakker"]
    with database.read(people.nurse.scope, now=clock()) as unit:
        assert audit.of_patient(unit, people.patient.id)[0].event == "pathway.begin"


@pytest.mark.parametrize(
    "field,wrong,words",
    [
        ("primary_site", "", "Primaire pijnplaats: Kies"),
        ("indication", "", "Indicatie: Kies"),
        ("scale", "", "Pijnschaal: Kies"),
        ("days", "61", "Aantal dagen: Kies 1 tot en met 60 dagen."),
        ("first_day", "2026-03-01", "Eerste dag van de intake: Kies vandaag"),
        ("pain_since", "1950-01-01", "Pijn sinds: "),
    ],
)
def test_what_is_wrong_is_told_and_what_was_right_is_kept(
    two: Two, field: str, wrong: str, words: str
) -> None:
    two.end()
    form = Page(two.desk.get(f"{two.page}/pathways/new").text).fields() | FILLED
    answer = two.desk.post(f"{two.page}/pathways/new", data={**form, field: wrong, "step": "save"})
    page = Page(answer.text)
    assert (answer.status_code, page.problems) == (422, [])
    assert words in page.text


def test_none_begins_while_one_runs(
    two: Two, people: People, database: Database, clock: SettableClock
) -> None:
    answer = two.desk.get(f"{two.page}/pathways/new")
    assert "Er loopt een traject van deze patiënt." in answer.text
    form = FILLED | {"time_morning": "08:00", "time_evening": "18:00", "step": "save"}
    sent = two.desk.post(f"{two.page}/pathways/new", data=form)
    assert sent.status_code == 422
    assert len(own(database, clock, people)) == 1


def test_the_earlier_one_is_read_and_the_new_one_is_what_is_worked_on(
    two: Two, people: People, database: Database, clock: SettableClock
) -> None:
    before = Page(two.desk.get(two.page).text)
    two.begin()
    now, earlier = Page(two.desk.get(two.page).text), Page(two.desk.get(two.earlier).text)
    assert (now.problems, earlier.problems) == ([], [])
    assert "U kijkt naar een eerder traject." in earlier.text
    assert "Nog geen metingen." in now.text or "geen metingen" in now.text
    # The verdict and the working are what they were.
    assert earlier.facts() == before.facts()
    entries = "Alle metingen"
    assert earlier.table(entries) == before.table(entries)
    # Everything on it stays in it, and nothing on it changes anything.
    assert earlier.root.one("main").all("form") == []
    pages = {a.attributes["href"] for a in earlier.root.one("main").all("a")}
    inside = {href for href in pages if href and href.startswith(two.page)}
    assert {href.partition("?")[0] for href in inside} == {
        *(two.page, f"{two.page}/report", f"{two.page}/decisions")
    }
    assert all(
        f"pathway={two.first.id}" in href for href in inside if href.partition("#")[0] != two.page
    )
    with database.read(people.nurse.scope, now=clock()) as unit:
        latest = audit.of_patient(unit, people.patient.id)[0]
    assert (latest.event, latest.object) == ("patient.read", f"pathway {two.first.id}")


@pytest.mark.parametrize(
    "page,inside",
    [
        ("/report?pathway=", "PSPS type 2"),
        ("/decisions?pathway=", "Besluiten over Anna Bakker"),
        ("/trend.svg?theme=light&size=wide&pathway=", "<svg"),
    ],
)
def test_what_is_made_of_the_earlier_one(two: Two, page: str, inside: str) -> None:
    two.begin()
    answer = two.desk.get(f"{two.page}{page}{two.first.id}")
    assert answer.status_code == 200
    assert inside in answer.text
    assert inside == "<svg" or "<form" not in answer.text.partition("<main")[2]
    assert answer.text != two.desk.get(f"{two.page}{page.partition('pathway')[0]}").text


def test_a_form_never_reaches_into_the_earlier_one(two: Two) -> None:
    two.begin()
    sent = two.desk.post(f"{two.page}/decisions?pathway={two.first.id}", data={"step": "save"})
    assert sent.status_code == 409


def test_four_people_and_the_earlier_one(
    app: Flask, two: Two, people: People, desk_of: DeskOf, nobody: FlaskClient
) -> None:
    two.begin()
    assert two.desk.get(two.earlier).status_code == 200
    for who, status in (("colleague", 404), ("stranger", 404), ("administrator", 403)):
        answer = desk_of(getattr(people, who)).get(two.earlier)
        assert (answer.status_code, "Bakker" in answer.text) == (status, False), who
    assert nobody.get(two.earlier).status_code == 303
    # Of another patient: it does not exist here.
    other = people.other.pathway.id
    assert two.desk.get(f"{two.page}?pathway={other}").status_code == 404
    assert two.desk.get(f"{two.page}?pathway=nonsense").status_code == 404
