"""Every page of the team and of the administrator, as the routes of the app name them.

In Dutch all rules of axe at 1280 px, the contrast in the dark too, and nothing sideways at 1280 and
768 px; in English only the latter. A page behind a form that was sent is looked at where that is
done (test_workday.py).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask

from diary.protocol.deciding import Decided
from diary.store import accounts
from diary.store.database import Database
from diary.web.identity import TEAM_COOKIE
from tests.browser.conftest import NewContext
from tests.store.deciding import IMPLANT, Desk
from tests.store.diaries import add_events, event, new_medicine, on_list
from tests.store.questionnaires import totals, typed
from tests.support.clock import SettableClock
from tests.support.looking import ask, bring_along, scrolls_sideways
from tests.support.people import Maker, Member, People
from tests.support.server import LiveServer
from tests.web.team.conftest import Diarist

WIDTHS = (1280, 768)
PARTS = ("team.", "admin.")
# Nothing to look at as a page: files, a picture, and an id for a script.
FILES = {"table", "export", "picture", "pdf", "who"}
IN_LIGHT = "looking.barriers({})"
IN_THE_DARK = "looking.barriers({ runOnly: ['color-contrast'] })"


@pytest.fixture
def values(people: People, database: Database, clock: SettableClock) -> dict[str, object]:
    """Give what the addresses name, of a patient of whom there is something of everything."""
    Diarist(database, clock).fill(people.patient, without=1)
    report = event("symptoms", clock(), {"symptoms": ["fever"]})
    add_events(database, clock, people.patient, report)
    on_list(database, clock, people.nurse.scope, people.patient, new_medicine("morfine"))
    decided = Desk(database, clock, people.nurse.scope, people.patient).record(
        replace(IMPLANT, decided=Decided.POSTPONE, met_on=clock().date())
    )
    nurse = people.nurse.scope
    result = typed(database, clock, nurse, people.patient, totals("2026-03-01", pcs="38.5"))
    typed(database, clock, nurse, people.patient, totals("2026-03-19"))
    trial = next(phase for phase in people.patient.pathway.phases if phase.kind == "trial")
    return {
        "patient_id": people.patient.id,
        "phase_id": trial.id,
        "kind": "trial",
        "day": "2026-03-11",
        "event_id": report.id,
        "decision_id": decided,
        "instrument": "psqi",
        "result_id": result,
        "staff_id": people.nurse.id,
        "site_id": people.site_id,
        "token": "of nobody",
        "code": "fever",
    }


def addresses(app: Flask, part: str, values: dict[str, object]) -> dict[str, str]:
    """Return where each page is; what an address names and `values` does not, fails the test."""
    rules = [
        rule
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith(part)
        and "GET" in (rule.methods or ())
        and rule.endpoint.rpartition(".")[2] not in FILES
    ]
    with app.test_request_context():
        return {
            rule.endpoint: app.url_for(
                rule.endpoint, **{name: values[name] for name in rule.arguments}
            )
            for rule in rules
        }


@pytest.mark.parametrize("width", WIDTHS)
def test_a_long_name_wraps_in_the_list(
    width: int,
    calm_context: NewContext,
    server: LiveServer,
    people: People,
    maker: Maker,
    database: Database,
    clock: SettableClock,
) -> None:
    name = "Wolfeschlegelsteinhausenbergerdorff" * 4
    maker.patient(people.nurse.scope, people.site_id, f"{name} van der {name}"[:200])
    context = calm_context(viewport={"width": width, "height": 800})
    bring_along(context)
    context.add_cookies([_signed_in(people.nurse, database, clock) | {"url": server.url}])
    page = context.new_page()
    page.goto(f"{server.url}/team/patients")
    assert not scrolls_sideways(page)
    assert page.locator("table.list").evaluate(
        "table => table.scrollWidth <= table.parentElement.clientWidth"
    )
    figures = page.locator("table.list tbody td:last-child")
    assert figures.evaluate_all(
        "cells => cells.every((cell) => getComputedStyle(cell).whiteSpace === 'nowrap')"
    ), "a number in two halves is another number"


@pytest.mark.parametrize("part", PARTS)
def test_no_page_bars_anybody(
    part: str,
    app: Flask,
    calm_context: NewContext,
    server: LiveServer,
    people: People,
    values: dict[str, object],
    database: Database,
    clock: SettableClock,
) -> None:
    context = calm_context(viewport={"width": WIDTHS[0], "height": 800})
    bring_along(context)
    who = people.nurse if part == "team." else people.administrator
    context.add_cookies([_signed_in(who, database, clock) | {"url": server.url}])
    page = context.new_page()
    found: dict[str, list[str]] = {}
    for language in ("nl", "en"):
        page.goto(f"{server.url}/{part.rstrip('.')}/")
        choose = page.locator(f"form[action$='/language'] button[value={language}]")
        if choose.count():
            choose.click()
        for endpoint, path in addresses(app, part, values).items():
            answer = page.goto(server.url + path)
            wrong: list[Any] = [] if answer and answer.status in {200, 404} else ["no page"]
            if language == "nl":
                wrong += ask(page, IN_LIGHT)
                page.emulate_media(color_scheme="dark")
                wrong += ask(page, IN_THE_DARK)
                page.emulate_media(color_scheme="light")
            for width in reversed(WIDTHS):
                page.set_viewport_size({"width": width, "height": 800})
                wrong += [f"sideways at {width}"] if scrolls_sideways(page) else []
            found[f"{endpoint} {language}"] = wrong
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


def _signed_in(who: Member, database: Database, clock: SettableClock) -> dict[str, str]:
    token = str(uuid4())
    with database.write(None, now=clock()) as unit:
        secret = accounts.find_staff(unit, who.login)
        assert secret is not None
        accounts.start_session(unit, secret, token)
    return {"name": TEAM_COOKIE, "value": token}
