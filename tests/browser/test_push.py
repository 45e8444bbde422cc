"""Reminders on the phone: turned on in the settings, shown by the service worker."""

from __future__ import annotations

import json

from playwright.sync_api import expect

from diary.store import subscriptions
from diary.store.database import Database
from diary.store.tables import ReminderState
from tests.browser.conftest import CodeFor
from tests.browser.pushing import PushService, allow_notifications
from tests.store.reminding import Rows
from tests.support.people import People
from tests.support.phone import Phone, arrived, hears, score

# No push service can be reached in a test: the browser's own call is replaced.
SUBSCRIBED = """(endpoint) => {
  const subscription = {
    options: {},
    toJSON: () => ({ endpoint, keys: { p256dh: "B".repeat(87), auth: "a".repeat(22) } }),
    unsubscribe: async () => { globalThis.subscribed = null; return true; },
  };
  PushManager.prototype.subscribe = async (options) => {
    subscription.options.applicationServerKey = options.applicationServerKey.buffer;
    globalThis.keyLength = options.applicationServerKey.length;
    globalThis.subscribed = subscription;
    return subscription;
  };
  PushManager.prototype.getSubscription = async () => globalThis.subscribed ?? null;
}"""


def test_reminders_are_turned_on_and_off(
    phone: Phone, people: People, code_for: CodeFor, database: Database
) -> None:
    phone.activate(code_for(people.patient))
    allow_notifications(phone)
    endpoint = "https://push.example.net/phone"
    phone.context.add_init_script(f"({SUBSCRIBED})({json.dumps(endpoint)})")
    page = phone.open("/settings")
    on, off = page.locator("[data-push-on]"), page.locator("[data-push-off]")
    expect(off).to_be_hidden()
    on.click()
    expect(off).to_be_visible()
    expect(on).to_be_hidden()
    assert page.evaluate("keyLength") == 65
    with database.read(people.patient.scope, now=phone.clock()) as unit:
        (kept,) = subscriptions.subscriptions(unit, people.patient.id)
    assert kept.endpoint == endpoint
    off.click()
    expect(on).to_be_visible()


def kept(database: Database, phone: Phone, people: People) -> list[str]:
    """Return the addresses that the diary has of the patient."""
    with database.read(people.patient.scope, now=phone.clock()) as unit:
        return [one.endpoint for one in subscriptions.subscriptions(unit, people.patient.id)]


def permission(phone: Phone, word: str) -> None:
    """Let the browser say `word` about notifications; asked for, it allows them."""
    phone.context.add_init_script(
        f"""globalThis.said = "{word}";
        Object.defineProperty(Notification, "permission", {{ get: () => globalThis.said }});
        Notification.requestPermission = async () => (globalThis.said = "granted");"""
    )


def test_after_the_first_answer_reminders_are_offered_once_with_the_reason(
    phone: Phone, people: People, code_for: CodeFor, database: Database
) -> None:
    phone.activate(code_for(people.patient))
    permission(phone, "default")
    endpoint = "https://push.example.net/phone"
    phone.context.add_init_script(f"({SUBSCRIBED})({json.dumps(endpoint)})")
    page = phone.open("/score")
    offer = page.locator("[data-push-offer]")
    expect(offer).to_be_hidden()
    score(page, 7, 3)
    arrived(page)
    expect(offer).to_contain_text("gezondheid")
    hears(page)
    offer.locator("[data-push-yes]").click()
    answer = offer.locator("[data-push-answer]")
    expect(answer).to_have_text(answer.get_attribute("data-on") or "")
    assert kept(database, phone, people) == [endpoint]


def test_not_now_is_not_asked_again(phone: Phone, people: People, code_for: CodeFor) -> None:
    phone.activate(code_for(people.patient))
    permission(phone, "default")
    page = phone.open("/score")
    score(page, 7, 3)
    arrived(page)
    hears(page)
    page.locator("[data-push-later]").click()
    phone.open("/score?extra=1")
    score(page, 7, 3)
    arrived(page)
    expect(page.locator("[data-push-offer]")).to_be_hidden()
    # The start and the settings still lead there.
    phone.open("/")
    expect(page.locator("[data-reminders-hint]")).to_be_visible()


def test_a_lost_address_comes_back_and_a_blocked_one_goes(
    phone: Phone, people: People, code_for: CodeFor, database: Database
) -> None:
    phone.activate(code_for(people.patient))
    permission(phone, "granted")
    endpoint = "https://push.example.net/again"
    phone.context.add_init_script(f"({SUBSCRIBED})({json.dumps(endpoint)})")
    page = phone.open("/")
    assert kept(database, phone, people) == []
    page.evaluate("localStorage.setItem('diary-reminders', 'on')")
    phone.open("/")
    assert kept(database, phone, people) == [endpoint]
    permission(phone, "denied")
    phone.open("/")
    assert kept(database, phone, people) == []


