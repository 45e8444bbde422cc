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


def save(page: Page) -> None:
    page.get_by_role("button", name="Op de lijst zetten").click()


def typed(page: Page) -> str:
    return page.get_by_label("Naam van het medicijn").input_value()


def test_the_last_minute_of_a_session_loses_nothing(
    context: BrowserContext, server: LiveServer, people: People, clock: SettableClock
) -> None:
    # Signed in 50 seconds ago: of this visit the time is not kept.
    clock.advance(seconds=50)
    page = medicines(context, server, people)
    page.clock.fast_forward(14 * 60 * 1000 + 30_000)
    clock.advance(minutes=14, seconds=30)
    save(page)
    notice = page.locator("[data-staying]")
    expect(notice).to_be_focused()
    expect(notice).to_contain_text("U bent uitgelogd")
    assert typed(page) == "paracetamol"


def test_a_form_that_does_not_arrive_says_so_and_can_be_sent_again(
    context: BrowserContext, server: LiveServer, people: People, clock: SettableClock
) -> None:
    page = medicines(context, server, people)
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.clock.fast_forward(14 * 60 * 1000 + 5000)
    page.route("**/team/who", lambda route: route.abort())
    save(page)
    notice = page.locator("[data-staying]")
    expect(notice).to_be_focused()
    expect(notice).to_contain_text("niet bereikbaar")
    # It stays said, and nothing else with it.
    page.clock.fast_forward(10_000)
    expect(notice.locator("p:visible")).to_have_count(1)
    assert typed(page) == "paracetamol"
    page.unroute("**/team/who")
    save(page)
    expect(page.locator(".error-summary")).to_be_visible()
    assert problems == []


@pytest.mark.parametrize("after", ["a while", "a moment"])
def test_a_form_is_not_sent_in_the_name_of_somebody_else(
    after: str,
    context: BrowserContext,
    server: LiveServer,
    people: People,
    database: Database,
    clock: SettableClock,
) -> None:
    page = medicines(context, server, people)
    posted: list[str] = []
    page.on("request", lambda one: one.method == "POST" and posted.append(one.url))
    if after == "a while":
        page.clock.fast_forward(15 * 60 * 1000)
        clock.advance(minutes=15)
    cookie = _signed_in(people.colleague, database, clock)
    context.add_cookies([cookie | {"url": server.url}])
    other = context.new_page()
    other.goto(f"{server.url}/team/patients")
    save(page)
    notice = page.locator("[data-staying]")
    expect(notice).to_be_focused()
    expect(notice).to_contain_text("Iemand anders is nu ingelogd")
    assert (typed(page), posted) == ("paracetamol", [])
    # The own person again: it is sent.
    context.add_cookies([_signed_in(people.nurse, database, clock) | {"url": server.url}])
    save(page)
    expect(page.locator(".error-summary")).to_be_visible()
    assert len(posted) == 1
