"""Every route of the team × everybody: a route without a line here fails the tests."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from diary.exchange import pdf
from diary.protocol.deciding import Decided
from diary.store import audit, centres, phones, pins, relations, switches
from diary.store.database import Database
from diary.store.tables import Action, Position, Role
from tests.store.deciding import IMPLANT, Desk
from tests.store.diaries import add_events, event, new_medicine, on_list
from tests.store.questionnaires import pain, typed
from tests.support.clock import SettableClock
from tests.support.people import PIN, Maker, People, Somebody
from tests.web.conftest import PhoneOf
from tests.web.team.conftest import DeskOf
from tests.web.team.pages import Page


@dataclass(frozen=True)
class Route:
    """A page of one patient: what the own nurse gets, and the line it leaves in the log."""

    endpoint: str
    method: str
    status: int
    event: str
    action: Action = Action.READ
    data: dict[str, str] = field(default_factory=dict)
    query: str = ""


PATIENT_ROUTES = [
    Route("team.patient.page", "GET", 200, "patient.read"),
    Route("team.trend.picture", "GET", 200, "patient.chart", query="?theme=light&size=wide"),
    Route("team.phases.start", "GET", 200, "phase.read"),
    Route("team.phases.start", "POST", 422, "phase.read", data={"step": "check"}),
    Route("team.phases.extend", "GET", 200, "phase.read"),
    Route(
        "team.phases.extend",
        "POST",
        303,
        "phase.extend",
        Action.UPDATE,
        {"step": "save", "days": "7", "version": "1"},
    ),
    Route("team.phases.end", "GET", 200, "phase.read"),
    Route(
        "team.phases.end",
        "POST",
        303,
        "phase.end",
        Action.UPDATE,
        {"step": "save", "ended_on": "2026-03-12", "version": "1"},
    ),
    Route("team.milestones.implantation", "GET", 200, "phase.read"),
    Route(
        "team.milestones.implantation",
        "POST",
        303,
        "implant.place",
        Action.UPDATE,
        {"step": "save", "implanted_on": "2026-04-20", "seen": ""},
    ),
    Route("team.milestones.end", "GET", 200, "phase.read"),
    Route("team.milestones.end", "POST", 303, "pathway.end", Action.UPDATE, {"version": "2"}),
    # While her pathway runs there is no other one to begin.
    Route("team.another.form", "GET", 200, "pathway.read"),
    Route("team.another.save", "POST", 422, "pathway.read", data={"step": "save"}),
    Route("team.decisions.page", "GET", 200, "decision.read"),
    Route("team.decisions.page", "POST", 422, "decision.read", data={"step": "save"}),
    Route("team.decisions.correct", "GET", 200, "decision.read"),
    Route("team.decisions.correct", "POST", 422, "decision.read", data={"step": "check"}),
    Route("team.switches.page", "GET", 200, "stimulator.read"),
    Route(
        "team.switches.add",
        "POST",
        303,
        "stimulator.note",
        Action.CREATE,
        {"position": "off", "day": "2026-03-12", "time": "09:00"},
    ),
    Route("team.switches.take_back", "POST", 303, "stimulator.take_back", Action.UPDATE),
    Route("team.notes.page", "GET", 200, "note.read"),
    Route("team.notes.add", "POST", 303, "note.write", Action.CREATE, {"text": "Gebeld."}),
    Route("team.questionnaires.page", "GET", 200, "questionnaire.read"),
    Route("team.questionnaires.fill_in", "GET", 200, "questionnaire.read"),
    Route("team.questionnaires.fill_in", "POST", 422, "questionnaire.read", data={"step": "check"}),
    Route(
        "team.questionnaires.fill_in",
        "POST",
        303,
        "questionnaire.add",
        Action.CREATE,
        {"step": "save", "on": "2026-03-12", "item-pain": "7"},
    ),
    Route("team.questionnaires.correct", "GET", 200, "questionnaire.read"),
    Route(
        "team.questionnaires.correct",
        "POST",
        303,
        "questionnaire.correct",
        Action.UPDATE,
        {"step": "save", "on": "2026-03-11", "item-pain": "6", "reason": "Fout getypt."},
    ),
    Route("team.questionnaires.withdraw", "GET", 200, "questionnaire.read"),
    Route(
        "team.questionnaires.withdraw",
        "POST",
        303,
        "questionnaire.withdraw",
        Action.UPDATE,
        {"reason": "Van een ander."},
    ),
    Route("team.looked.page", "GET", 200, "access.read"),
    Route("team.consent.page", "GET", 200, "consent.read"),
    Route(
        "team.consent.save",
        "POST",
        303,
        "consent.write",
        Action.UPDATE,
        {"data": "yes", "said_on": "2026-03-12"},
    ),
    Route("team.eligibility.page", "GET", 200, "eligibility.read"),
    Route(
        "team.eligibility.save",
        "POST",
        303,
        "eligibility.write",
        Action.UPDATE,
        {"number": "0", "pregnant": "no"},
    ),
    Route("team.alarms.close", "GET", 200, "alarm.read"),
    Route("team.alarms.close", "POST", 303, "alarm.close", Action.UPDATE, {"note": "Gebeld."}),
    Route(
        "team.today.act",
        "POST",
        303,
        "worklist.take",
        Action.UPDATE,
        {"act": "take", "kind": "missed", "subject": "x", "number": "0"},
    ),
    Route("team.medicines.page", "GET", 200, "medicine.read"),
    Route("team.medicines.add", "POST", 422, "medicine.read"),
    Route(
        "team.medicines.stop",
        "POST",
        303,
        "medicine.stop",
        Action.UPDATE,
        {"stopped_on": "2026-03-12"},
    ),
    Route("team.medicines.evening", "POST", 303, "evening.choose", Action.UPDATE),
    Route("team.ledger.page", "GET", 200, "ledger.read"),
    Route("team.ledger.table", "GET", 200, "ledger.export"),
    Route("team.reminding.page", "GET", 200, "reminding.read"),
    Route(
        "team.reminding.ladder",
        "POST",
        303,
        "reminding.ladder",
        Action.UPDATE,
        {"ladder": "centre"},
    ),
    Route(
        "team.reminding.channels",
        "POST",
        303,
        "reminding.channels",
        Action.UPDATE,
        {"email": "", "mobile": "", "fallback": ""},
    ),
    Route("team.reminding.moments", "POST", 422, "reminding.read", data={"revision": "0"}),
    Route(
        "team.reminding.pause",
        "POST",
        303,
        "reminding.pause",
        Action.UPDATE,
        {"until": "2026-03-14"},
    ),
    Route("team.reminding.resume", "POST", 303, "reminding.resume", Action.UPDATE),
    Route(
        "team.reminding.test",
        "POST",
        303,
        "reminding.test",
        Action.EXECUTE,
        {"channel": "sms"},
    ),
    Route("team.phones.letter", "POST", 200, "phone.letter", Action.CREATE),
    Route("team.phones.revoke", "POST", 303, "phone.revoke", Action.UPDATE),
    Route("team.pin.reset", "POST", 303, "pin.reset", Action.DELETE),
    Route("team.treating.page", "GET", 200, "relation.read"),
    Route("team.treating.add", "POST", 422, "relation.read"),
    Route("team.treating.leave", "POST", 422, "relation.read"),
    Route("team.booklet.page", "GET", 200, "booklet.choose"),
    Route("team.booklet.print_view", "GET", 200, "booklet.print"),
    # Without Pango there is no PDF; the answer is then the page that says so.
    Route("team.booklet.pdf", "GET", 200, "booklet.print")
    if pdf.is_available()
    else Route("team.booklet.pdf", "GET", 303, "booklet.choose"),
    Route("team.report.print_view", "GET", 200, "report.print"),
    Route("team.report.pdf", "GET", 200 if pdf.is_available() else 303, "report.print"),
    Route("team.typing.start", "GET", 303, "paper.read"),
    Route("team.typing.sheet", "GET", 200, "paper.read"),
    Route("team.typing.save", "POST", 303, "paper.save", Action.UPDATE, {"score-0-0": "7"}),
    Route("team.typing.save", "POST", 422, "paper.read", data={"score-0-0": "77"}),
]
# Pages of no patient: what staff who treat get, and what staff who do not.
GENERAL_ROUTES = {
    ("team.home", "GET"): (200, 303),
    ("team.patients.listing", "GET"): (200, 403),
    ("team.patients.export", "GET"): (200, 403),
    ("team.enrol.form", "GET"): (200, 403),
    ("team.enrol.save", "POST"): (400, 403),
    ("team.accounts.choose_language", "POST"): (400, 400),
    ("team.accounts.who", "GET"): (200, 200),
    ("team.password.page", "GET"): (200, 200),
    ("team.password.change", "POST"): (422, 422),
    ("team.accounts.sign_out", "POST"): (303, 303),
}
OPEN_ROUTES = {
    *{("team.accounts.sign_in", "GET"), ("team.accounts.sign_in_now", "POST")},
    *{("team.welcome.page", "GET"), ("team.welcome.choose", "POST")},
}


def test_every_route_of_the_team_has_a_line_here(app: Flask) -> None:
    routes = {
        (rule.endpoint, method)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.endpoint.startswith("team.") or rule.rule.startswith("/team")
    }
    here = {(route.endpoint, route.method) for route in PATIENT_ROUTES}
    assert routes == here | set(GENERAL_ROUTES) | OPEN_ROUTES


Ask = Callable[[FlaskClient, Route], tuple[int, str, str]]


@pytest.fixture
def ask(app: Flask, people: People, database: Database, clock: SettableClock) -> Ask:
    """Give what asks for a page of the patient, and answers status, place to go and text.

    She has a PIN, a medicine and a questionnaire, and has reported an alarm symptom.
    """
    report = event("symptoms", clock(), {"symptoms": ["fever"]})
    add_events(database, clock, people.patient, report)
    medicine = new_medicine("morfine")
    medicine_id = on_list(database, clock, people.nurse.scope, people.patient, medicine)
    more = {"event_id": report.id, "medicine_id": medicine_id}
    with database.write(people.patient.scope, now=clock()) as unit:
        pins.choose(unit, people.patient.phone, PIN)
    with database.write(people.nurse.scope, now=clock()) as unit:
        off = switches.note_switch(unit, people.patient.pathway, Position.OFF, clock())
    decided = Desk(database, clock, people.nurse.scope, people.patient).record(
        replace(IMPLANT, decided=Decided.POSTPONE, met_on=clock().date())
    )
    result_id = typed(database, clock, people.nurse.scope, people.patient, pain("2026-03-11"))
    more |= {"switch_id": off, "decision_id": decided, "result_id": result_id}

    def send(client: FlaskClient, route: Route) -> tuple[int, str, str]:
        path = address(app, route, people.patient, more) + route.query
        answer = client.open(path, method=route.method, data=route.data)
        text = answer.get_data().decode(errors="replace")  # a PDF is no text
        return answer.status_code, answer.headers.get("Location", ""), text

    return send


def address(app: Flask, route: Route, somebody: Somebody, more: dict[str, UUID]) -> str:
    trial = next(phase for phase in somebody.pathway.phases if phase.kind == "trial")
    rule = next(rule for rule in app.url_map.iter_rules() if rule.endpoint == route.endpoint)
    values = {
        "patient_id": somebody.id,
        "phase_id": trial.id,
        "phone_id": somebody.phone.phone_id,
        "kind": "trial",
        "day": "2026-03-11",
        "instrument": "nrs",
        **more,
    }
    with app.test_request_context():
        return app.url_for(route.endpoint, **{name: values[name] for name in rule.arguments})


@pytest.mark.parametrize("route", PATIENT_ROUTES, ids=lambda r: f"{r.method} {r.endpoint}")
def test_own_nurse(
    route: Route,
    ask: Ask,
    people: People,
    desk_of: DeskOf,
    database: Database,
    clock: SettableClock,
) -> None:
    status, _place, text = ask(desk_of(people.nurse), route)
    assert status == route.status
    if status != 303 and "<html" in text:
        assert Page(text).problems == []
    with database.read(people.nurse.scope, now=clock()) as unit:
        latest = audit.of_patient(unit, people.patient.id)[0]
    assert (latest.event, latest.action) == (route.event, route.action)
    assert (latest.actor_id, latest.authorised) == (people.nurse.id, True)
    assert latest.treatment_relation


@pytest.mark.parametrize("route", PATIENT_ROUTES, ids=lambda r: f"{r.method} {r.endpoint}")
def test_everybody_else(
    route: Route,
    ask: Ask,
    people: People,
    desk_of: DeskOf,
    nobody: FlaskClient,
    phone_of: PhoneOf,
) -> None:
    strangers = {"colleague": 404, "stranger": 404, "administrator": 403, "auditor": 403}
    for who, expected in strangers.items():
        status, _place, text = ask(desk_of(getattr(people, who)), route)
        assert status == expected, who
        assert "Bakker" not in text, who
    for client in (nobody, phone_of(people.patient)):
        status, place, text = ask(client, route)
        assert (status, place.partition("?")[0]) == (303, "/team/sign-in")
        assert "Bakker" not in text


DOCTORS = (Role.CLINICIAN, Role.PSYCHOLOGIST)


def test_every_treating_role_and_the_other_site(
    ask: Ask,
    people: People,
    maker: Maker,
    desk_of: DeskOf,
    database: Database,
    clock: SettableClock,
) -> None:
    """Treating is what counts, not the role nor the place: with a relation or not at all."""
    with database.write(people.product, now=clock()) as unit:
        elsewhere = centres.add_site(unit, "Tweede locatie")
    own = [maker.member(people.centre_id, people.site_id, role) for role in DOCTORS]
    others = [
        maker.member(people.centre_id, site_id, role)
        for site_id, role in ((elsewhere, Role.NURSE), (people.site_id, Role.CLINICIAN))
    ]
    with database.write(people.nurse.scope, now=clock()) as unit:
        for member in own:
            relations.begin(unit, member.id, people.patient.id)
    desks = {member.id: desk_of(member) for member in own + others}
    for route in PATIENT_ROUTES:
        if route.method == "GET" and route.status == 200 and "pdf" not in route.endpoint:
            for member in own:
                assert ask(desks[member.id], route)[0] == 200, (route, member.role)
        for member in others:
            assert ask(desks[member.id], route)[0] == 404, (route, member.role)


@pytest.mark.parametrize("endpoint,method", GENERAL_ROUTES)
def test_pages_of_no_patient(
    endpoint: str,
    method: str,
    app: Flask,
    people: People,
    desk_of: DeskOf,
    nobody: FlaskClient,
    phone_of: PhoneOf,
) -> None:
    with app.test_request_context():
        path = app.url_for(endpoint)
    treating, others = GENERAL_ROUTES[endpoint, method]
    for client in (nobody, phone_of(people.patient)):
        assert client.open(path, method=method).status_code == 303
    for who, status in [
        (people.nurse, treating),
        (people.stranger, treating),
        (people.administrator, others),
        (people.auditor, others),
    ]:
        answer = desk_of(who).open(path, method=method)
        assert answer.status_code == status, who.role
        assert ("Bakker" in answer.text) is (
            who is people.nurse and endpoint.startswith("team.patients.")
        )


@pytest.mark.parametrize("who", ["colleague", "administrator", "auditor"])
def test_an_attempt_from_outside_is_in_the_log(
    who: str, people: People, desk_of: DeskOf, database: Database, clock: SettableClock
) -> None:
    member = getattr(people, who)
    desk_of(member).get(f"/team/patients/{people.patient.id}")
    with database.read(people.nurse.scope, now=clock()) as unit:
        latest = audit.of_patient(unit, people.patient.id)[0]
    assert latest.actor_id == member.id
    assert (latest.authorised, latest.treatment_relation) == (False, False)


def test_a_phone_or_phase_of_another_patient_does_not_exist(
    people: People, desk_of: DeskOf, database: Database, clock: SettableClock
) -> None:
    desk, own, other = desk_of(people.nurse), people.patient, people.other
    base = f"/team/patients/{own.id}"
    assert desk.post(f"{base}/phones/{other.phone.phone_id}/revoke").status_code == 404
    assert desk.get(f"{base}/phases/{other.pathway.phases[0].id}/end").status_code == 404
    with database.read(people.colleague.scope, now=clock()) as unit:
        assert phones.phones(unit, other.id)[0].revoked_at is None


def test_staff_who_treat_nobody_are_told_what_they_can_do(people: People, desk_of: DeskOf) -> None:
    for who in (people.administrator, people.auditor):
        page = Page(desk_of(who).get("/team/", follow_redirects=True).text)
        assert page.problems == []
        assert "/team/patients/new" not in str(page.root)
