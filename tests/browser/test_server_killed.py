"""The server killed (SIGKILL) while a phone sends what waited: nothing lost, nothing doubled.

A few kills for each database here; `make soak` sets KILLS to 200.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from statistics import median
from threading import Timer
from time import perf_counter

import pytest
from playwright.sync_api import Browser

from diary.store.database import Database
from tests.browser.conftest import PHONE, CodeFor, EntriesOf
from tests.support.clock import SettableClock
from tests.support.people import People
from tests.support.phone import Phone
from tests.support.server_process import ServerProcess

KILLS = int(os.environ.get("KILLS", "5"))
PEACEFUL = 3
# More than go in one request: a kill may fall between two.
MOST_AT_ONCE, MORE_THAN_ONE_REQUEST = 6, 55
MODULES = """
  const { src } = document.querySelector("script[type=module]");
  const part = (name) => import(src.replace(/[^/]+$/, name));
"""
ENTER = (
    """async (times) => {"""
    + MODULES
    + """
  const [{ record }, { load }] = await Promise.all(["actions.js", "plan.js"].map(part));
  const plan = await load();
  const ids = [];
  for (const at of times) {
    const content = { scores: { leg: "4", back: "3" } };
    ids.push((await record(plan, content, new Date(at))).id);
  }
  globalThis.flush = (await part("sync.js")).flush;
  globalThis.waiting = async () => (await (await part("outbox.js")).list()).map((item) => item.id);
  return ids;
}"""
)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Database:
    """Give each database."""
    found = request.getfixturevalue(f"{request.param}_database")
    assert isinstance(found, Database)
    return found


@pytest.fixture
def killable(database: Database, clock: SettableClock) -> Iterator[ServerProcess]:
    """Give a server in a process of its own."""
    url = database.engine.url.render_as_string(hide_password=False)
    server = ServerProcess(url, clock())
    server.start()
    yield server
    server.kill()


@pytest.mark.processes
@pytest.mark.timeout(60 + 6 * KILLS)
def test_a_server_killed_in_mid_sync_loses_nothing_and_doubles_nothing(
    chrome: Browser,
    killable: ServerProcess,
    people: People,
    code_for: CodeFor,
    entries_of: EntriesOf,
    clock: SettableClock,
) -> None:
    seed = random.randrange(2**32)
    print(f"seed {seed}")  # noqa: T201
    chance = random.Random(seed)
    context = chrome.new_context(viewport=PHONE, timezone_id="Europe/Amsterdam")
    phone = Phone(context, context.new_page(), killable, clock, [])
    phone.set_clock()
    phone.activate(code_for(people.patient))
    # Not the start: that is made anew when something was sent.
    page = phone.open("/score")
    entered: list[str] = []

    def enter(number: int) -> None:
        # The times are all different: what came in twice would be seen by them.
        at = [
            clock() - timedelta(days=2) + timedelta(seconds=len(entered) + n) for n in range(number)
        ]
        entered.extend(page.evaluate(ENTER, [one.isoformat() for one in at]))

    took = []
    for _ in range(PEACEFUL):
        enter(MOST_AT_ONCE)
        # Started anew as in each round below: its first answer takes longer.
        killable.kill()
        killable.start()
        began = perf_counter()
        page.evaluate("flush()")
        took.append(perf_counter() - began)
    fell: Counter[str] = Counter()
    for number in range(KILLS):
        enter(MORE_THAN_ONE_REQUEST if number % 10 == 4 else chance.randint(1, MOST_AT_ONCE))
        before = set(page.evaluate("waiting()"))
        killer = Timer(chance.uniform(0.4, 1.5) * median(took), killable.kill)
        killer.start()
        page.evaluate("flush()")
        killer.join()
        waiting = set(page.evaluate("waiting()"))
        stored = {str(entry.id) for entry in entries_of(people.patient)}
        assert set(entered) - waiting <= stored, "what the phone let go is with the diary"
        fell[where(before, waiting, stored)] += 1
        killable.start()
    page.evaluate("flush()")
    print(f"{KILLS} kills fell: {dict(fell)}")  # noqa: T201
    assert page.evaluate("waiting()") == []
    found = entries_of(people.patient)
    assert sorted(str(entry.id) for entry in found) == sorted(entered), "0 lost"
    assert len({entry.measured_at for entry in found}) == len(found), "0 doubled"


def where(before: set[str], waiting: set[str], stored: set[str]) -> str:
    """Return when the kill fell, by what waited before and after it and what was stored."""
    if not waiting:
        return "after the answer"
    if waiting & stored:
        return "stored, not answered"
    return "between two requests" if waiting < before else "before it was stored"
