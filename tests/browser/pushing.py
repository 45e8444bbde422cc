"""Push messages that arrive on a phone of the tests, and the taps on what they show."""

from __future__ import annotations

import json
from typing import Any

from playwright.sync_api import CDPSession, Worker

from tests.support.phone import Phone

# Who asks the browser what is on the screen while it is just being put there, makes it forget that:
# so the worker says when it is done. It fetches the picture first, and a busy machine is slow.
LISTEN = """() => {
  if (self.whenShown) return;
  const show = ServiceWorkerRegistration.prototype.showNotification;
  self.whenShown = new Map();
  self.shown = (tag) => {
    if (!whenShown.has(tag)) whenShown.set(tag, Promise.withResolvers());
    return whenShown.get(tag);
  };
  ServiceWorkerRegistration.prototype.showNotification = function (title, options) {
    return show.call(this, title, options).then(() => shown(options.tag).resolve());
  };
  const ask = self.fetch;
  self.unanswered = Promise.withResolvers();
  self.fetch = (...request) => ask(...request).catch((error) => {
    unanswered.resolve();
    throw error;
  });
}"""
UNANSWERED = """() => Promise.race([
  unanswered.promise,
  new Promise((_, reject) => setTimeout(() => reject(new Error("nobody was asked")), 20000)),
])"""
SHOWN = """async (tag) => {
  await Promise.race([
    shown(tag).promise,
    new Promise((_, reject) => setTimeout(() => reject(new Error("nothing was shown")), 20000)),
  ]);
  whenShown.delete(tag);
  const [one] = await registration.getNotifications({ tag });
  return { title: one.title, body: one.body, silent: one.silent, url: one.data.url };
}"""
# Nobody can tap in a browser without a screen: the worker is told that somebody did. It may then
# not bring a window to the front by itself, so what it asks for is noted.
TAP = """async (tag) => {
  const [notification] = await registration.getNotifications({ tag });
  if (!notification) throw new Error("nothing with this tag is on the screen");
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
        # A page that was on its way when the worker took over is not the worker's yet.
        phone.open("/")
        # The worker is another process: it learns later than the page that it may show them.
        worker = self._worker
        while worker.evaluate("Notification.permission") != "granted":
            phone.page.wait_for_timeout(20)
        worker.evaluate(LISTEN)
        self._registration = found[0]

    def deliver(self, payload: str) -> Any:
        """Bring a message; return what the phone shows of it."""
        message = {"origin": self._phone.server.url, "registrationId": self._registration}
        self._session.send("ServiceWorker.deliverPushMessage", message | {"data": payload})
        return self._worker.evaluate(SHOWN, json.loads(payload)["tag"])

    def meet_no_network(self) -> None:
        """Wait until the worker has asked for something and nobody answered."""
        self._worker.evaluate(UNANSWERED)

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
        return self._worker.evaluate(TAP, tag)

    @property
    def _worker(self) -> Worker:
        (worker,) = self._phone.context.service_workers
        return worker