def test_an_address_that_was_made_with_an_older_key_is_made_anew(
    phone: Phone,
    people: People,
    code_for: CodeFor,
    database: Database,
) -> None:
    phone.activate(code_for(people.patient))
    permission(phone, "granted")
    endpoint = "https://push.example.net/phone"
    phone.context.add_init_script(f"({SUBSCRIBED})({json.dumps(endpoint)})")
    # What the browser still has from before: made with another key of ours, under another address.
    phone.context.add_init_script(
        """globalThis.subscribed = {
          options: { applicationServerKey: new Uint8Array(65).fill(4).buffer },
          toJSON: () => ({
            endpoint: "https://push.example.net/old",
            keys: { p256dh: "B".repeat(87), auth: "a".repeat(22) },
          }),
          unsubscribe: async () => { globalThis.subscribed = null; return true; },
        };"""
    )
    page = phone.open("/")
    assert kept(database, phone, people) == [endpoint]
    assert page.evaluate("keyLength") == 65
    assert page.evaluate("localStorage.getItem('diary-reminders')") == "on"


def test_an_address_that_shows_nothing_is_made_anew(
    phone: Phone,
    people: People,
    code_for: CodeFor,
    database: Database,
) -> None:
    phone.activate(code_for(people.patient))
    permission(phone, "granted")
    phone.context.add_init_script(f"({SUBSCRIBED})('https://push.example.net/new')")
    old = "https://push.example.net/old"
    # What the browser has is alive for all that it knows.
    phone.context.add_init_script(
        f"""globalThis.subscribed = {{
          options: {{}},
          toJSON: () => ({{
            endpoint: "{old}", keys: {{ p256dh: "B".repeat(87), auth: "a".repeat(22) }},
          }}),
          unsubscribe: async () => {{ globalThis.subscribed = null; return true; }},
        }};"""
    )
    phone.open("/")
    assert kept(database, phone, people) == [old]
    rows = Rows(database, phone.clock, people)
    phone.clock.advance(hours=8)
    for hours in (-5, -4, -3):
        rows.reminder(rows.prompt(hours), ReminderState.SENT, took=1)
    phone.open("/")
    assert kept(database, phone, people) == ["https://push.example.net/new"]


def test_a_phone_that_blocks_reminders_is_told_where_to_allow_them(
    phone: Phone, people: People, code_for: CodeFor
) -> None:
    phone.activate(code_for(people.patient))
    permission(phone, "denied")
    page = phone.open("/settings")
    words = page.locator("[data-push-state]")
    expect(words).to_have_text(words.get_attribute("data-denied") or "")
    expect(page.locator("[data-push-denied] li")).to_have_count(3)
    expect(page.locator("[data-push-denied]")).to_be_visible()
    for button in ("on", "off", "test"):
        expect(page.locator(f"[data-push-{button}]")).to_be_hidden()


def test_an_iphone_is_shown_how_to_get_to_the_home_screen_first(
    phone: Phone, people: People, code_for: CodeFor
) -> None:
    phone.context.add_init_script("delete globalThis.PushManager; navigator.standalone = false;")
    page = phone.open("/activate")
    expect(page.locator("[data-install-first] svg")).to_have_count(3)
    expect(page.locator("[data-install-first]")).to_be_visible()
    phone.activate(code_for(people.patient))
    page = phone.open("/settings")
    expect(page.locator("[data-push-install]")).to_be_visible()
    expect(page.locator("[data-push-on]")).to_be_hidden()


def test_a_push_message_becomes_a_reminder_without_health_in_it(
    phone: Phone, people: People, code_for: CodeFor
) -> None:
    phone.activate(code_for(people.patient))
    service = PushService(phone)
    message = {
        "title": "Diary",
        "body": "It is time.",
        "tag": "t1",
        "url": phone.server.url + "/score",
        "silent": True,
    }
    shown = {"title": "Diary", "body": "It is time.", "silent": True, "url": message["url"]}
    assert service.deliver(json.dumps(message)) == shown
    # A message leads into this diary and nowhere else.
    elsewhere = message | {"tag": "t2", "url": "https://evil.example/score"}
    assert service.deliver(json.dumps(elsewhere))["url"] == phone.server.url
