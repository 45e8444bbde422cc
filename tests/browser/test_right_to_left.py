"""In Arabic the pages are mirrored, and a score means the same (test_access.py looks at all)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import pytest
from playwright.sync_api import Page

from diary.store import diary_reading, phones
from diary.store.database import Database
from tests.browser.conftest import CodeFor, EntriesOf
from tests.support.clock import SettableClock
from tests.support.people import People, Somebody
from tests.support.phone import DEAF_MS, Phone, arrived

SpeakArabic = Callable[[Somebody], None]
NARROW = {"width": 320, "height": 700}


@pytest.fixture
def speak_arabic(
    database: Database, clock: SettableClock, phone: Phone, code_for: CodeFor
) -> SpeakArabic:
    """Give what connects the phone of a patient who reads Arabic."""

    def connect(patient: Somebody) -> None:
        phone.activate(code_for(patient))
        own = replace(patient.scope, patient_id=patient.id)
        with database.write(own, now=clock()) as unit:
            phones.set_language(unit, "ar")
        phone.page.set_viewport_size(NARROW)
        phone.open("/")

    return connect


def middle(page: Page, selector: str) -> float:
    """Return where the middle of an element is, from the left of the window."""
    box = page.locator(selector).first.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2


def test_the_start_is_mirrored_and_no_pain_is_the_first_button_at_the_right(
    phone: Phone, people: People, speak_arabic: SpeakArabic, entries_of: EntriesOf
) -> None:
    speak_arabic(people.patient)
    page = phone.page
    assert middle(page, ".top .brand") > middle(page, ".top a:not(.brand)")
    assert middle(page, ".moments .sign") > NARROW["width"] / 2
    # Latin digits, and each time in its own order.
    assert "الصباح، 08:00" in " ".join(page.locator(".moments li").first.inner_text().split())
    phone.open("/score")
    assert middle(page, "button[value='0']") > middle(page, "button[value='5']")
    for score in (2, 9):
        page.wait_for_timeout(DEAF_MS)
        page.locator(f"button[name=score][value='{score}']").click()
    arrived(page)
    (kept,) = entries_of(people.patient)
    assert kept.scores == {"leg": Fraction(2), "back": Fraction(9)}


def test_no_pain_is_at_the_right_end_of_the_line(
    phone: Phone,
    vas_patient: Somebody,
    speak_arabic: SpeakArabic,
    people: People,
    database: Database,
) -> None:
    speak_arabic(vas_patient)
    page = phone.open("/score")
    page.wait_for_timeout(DEAF_MS)
    assert middle(page, ".anchors .anchor") > middle(page, ".anchors .high")
    line = page.locator("[data-line]")
    box = line.bounding_box()
    assert box is not None
    line.click(position={"x": box["width"] * 0.7, "y": 20})
    assert line.get_attribute("aria-valuenow") == "30"
    assert abs(middle(page, ".mark") - (box["x"] + box["width"] * 0.7)) < 4
    # The arrow to the left leads away from "no pain" here; up is always more.
    line.focus()
    for key, value in {"ArrowLeft": "31", "ArrowRight": "30", "ArrowUp": "31"}.items():
        page.keyboard.press(key)
        assert line.get_attribute("aria-valuenow") == value
    assert middle(page, "[data-step-by='-1']") > middle(page, "[data-step-by='1']")
    page.locator("button[name=line]").click()
    arrived(page)
    with database.read(people.nurse.scope, now=phone.clock()) as unit:
        (kept,) = diary_reading.entries(unit, vas_patient.pathway)
    assert kept.scores == {"leg": Fraction(31)}
