"""Every route of the administrator × everybody: a route without a line here fails the tests."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from diary.store.database import Database
from diary.store.tables import AccessLog, Action, Role, table_of
from tests.support.clock import SettableClock
from tests.support.people import People
from tests.web.conftest import PhoneOf
from tests.web.team.conftest import DeskOf
from tests.web.team.pages import Page


@dataclass(frozen=True)
class Route:
    """What the administrator gets, and the line it leaves in the log."""

    endpoint: str
    method: str
    status: int
    event: str
    action: Action = Action.READ
    data: dict[str, str] = field(default_factory=dict)
    audited: bool = False


NEW = {"name": "Cor", "login": "cor", "role": "nurse", "language": "nl", "site_id": "SITE"}
DETAILS = {"name": "Noord", "phone_number": "020 1", "language": "nl"}
OWN = '{"name": "noord-2026", "parameters": {"trial_days": 14}}'
TWICE_A_DAY = {"time_morning": "09:00", "time_evening": "18:30"}
ROUTES = [
    Route("admin.home.page", "GET", 200, "centre.read"),
    Route("admin.centre.page", "GET", 200, "centre.read"),
    Route("admin.centre.details", "POST", 303, "centre.details", Action.UPDATE, DETAILS),
    Route("admin.centre.on_duty", "POST", 303, "centre.duty", Action.UPDATE),
    Route("admin.centre.test", "POST", 303, "centre.duty_test", Action.EXECUTE),
    Route("admin.centre.ladder", "POST", 303, "centre.reminding", Action.UPDATE),
    Route("admin.centre.usual", "POST", 303, "centre.usual", Action.UPDATE, TWICE_A_DAY),
    Route("admin.channels.page", "GET", 200, "channel.read"),
    Route(
        "admin.channels.test", "POST", 303, "channel.test", Action.EXECUTE, {"address": "a@b.nl"}
    ),
    Route("admin.symptoms.page", "GET", 200, "symptom.list"),
    Route("admin.symptoms.edit", "GET", 200, "symptom.read"),
    Route("admin.symptoms.save", "POST", 303, "symptom.change", Action.UPDATE, {"asked": "no"}),
    Route("admin.protocols.page", "GET", 200, "protocol.list"),
    Route("admin.protocols.add", "POST", 303, "protocol.add", Action.CREATE, {"json": OWN}),
    Route(
        "admin.protocols.choose",
        "POST",
        303,
        "protocol.choose",
        Action.UPDATE,
        {"protocol": "nva-2020"},
    ),
    Route("admin.protocols.export", "GET", 200, "protocol.read"),
    Route("admin.log.page", "GET", 200, "log.read", audited=True),
    Route("admin.log.table", "GET", 200, "log.export", audited=True),
    Route("admin.log.check", "POST", 303, "log.check", Action.EXECUTE, audited=True),
    Route("admin.sites.page", "GET", 200, "site.list"),
    Route("admin.sites.add", "POST", 303, "site.add", Action.CREATE, {"site": "Noord"}),
    Route("admin.sites.rename", "POST", 303, "site.rename", Action.UPDATE, {"name": "Noord"}),
    Route("admin.staff.listing", "GET", 200, "staff.list"),
    Route("admin.staff.give", "POST", 303, "staff.give", Action.UPDATE, {"successor": "COLLEAGUE"}),
    Route("admin.staff.new", "GET", 200, "staff.read"),
    Route("admin.staff.add", "POST", 200, "staff.add", Action.CREATE, NEW),
    Route("admin.staff.page", "GET", 200, "staff.read"),
    Route("admin.staff.change", "POST", 303, "staff.change", Action.UPDATE, NEW),
    Route(
        "admin.staff.deactivate",
        "POST",
        303,
        "staff.deactivate",
        Action.UPDATE,
        {"successor": "COLLEAGUE"},
    ),
    Route("admin.staff.reactivate", "POST", 303, "staff.reactivate", Action.UPDATE),
    Route("admin.staff.reset", "POST", 200, "staff.reset", Action.UPDATE),
]
# Of these an id of another centre stands in the address.
BY_ID = [route for route in ROUTES if route.endpoint.startswith("admin.staff.")][4:]


def test_every_route_of_the_administrator_has_a_line_here(app: Flask) -> None:
    routes = {
        (rule.endpoint, method)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.endpoint.startswith("admin.") or rule.rule.startswith("/admin")
    }
    assert routes == {(route.endpoint, route.method) for route in ROUTES}


def ask(
    app: Flask, client: FlaskClient, route: Route, people: People, staff_id: UUID | None = None
) -> tuple[int, str, str]:
    values = {"staff_id": staff_id or people.nurse.id, "site_id": people.site_id, "code": "fever"}
    values["name"] = "nva-2020"
    rule = next(rule for rule in app.url_map.iter_rules() if rule.endpoint == route.endpoint)
    with app.test_request_context():
        path = app.url_for(route.endpoint, **{name: values[name] for name in rule.arguments})
    stand_ins = {"SITE": str(people.site_id), "COLLEAGUE": str(people.colleague.id)}
    data = {name: stand_ins.get(value, value) for name, value in route.data.items()}
    answer = client.open(path, method=route.method, data=data)
    return answer.status_code, answer.headers.get("Location", ""), answer.text


def last_line(database: Database, clock: SettableClock, people: People) -> tuple[object, ...]:
    log = table_of(AccessLog).c
    with database.read(people.product, now=clock()) as unit:
        row = unit.session.execute(
            select(log.event, log.action, log.actor_id, log.authorised, log.patient_id)
            .where(log.centre_id == people.centre_id)
            .order_by(log.number.desc())
            .limit(1)
        ).one()
    return tuple(row)


@pytest.mark.parametrize("route", ROUTES, ids=lambda r: f"{r.method} {r.endpoint}")
def test_administrator(
    route: Route,
    app: Flask,
    people: People,
    desk_of: DeskOf,
    database: Database,
    clock: SettableClock,
) -> None:
    status, _place, text = ask(app, desk_of(people.administrator), route, people)
    assert status == route.status
    assert "Bakker" not in text
    if status != 303 and "<html" in text:
        assert Page(text).problems == []
    expected = (route.event, route.action, people.administrator.id, True, None)
    assert last_line(database, clock, people) == expected


@pytest.mark.parametrize("route", ROUTES, ids=lambda r: f"{r.method} {r.endpoint}")
def test_everybody_else(
    route: Route,
    app: Flask,
    people: People,
    desk_of: DeskOf,
    nobody: FlaskClient,
    phone_of: PhoneOf,
    database: Database,
    clock: SettableClock,
) -> None:
    for who in (people.nurse, people.stranger, people.auditor):
        status, _place, text = ask(app, desk_of(who), route, people)
        if who is people.auditor and route.audited:
            assert status == route.status
        else:
            assert status == 403, who.role
            assert "Nurse1" not in text
    latest = last_line(database, clock, people)
    if route.audited:
        assert latest == (route.event, route.action, people.auditor.id, True, None)
    else:
        assert latest == ("page.refused", Action.READ, people.auditor.id, False, None)
    for client in (nobody, phone_of(people.patient)):
        status, place, _text = ask(app, client, route, people)
        assert (status, place.partition("?")[0]) == (303, "/team/sign-in")


@pytest.mark.parametrize("route", BY_ID, ids=lambda r: f"{r.method} {r.endpoint}")
def test_people_and_sites_of_another_centre_do_not_exist(
    route: Route, app: Flask, people: People, desk_of: DeskOf
) -> None:
    desk = desk_of(people.administrator)
    assert ask(app, desk, route, people, people.stranger.id)[0] == 404
    assert desk.post(f"/admin/sites/{people.nurse.id}", data={"name": "x"}).status_code == 404


def test_the_administrator_begins_at_the_centre(people: People, desk_of: DeskOf) -> None:
    assert people.administrator.role is Role.ADMINISTRATOR
    page = Page(desk_of(people.administrator).get("/team/", follow_redirects=True).text)
    assert page.root.one("h1").text == "Pijncentrum Noord"
    assert "/team/patients" not in str(page.root)
