"""The whole diary by keyboard alone: Tab, Enter, Space, the arrows and the keys to type with."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from diary.protocol.days import diary_day_of
from diary.store import diary_reading, event_reading, pathways
from diary.store.database import Database
from tests.browser.conftest import CodeFor, EntriesOf
from tests.support.people import People, Somebody
from tests.support.phone import DEAF_MS, Phone, arrived, hears
from tests.support.rounds import EVENING


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
    hears(page)
    tab_to(page, "[data-change]")
    page.keyboard.press("Enter")
    for number in ("6", "2"):
        page.wait_for_timeout(DEAF_MS)
        tab_to(page, f'button[value="{number}"]')
        page.keyboard.press("Enter")
    arrived(page)
    stands = [entry for entry in entries_of(people.patient) if entry.stands]
    assert [entry.scores for entry in stands] == [{"leg": 6, "back": 2}]


def press(page: Page, selector: str, key: str = "Enter") -> None:
    """Go to an element by Tab alone and press a key on it."""
    tab_to(page, selector)
    page.keyboard.press(key)


def test_all_forms_of_a_day_without_a_pointer(
    phone: Phone, people: People, cluster_patient: Somebody, code_for: CodeFor, database: Database
) -> None:
    phone.clock.set(EVENING)
    phone.set_clock()
    with database.write(people.nurse.scope, now=phone.clock()) as unit:
        pathways.choose_evening(unit, cluster_patient.pathway, ("sleep", "goal"))
    phone.activate(code_for(cluster_patient))
    page = phone.page

    def start(way: str) -> None:
        phone.open("/")
        press(page, f"[data-start-to={way}] a")
        page.wait_for_url(f"**/{way}")
        phone.settle()

    start("medicines")
    press(page, "input[name=taken]", "Space")
    press(page, "[data-event=medicines] button")
    arrived(page)
    # A correction.
    page.reload()
    phone.settle()
    press(page, "a[href*=replaces]")
    page.wait_for_url("**/medicines?replaces=*")
    phone.settle()
    press(page, "[data-event=medicines] button")
    arrived(page)
    start("dose")
    press(page, "#count", "ArrowDown")
    press(page, "[data-list=dose] button")
    hears(page)
    press(page, "[data-undo]")
    expect(page.locator("[data-view=undone]")).to_be_visible()
    start("attacks")
    press(page, "button[value=start]")
    arrived(page)
    phone.open("/")
    press(page, ".now a[href='/attacks']")
    page.wait_for_url("**/attacks")
    phone.settle()
    press(page, "button[value=stop]")
    hears(page)
    press(page, "[data-worst] button[value='8']")
    arrived(page)
    start("attacks")
    press(page, "[data-event=attack_day] button[value='0']")
    # There was one: it is asked once more, and taken back.
    press(page, "[data-event=attack_day] button[value=sure]")
    arrived(page)
    start("evening")
    # Tab goes to a question, the arrows to a number.
    press(page, "input[name=sleep]", "Space")
    page.keyboard.press("ArrowRight")
    press(page, "input[name=goal]", "Space")
    press(page, "[data-event=evening] button")
    arrived(page)
    start("symptoms")
    press(page, "input[value=fever]", "Space")
    tab_to(page, ".call a")
    press(page, "button[value=some]")
    expect(page.locator("[data-call]")).to_be_visible()
    arrived(page)
    # Late, and then taken back.
    phone.open("/")
    press(page, ".moments a[href*=morning]")
    page.wait_for_url("**/score?moment=morning")
    phone.settle()
    page.wait_for_timeout(DEAF_MS)
    press(page, "button[value='4']")
    arrived(page)
    entry = page.url.rpartition("/")[2]
    phone.open(f"/entries/{entry}/withdraw")
    press(page, "button.danger")
    page.wait_for_url(phone.server.url + "/")
    with database.read(people.nurse.scope, now=phone.clock()) as unit:
        (gone,) = [
            one for one in diary_reading.entries(unit, cluster_patient.pathway) if one.scores
        ]
        stands = event_reading.standing(unit, [cluster_patient.pathway.id])
        day = diary_day_of(phone.clock(), cluster_patient.pathway.zone)
        taken_back = event_reading.taken_back(unit, [cluster_patient.pathway.id], day)
    assert not gone.stands
    bodies = {one.kind.value: one.body for one in stands[cluster_patient.pathway.id]}
    assert bodies.keys() == {"medicines", "attack_day", "evening", "symptoms"}
    assert bodies["medicines"]["not_taken"] == []
    assert bodies["attack_day"]["attacks"] == 0
    gone_too = {one.kind.value: one.body for one in taken_back[cluster_patient.pathway.id]}
    assert (gone_too["dose"]["count"], gone_too["attack"]["intensity"]) == ("2", 8)
    assert (bodies["evening"]["sleep"], bodies["evening"]["goal"]) == (1, 0)
    assert bodies["symptoms"]["symptoms"] == ["fever"]


def test_the_line_without_a_pointer(
    phone: Phone, vas_patient: Somebody, code_for: CodeFor, people: People, database: Database
) -> None:
    phone.activate(code_for(vas_patient))
    page = phone.open("/score")
    page.wait_for_timeout(DEAF_MS)
    tab_to(page, "[data-line]")
    for key in ("PageUp", "PageUp", "ArrowRight", "ArrowUp", "ArrowLeft"):
        page.keyboard.press(key)
    press(page, "button[name=line]")
    arrived(page)
    with database.read(people.nurse.scope, now=phone.clock()) as unit:
        (kept,) = diary_reading.entries(unit, vas_patient.pathway)
    assert kept.scores == {"leg": 11}
