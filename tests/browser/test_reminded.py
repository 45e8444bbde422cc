"""From the reminder on the lock screen to its own question: shown, tapped, answered elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID, uuid4

import pytest
from playwright.sync_api import Page, expect

from diary.language import LANGUAGES
from diary.reminders.channels.base import Message
from diary.reminders.channels.web_push import payload
from diary.reminders.texts import reminder_words
from diary.store.database import Database
from tests.browser.conftest import CodeFor, EntriesOf, NewPhone
from tests.browser.pushing import PushService
from tests.support.people import People
from tests.support.phone import Phone, arrived, score
from tests.support.reminding import remind, seen

MIDDAY = datetime.fromisoformat("2026-03-12T13:00:00+01:00")
# In no language does a lock screen tell what the diary is about.
HEALTH = ("pijn", "pain", "schmerz", "ból", "ağrı", "ألم", "neuro", "score", "centrum", "anna")


@dataclass
class Reminded:
    """A connected phone, the prompt of 13:00 and what brings its reminder."""

    phone: Phone
    prompt: UUID
    service: PushService

    def message(self, language: str = "nl", prompt: UUID | None = None) -> str:
        """Return what the push service carries for step 0."""
        return payload(
            Message(
                prompt_id=prompt or self.prompt,
                step=0,
                words=reminder_words(language, 0, night=False),
                link=self.phone.server.url + "/score",
                now=MIDDAY,
                closes_at=MIDDAY + timedelta(hours=2),
            )
        )

    def at(self, time: datetime) -> None:
        """Let it be `time`, on the phone and in the diary."""
        self.phone.clock.set(time)
        self.phone.set_clock()

    def told(self, database: Database, enough: Callable[[Any], bool]) -> Any:
        """Return when step 0 was shown and opened; reports come once the page is there."""
        for _ in range(200):
            found = seen(database, self.prompt, self.phone.clock())[0]
            if enough(found):
                break
            self.phone.page.wait_for_timeout(50)
        return found

    def tap(self) -> Page:
        """Tap the reminder; the page that is open follows it."""
        asked = self.service.tap(self.prompt.hex)
        assert asked == {"focused": 1, "opened": []}, "one window, brought to the front"
        self.phone.page.wait_for_url(f"**/score?p={self.prompt.hex}&s=0&c=web_push")
        self.phone.settle()
        assert len(self.phone.context.pages) == 1
        return self.phone.page


@pytest.fixture
def reminded(phone: Phone, people: People, code_for: CodeFor, database: Database) -> Reminded:
    """Give the patient's phone and the reminder of 13:00."""
    prompt = remind(database, people.patient, MIDDAY, phone.clock())
    phone.clock.set(MIDDAY)
    phone.set_clock()
    phone.activate(code_for(people.patient))
    return Reminded(phone, prompt, PushService(phone))


def test_what_is_shown_is_neutral_in_every_language_and_is_told_to_the_diary(
    reminded: Reminded, database: Database
) -> None:
    shown = {
        language: reminded.service.deliver(reminded.message(language, uuid4()))
        for language in LANGUAGES
    }
    for language, one in shown.items():
        words = reminder_words(language, 0, night=False)
        assert (one["title"], one["body"]) == (words.title, words.body)
        said = f"{one['title']} {one['body']} {one['url']}".lower().replace("/score", "")
        assert not [word for word in HEALTH if word in said], language
    assert len({one["body"] for one in shown.values()}) == len(LANGUAGES)
    # Without a network the report waits, as answers do.
    reminded.phone.server.stop()
    reminded.service.deliver(reminded.message())
    reminded.service.meet_no_network()
    assert seen(database, reminded.prompt, MIDDAY)[0] == (None, None)
    reminded.phone.server.start()
    reminded.phone.open("/score")
    shown_at, opened_at = reminded.told(database, lambda found: found[0] is not None)
    assert shown_at is not None
    assert opened_at is None


