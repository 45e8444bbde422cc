"""What of a page of the team is printed."""

from __future__ import annotations

import re

from playwright.sync_api import Browser

from diary.store.database import Database
from tests.browser.test_team_pages import _signed_in
from tests.support.clock import SettableClock
from tests.support.people import People
from tests.support.server import LiveServer


def test_the_menu_is_not_printed_and_the_letter_is_one_sheet(
    chrome: Browser, server: LiveServer, people: People, database: Database, clock: SettableClock
) -> None:
    context = chrome.new_context(viewport={"width": 1280, "height": 800})
    context.add_cookies([_signed_in(people.nurse, database, clock) | {"url": server.url}])
    page = context.new_page()
    page.emulate_media(media="print")
    patient = f"{server.url}/team/patients/{people.patient.id}"
    page.goto(patient)
    assert page.locator(".bar").evaluate("bar => getComputedStyle(bar).display") == "none"
    page.locator(f"form[action$='/{people.patient.id}/letter'] button").evaluate(
        "button => button.form.submit()"
    )
    page.wait_for_load_state()
    assert page.locator(".bar").evaluate("bar => getComputedStyle(bar).display") == "none"
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", page.pdf(format="A4"))) == 1
