"""The team's meeting in a real browser: read, decide by keyboard alone, and see what follows."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from diary.store.database import Database
from tests.browser.conftest import DeskPage
from tests.store.deciding import MISSING, Desk, fill
from tests.store.diaries import add, entry
from tests.support.clock import SettableClock
from tests.support.looking import barriers, scrolls_sideways
from tests.support.people import People

WIDTHS = (1280, 768)


@pytest.fixture
def filled(database: Database, clock: SettableClock, people: People) -> People:
    """Give the people, the patient with a finished trial of exactly 50 %."""
    fill(database, clock, people.patient)
    return people


def type_into(page: Page, **fields: str) -> None:
    """Fill fields one after another with the keyboard, from the first one on by Tab."""
    for name, text in fields.items():
        for _ in range(20):
            if page.evaluate("document.activeElement.name") == name.replace("__", "-"):
                break
            page.keyboard.press("Tab")
        expect(page.locator(f"[name={name.replace('__', '-')}]:focus")).to_have_count(1)
        page.keyboard.press("Space") if text == " " else page.keyboard.type(text)


def looked_at(page: Page, what: str) -> None:
    """Look at a page at both widths, and for barriers at the narrower one."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        assert not scrolls_sideways(page), f"{what} at {width}"
    assert barriers(page) == [], what


def test_a_meeting_from_the_verdict_to_the_decision(
    desk: DeskPage, filled: People, database: Database, clock: SettableClock
) -> None:
    """Open, read, decide by keyboard alone; then a measurement arrives that turns the verdict."""
    patient = filled.patient
    page = desk(patient, "decisions")
    expect(page.locator(".verdict .badge").first).to_contain_text("Gehaald")
    page.locator("h2#record").evaluate("(h) => { h.tabIndex = -1; h.focus(); }")
    type_into(page, decided=" ", team__pain_specialist="dr. Smit", team__nurse="")
    page.keyboard.press("Enter")  # in a field: it checks, it never records
    expect(page.locator(".error-summary")).to_contain_text("Redenen")
    looked_at(page, "decisions with mistakes")
    page.locator("h2#record").evaluate("(h) => { h.tabIndex = -1; h.focus(); }")
    type_into(
        page, team__psychologist="drs. Kaya", patient_said=" ", reasons="De pijn is gehalveerd."
    )
    page.locator("button[value=check]").press("Enter")
    expect(page.locator(".check")).to_contain_text("Dit wordt vastgelegd: Implanteren")
    looked_at(page, "a checked decision")
    page.locator("button[value=save]").press("Enter")
    expect(page.locator(".decision")).to_contain_text("De pijn is gehalveerd.")
    store = Desk(database, clock, filled.nurse.scope, patient)
    assert [view.decided.value for view in store.read()] == ["implant"]

    add(database, clock, patient, entry(MISSING, 9))
    page = desk(patient, "")
    expect(page.locator(".changed.card")).to_contain_text("was Gehaald, is nu Niet gehaald")
    looked_at(page, "the patient's page")
    for path in ("implantation", "end", "switches", "phases/new/switch_off", "phases/new/trial"):
        page.goto(f"{page.url.partition('?')[0]}/{path}")
        looked_at(page, path)
        page.go_back()
