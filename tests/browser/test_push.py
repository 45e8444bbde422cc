"""Reminders on the phone: turned on in the settings, shown by the service worker."""

from __future__ import annotations

import json

from playwright.sync_api import CDPSession, expect

from diary.store import subscriptions
from diary.store.database import Database
from tests.browser.conftest import CodeFor, NewPhone
from tests.support.people import People
from tests.support.phone import Phone

# No push service can be reached in a test: the browser's own call is replaced.
SUBSCRIBED = """(endpoint) => {
  const subscription = {
    toJSON: () => ({ endpoint, keys: { p256dh: "B".repeat(87), auth: "a".repeat(22) } }),
    unsubscribe: async () => { globalThis.subscribed = null; return true; },
  };
  PushManager.prototype.subscribe = async (options) => {
    globalThis.keyLength = options.applicationServerKey.length;
    globalThis.subscribed = subscription;
    return subscription;
  };
  PushManager.prototype.getSubscription = async () => globalThis.subscribed ?? null;
}"""


def allow_notifications(phone: Phone) -> CDPSession:
    session = phone.context.new_cdp_session(phone.page)
    session.send(
        "Browser.grantPermissions",
        {
            "permissions": ["notifications", "backgroundSync", "durableStorage"],
            "origin": phone.server.url,
            "browserContextId": session.send("Target.getTargetInfo")["targetInfo"][
                "browserContextId"
            ],
        },
    )
    return session


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


def test_a_phone_that_blocks_reminders_is_told_where_to_allow_them(
    new_phone: NewPhone, people: People, code_for: CodeFor
) -> None:
    phone = new_phone(permissions=[])
    phone.activate(code_for(people.patient))
    phone.context.add_init_script(
        "Object.defineProperty(Notification, 'permission', { get: () => 'denied' })"
    )
    page = phone.open("/settings")
    words = page.locator("[data-push-state]")
    expect(words).to_have_text(words.get_attribute("data-denied") or "")
    expect(page.locator("[data-push-on]")).to_be_hidden()


def test_a_push_message_becomes_a_reminder_without_health_in_it(
    phone: Phone, people: People, code_for: CodeFor
) -> None:
    phone.activate(code_for(people.patient))
    session = allow_notifications(phone)
    message = {
        "title": "Diary",
        "body": "It is time.",
        "tag": "t1",
        "url": phone.server.url + "/score",
        "silent": True,
    }
    found: list[str] = []
    session.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda event: found.extend(r["registrationId"] for r in event["registrations"]),
    )
    session.send("ServiceWorker.enable")
    phone.page.wait_for_timeout(300)
    session.send(
        "ServiceWorker.deliverPushMessage",
        {
            "origin": phone.server.url,
            "registrationId": found[0],
            "data": json.dumps(message),
        },
    )
    shown = phone.page.evaluate(
        """async () => {
          const registration = await navigator.serviceWorker.ready;
          for (let tries = 0; tries < 50; tries += 1) {
            const [one] = await registration.getNotifications();
            if (one) return { title: one.title, body: one.body, tag: one.tag, data: one.data };
            await new Promise((resolve) => setTimeout(resolve, 50));
          }
          return null;
        }"""
    )
    assert shown == {
        "title": "Diary",
        "body": "It is time.",
        "tag": "t1",
        "data": {"url": phone.server.url + "/score"},
    }
