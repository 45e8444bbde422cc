"""The nurse's number keys, and the booklet as a browser lays it out: counted and measured."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from playwright.sync_api import Page, expect

from diary.language import LANGUAGES
from diary.store import event_reading
from diary.store.database import Database
from diary.store.diary_reading import EntryView
from diary.store.scope import Scope
from tests.browser.conftest import DeskPage, EntriesOf
from tests.store.questionnaires import sf12_of
from tests.support.clock import SettableClock
from tests.support.looking import barriers, scrolls_sideways
from tests.support.people import People, Somebody

DAY = "2026-03-11"
MM = 96 / 25.4


class Keys:
    """Presses keys one by one and counts them."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.pressed = 0
        expect(page.locator("[autofocus]")).to_be_focused()

    def press(self, *keys: str) -> None:
        """Press keys."""
        for key in keys:
            self.page.keyboard.press(key)
            self.pressed += 1

    def saved(self) -> None:
        """Wait until the next day is open."""
        self.page.wait_for_url("**/2026-03-12")


def answers(entries: list[EntryView]) -> dict[str | None, tuple[str, dict[str, Fraction]]]:
    """Return kind and scores of what stands, by moment."""
    return {entry.moment: (entry.kind.value, entry.scores) for entry in entries if entry.stands}


def both(leg: int, back: int) -> tuple[str, dict[str, Fraction]]:
    """Return a scheduled answer for two sites."""
    return "scheduled", {"leg": Fraction(leg), "back": Fraction(back)}


def focus(page: Page) -> str:
    """Return the name of the field that would take the next key."""
    return str(page.evaluate("document.activeElement.name"))


def test_a_day_of_four_moments_and_two_sites(
    desk: DeskPage, people: People, entries_of: EntriesOf
) -> None:
    keys = Keys(desk(people.patient, f"typing/{DAY}"))
    assert focus(keys.page) == "score-0-0"
    keys.press(*"86759473")
    assert focus(keys.page) == "score-4-0"
    keys.press("Enter", "Enter")
    # Then the evening and the side effects: three answers, none of the list, and Enter saves.
    keys.press(*"456", "0", "Enter")
    assert keys.pressed == 15
    keys.saved()
    assert answers(entries_of(people.patient)) == {
        "morning": both(8, 6),
        "midday": both(7, 5),
        "evening": both(9, 4),
        "bedtime": both(7, 3),
    }


def test_the_most_keys_a_day_can_take(
    desk: DeskPage, people: People, entries_of: EntriesOf
) -> None:
    keys = Keys(desk(people.patient, f"typing/{DAY}"))
    # 1 waits for 10, so it takes Enter or Tab; 10 goes on by itself, and Tab meets the ticks too.
    keys.press("1", "0", "1", "Enter")
    keys.press("1", "Tab", "1", "0")
    keys.press("1", "Enter", "0")
    keys.press("1", "0", "1", "Enter")
    assert keys.pressed == 15
    assert focus(keys.page) == "score-4-0"
    keys.press("Enter", "Enter", "Enter", "Enter", "Enter", "Enter")
    keys.saved()
    assert answers(entries_of(people.patient)) == {
        "morning": both(10, 1),
        "midday": both(1, 10),
        "evening": both(1, 0),
        "bedtime": both(10, 1),
    }


@pytest.mark.parametrize("javascript", [True, False])
def test_an_sf12_with_one_hand(
    javascript: bool, desk: DeskPage, people: People, database: Database, clock: SettableClock
) -> None:
    """Twelve answers, Enter for the score and Enter to save; without scripts Tab goes on."""
    path = "questionnaires/new/sf12?on=2026-03-11"
    page = desk(people.patient, path, javascript=javascript)
    keys = Keys(page)
    if javascript:
        keys.press(*"133222211165", "Enter")
    else:
        for answer in "133222211165":
            page.keyboard.type(answer)
            page.keyboard.press("Tab")
        page.keyboard.press("Enter")
    expect(page.locator("td.number").first).to_have_text("56,6")
    assert sf12_of(database, clock, people.patient) == []
    expect(page.locator("button[value=save]")).to_be_focused()
    assert not scrolls_sideways(page) if javascript else True
    page.keyboard.press("Enter")
    page.wait_for_url("**/questionnaires?on=2026-03-11")
    assert sf12_of(database, clock, people.patient) == [("2026-03-11", "56.57706", "60.75781")]


