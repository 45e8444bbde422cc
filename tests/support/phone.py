"""A browser like a patient's phone, and what a patient does with it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Error, Page, expect

from tests.support.clock import SettableClock
from tests.support.people import BIRTH_DATE, PIN
from tests.support.server import LiveServer
from tests.support.server_process import ServerProcess

# For so long the page does not listen to a second tap.
DEAF_MS = 450
# And for so long after an answer was saved.
DEAF_AFTER_SAVING_MS = 750
# A page that is made anew runs on until the new one is there: it is done when it is gone.
_NOTE_LEAVING = "addEventListener('beforeunload', () => { globalThis.leaving = true; });"
# What the browser says when the start is made anew while a test goes somewhere.
_MADE_ANEW = ("interrupted by another navigation", "net::ERR_ABORTED")
_SCRIPTS_DONE = """() => Promise.all(
  [...document.querySelectorAll('script[type=module]')]
    .map((script) => import(script.src).then((module) => module.started, () => undefined)))
  .then(() => globalThis.leaving && new Promise(() => undefined))
"""
_WITH_AN_END = """() => Promise.race([
  (%s)(),
  new Promise((_, reject) => setTimeout(() => reject(new Error("the page never settles")), 20000)),
])"""
# From here on the service worker answers for the next page.
IN_CONTROL = "() => navigator.serviceWorker.ready.then(() => undefined)"


@dataclass
class Phone:
    """A browser like a phone, with the clock of the test; `problems` is what its console said."""

    context: BrowserContext
    page: Page
    server: LiveServer | ServerProcess
    clock: SettableClock
    problems: list[str]

    def __post_init__(self) -> None:
        """Let each page note that it is about to go."""
        self.context.add_init_script(_NOTE_LEAVING)

    def open(self, path: str) -> Page:
        """Go to a page and wait until its scripts are done."""
        try:
            self.page.goto(self.server.url + path)
        except Error as error:
            # The start was just being made anew, because what waited was sent.
            if not any(words in str(error) for words in _MADE_ANEW):
                raise
            self.page.wait_for_load_state()
            self.page.goto(self.server.url + path)
        self.settle()
        if urlsplit(self.page.url).path == "/pin":
            self.give_pin()
        return self.page

    def give_pin(self) -> None:
        """Choose the PIN on the page, or fill it in."""
        for field in self.page.locator("input.pin").all():
            field.fill(PIN)
        with self.page.expect_navigation():
            self.page.locator("form button").click()
        self.settle()

    def settle(self, script: str = _SCRIPTS_DONE) -> None:
        """Wait until the scripts of the page have done what they do at its start."""
        for _attempt in range(4):
            self.page.wait_for_load_state()
            try:
                self.page.evaluate(_WITH_AN_END % script)
            except Error as error:
                # The start is made anew by itself once what waited was sent.
                if "navigation" not in str(error):
                    raise
            else:
                return

    def set_clock(self) -> None:
        """Bring the phone's clock to the test's."""
        self.context.clock.set_fixed_time(self.clock())

    def new_page(self) -> Page:
        """Close the page at hand, as if the app were thrown off the screen, and open another."""
        self.page.close()
        self.page = self.context.new_page()
        return self.page

    def activate(self, code: str) -> None:
        """Connect the phone on the page, and wait until it can do without a network."""
        page = self.open(f"/a/{code}")
        for field, value in zip(("day", "month", "year"), _birth_parts(), strict=True):
            page.locator(f"#{field}").fill(value)
        page.get_by_role("button", name="Koppel deze telefoon").or_(
            page.get_by_role("button", name="Connect this phone")
        ).click()
        page.wait_for_url(lambda url: urlsplit(url).path in {"/", "/pin"})
        if urlsplit(page.url).path == "/pin":
            page.get_by_role("link", name="Later").click()
        page.wait_for_url(self.server.url + "/")
        self.settle(IN_CONTROL)
        self.settle()


def _birth_parts() -> tuple[str, str, str]:
    return str(BIRTH_DATE.day), str(BIRTH_DATE.month), str(BIRTH_DATE.year)


def score(page: Page, *numbers: int) -> None:
    """Answer the questions on the page, one number for each pain site."""
    for place, number in enumerate(numbers, start=1):
        expect(page.locator("[data-step]")).to_contain_text(f"{place} ")
        page.wait_for_timeout(DEAF_MS)
        page.get_by_role("button", name=str(number), exact=True).click()
    expect(page.locator("[data-view=saved]")).to_be_visible()


def hears(page: Page) -> None:
    """Wait until the page that says what was saved listens to taps."""
    expect(page.locator("[data-view=saved]")).to_be_visible()
    page.wait_for_timeout(DEAF_AFTER_SAVING_MS)


def arrived(page: Page) -> None:
    """Wait until the page says that the diary has it."""
    # Behind the question, the page of the answer before still says so of that one.
    expect(page.locator("[data-view=saved]")).to_be_visible()
    where = page.locator("[data-saved-where]")
    words = [where.get_attribute(name) or "" for name in ("data-there", "data-report-there")]
    expect(where).to_have_text(re.compile("|".join(map(re.escape, words))))
