"""Typing over what a paper day holds besides scores: the same events as on the phone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from diary.protocol.phases import PhaseKind
from diary.protocol.scales import Source
from diary.store import alarms, cases, event_reading, pathways, patients, symptoms
from diary.store.database import Database
from diary.store.event_reading import EventView
from diary.store.tables import StrengthUnit
from diary.web.symptoms import OWN_FROM
from diary.web.team.typing_reading import UnreadError, clock, lines, pieces
from tests.store.diaries import add_events, event, new_medicine, on_list
from tests.support.clock import SettableClock
from tests.support.people import People, enrolment
from tests.web.team.conftest import DeskOf
from tests.web.team.pages import Page

DAY = "2026-03-11"
TABLETS, PATCH, DOSE = "pregabalin", "fentanyl", "oxycodone"


class Typist:
    """The nurse at the form of a patient with cluster headache and three medicines, in trial."""

    def __init__(
        self, desk: FlaskClient, people: People, database: Database, clock: SettableClock
    ) -> None:
        self.desk, self.people, self.database, self.clock = desk, people, database, clock
        new = replace(enrolment(people.site_id, number=79), indication="cluster", sites=("head",))
        today = clock().date()
        with database.write(people.nurse.scope, now=clock()) as unit:
            patient_id = patients.enrol(unit, new)
            pathway = pathways.pathway(unit, patient_id)
            assert pathway is not None
            first, last = today - timedelta(days=2), today + timedelta(days=7)
            pathways.start_phase(unit, pathway.id, PhaseKind.TRIAL, first, last)
            pathway = pathways.pathway(unit, patient_id)
            assert pathway is not None
        self.pathway = pathway
        self.somebody = replace(people.patient, id=patient_id, pathway=pathway)
        self.base = f"/team/patients/{patient_id}/typing"
        patch = {"form": "patch", "route": "patch", "times_a_day": None, "patch_days": 3}
        self.own: dict[str, UUID] = {
            name: on_list(
                database, clock, people.nurse.scope, self.somebody, new_medicine(name, "25", **how)
            )
            for name, how in {
                TABLETS: {},
                PATCH: patch | {"unit": StrengthUnit.UG_PER_H},
                DOSE: {"as_needed": True, "times_a_day": None},
            }.items()
        }

    def field(self, kind: str, name: str) -> str:
        """Return the name of the field of a medicine."""
        return f"{kind}-{self.own[name]}"

    def look(self, day: str = DAY) -> Page:
        """Open the form of a day."""
        page = Page(self.desk.get(f"{self.base}/{day}").text)
        assert page.problems == []
        return page

    def type(self, typed: dict[str, str], day: str = DAY) -> TestResponse:
        """Fill fields in over what stands in them, and save."""
        fields = self.look(day).fields() | typed
        return self.desk.post(f"{self.base}/{day}", data=fields)

    def wrong(self, typed: dict[str, str]) -> list[str]:
        """Return what is said to be wrong; nothing was stored."""
        before = self.standing()
        answer = self.type(typed)
        assert answer.status_code == 422
        assert self.standing() == before
        page = Page(answer.text)
        assert page.problems == []
        assert typed.items() <= page.fields().items()
        return [item.text for item in page.root.one("div", class_="error-summary").all("li")]

    def standing(self) -> list[EventView]:
        """Return the events that stand."""
        with self.database.read(self.people.nurse.scope, now=self.clock()) as unit:
            return event_reading.standing(unit, [self.pathway.id]).get(self.pathway.id, [])

    def turn_off(self, code: str) -> None:
        """Let the administrator ask a symptom no more."""
        with self.database.write(self.people.administrator.scope, now=self.clock()) as unit:
            texts = next((one.texts for one in symptoms.wordings(unit) if one.code == code), {})
            symptoms.keep(unit, code, False, texts)

    def add_own(self, text: str) -> str:
        """Let the administrator ask one more symptom; returns its code."""
        with self.database.write(self.people.administrator.scope, now=self.clock()) as unit:
            return symptoms.add(unit, {"nl": text})

    def bodies(self) -> dict[str, object]:
        """Return the last event of each kind, without those that say it more than once."""
        return {event.kind.value: event.body for event in self.standing()}


@pytest.fixture
def typist(people: People, desk_of: DeskOf, database: Database, clock: SettableClock) -> Typist:
    return Typist(desk_of(people.nurse), people, database, clock)


@pytest.fixture
def whole_day(typist: Typist) -> dict[str, str]:
    """Give what a day says that was filled in entirely."""
    return {
        "taken": "0",
        typist.field("medicine", TABLETS): "0",
        typist.field("medicine", PATCH): "1",
        typist.field("dose", DOSE): "1,5",
        "attacks": "2",
        "start-1": "1430",
        "end-1": "1515",
        "worst-1": "9",
        "start-2": "23:50",
        "end-2": "0020",
        "sleep": "3",
        "goal": "10",
        "symptoms": "1 4",
    }


def test_a_whole_day_becomes_the_events_of_the_phone(
    typist: Typist, whole_day: dict[str, str]
) -> None:
    answer = typist.type(whole_day)
    assert (answer.status_code, answer.location) == (303, f"{typist.base}/2026-03-12")
    following = typist.look("2026-03-12").text
    assert "11 mrt 2026: 7 andere antwoorden opgeslagen." in following
    assert "spoed" in following
    events = typist.standing()
    assert {event.source for event in events} == {Source.PAPER}
    assert {event.diary_day for event in events} == {date(2026, 3, 11)}
    bodies = typist.bodies()
    assert bodies["medicines"] == {
        "not_taken": [str(typist.own[TABLETS])],
        "patches_changed": [str(typist.own[PATCH])],
    }
    doses = [event.body for event in events if event.kind.value == "dose"]
    assert {dose["medicine"] for dose in doses} == {str(typist.own[DOSE])}
    assert sorted(dose["count"] for dose in doses) == ["0.5", "1"]
    assert bodies["attack_day"] == {"attacks": 2}
    assert bodies["evening"] == {"sleep": 3, "activity": None, "goal": 10}
    assert bodies["symptoms"] == {"symptoms": ["fever", "weakness"]}
    attacks = [event.body for event in events if event.kind.value == "attack"]
    assert sorted(attacks, key=lambda body: str(body["started_at"])) == [
        {
            "started_at": "2026-03-11T14:30:00+01:00",
            "ended_at": "2026-03-11T15:15:00+01:00",
            "intensity": 9,
        },
        {
            "started_at": "2026-03-11T23:50:00+01:00",
            "ended_at": "2026-03-12T00:20:00+01:00",
            "intensity": None,
        },
    ]


def test_it_reaches_the_case_and_is_paper_for_the_team(
    typist: Typist, whole_day: dict[str, str]
) -> None:
    typist.type(whole_day)
    with typist.database.read(typist.people.nurse.scope, now=typist.clock()) as unit:
        case = cases.case_of(unit, typist.pathway.patient_id, typist.clock())
        (alarm,) = alarms.open_alarms(unit)
    assert case is not None
    assert [one.attacks for one in case.attack_days] == [2]
    assert sum(one.mg or 0 for one in case.medication if one.as_needed) == Fraction("37.5")
    assert alarm.source is Source.PAPER
    page = typist.desk.get(typist.base.removesuffix("/typing")).text
    row = Page(page).table("Medicijnen, aanvallen en avond per dag")[2]
    assert row[0] == "11 mrt 2026 papier"
    assert "11 mrt 2026, op papier" in page


def test_saved_again_nothing_changes_and_what_stands_is_shown(
    typist: Typist, whole_day: dict[str, str]
) -> None:
    typist.type(whole_day)
    before = typist.standing()
    shown = typist.look().fields()
    again = {"start-1": "14:30", "end-1": "15:15", "end-2": "00:20"}
    assert (whole_day | again).items() <= shown.items()
    typist.type({})
    assert typist.standing() == before
    assert "niets veranderd" in typist.look("2026-03-12").text


def test_mending_replaces_and_emptying_takes_back(
    typist: Typist, whole_day: dict[str, str]
) -> None:
    typist.type(whole_day)
    typist.type({"attacks": "1", "start-2": "", "end-2": "", "sleep": "4", "symptoms": "0"})
    bodies = typist.bodies()
    assert bodies["attack_day"] == {"attacks": 1}
    assert bodies["evening"] == {"sleep": 4, "activity": None, "goal": 10}
    assert bodies["symptoms"] == {"symptoms": []}
    assert sum(event.kind.value == "attack" for event in typist.standing()) == 1
    fields = typist.look().fields()
    empty = {
        name: "" for name in fields if not name.startswith(("was-", "score", "late", "pathway"))
    }
    typist.type(empty)
    assert typist.standing() == []


def test_a_side_effect_that_is_asked_no_more_stays_reported(typist: Typist) -> None:
    typist.type({"symptoms": "3"})
    typist.turn_off("wound_fluid")
    before = typist.standing()
    typist.type({"score-0-0": "4"})
    assert typist.standing() == before
    assert typist.look().fields()["symptoms"] == "3"
    with typist.database.read(typist.people.nurse.scope, now=typist.clock()) as unit:
        assert len(alarms.open_alarms(unit)) == 1


def test_numbers_are_those_of_the_booklet_whatever_changed_on_the_list(typist: Typist) -> None:
    typist.turn_off("fever")
    own = typist.add_own("De kabel is los")
    number = f"{OWN_FROM}. De kabel is los"
    phase = typist.pathway.phases[0].id
    booklet = Page(typist.desk.get(typist.base.replace("typing", f"booklet/{phase}")).text)
    assert "2. De wond is rood" in booklet.text
    assert number in booklet.text
    assert "1. Koorts" not in booklet.text
    typist.turn_off(own)
    # An earlier booklet still has the line that was turned off since.
    typist.type({"symptoms": f"1 3 {OWN_FROM}"})
    assert typist.bodies()["symptoms"] == {"symptoms": sorted(["fever", own, "wound_fluid"])}
    listed = {
        line.attributes["value"]: line.text
        for line in typist.look().root.all("li")
        if "value" in line.attributes
    }
    assert listed["1"].endswith("(niet meer gevraagd)")
    assert listed["2"].startswith("De wond is rood")
    assert listed[str(OWN_FROM)] == "De kabel is los (niet meer gevraagd)"


def test_every_box_of_a_medicine_is_a_dose(typist: Typist) -> None:
    field = typist.field("dose", DOSE)
    for typed, counts in (("3", ["1"] * 3), ("1,5", ["0.5", "1"]), ("0", [])):
        typist.type({field: typed})
        assert sorted(event.body["count"] for event in typist.standing()) == counts
        assert typist.look().fields()[field] == (typed if counts else "")


def test_what_is_wrong_is_said_beside_its_field(typist: Typist) -> None:
    tablets = typist.field("medicine", TABLETS)
    assert len(typist.wrong({"taken": "2", "sleep": "11", "attacks": "99", "symptoms": "12"})) == 4
    assert "Vul hier ook 1" in typist.wrong({tablets: "0"})[0]
    assert "elk medicijn" in typist.wrong({"taken": "0"})[0]
    assert "Pas een van de twee aan" in typist.wrong({"taken": "1", tablets: "0"})[0]
    assert "meer aanvallen" in typist.wrong({"attacks": "0", "start-1": "0900"})[0]
    assert "wanneer" in typist.wrong({"end-1": "0900"})[0]
    assert "12 uur" in typist.wrong({"start-1": "1430", "end-1": "1410"})[0]
    assert "tijd" in typist.wrong({"start-1": "2560"})[0]
    assert "0 tot 20" in typist.wrong({typist.field("dose", DOSE): "1,3"})[0]


def test_a_time_to_come_is_refused(typist: Typist) -> None:
    page = typist.type({"start-1": "1300"}, "2026-03-12")
    assert page.status_code == 422
    assert "nog niet geweest" in page.text
    assert typist.type({"start-1": "1100"}, "2026-03-12").status_code == 303


def test_what_the_phone_said_stays(typist: Typist) -> None:
    stale = typist.look().fields()
    own = event(
        "evening",
        "2026-03-11T20:00:00+01:00",
        {"sleep": 5, "activity": None, "goal": None},
        diary_day=date(2026, 3, 11),
    )
    add_events(
        typist.database,
        typist.clock,
        typist.somebody,
        own,
        by=typist.people.nurse.scope,
    )
    page = typist.look()
    assert "sleep" not in page.fields()
    assert "op de telefoon ingevuld" in page.text
    answer = typist.desk.post(f"{typist.base}/{DAY}", data=stale | {"sleep": "9"})
    assert answer.status_code == 422
    assert typist.bodies() == {"evening": {"sleep": 5, "activity": None, "goal": None}}


def test_two_nurses_at_one_day_do_not_undo_one_another(typist: Typist) -> None:
    stale = typist.look().fields()
    typist.type({"sleep": "8"})
    answer = typist.desk.post(f"{typist.base}/{DAY}", data=stale | {"goal": "3"})
    assert answer.status_code == 422
    assert "intussen" in answer.text
    assert typist.bodies()["evening"] == {"sleep": 8, "activity": None, "goal": None}
    assert typist.desk.post(f"{typist.base}/{DAY}", data=Page(answer.text).fields()).location
    assert typist.bodies()["evening"] == {"sleep": None, "activity": None, "goal": 3}


def test_only_what_the_patient_is_asked(typist: Typist, people: People) -> None:
    intake = f"/team/patients/{people.patient.id}/typing/2026-03-03"
    names = set(Page(typist.desk.get(intake).text).fields())
    assert {"sleep", "activity", "goal"} <= names
    assert not {"taken", "attacks", "symptoms"} & names


@pytest.mark.parametrize(
    "text,shown", [("1430", "14:30"), ("930", "09:30"), ("9", "09:00"), ("23.05", "23:05")]
)
def test_times_as_they_are_typed(text: str, shown: str) -> None:
    read = clock(text)
    assert read is not None
    assert f"{read:%H:%M}" == shown


@pytest.mark.parametrize("text", ["24", "1260", "12:3", "-1", "12345", "٣", "a"])
def test_what_is_no_time(text: str) -> None:
    with pytest.raises(UnreadError):
        clock(text)


def test_numbers_of_lines_and_pieces() -> None:
    listed = {1: "a", 2: "b", 3: "c", 21: "d"}
    assert lines("", listed) is None
    assert lines("0", listed) == []
    assert lines("3 1", listed) == lines("1,3", listed) == lines("1+3+1", listed) == ["a", "c"]
    assert [pieces(text) for text in ("", "0", "2", "0,5")] == [0, 0, 2, Fraction(1, 2)]
    assert lines("21 2", listed) == ["b", "d"]
    for wrong in ("4", "22", "0 1", "x", ","):
        with pytest.raises(UnreadError):
            lines(wrong, listed)
    for wrong in ("21", "0,3", "-1", "1e1"):
        with pytest.raises(UnreadError):
            pieces(wrong)
