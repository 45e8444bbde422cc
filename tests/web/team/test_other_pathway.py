"""A form that was opened before a new pathway began saves nothing in it, and says so (ADR 12)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from diary.protocol.deciding import Decided
from diary.store import pauses, switches
from diary.store.database import Database
from diary.store.tables import Position
from tests.store.deciding import IMPLANT, Desk
from tests.store.diaries import new_medicine, on_list
from tests.store.questionnaires import pain, typed
from tests.support.clock import SettableClock
from tests.support.databases import Rows, all_rows
from tests.support.people import People
from tests.web.team.conftest import DeskOf
from tests.web.team.pages import Page, fields_in

DURING_TRIAL = "2026-03-12T12:00:00+01:00"
BEGUN = "Deze pagina is geopend voordat het nieuwe traject van deze patiënt begon"
PAIN = {"on": "2026-03-12", "item-pain": "6"}
DECISION = {
    "decided": "postpone",
    "team-pain_specialist": "dr. Smit",
    "team-psychologist": "drs. Kaya",
    "team-nurse": "N. de Wit",
    "patient_said": "agrees",
    "reasons": "Er is twijfel.",
}


@dataclass(frozen=True)
class Sent:
    """A form of a patient: the page it stands on, where it goes (else there), what is typed.

    `shown` is what of it has to be on the page that says no; `steps` are sent one after another.
    """

    page: str
    data: dict[str, str] = field(default_factory=dict)
    shown: tuple[str, ...] = ()
    to: str = ""
    steps: tuple[str, ...] = ()
    at: str = DURING_TRIAL


BOTH = ("check", "save")
EDIT = (*BOTH, "edit")
OF_PATHWAY = {
    "team.phases.start": Sent(
        "/phases/new/follow_up",
        {"first_day": "2026-06-20", "days": "5"},
        ("2026-06-20",),
        steps=BOTH,
    ),
    "team.phases.extend": Sent("/phases/{phase}/extend", {"days": "9"}, ("9",), steps=BOTH),
    "team.phases.end": Sent(
        "/phases/{phase}/end",
        {"ended_on": "2026-03-12", "reason": "De draad brak."},
        ("De draad brak.",),
        steps=BOTH,
    ),
    "team.milestones.implantation": Sent(
        "/implantation", {"implanted_on": "2026-04-20"}, ("2026-04-20",), steps=BOTH
    ),
    "team.milestones.end": Sent("/end"),
    "team.decisions.page": Sent("/decisions", DECISION, ("Er is twijfel.", "dr. Smit"), steps=BOTH),
    "team.decisions.correct": Sent(
        "/decisions/{decision}/correct", DECISION, ("Er is twijfel.", "dr. Smit"), steps=BOTH
    ),
    "team.switches.add": Sent(
        "/switches", {"position": "off", "note": "Op verzoek."}, ("Op verzoek.",)
    ),
    "team.switches.take_back": Sent("/switches", to="/switches/{switch}/take-back"),
    "team.questionnaires.fill_in": Sent(
        "/questionnaires/new/nrs", PAIN, ("2026-03-12", "6"), steps=EDIT
    ),
    "team.questionnaires.correct": Sent(
        "/questionnaires/{result}/correct",
        PAIN | {"reason": "Fout getypt."},
        ("6", "Fout getypt."),
        steps=EDIT,
    ),
    "team.questionnaires.withdraw": Sent(
        "/questionnaires/{result}/withdraw", {"reason": "Van een ander."}, ("Van een ander.",)
    ),
    "team.eligibility.save": Sent("/eligibility", {"bmi": "31"}, ("31",)),
    "team.medicines.add": Sent(
        "/medicines", {"substance": "oxycodon", "strength": "5", "times_a_day": "2"}, ("oxycodon",)
    ),
    "team.medicines.stop": Sent(
        "/medicines", {"stopped_on": "2026-03-12"}, to="/medicines/{medicine}/stop"
    ),
    "team.medicines.evening": Sent(
        "/medicines", {"evening": "goal"}, ("goal",), to="/medicines/evening"
    ),
    "team.reminding.ladder": Sent(
        "/reminding", {"ladder": "own", "after_1": "41"}, ("41",), to="/reminding/ladder"
    ),
    "team.reminding.moments": Sent(
        "/reminding",
        {"time_morning": "07:31"},
        ("07:31",),
        to="/reminding/moments",
        at="2026-03-01T12:00:00+01:00",
    ),
    "team.reminding.pause": Sent(
        "/reminding",
        {"until": "2026-06-04", "reason": "Opname."},
        ("2026-06-04", "Opname."),
        to="/reminding/pause",
    ),
    "team.reminding.resume": Sent("/reminding", to="/reminding/resume"),
    "team.typing.save": Sent("/typing/2026-03-11", {"score-1-0": "7"}, ("7",)),
}
# About the patient, whichever pathway runs: saved all the same.
OF_PATIENT = {
    *("team.alarms.close", "team.consent.save", "team.notes.add", "team.today.act"),
    *("team.phones.letter", "team.phones.revoke", "team.pin.reset"),
    *("team.treating.add", "team.treating.leave"),
    *("team.reminding.channels", "team.reminding.test"),
    # What it begins is in the form; while one runs it is refused.
    "team.another.save",
}


def test_every_form_of_a_patient_is_here(app: Flask) -> None:
    routes = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("team.") and "POST" in (rule.methods or ())
        if "patient_id" in rule.arguments
    }
    assert routes == set(OF_PATHWAY) | OF_PATIENT
    assert not set(OF_PATHWAY) & OF_PATIENT


Addresses = Callable[[str], str]


@pytest.fixture
def addresses(people: People, database: Database, clock: SettableClock) -> Addresses:
    """Give what fills in the ids of what was there of the pathway that has ended since."""
    patient, scope = people.patient, people.nurse.scope
    trial = next(phase for phase in patient.pathway.phases if phase.kind == "trial")
    with database.write(scope, now=clock()) as unit:
        off = switches.note_switch(unit, patient.pathway, Position.OFF, clock())
    postponed = replace(IMPLANT, decided=Decided.POSTPONE, met_on=clock().date())
    ids: dict[str, UUID] = {
        "phase": trial.id,
        "switch": off,
        "medicine": on_list(database, clock, scope, patient, new_medicine("morfine")),
        "decision": Desk(database, clock, scope, patient).record(postponed),
        "result": typed(database, clock, scope, patient, pain("2026-03-11")),
    }
    return lambda path: f"/team/patients/{patient.id}" + path.format(**ids)


@pytest.mark.parametrize("endpoint", OF_PATHWAY)
def test_a_form_of_before_saves_nothing_in_the_new_pathway(
    endpoint: str,
    addresses: Addresses,
    people: People,
    desk_of: DeskOf,
    database: Database,
    clock: SettableClock,
) -> None:
    sent = OF_PATHWAY[endpoint]
    if endpoint == "team.reminding.resume":
        with database.write(people.nurse.scope, now=clock()) as unit:
            pauses.pause(unit, people.patient.pathway, clock().date().replace(day=14))
    clock.set(sent.at)
    page, to = addresses(sent.page), addresses(sent.to or sent.page)
    opened = form_of(Page(desk_of(people.nurse).get(page).text), page, to)
    desk = begin_another(addresses(""), people, desk_of, clock)
    for step in sent.steps or ("",):
        form = opened | sent.data | ({"step": step} if step else {})
        # Once more on the page that said no: it is still about the pathway before.
        for _again in range(2):
            before = kept(database)
            answer = desk.post(to, data=form)
            told = Page(answer.text)
            assert (answer.status_code, told.problems) == (409, []), step
            assert BEGUN in told.text
            for text in sent.shown:
                assert f'value="{text}"' in answer.text or f">{text}<" in answer.text, text
            assert kept(database) == before
            if endpoint in {"team.milestones.end", "team.reminding.resume"}:
                break  # There is nothing left to press.
            form |= form_of(told, page, to) | sent.data


def test_a_form_of_now_is_saved(
    addresses: Addresses, people: People, desk_of: DeskOf, clock: SettableClock
) -> None:
    desk = begin_another(addresses(""), people, desk_of, clock)
    page = addresses("/questionnaires/new/nrs")
    form = form_of(Page(desk.get(page).text), page, page) | {"on": "2026-05-31", "item-pain": "6"}
    looked = Page(desk.post(page, data=form | {"step": "check"}).text)
    done = desk.post(page, data=form_of(looked, page, page) | {"step": "save"})
    assert done.status_code == 303


def test_what_is_about_the_patient_is_saved_all_the_same(
    addresses: Addresses, people: People, desk_of: DeskOf, clock: SettableClock
) -> None:
    page = addresses("/notes")
    opened = form_of(Page(desk_of(people.nurse).get(page).text), page, page)
    desk = begin_another(addresses(""), people, desk_of, clock)
    assert desk.post(page, data=opened | {"text": "Gebeld."}).status_code == 303
    assert "Gebeld." in desk.get(page).text


def test_a_pathway_of_somebody_else_does_not_exist(
    addresses: Addresses, people: People, desk_of: DeskOf
) -> None:
    form = {"substance": "oxycodon", "pathway": str(people.other.pathway.id)}
    assert desk_of(people.nurse).post(addresses("/medicines"), data=form).status_code == 404


def form_of(page: Page, path: str, to: str) -> dict[str, str]:
    """Return the fields of the form on the page of `path` that is sent to `to`."""
    forms = [
        form
        for form in page.root.one("main").all("form", method="post")
        if form.attributes.get("action", path) == to
    ]
    return fields_in(forms[-1])


def begin_another(
    patient: str, people: People, desk_of: DeskOf, clock: SettableClock
) -> FlaskClient:
    """End the pathway and begin another one; return a desk of then."""
    clock.set("2026-03-20T12:00:00+01:00")
    desk = desk_of(people.nurse)
    done = desk.post(f"{patient}/end", data=Page(desk.get(f"{patient}/end").text).fields())
    assert done.status_code == 303
    clock.set("2026-06-01T12:00:00+02:00")
    desk = desk_of(people.nurse)
    new = Page(desk.get(f"{patient}/pathways/new").text).fields() | {
        "indication": "crps",
        "primary_site": "foot",
        "scale": "vas",
        "first_day": "2026-06-01",
        "days": "9",
        "step": "save",
    }
    assert desk.post(f"{patient}/pathways/new", data=new).status_code == 303
    return desk


def kept(database: Database) -> Rows:
    """Return everything but the log of who looked, and of who is signed in."""
    return {
        table: rows
        for table, rows in all_rows(database).items()
        if table.name not in {"access_log", "staff_session"}
    }
