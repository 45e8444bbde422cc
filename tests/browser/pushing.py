"""Push messages that arrive on a phone of the tests, and the taps on what they show."""

from __future__ import annotations

import json
from typing import Any

from playwright.sync_api import CDPSession

from tests.support.phone import Phone

# The browser fetches the picture first, and a busy machine is slow.
SHOWN = """async (tag) => {
  const registration = await navigator.serviceWorker.ready;
  for (let tries = 0; tries < 800; tries += 1) {
    const [one] = await registration.getNotifications({ tag });
    if (one) return { title: one.title, body: one.body, silent: one.silent, url: one.data.url };
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  return null;
}"""
# Nobody can tap in a browser without a screen: the worker is told that somebody did. It may then
# not bring a window to the front by itself, so what it asks for is noted.
TAP = """async (tag) => {
  const [notification] = await registration.getNotifications({ tag });
  const asked = { focused: 0, opened: [] };
  WindowClient.prototype.focus = async function () { asked.focused += 1; return this; };
  clients.openWindow = async (url) => { asked.opened.push(url); };
  const event = new NotificationEvent("notificationclick", { notification });
  let done;
  event.waitUntil = (promise) => { done = promise; };
  dispatchEvent(event);
  await done;
  return asked;
}"""


def allow_notifications(phone: Phone) -> CDPSession:
    """Let the phone show notifications."""
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


class PushService:
    """Brings push messages to one phone, whose service worker is at work."""

    def __init__(self, phone: Phone) -> None:
        self._phone = phone
        self._session = allow_notifications(phone)
        found: list[str] = []
        self._session.on(
            "ServiceWorker.workerRegistrationUpdated",
            lambda event: found.extend(r["registrationId"] for r in event["registrations"]),
        )
        self._session.send("ServiceWorker.enable")
        while not found:
            phone.page.wait_for_timeout(20)
        # The worker is another process: it learns later than the page that it may show them.
        (worker,) = phone.context.service_workers
        while worker.evaluate("Notification.permission") != "granted":
            phone.page.wait_for_timeout(20)
        self._registration = found[0]

    def deliver(self, payload: str) -> Any:
        """Bring a message; return what the phone shows of it."""
        message = {"origin": self._phone.server.url, "registrationId": self._registration}
        self._session.send("ServiceWorker.deliverPushMessage", message | {"data": payload})
        return self._phone.page.evaluate(SHOWN, json.loads(payload)["tag"])

    def shown(self) -> Any:
        """Return how many notifications are on the screen."""
        return self._phone.page.evaluate(
            """async () => {
              const registration = await navigator.serviceWorker.ready;
              return (await registration.getNotifications()).length;
            }"""
        )

    def tap(self, tag: str) -> Any:
        """Tap on a notification; return how often a window was focused, and what was opened."""
        (worker,) = self._phone.context.service_workers
        return worker.evaluate(TAP, tag)
