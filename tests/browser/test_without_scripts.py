"""The whole diary with JavaScript off, online: each action by its form, and what is then stored."""

from __future__ import annotations

from operator import itemgetter

import pytest
from playwright.sync_api import Page, expect

from diary.protocol.entries import Kind
from diary.store import diary_reading, medicines, pathways, pauses, phones
from diary.store.database import Database
from tests.browser.conftest import CodeFor, EntriesOf, EventsOf, NewPhone
from tests.browser.test_actions import in_english
from tests.support.clock import SettableClock
from tests.support.people import BIRTH_DATE, PIN, People, Somebody
from tests.support.phone import Phone

# Outside of every window.
AFTERNOON = "2026-03-12T15:40:00+01:00"
EVENING, LATER = "2026-03-12T18:10:00+01:00", "2026-03-12T18:40:00+01:00"
# 37 mm on the picture of the line, whose ends are at 10 and 270 of its 280 pixels.
ON_THE_LINE = {"x": 106, "y": 40}


@pytest.fixture
def phone(new_phone: NewPhone) -> Phone:
    """Give a phone whose browser runs no scripts."""
    return new_phone(java_script_enabled=False)


def connect(phone: Phone, code: str) -> Page:
    """Connect the phone by the code of the letter, which leads to choosing a PIN."""
    page = phone.page
    page.goto(phone.server.url + "/activate")
    page.get_by_label("Code from the letter").fill(code)
    for name, part in {"Day": "day", "Month": "month", "Year": "year"}.items():
        page.get_by_label(name, exact=True).fill(str(getattr(BIRTH_DATE, part)))
    press(page, "Connect this phone")
    return page


def press(page: Page, name: str) -> None:
    """Press the button that is named so."""
    page.get_by_role("button", name=name, exact=True).click()


def follow(page: Page, name: str) -> None:
    """Follow the first link whose name begins so."""
    page.get_by_role("link", name=name).first.click()


def says(page: Page, *words: str, title: str = "Saved") -> None:
    """See that the page is called so and that these words are on it."""
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    for word in words:
        expect(page.locator("main")).to_contain_text(word)


def to_start(page: Page, link: str) -> None:
    """Go to the start from a page that says what was saved, and from there on."""
    follow(page, "To the start")
    follow(page, link)


def test_scores_and_settings(
    phone: Phone,
    people: People,
    code_for: CodeFor,
    entries_of: EntriesOf,
    database: Database,
    clock: SettableClock,
) -> None:
    anna = people.patient
    page = connect(phone, code_for(anna))
    for field in page.locator("input.pin").all():
        field.fill(PIN)
    page.locator("form button").last.click()
    follow(page, "Instellingen")
    page.get_by_label("English").check()
    press(page, "Sla de taal op")
    says(page, title="Settings")

    first_day = page.locator("#until option").nth(2).get_attribute("value")
    page.get_by_label("Reminders again from").select_option(first_day)
    press(page, "Stop the reminders until then")
    says(page, "You get no reminders until Sunday 15 March", title="Settings")
    with database.read(anna.scope, now=clock()) as unit:
        pause = pauses.running(unit, anna.id)
    assert pause is not None
    assert pause.until_at.isoformat() == "2026-03-15T03:00:00+00:00"
    press(page, "Turn the reminders on again")
    says(page, "You get reminders again.", title="Settings")

    follow(page, "Pain diary")
    follow(page, "Fill in now")
    press(page, "7")
    press(page, "3")
    says(page, "Saved in your diary.", "Leg 7", "Back 3", "12:00")
    follow(page, "A mistake?")
    press(page, "6")
    press(page, "Previous question")
    press(page, "5")
    press(page, "2")
    says(page, "Leg 5", "Back 2")
    to_start(page, "Fill it in now")
    press(page, "8")
    press(page, "9")
    says(page, "Leg 8", "Back 9")
    clock.set(AFTERNOON)
    to_start(page, "Write down an extra measurement")
    press(page, "0")
    press(page, "10")
    says(page, "Leg 0", "Back 10")
    to_start(page, "Write down an extra measurement")
    press(page, "1")
    press(page, "1")
    follow(page, "Take this measurement back")
    press(page, "Take it back")
    says(page, "You took the measurement back.", "Filled in later", title="The trial period")

    entries = entries_of(anna)
    standing = [one for one in entries if one.stands]
    assert {(one.kind, one.moment, one.scores["leg"], one.scores["back"]) for one in standing} == {
        (Kind.SCHEDULED, "midday", 5, 2),
        (Kind.LATE, "morning", 8, 9),
        (Kind.EXTRA, None, 0, 10),
    }
    # Beside these: what was changed, and what was taken back with its withdrawal.
    assert (len(standing), len(entries)) == (3, 6)
    with database.read(anna.scope, now=clock()) as unit:
        assert pauses.running(unit, anna.id) is None
        owner = phones.phone_owner(unit, anna.token)
        assert owner is not None
        assert owner.language == "en"


