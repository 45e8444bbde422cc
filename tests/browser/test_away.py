"""Days without a network on a phone whose clock is wrong, which is switched off in between."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Error, Playwright, Request, expect

from diary.protocol.entries import Kind
from tests.browser.conftest import PHONE, CodeFor, EntriesOf
from tests.browser.test_queue import ON_DISK
from tests.support import chromium
from tests.support.clock import SettableClock
from tests.support.people import People
from tests.support.phone import Phone, score
from tests.support.server import LiveServer

DAYS = 3
TIMES = ("03:02", "08:04", "10:30", "13:05", "18:01", "22:08")
# How far the phone's clock is ahead of the true time; None: it starts at 1970, as after an empty
# battery.
WRONG = (timedelta(0), timedelta(hours=-2), timedelta(days=1), None)
# Starting a browser anew and tapping take long: with the right clock, and with the worst one.
WITH_TAPS_AND_A_CRASH = {timedelta(0), None}
AFTER_EMPTY = datetime.fromisoformat("1970-01-01T01:00:00+01:00")
ANSWER = """async ([at, leg]) => {
  const { src } = document.querySelector("script[type=module]");
  const part = (name) => import(src.replace(/[^/]+$/, name));
  const [{ record }, { load }] = await Promise.all(["actions.js", "plan.js"].map(part));
  await record(await load(), { scores: { leg: String(leg), back: "0" } }, new Date(at));
}"""


@pytest.fixture
def switched_on(
    playwright: Playwright, server: LiveServer, clock: SettableClock, tmp_path: Path
) -> Iterator[Callable[[], Phone]]:
    """Give what switches a phone on; what it kept is there again each time."""
    on: list[BrowserContext] = []

    def switch_on() -> Phone:
        context = chromium.launch_kept(
            playwright,
            tmp_path / "profile",
            viewport=PHONE,
            locale="en-GB",
            timezone_id="Europe/Amsterdam",
        )
        on.append(context)
        problems: list[str] = []
        context.on("weberror", lambda error: problems.append(str(error.error)))
        phone = Phone(context, context.pages[0], server, clock, problems)
        phone.set_clock()
        phone.page.goto(server.url + "/")
        return phone

    yield switch_on
    for context in on:
        with suppress(Error):
            context.close()


def out_of_battery(phone: Phone) -> None:
    """End the browser at once: nothing is tidied up, nothing is written any more."""
    with suppress(Error):
        phone.context.new_cdp_session(phone.page).send("Browser.crash")
    with suppress(Error):
        phone.context.close()


def answer(phone: Phone, at: datetime, number: int) -> None:
    """Answer as the taps do; `number` answers are waiting already.

    The word that the last ones were sent may only now make the start anew, in the middle of this.
    """
    given = [at.isoformat(), number % 11]
    try:
        phone.page.evaluate(ANSWER, given)
    except Error as error:
        if "navigation" not in str(error):
            raise
        phone.settle()
        if phone.page.evaluate(ON_DISK)["waiting"] == number:
            phone.page.evaluate(ANSWER, given)


def test_three_days_away_arrive_once_in_order_with_true_times(
    switched_on: Callable[[], Phone],
    people: People,
    code_for: CodeFor,
    entries_of: EntriesOf,
    server: LiveServer,
    clock: SettableClock,
) -> None:
    phone = switched_on()
    phone.activate(code_for(people.patient))
    # Chromium writes cookies half a minute later, or when it is closed.
    phone.context.close()
    phone = switched_on()
    first_day = clock().replace(hour=0, minute=0) + timedelta(days=1)
    seen = 0
    for ahead in WRONG:
        error = AFTER_EMPTY - first_day if ahead is None else ahead
        server.stop()
        true_times = [
            datetime.fromisoformat(f"{first_day + timedelta(days=day):%Y-%m-%d}T{time}:00+01:00")
            for day in range(DAYS)
            for time in TIMES
        ]
        for number, at in enumerate(true_times):
            phone.context.clock.set_fixed_time(at + error)
            if number == 3 and ahead in WITH_TAPS_AND_A_CRASH:
                # Once by hand; what the taps do is done directly for the rest.
                phone.page.goto(server.url + "/score")
                score(phone.page, number % 11, 0)
            else:
                answer(phone, at + error, number)
            if number == 4:
                phone.page.reload()
            if number == 11 and ahead in WITH_TAPS_AND_A_CRASH:
                out_of_battery(phone)
                phone = switched_on()
                phone.context.clock.set_fixed_time(at + error)
                expect(phone.page.locator("[data-status]")).to_contain_text(f"{number + 1} ")
        assert phone.page.evaluate(ON_DISK)["waiting"] == len(true_times)

        sent: list[str] = []
        listen(phone.context, sent)
        clock.set(true_times[-1] + timedelta(hours=1))
        phone.context.clock.set_fixed_time(clock() + error)
        server.start()
        # The start is made anew by itself once what waited is sent.
        phone.open("/")
        status = phone.page.locator("[data-status]")
        expect(status).to_have_text(re.compile("clock|klok") if error else "")
        expect(status).to_be_visible(visible=bool(error))
        found = sorted(entries_of(people.patient), key=lambda entry: entry.received_at)[seen:]
        assert phone.page.evaluate(ON_DISK)["waiting"] == 0
        by_id = {str(entry.id): entry for entry in found}
        assert len(found) == len(true_times)
        assert sorted(sent) == sorted(by_id), "each is sent once"
        found = [by_id[one] for one in sent]
        assert [entry.scores["leg"] for entry in found] == [n % 11 for n in range(len(found))]
        # The clock of the phone as it was, and the true time that follows from the error.
        assert [entry.measured_at for entry in found] == [at + error for at in true_times]
        assert {entry.clock_error_seconds for entry in found} == {error.total_seconds()}
        if not error:
            moments = ["night", "morning", None, "midday", "evening", "bedtime"]
            assert [entry.moment for entry in found] == moments * DAYS
            assert {entry.kind for entry in found} == {Kind.SCHEDULED, Kind.EXTRA}
        seen += len(found)
        first_day += timedelta(days=DAYS)
    assert phone.problems == []


def listen(context: BrowserContext, sent: list[str]) -> None:
    """Note the ids of the entries that leave the phone, in the order in which they do."""

    def note(request: Request) -> None:
        if request.method == "POST" and request.url.endswith("/entries"):
            sent.extend(one["id"] for one in json.loads(request.post_data or "")["entries"])

    context.on("request", note)
