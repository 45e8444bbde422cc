"""Typing a paper diary over: what is stored, by whom, and what a mistake costs."""

from __future__ import annotations

from fractions import Fraction
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from diary.protocol.entries import Kind
from diary.protocol.scales import Source
from diary.store import diary_reading, patients
from diary.store.database import Database
from diary.store.diary_reading import EntryView
from diary.store.diary_writing import NewEntry
from tests.support.clock import SettableClock
from tests.support.people import MOMENTS, People, enrolment
from tests.web.team.conftest import DeskOf, Diarist, measured
from tests.web.team.pages import Page

DAY = "2026-03-11"
NAMES = [moment.name for moment in MOMENTS]


class Typist:
    """The nurse at the form of one patient."""

    def __init__(
        self, desk: FlaskClient, people: People, database: Database, clock: SettableClock
    ) -> None:
        self.desk = desk
        self.people = people
        self.base = f"/team/patients/{people.patient.id}/typing"
        self._database = database
        self._clock = clock

    def look(self, day: str = DAY) -> Page:
        """Open the form of a day."""
        page = Page(self.desk.get(f"{self.base}/{day}").text)
        assert page.problems == []
        return page

    def type(self, typed: dict[str, str], day: str = DAY) -> TestResponse:
        """Open a day, fill fields in over what stands in them, and save."""
        return self.send(self.look(day).fields() | typed, day)

    def send(self, fields: dict[str, str], day: str = DAY) -> TestResponse:
        """Save what a browser would send; an empty value stands for a box without a tick."""
        return self.desk.post(f"{self.base}/{day}", data=fields)

    def entries(self) -> list[EntryView]:
        """Return all that is stored, in the order of the moments."""
        with self._database.read(self.people.nurse.scope, now=self._clock()) as unit:
            found = diary_reading.entries(unit, self.people.patient.pathway)
        return sorted(found, key=lambda entry: NAMES.index(entry.moment or ""))

    def standing(self) -> dict[str | None, dict[str, Fraction]]:
        """Return the scores that stand, by moment."""
        return {entry.moment: entry.scores for entry in self.entries() if entry.stands}


@pytest.fixture
def typist(people: People, desk_of: DeskOf, database: Database, clock: SettableClock) -> Typist:
    return Typist(desk_of(people.nurse), people, database, clock)


def test_a_day_is_stored_as_paper_by_who_typed_it(typist: Typist) -> None:
    answer = typist.type({"score-0-0": "8", "score-0-1": "7,5", "score-3-0": "10", "late-3": "1"})
    assert (answer.status_code, answer.location) == (303, f"{typist.base}/2026-03-12")
    morning, bedtime = typist.entries()
    assert (morning.moment, morning.scores) == ("morning", {"leg": 8, "back": Fraction(15, 2)})
    assert (bedtime.moment, bedtime.scores) == ("bedtime", {"leg": 10})
    assert (morning.kind, bedtime.kind) == (Kind.SCHEDULED, Kind.LATE)
    for entry in (morning, bedtime):
        assert entry.source is Source.PAPER
        assert entry.typed_by == typist.people.nurse.id
        assert entry.measured_at is None
    assert "11 mrt 2026: 2 momenten opgeslagen." in typist.look("2026-03-12").text
    shown = typist.look().fields()
    assert (shown["score-0-0"], shown["score-0-1"], shown["late-3"]) == ("8", "7,5", "1")


def test_what_is_wrong_is_said_by_field_and_nothing_typed_is_lost(typist: Typist) -> None:
    answer = typist.type({"score-0-0": "7,3", "score-0-1": "5", "score-1-0": "11", "late-2": "1"})
    assert answer.status_code == 422
    page = Page(answer.text)
    assert page.problems == []
    errors = [item.text for item in page.root.one("div", class_="error-summary").all("li")]
    assert errors == [
        "Ochtend, Been: Vul 0 tot 10 in, ook halven (7,5), of laat het leeg.",
        "Middag, Been: Vul 0 tot 10 in, ook halven (7,5), of laat het leeg.",
        "Avond: Er is geen score die later is ingevuld. Haal het vinkje weg.",
    ]
    kept = page.fields()
    assert [kept[name] for name in ("score-0-0", "score-0-1", "score-1-0", "late-2")] == [
        *("7,3", "5", "11", "1")
    ]
    focused = [field for field in page.root.all("input") if "autofocus" in field.attributes]
    assert [field.attributes["name"] for field in focused] == ["score-0-0"]
    assert typist.entries() == []
    assert typist.send(kept | {"score-0-0": "7", "score-1-0": "", "late-2": ""}).status_code == 303
    assert typist.standing() == {"morning": {"leg": 7, "back": 5}}


@pytest.mark.parametrize("text", ["1e1", "-1", "٣", "7.5.", "7;5", "zeven", "10,5"])
def test_what_is_no_score(text: str, typist: Typist) -> None:
    assert typist.type({"score-0-0": text}).status_code == 422
    assert typist.entries() == []


def test_mending_is_a_new_row_that_replaces(typist: Typist) -> None:
    typist.type({"score-0-0": "8", "score-1-0": "3"})
    first = typist.entries()[0].id
    typist.type({"score-0-0": "6", "score-0-1": "5"})
    assert typist.standing() == {"morning": {"leg": 6, "back": 5}, "midday": {"leg": 3}}
    entries = typist.entries()
    assert [entry.replaces_id for entry in entries if entry.replaces_id] == [first]
    assert len(entries) == 3