def test_the_line_and_all_that_is_asked_in_the_evening(
    new_phone: NewPhone,
    phone: Phone,
    people: People,
    cluster_patient: Somebody,
    vas_patient: Somebody,
    code_for: CodeFor,
    events_of: EventsOf,
    database: Database,
    clock: SettableClock,
) -> None:
    with database.write(people.nurse.scope, now=clock()) as unit:
        pathways.choose_evening(unit, cluster_patient.pathway, ("sleep", "activity", "goal"))
        own = medicines.medicines(unit, cluster_patient.pathway.id)
    ids = {one.substance: str(one.id) for one in own}
    clock.set(EVENING)

    page = connect(phone, code_for(cluster_patient))
    in_english(phone)
    follow(page, "Later")
    follow(page, "An attack?")
    press(page, "No attacks today")
    says(page, "Attacks today 0")
    follow(page, "Take this back")
    press(page, "Take it back")
    says(page, "You took this back.", title="The trial period")
    follow(page, "An attack?")
    press(page, "An attack starts now")
    says(page, "Started 18:10")
    clock.set(LATER)
    to_start(page, "The attack is over")
    press(page, "The attack is over")
    says(page, "Over 18:40")
    press(page, "9")
    says(page, "Worst pain 9")
    to_start(page, "Tick off your medicines")
    page.get_by_label("pregabalin").uncheck()
    press(page, "Save")
    says(page, "Not taken Pregabalin 10 mg")
    follow(page, "A mistake?")
    press(page, "Save")
    says(page, "All taken")
    to_start(page, "Took an extra medicine")
    page.get_by_label("How many?").select_option("½")
    page.get_by_role("button", name="oxycodone").click()
    says(page, "Oxycodone 10 mg, tablet 0.5×")
    to_start(page, "Answer the evening questions")
    for question, answer in {"sleep": "7", "own goal": "4"}.items():
        group = page.get_by_role("group", name=question)
        group.get_by_role("radio", name=answer, exact=True).check()
    press(page, "Save")
    says(page, "Sleep 7", "Own goal 4")
    to_start(page, "Side effects?")
    page.get_by_label("fever").check()
    press(page, "Send to my pain centre")
    says(page, "Call your pain centre now.", "Side effects Fever")

    found = events_of(cluster_patient)
    assert sorted(found, key=itemgetter("kind")) == [
        {"kind": "attack", "started_at": EVENING, "ended_at": LATER, "intensity": 9},
        {"kind": "dose", "medicine": ids["oxycodone"], "count": "0.5"},
        {"kind": "evening", "sleep": 7, "activity": None, "goal": 4},
        {"kind": "medicines", "not_taken": [], "patches_changed": []},
        {"kind": "symptoms", "symptoms": ["fever"]},
    ]

    phone = new_phone(java_script_enabled=False)
    page = connect(phone, code_for(vas_patient))
    in_english(phone)
    follow(page, "Later")
    follow(page, "Fill in now")
    page.locator(".line-image").click(position=ON_THE_LINE)
    says(page, "37 of 100")
    follow(page, "A mistake?")
    page.get_by_label("Can you not tap the line?").fill("64")
    page.keyboard.press("Enter")
    says(page, "64 of 100")
    with database.read(people.nurse.scope, now=clock()) as unit:
        entries = diary_reading.entries(unit, vas_patient.pathway)
    assert {(one.scores["leg"], one.stands) for one in entries} == {(37, False), (64, True)}
