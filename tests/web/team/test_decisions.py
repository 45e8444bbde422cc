"""The team decides on one page: looked at, checked, recorded, corrected; and told what changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient

from diary.protocol.deciding import Decided
from diary.protocol.phases import PhaseKind
from diary.store import milestones, pathways
from diary.store.database import Database
from diary.store.decision_reading import DecisionView
from tests.store.deciding import IMPLANT, Desk
from tests.store.diaries import reread
from tests.support.clock import SettableClock
from tests.support.people import People
from tests.web.team.conftest import DeskOf, Diarist, measured
from tests.web.team.pages import Page

FORM = {
    "decided": "implant",
    "met_on": "2026-03-20",
    "implanted_on": "2026-04-20",
    "team-pain_specialist": "dr. Smit",
    "team-psychologist": "drs. Kaya",
    "team-nurse": "N. de Wit, O. Jansen",
    "patient_said": "agrees",
    "reasons": "De pijn is <gehalveerd>.",
}


class Meeting:
    """The page of decisions, and what is recorded."""

    def __init__(self, desk: FlaskClient, store: Desk) -> None:
        self.desk, self.store = desk, store
        self.url = f"/team/patients/{store.id}/decisions"

    def send(self, step: str, url: str = "", /, **more: str) -> tuple[int, Page]:
        """Send the form as a browser does, with what it looked at."""
        if step == "check":
            self.seen = self.looked()
        sent = self.seen | FORM | more | {"step": step}
        answer = self.desk.post(url or self.url, data=sent)
        page = Page(answer.text)
        assert page.problems == [] or answer.status_code == 303
        return answer.status_code, page

    def looked(self) -> dict[str, str]:
        """Return what goes along with the form."""
        fields = Page(self.desk.get(self.url).text).fields()
        return {name: value for name, value in fields.items() if name.startswith("seen_")}

    def recorded(self) -> list[DecisionView]:
        """Return the decisions."""
        return self.store.read()

    def patient(self) -> str:
        """Return what the patient's page says."""
        page = Page(self.desk.get(f"/team/patients/{self.store.id}").text)
        assert page.problems == []
        return page.text


@pytest.fixture
def meeting(
    people: People, desk_of: DeskOf, diarist: Diarist, database: Database, clock: SettableClock
) -> Meeting:
    """Give a meeting about a trial of exactly 50 %, of which one measurement is missing."""
    diarist.fill(people.patient, before=8, after=4, without=1)
    store = Desk(database, clock, people.nurse.scope, people.patient)
    return Meeting(desk_of(people.nurse), store)


def test_a_decision_is_checked_and_then_recorded(
    meeting: Meeting, database: Database, clock: SettableClock, people: People
) -> None:
    status, page = meeting.send("check")
    assert status == 200
    assert "Dit wordt vastgelegd: Implanteren" in page.text
    assert "20 jul 2026, 20 okt 2026, 20 apr 2027" in page.text
    assert meeting.recorded() == []
    assert meeting.send("save")[0] == 303

    (view,) = meeting.recorded()
    assert [member.name for member in view.team] == [
        "dr. Smit",
        "drs. Kaya",
        "N. de Wit",
        "O. Jansen",
    ]
    assert reread(database, clock, people.patient).implanted_on == date(2026, 4, 20)
    text = meeting.patient()
    assert "20 mrt 2026: Implanteren." in text
    assert "Proefstimulatie (been): Gehaald, 50,0 %" in text
    assert "Implantatie 20 apr 2026 gepland" in text
    assert "Contact na 3 maanden 20 jul 2026" in text
    shown = Page(meeting.desk.get(meeting.url).text).text
    assert "De pijn is <gehalveerd>." in shown
    assert "N. de Wit, O. Jansen" in shown


@pytest.mark.parametrize(
    "more,said",
    [
        ({"decided": ""}, "Besluit: "),
        ({"met_on": "20-03-2026"}, "Dag van het overleg: "),
        ({"met_on": "2026-03-21"}, "kan niet in de toekomst"),
        ({"implanted_on": "2026-03-01"}, "kan niet vóór de eerste fase"),
        ({"patient_said": "maybe"}, "De patiënt: "),
        ({"reasons": "  "}, "Redenen: "),
        ({"team-psychologist": ""}, "Er ontbreekt iets"),
    ],
)
def test_what_is_not_right_is_said_and_what_was_typed_is_kept(
    more: dict[str, str], said: str, meeting: Meeting
) -> None:
    for step in ("check", "save"):
        status, page = meeting.send(step, **more)
        assert status == 422
        assert said in page.text
        assert page.fields()["team-nurse"] == "N. de Wit, O. Jansen"
    assert meeting.recorded() == []


def test_what_is_missing_or_departs_is_said_before_it_is_recorded(meeting: Meeting) -> None:
    more = {
        "team-psychologist": "",
        "exception": "Ziek; belt vanmiddag.",
        "patient_said": "disagrees",
    }
    status, page = meeting.send("check", **more)
    assert status == 200
    assert "Ontbreekt: Een klinisch psycholoog of een psychiater." in page.text
    assert "is het niet eens met dit besluit" in page.text
    assert "wijst een andere kant op" not in page.text
    assert meeting.send("save", **more)[0] == 303
    assert meeting.recorded()[0].exception == "Ziek; belt vanmiddag."


