"""A real Chromium, a real server on loopback, and phones of the people of the tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    Playwright,
    expect,
    sync_playwright,
)

from diary.protocol.phases import PhaseKind
from diary.protocol.scales import Scale
from diary.store import accounts, diary_reading, event_reading, pathways, patients, phones
from diary.store.database import Database
from diary.store.diary_reading import EntryView
from diary.store.medicines import NewMedicine, add_medicine
from diary.store.pathways import PathwayView
from diary.store.scope import Scope
from diary.store.tables import StrengthUnit
from diary.web.identity import TEAM_COOKIE
from tests.support import chromium
from tests.support.clock import SettableClock
from tests.support.people import People, Somebody, enrolment
from tests.support.phone import Phone
from tests.support.server import LiveServer, make_app

PHONE = {"width": 360, "height": 740}
# A busy machine is slow, not wrong: what never comes still fails.
PATIENCE_MS = 20_000
expect.set_options(timeout=PATIENCE_MS)
FOLDER = Path(__file__).parent
DeskPage = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test of this folder."""
    for item in items:
        if FOLDER in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """Give what drives browsers."""
    with sync_playwright() as driver:
        yield driver


@pytest.fixture
def chrome(playwright: Playwright) -> Iterator[Browser]:
    """Give a browser of its own to each test.

    Chromium does not always come back from closing a context whose service worker is at work,
    and Playwright would wait for ever; a browser that does not close is ended.
    """
    browser = chromium.launch(playwright)
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def _calm_chrome(playwright: Playwright) -> Iterator[Browser]:
    browser = chromium.launch(playwright)
    yield browser
    browser.close()


NewContext = Callable[..., BrowserContext]


@pytest.fixture
def calm_context(_calm_chrome: Browser) -> Iterator[NewContext]:
    """Give what opens a context for pages without a service worker; keywords go to the context.

    These close without fail, so one browser does for all tests.
    """
    with ExitStack() as opened:

        def open_context(**options: Any) -> BrowserContext:
            context = _calm_chrome.new_context(**options)
            opened.callback(context.close)
            return context

        yield open_context


@pytest.fixture
def database(sqlite_database: Database) -> Database:
    """Give a SQLite database."""
    return sqlite_database


@pytest.fixture
def app(database: Database, clock: SettableClock) -> Flask:
    """Give the application."""
    return make_app(database, clock)


@pytest.fixture
def server(app: Flask) -> Iterator[LiveServer]:
    """Give the application on a real port."""
    with LiveServer(app) as running:
        yield running


NewPhone = Callable[..., Phone]


@pytest.fixture
def new_phone(
    request: pytest.FixtureRequest,
    calm_context: NewContext,
    server: LiveServer,
    clock: SettableClock,
) -> NewPhone:
    """Give what unpacks a new phone; keywords go to the browser context."""

    def unpack(**options: Any) -> Phone:
        settings = {"viewport": PHONE, "locale": "en-GB", "timezone_id": "Europe/Amsterdam"}
        calm = options.get("service_workers") == "block" or not options.get(
            "java_script_enabled", True
        )
        new = calm_context if calm else request.getfixturevalue("chrome").new_context
        context = new(**{**settings, **options})
        problems: list[str] = []
        context.on("weberror", lambda error: problems.append(str(error.error)))
        phone = Phone(context, context.new_page(), server, clock, problems)
        phone.set_clock()
        return phone

    return unpack


@pytest.fixture
def phone(new_phone: NewPhone) -> Phone:
    """Give a new phone."""
    return new_phone()


CodeFor = Callable[[Somebody], str]


@pytest.fixture
def code_for(people: People, database: Database, clock: SettableClock) -> CodeFor:
    """Give what makes an activation code for a patient."""

    def make(patient: Somebody) -> str:
        with database.write(Scope(people.centre_id), now=clock()) as unit:
            return phones.create_activation_code(unit, patient.id)

    return make