def test_a_number_off_the_form_waits_and_totals_never_go_on_halfway(
    desk: DeskPage, people: People
) -> None:
    page = desk(people.patient, "questionnaires/new/bpi?on=2026-03-11")
    keys = Keys(page)
    # Out of 10 points 1 waits for a 0, and 8 goes on.
    keys.press("1", "0", "8")
    assert focus(page) == "item-average"
    keys.press("-")
    assert focus(page) == "item-least"
    page = desk(people.patient, "questionnaires/new/sf12?way=totals&on=2026-03-11")
    keys = Keys(page)
    keys.press(*"41,2")
    assert focus(page) == "total-pcs"
    keys.press("Enter", *"50,13")
    expect(page.locator("button[value=check]")).to_be_focused()
    page = desk(people.patient, "questionnaires/new/hads?on=2026-03-11")
    Keys(page).press("7")
    assert focus(page) == "item-a1"
    # Of one pain score a half may come after the field was left.
    page = desk(people.patient, "questionnaires/new/nrs?on=2026-03-11")
    Keys(page).press("7")
    expect(page.locator("button[value=check]")).to_be_focused()
    page.keyboard.press(",")
    page.keyboard.press("5")
    expect(page.locator("#item-pain")).to_have_value("7,5")
    expect(page.locator("button[value=check]")).to_be_focused()


@pytest.mark.parametrize("comma", [",", "."])
def test_halves_ticks_and_going_back(
    comma: str, desk: DeskPage, people: People, entries_of: EntriesOf
) -> None:
    page = desk(people.patient, f"typing/{DAY}")
    keys = Keys(page)
    # The comma comes after the field was left: it still belongs to the 7.
    keys.press("7", comma, "5", "1", comma, "5")
    assert focus(page) == "score-1-0"
    expect(page.locator("#score-0-0")).to_have_value(f"7{comma}5")
    keys.press("4", "-", "6", "*", "3")
    expect(page.locator("#score-1-0")).to_have_value("6")
    expect(page.locator("#late-1")).to_be_checked()
    page.locator("[data-save]").click()
    keys.saved()
    assert answers(entries_of(people.patient)) == {
        "morning": ("scheduled", {"leg": Fraction(15, 2), "back": Fraction(3, 2)}),
        "midday": ("late", {"leg": 6, "back": 3}),
    }


def test_millimetres_wait_for_two_digits(desk: DeskPage, vas_patient: Somebody) -> None:
    page = desk(vas_patient, "typing/2026-03-12")
    keys = Keys(page)
    keys.press("6")
    assert focus(page) == "score-0-0"
    keys.press("4", "7")
    assert focus(page) == "score-1-0"
    # What comes later today takes no typing yet.
    keys.press("Enter", "Enter", "Enter", "Enter", "Enter")
    expect(page.locator("main .notice").first).to_be_visible()
    page.reload()
    expect(page.locator("#score-0-0")).to_have_value("64")
    expect(page.locator("#score-1-0")).to_have_value("7")


