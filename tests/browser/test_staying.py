"""A session that ends in the middle of a form."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from diary.store.database import Database
from tests.browser.test_team_pages import _signed_in
from tests.support.clock import SettableClock
from tests.support.people import People
from tests.support.server import LiveServer


@pytest.fixture
def context(
    chrome: Browser, server: LiveServer, people: People, database: Database, clock: SettableClock
) -> BrowserContext:
    """Give the nurse's browser, with a clock that the test moves on."""
    context = chrome.new_context(viewport={"width": 1280, "height": 800})
    context.add_cookies([_signed_in(people.nurse, database, clock) | {"url": server.url}])
    return context


def medicines(context: BrowserContext, server: LiveServer, people: People) -> Page:
    page = context.new_page()
    page.clock.install()
    page.goto(f"{server.url}/team/patients/{people.patient.id}/medicines")
    page.get_by_label("Naam van het medicijn").fill("paracetamol")
    return page


def test_two_minutes_before_the_end_one_click_goes_on(
    context: BrowserContext, server: LiveServer, people: People, clock: SettableClock
) -> None:
    page = medicines(context, server, people)
    notice = page.locator("[data-staying]")
    expect(notice).to_be_hidden()
    page.clock.fast_forward(13 * 60 * 1000 + 5000)
    clock.advance(minutes=13)
    expect(notice).to_contain_text("Over twee minuten wordt u uitgelogd")
    page.get_by_role("button", name="Ingelogd blijven").click()
    expect(notice).to_be_hidden()
    clock.advance(minutes=14)
    assert page.request.get(f"{server.url}/team/patients").url.endswith("/team/patients")


def test_what_was_typed_stays_until_somebody_is_signed_in_again(
    context: BrowserContext,
    server: LiveServer,
    people: People,
    database: Database,
    clock: SettableClock,
) -> None:
    page = medicines(context, server, people)
    page.clock.fast_forward(15 * 60 * 1000 + 5000)
    clock.advance(minutes=16)
    notice = page.locator("[data-staying]")
    expect(notice).to_contain_text("U bent uitgelogd")
    page.get_by_role("button", name="Op de lijst zetten").click()
    expect(notice).to_be_focused()
    assert page.get_by_label("Naam van het medicijn").input_value() == "paracetamol"
    # Signed in again, in another tab: the form goes through.
    context.add_cookies([_signed_in(people.nurse, database, clock) | {"url": server.url}])
    page.get_by_role("button", name="Op de lijst zetten").click()
    expect(page.locator(".error-summary")).to_be_visible()
    assert page.get_by_label("Naam van het medicijn").input_value() == "paracetamol"