def test_a_tap_opens_its_own_question_in_the_window_that_is_there(
    reminded: Reminded, database: Database, people: People, entries_of: EntriesOf
) -> None:
    reminded.service.deliver(reminded.message())
    page = reminded.tap()
    expect(page.locator("[data-step]")).to_contain_text("13:00")
    score(page, 7, 3)
    arrived(page)
    (entry,) = entries_of(people.patient)
    assert (entry.moment, entry.kind.value) == ("midday", "scheduled")
    assert None not in reminded.told(database, lambda found: None not in found)
    # An answer takes what still stands on the lock screen away.
    reminded.phone.open("/score?extra=1")
    for prompt in (reminded.prompt, uuid4()):
        reminded.service.deliver(reminded.message(prompt=prompt))
    score(page, 6, 2)
    assert reminded.service.shown() == 1, "a test message stays"
    # Tapped once more: answered, here and without a network too.
    reminded.service.deliver(reminded.message())
    reminded.phone.server.stop()
    page = reminded.tap()
    expect(page.locator("[data-view=done]")).to_be_visible()
    expect(page.locator("[data-done-change]")).to_be_visible()
    assert reminded.phone.problems == []


def test_answered_without_a_network_it_is_not_asked_again(reminded: Reminded) -> None:
    reminded.phone.server.stop()
    page = reminded.phone.page
    page.goto(reminded.phone.server.url + "/score")
    score(page, 7, 3)
    reminded.service.deliver(reminded.message())
    page = reminded.tap()
    expect(page.locator("[data-view=done]")).to_be_visible()
    # Long after, of a moment that is over: still not asked.
    reminded.at(MIDDAY + timedelta(hours=5, minutes=10))
    reminded.service.deliver(reminded.message())
    page = reminded.tap()
    expect(page.locator("[data-view=done]")).to_be_visible()


def test_answered_on_another_phone_it_is_not_asked_again(
    reminded: Reminded, new_phone: NewPhone, people: People, code_for: CodeFor
) -> None:
    page = reminded.phone.page
    # This phone asks already when the other one answers.
    other = new_phone()
    other.activate(code_for(people.patient))
    score(other.open("/score"), 7, 3)
    arrived(other.page)
    reminded.service.deliver(reminded.message())
    page = reminded.tap()
    expect(page.locator("[data-view=done]")).to_be_visible()
    expect(page.locator("[data-view=question]")).to_be_hidden()


def test_tapped_after_its_time_it_says_so_and_offers_what_can_be_done(reminded: Reminded) -> None:
    reminded.service.deliver(reminded.message())
    reminded.at(MIDDAY + timedelta(hours=5, minutes=10))
    reminded.phone.server.stop()
    page = reminded.tap()
    expect(page.locator("[data-view=closed]")).to_be_visible()
    expect(page.locator("[data-closed-now] a")).to_be_visible()
    page.locator("[data-closed-late]").click()
    reminded.phone.settle()
    expect(page.locator("[data-step]")).to_contain_text("13:00")
    # Of a day that the phone does not know any more: no extra measurement is made of it.
    reminded.at(MIDDAY + timedelta(days=3, hours=2, minutes=30))
    reminded.phone.page.goto(f"{reminded.phone.server.url}/score?p={uuid4().hex}&s=0&c=email")
    expect(page.locator("[data-view=closed]")).to_be_visible()
    expect(page.locator("[data-closed-late]")).to_be_hidden()


def test_without_a_window_of_the_diary_one_is_opened_at_the_question(reminded: Reminded) -> None:
    reminded.service.deliver(reminded.message())
    # A window of the team's is left alone. (Nor is there a page of nobody's here: with the last
    # window of the diary gone, the browser may stop its worker in mid-test.)
    reminded.phone.page.goto(f"{reminded.phone.server.url}/team/sign-in")
    asked = reminded.service.tap(reminded.prompt.hex)
    assert asked["focused"] == 0
    (opened,) = asked["opened"]
    assert opened.startswith(reminded.phone.server.url)
    query = {"p": [reminded.prompt.hex], "s": ["0"], "c": ["web_push"]}
    assert (urlsplit(opened).path, parse_qs(urlsplit(opened).query)) == ("/score", query)