def test_a_whole_day_of_medicines_and_attacks(
    desk: DeskPage, cluster_patient: Somebody, database: Database, clock: SettableClock
) -> None:
    page = desk(cluster_patient, "typing/2026-03-12")
    keys = Keys(page)
    keys.press("7")
    page.locator("#taken").focus()
    # All taken: the medicines are passed over. Half a dose, one attack, and the rows after it not.
    keys.press("1", "0", ",", "5")
    assert focus(page) == "attacks"
    keys.press("1", "Enter", "0", "9", "3", "0", *"1015", "8")
    assert focus(page) == "sleep"
    keys.press("-")
    assert focus(page) == "worst-1"
    keys.press("Enter", "3", "Enter", "1", "0", "2", " ", "3", "Enter")
    expect(page.locator("main .notice").first).to_be_visible()
    with database.read(None, now=clock()) as unit:
        unit = replace(unit, scope=Scope(cluster_patient.phone.centre_id))
        found = event_reading.standing(unit, [cluster_patient.pathway.id])
    bodies = {event.kind.value: event.body for event in found[cluster_patient.pathway.id]}
    assert bodies["medicines"] == {"not_taken": [], "patches_changed": []}
    assert bodies["dose"]["count"] == "0.5"
    assert bodies["attack"] == {
        "started_at": "2026-03-12T09:30:00+01:00",
        "ended_at": "2026-03-12T10:15:00+01:00",
        "intensity": 8,
    }
    assert bodies["attack_day"] == {"attacks": 1}
    assert bodies["evening"] == {"sleep": 3, "activity": None, "goal": 10}
    assert bodies["symptoms"] == {"symptoms": ["wound", "wound_fluid"]}
    page = desk(cluster_patient, "typing/2026-03-12")
    assert barriers(page) == []
    page.set_viewport_size({"width": 412, "height": 900})
    assert not scrolls_sideways(page)


def test_without_javascript_tab_goes_on_and_enter_saves(
    desk: DeskPage, people: People, entries_of: EntriesOf
) -> None:
    keys = Keys(desk(people.patient, f"typing/{DAY}", javascript=False))
    keys.press("8", "Tab", "7", "Enter")
    keys.saved()
    assert [entry.scores for entry in entries_of(people.patient)] == [{"leg": 8, "back": 7}]


def test_the_pages_have_no_barriers(desk: DeskPage, people: People) -> None:
    phase = people.patient.pathway.phases[0].id
    for path in (
        *("booklet", f"booklet/{phase}", f"booklet/{phase}?language=ar", "report"),
        f"typing/{DAY}",
    ):
        page = desk(people.patient, path)
        assert barriers(page) == [], path
    page.locator("#score-0-0").fill("77")
    page.locator("[data-save]").click()
    expect(page.locator(".error-summary")).to_be_visible()
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert barriers(page) == []
    page.set_viewport_size({"width": 412, "height": 900})
    assert not scrolls_sideways(page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sheet_of_the_booklet_fits(
    language: str,
    desk: DeskPage,
    people: People,
    vas_patient: Somebody,
    cluster_patient: Somebody,
) -> None:
    for patient in (people.patient, cluster_patient, vas_patient):
        phase = patient.pathway.phases[0].id
        page = desk(patient, f"booklet/{phase}?language={language}")
        page.emulate_media(media="print")
        for sheet in page.locator(".sheet").all():
            box = sheet.bounding_box()
            assert box is not None
            assert box["width"] == pytest.approx(148 * MM, abs=0.1)
            assert box["height"] <= 210 * MM
            room = sheet.evaluate(
                """sheet => {
                    const foot = sheet.querySelector("footer")?.getBoundingClientRect().top
                        ?? sheet.getBoundingClientRect().bottom;
                    const last = [...sheet.children].filter(e => e.tagName !== "FOOTER").at(-1);
                    return foot - last.getBoundingClientRect().bottom;
                }"""
            )
            assert room >= 0
            assert sheet.evaluate("sheet => sheet.scrollWidth <= sheet.clientWidth")
        for line in page.locator(".vas").all():
            box = line.bounding_box()
            assert box is not None
            assert box["width"] == pytest.approx(100 * MM, abs=1 / 64)
    assert page.locator(".vas").count() == 5