def test_no_implant_offers_the_end_and_does_not_end(
    meeting: Meeting, database: Database, clock: SettableClock, people: People
) -> None:
    meeting.send("check", decided="no_implant", implanted_on="")
    assert meeting.send("save", decided="no_implant", implanted_on="")[0] == 303
    assert reread(database, clock, people.patient).ended_at is None
    page = Page(meeting.desk.get(meeting.url).text)
    assert f"/team/patients/{people.patient.id}/end" in [
        link.attributes["href"] for link in page.root.all("a", class_="button ")
    ]


def test_what_is_to_be_done_after_switching_on_is_offered_until_the_phase_is_over(
    meeting: Meeting, desk_of: DeskOf, people: People, clock: SettableClock
) -> None:
    """An end that is set for later does not note when the stimulator was switched on."""
    desk, own = meeting.store, people.patient.pathway
    first, last = date(2026, 3, 21), date(2026, 4, 17)
    with desk.database.write(desk.scope, now=clock()) as unit:
        off = pathways.start_phase(unit, own.id, PhaseKind.SWITCH_OFF, first, last, reason="Ja")
    clock.set("2026-03-25T12:00:00+01:00")
    on = replace(IMPLANT, decided=Decided.SWITCH_ON, met_on=date(2026, 3, 25), exception="Ja")
    desk.record(on)
    note, end = "Noteren wanneer het is aangezet", "De uitzetperiode beëindigen"

    def offered() -> list[str]:
        page = Page(desk_of(people.nurse).get(meeting.url).text)
        return [link.text for link in page.root.all("a") if link.text in {note, end}]

    assert offered() == [note, end]
    with desk.database.write(desk.scope, now=clock()) as unit:
        pathways.end_phase(unit, off, date(2026, 3, 28), 1)
    assert offered() == [note, end]
    clock.set("2026-03-28T12:00:00+01:00")
    assert offered() == []


def test_two_at_the_table(
    meeting: Meeting, database: Database, clock: SettableClock, people: People, diarist: Diarist
) -> None:
    """The second one is told what changed, nothing is overwritten, and what was typed is kept."""
    meeting.send("check")
    own = reread(database, clock, people.patient)
    with database.write(people.nurse.scope, now=clock()) as unit:
        pathways.extend_phase(unit, own.phases[1].id, date(2026, 3, 26), 1)
    status, page = meeting.send("save")
    assert (status, "De fasen zijn intussen gewijzigd" in page.text) == (409, True)
    assert page.root.one("textarea", id="reasons").text == "De pijn is <gehalveerd>."
    assert meeting.recorded() == []

    meeting.send("check")
    assert meeting.send("save")[0] == 303
    status, page = meeting.send("save", decided="postpone")
    assert (status, "een besluit vastgelegd" in page.text) == (409, True)
    assert [view.decided for view in meeting.recorded()] == ["implant"]


def test_a_verdict_that_changes_later_is_told_on_the_page_and_in_the_list(
    meeting: Meeting, diarist: Diarist, people: People, clock: SettableClock
) -> None:
    meeting.send("check")
    meeting.send("save")
    assert "veranderde na het besluit" not in meeting.patient()
    clock.set("2026-03-20T12:10:00+01:00")
    diarist.write(people.patient, measured("2026-03-16T08:00", 9))
    text = meeting.patient()
    assert "Proefstimulatie (been), oordeel: was Gehaald, is nu Niet gehaald." in text
    assert "afname: was 50,0 %, is nu 46,1 %." in text
    assert "1 meting kwam later binnen of is later overgetypt." in text
    (told,) = meeting.store.changes()
    assert told.decision_id == meeting.recorded()[0].id


def test_a_correction_takes_the_place_of_the_old_one(meeting: Meeting) -> None:
    meeting.send("check")
    meeting.send("save")
    (old,) = meeting.recorded()
    url = f"{meeting.url}/{old.id}/correct"
    page = Page(meeting.desk.get(url).text)
    assert page.problems == []
    assert page.fields()["team-nurse"] == "N. de Wit, O. Jansen"
    again: dict[str, Any] = {"decided": "postpone", "implanted_on": "", "reasons": "Vergissing."}
    meeting.send("check", url, **again)
    assert meeting.send("save", url, **again)[0] == 303
    new, before = meeting.recorded() if meeting.recorded()[0].stands else meeting.recorded()[::-1]
    assert (before.replaced_by, new.replaces_id) == (new.id, old.id)
    text = Page(meeting.desk.get(meeting.url).text).text
    assert "Verbeterd: een later besluit is ervoor in de plaats gekomen." in text
    assert "Later beslissen" in meeting.patient()


def test_a_decision_of_another_patient_does_not_exist(
    meeting: Meeting, people: People, database: Database, clock: SettableClock
) -> None:
    meeting.send("check")
    meeting.send("save")
    (own,) = meeting.recorded()
    other = f"/team/patients/{people.other.id}/decisions/{own.id}/correct"
    assert meeting.desk.get(other).status_code == 404
    missing = f"{meeting.url}/{people.patient.id}/correct"
    assert meeting.desk.get(missing).status_code == 404
    assert meeting.desk.post(meeting.url, data={}).status_code == 400
    with database.write(people.nurse.scope, now=clock()) as unit:
        milestones.end_pathway(unit, people.patient.pathway.id, 2)
    assert "Implanteren" in meeting.patient()