EntriesOf = Callable[[Somebody], list[EntryView]]


@pytest.fixture
def entries_of(database: Database, clock: SettableClock) -> EntriesOf:
    """Give what reads the entries of a patient from the store."""

    def read(patient: Somebody) -> list[EntryView]:
        with database.read(patient.scope, now=clock()) as unit:
            return diary_reading.entries(unit, patient.pathway)

    return read


EventsOf = Callable[[Somebody], list[dict[str, Any]]]


@pytest.fixture
def events_of(people: People, database: Database, clock: SettableClock) -> EventsOf:
    """Give what reads the events of a patient that stand, as kind and body."""

    def read(patient: Somebody) -> list[dict[str, Any]]:
        with database.read(people.nurse.scope, now=clock()) as unit:
            found = event_reading.standing(unit, [patient.pathway.id])
        return [{"kind": one.kind.value} | one.body for one in found.get(patient.pathway.id, [])]

    return read


def without_phone(people: People, pathway: PathwayView) -> Somebody:
    """Return a patient of the own nurse with the own scope, who has yet to connect a phone."""
    own = replace(people.patient.phone, patient_id=pathway.patient_id, phone_id=uuid4())
    return Somebody(pathway.patient_id, own, "", pathway)


@pytest.fixture
def vas_patient(people: People, database: Database, clock: SettableClock) -> Somebody:
    """Give a patient in trial who answers on the line, for one pain site."""
    new = replace(enrolment(people.site_id, number=77), scale=Scale.VAS, sites=("leg",))
    with database.write(people.nurse.scope, now=clock()) as unit:
        patient_id = patients.enrol(unit, new)
        found = pathways.pathway(unit, patient_id)
        assert found is not None
        day = clock().date()
        pathways.start_phase(unit, found.id, PhaseKind.TRIAL, day, day)
        found = pathways.pathway(unit, patient_id)
        assert found is not None
    return without_phone(people, found)


@pytest.fixture
def cluster_patient(people: People, database: Database, clock: SettableClock) -> Somebody:
    """Give a patient with cluster headache in trial, with a list of medicines."""
    new = replace(enrolment(people.site_id, number=78), indication="cluster", sites=("head",))
    with database.write(people.nurse.scope, now=clock()) as unit:
        patient_id = patients.enrol(unit, new)
        found = pathways.pathway(unit, patient_id)
        assert found is not None
        day = clock().date()
        pathways.start_phase(unit, found.id, PhaseKind.TRIAL, day, day)
        for substance, as_needed in (("pregabalin", False), ("oxycodone", True)):
            medicine = NewMedicine(
                substance=substance,
                strength=Fraction(10),
                unit=StrengthUnit.MG,
                form="tablet",
                route="oral",
                as_needed=as_needed,
                times_a_day=None if as_needed else 2,
                patch_days=None,
                started_on=day,
            )
            add_medicine(unit, found, medicine)
        found = pathways.pathway(unit, patient_id)
        assert found is not None
    return without_phone(people, found)


@pytest.fixture
def desk(
    calm_context: NewContext,
    server: LiveServer,
    people: People,
    database: Database,
    clock: SettableClock,
) -> DeskPage:
    """Give what opens a page of a patient in the browser of the nurse, who is signed in."""

    def open_page(patient: Somebody, path: str, javascript: bool = True, **options: Any) -> Page:
        token = str(uuid4())
        with database.write(None, now=clock()) as unit:
            secret = accounts.find_staff(unit, people.nurse.login)
            assert secret is not None
            accounts.start_session(unit, secret, token)
        context = calm_context(java_script_enabled=javascript, locale="en-GB", **options)
        context.add_cookies([{"name": TEAM_COOKIE, "value": token, "url": server.url}])
        page = context.new_page()
        page.goto(f"{server.url}/team/patients/{patient.id}/{path}".rstrip("/"))
        return page

    return open_page
