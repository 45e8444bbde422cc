"""The whole diary by keyboard alone: Tab, Enter and the keys to type with."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.conftest import CodeFor, EntriesOf
from tests.support.people import People
from tests.support.phone import DEAF_MS, Phone, arrived


def tab_to(page: Page, selector: str, most: int = 40) -> None:
    """Press Tab until the element has the focus, and see that the focus can be seen."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("(s) => document.activeElement.matches(s)", selector):
            outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert outline != "none", selector
            return
    raise AssertionError(f"Tab never comes to {selector}")


def test_from_the_letter_to_a_changed_answer_without_a_pointer(
    phone: Phone, people: People, code_for: CodeFor, entries_of: EntriesOf
) -> None:
    page = phone.open("/activate")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    for field, typed in {
        "#code": code_for(people.patient),
        "#day": "2",
        "#month": "5",
        "#year": "1971",
    }.items():
        tab_to(page, field)
        page.keyboard.type(typed)
    page.keyboard.press("Enter")
    page.wait_for_url("**/pin?next=/")
    tab_to(page, "form a.quiet")
    page.keyboard.press("Enter")
    page.wait_for_url(phone.server.url + "/")
    phone.settle()
    tab_to(page, ".now a")
    page.keyboard.press("Enter")
    expect(page.locator("[data-view=question]")).to_be_visible()
    for number in ("7", "3"):
        page.wait_for_timeout(DEAF_MS)
        tab_to(page, f'button[value="{number}"]')
        page.keyboard.press("Enter")
    arrived(page)
    tab_to(page, "[data-change]")
    page.keyboard.press("Enter")
    for number in ("6", "2"):
        page.wait_for_timeout(DEAF_MS)
        tab_to(page, f'button[value="{number}"]')
        page.keyboard.press("Enter")
    arrived(page)
    stands = [entry for entry in entries_of(people.patient) if entry.stands]
    assert [entry.scores for entry in stands] == [{"leg": 6, "back": 2}]