def test_emptied_is_withdrawn_and_can_be_typed_again(typist: Typist) -> None:
    typist.type({"score-0-0": "8"})
    typist.type({"score-0-0": ""})
    assert typist.standing() == {}
    assert [entry.withdrawn for entry in typist.entries()].count(True) == 1
    typist.type({"score-0-0": "4"})
    assert typist.standing() == {"morning": {"leg": 4}}


def test_filled_in_later_can_be_mended(typist: Typist) -> None:
    typist.type({"score-0-0": "8"})
    assert "1 moment opgeslagen" in typist.desk.get(typist.type({"late-0": "1"}).location).text
    (standing,) = [entry for entry in typist.entries() if entry.stands]
    assert (standing.kind, standing.scores) == (Kind.LATE, {"leg": 8})
    typist.type({"score-0-0": "7"})
    (standing,) = [entry for entry in typist.entries() if entry.stands]
    assert (standing.kind, standing.scores) == (Kind.LATE, {"leg": 7})


def test_saving_the_same_again_changes_nothing(typist: Typist) -> None:
    sent = typist.look().fields() | {"score-0-0": "8"}
    for _ in range(3):
        assert typist.send(sent).status_code == 303
    assert len(typist.entries()) == 1
    typist.type({})
    assert len(typist.entries()) == 1
    assert "niets veranderd" in typist.look("2026-03-12").text


def test_two_nurses_at_one_day_do_not_undo_one_another(typist: Typist) -> None:
    stale = typist.look().fields()
    typist.type({"score-0-0": "8"})
    answer = typist.send(stale | {"score-1-0": "3"})
    assert answer.status_code == 422
    assert "er staat nu 8" in answer.text
    assert typist.standing() == {"morning": {"leg": 8}}
    # Who has seen it and saves again means it.
    assert typist.send(Page(answer.text).fields()).status_code == 303
    assert typist.standing() == {"midday": {"leg": 3}}


def test_what_the_phone_said_stays(typist: Typist, diarist: Diarist) -> None:
    stale = typist.look("2026-03-12").fields()
    diarist.write(typist.people.patient, measured("2026-03-12T08:05", 6))
    page = typist.look("2026-03-12")
    assert "score-0-0" not in page.fields()
    assert page.table("Scores van deze dag")[1][1:3] == ["6", "4"]
    answer = typist.send(stale | {"score-0-0": "2"}, "2026-03-12")
    assert answer.status_code == 422
    assert "op de telefoon ingevuld" in answer.text
    assert Page(answer.text).problems == []
    assert typist.standing() == {"morning": {"leg": 6, "back": 4}}


def test_a_moment_to_come_takes_no_score(typist: Typist) -> None:
    page = typist.look("2026-03-12")
    assert {"score-0-0", "score-1-0"} <= set(page.fields())
    assert not {"score-2-0", "score-4-0"} & set(page.fields())
    assert typist.type({"score-2-0": "5"}, "2026-03-12").status_code == 422
    assert typist.entries() == []


def test_the_first_day_with_something_missing_opens(typist: Typist) -> None:
    assert typist.desk.get(typist.base).location == f"{typist.base}/2026-03-02"
    full = {f"score-{moment}-0": "5" for moment in range(5)}
    assert typist.type(full, "2026-03-02").location == f"{typist.base}/2026-03-03"
    assert typist.desk.get(typist.base).location == f"{typist.base}/2026-03-03"
    days = [link.text for link in typist.look().root.one("nav", class_="days").all("a")]
    assert days[:2] == ["2 mrt 5 van 5", "3 mrt 0 van 5"]
    assert len(days) == 4 + 3


def test_after_the_last_day_of_the_intake_comes_the_first_of_the_trial(typist: Typist) -> None:
    assert typist.type({}, "2026-03-05").location == f"{typist.base}/2026-03-10"
    last = typist.type({}, "2026-03-12")
    assert last.location == f"{typist.base}/2026-03-12"
    assert "laatste dag" in typist.desk.get(last.location).text


@pytest.mark.parametrize("day", ["2026-03-08", "2026-03-13", "2026-W11-3", "yesterday"])
def test_other_days_are_not_there(day: str, typist: Typist) -> None:
    assert typist.desk.get(f"{typist.base}/{day}").status_code == 404
    assert typist.desk.post(f"{typist.base}/{day}", data={"score-0-0": "5"}).status_code == 404


def test_before_the_first_phase_there_is_nothing_to_type(
    typist: Typist, people: People, database: Database, clock: SettableClock
) -> None:
    with database.write(people.nurse.scope, now=clock()) as unit:
        patient_id = patients.enrol(unit, enrolment(people.site_id, number=78))
    page = Page(typist.desk.get(f"/team/patients/{patient_id}/typing").text)
    assert "er is nog geen fase begonnen" in page.text


def test_the_patients_page_leads_here_and_shows_paper(typist: Typist) -> None:
    typist.type({"score-0-0": "7,5"})
    page = Page(typist.desk.get(f"/team/patients/{typist.people.patient.id}").text)
    targets = {link.attributes["href"] for link in page.root.all("a")}
    assert {typist.base, typist.base.replace("typing", "booklet")} <= targets
    row = page.table("Alle metingen")[1]
    assert {"7,5", "papier"} <= set(row)


def test_an_id_of_a_form_cannot_reach_another_entry(typist: Typist, diarist: Diarist) -> None:
    other = NewEntry(
        uuid4(),
        diary_day=measured("2026-03-10T08:05", 1).measured_at.date(),
        moment="morning",
        scores={"leg": Fraction(2)},
        source=Source.PAPER,
    )
    diarist.write(typist.people.patient, other)
    typist.type({"was-0": str(other.id), "score-0-0": "9"})
    found = {entry.id: entry for entry in typist.entries()}
    assert found[other.id].stands
