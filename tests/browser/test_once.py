"""Somebody who clicks twice says it once."""

from __future__ import annotations

from playwright.sync_api import Browser, Route, expect

from diary.store.database import Database
from tests.browser.test_team_pages import _signed_in
from tests.support.clock import SettableClock
from tests.support.people import People
from tests.support.server import LiveServer


def test_a_double_click_on_a_slow_line_stores_one_note(
    chrome: Browser, server: LiveServer, people: People, database: Database, clock: SettableClock
) -> None:
    context = chrome.new_context(service_workers="block")
    context.add_cookies([_signed_in(people.nurse, database, clock) | {"url": server.url}])
    page = context.new_page()
    posted: list[str] = []

    def slowly(route: Route) -> None:
        if route.request.method == "POST":
            posted.append(route.request.url)
            page.wait_for_timeout(500)
        route.continue_()

    page.route("**/notes", slowly)
    address = f"{server.url}/team/patients/{people.patient.id}/notes"
    for text in ("Gebeld", "Nog eens gebeld"):
        page.goto(address)
        page.locator("textarea").first.fill(text)
        page.locator("form:has(textarea) button").first.dblclick()
        expect(page.get_by_text(text, exact=True)).to_have_count(1)
    assert len(posted) == 2
    # Whoever comes back to the page can go on from there.
    page.go_back()
    page.locator("textarea").first.fill("En nog eens")
    page.locator("form:has(textarea) button").first.click()
    expect(page.get_by_text("En nog eens", exact=True)).to_have_count(1)
    assert len(posted) == 3
    context.close()
