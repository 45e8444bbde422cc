"""The line (VAS): no mark until somebody puts one, by finger, by key or by button."""

from __future__ import annotations

from fractions import Fraction

import pytest
from playwright.sync_api import Page, expect

from diary.store import diary_reading
from diary.store.database import Database
from tests.browser.conftest import CodeFor
from tests.support.people import People, Somebody
from tests.support.phone import DEAF_MS, Phone, arrived


@pytest.fixture
def page(phone: Phone, vas_patient: Somebody, code_for: CodeFor) -> Page:
    """Give the page with the line."""
    phone.activate(code_for(vas_patient))
    shown = phone.open("/score")
    shown.wait_for_timeout(DEAF_MS)
    return shown


def value(page: Page) -> int | None:
    """Return where the mark is, None without one."""
    if page.locator(".mark").is_hidden():
        return None
    return int(page.locator("[data-line]").get_attribute("aria-valuenow") or "")


def test_there_is_no_mark_before_somebody_puts_one(page: Page) -> None:
    assert value(page) is None
    page.locator("button[name=line]").click()
    expect(page.locator("[data-no-mark]")).to_be_visible()
    expect(page.locator("[data-view=question]")).to_be_visible()
    page.locator("[data-step-by='1']").click()
    expect(page.locator("[data-no-mark]")).to_be_hidden()


def test_a_tap_puts_the_mark_and_steps_move_it(page: Page) -> None:
    line = page.locator("[data-line]")
    box = line.bounding_box()
    assert box is not None
    line.click(position={"x": box["width"] * 0.3, "y": 20})
    assert value(page) == 30
    page.locator("[data-step-by='1']").click()
    assert value(page) == 31
    for _ in range(2):
        page.locator("[data-step-by='-1']").click()
    assert value(page) == 29
    # Held down it goes on.
    page.locator("[data-step-by='1']").hover()
    page.mouse.down()
    page.wait_for_timeout(800)
    page.mouse.up()
    assert (value(page) or 0) > 31
    # Dragged beyond the end it stays at the end.
    page.mouse.move(box["x"] + 10, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] + 200, box["y"] + 20)
    page.mouse.up()
    assert value(page) == 100


def test_keys_move_the_mark(page: Page) -> None:
    page.locator("[data-line]").focus()
    found = []
    for key in ("ArrowRight", "ArrowRight", "PageUp", "ArrowDown", "End", "ArrowUp", "Home"):
        page.keyboard.press(key)
        found.append(value(page))
    assert found == [0, 1, 11, 10, 100, 100, 0]


def test_the_place_is_saved_in_millimetres(
    page: Page, phone: Phone, vas_patient: Somebody, database: Database, people: People
) -> None:
    line = page.locator("[data-line]")
    box = line.bounding_box()
    assert box is not None
    line.click(position={"x": box["width"] * 0.62, "y": 30})
    page.locator("button[name=line]").click()
    arrived(page)
    with database.read(people.nurse.scope, now=phone.clock()) as unit:
        (entry,) = diary_reading.entries(unit, vas_patient.pathway)
    assert entry.scores == {"leg": Fraction(62)}


def test_a_mark_survives_a_reload_and_a_crash_until_it_is_saved(
    page: Page, phone: Phone, vas_patient: Somebody, people: People, database: Database
) -> None:
    line = page.locator("[data-line]")
    box = line.bounding_box()
    assert box is not None
    line.click(position={"x": box["width"] * 0.44, "y": 30})
    page.wait_for_timeout(DEAF_MS)
    for again in (page.reload, phone.new_page):
        again()
        page = phone.open("/score")
        expect(page.locator("[data-line]")).to_have_attribute("aria-valuenow", "44")
    page.wait_for_timeout(DEAF_MS)
    page.locator("[data-step-by='1']").click()
    page.locator("button[name=line]").click()
    arrived(page)
    # Neither the next question nor the mark's own keeping brings it back.
    page.wait_for_timeout(DEAF_MS)
    page = phone.open("/score?extra=1")
    assert value(page) is None
    with database.read(people.nurse.scope, now=phone.clock()) as unit:
        (entry,) = diary_reading.entries(unit, vas_patient.pathway)
    assert entry.scores == {"leg": Fraction(45)}
