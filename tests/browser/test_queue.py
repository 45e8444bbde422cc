"""The queue on the phone: bound to its patient, honest about what is left, never silent."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from diary.store import phones
from diary.store.database import Database
from tests.browser.conftest import CodeFor, EntriesOf
from tests.support.clock import SettableClock
from tests.support.people import People
from tests.support.phone import Phone, arrived, hears, score

# What the phone has on disk, as another program on it would see it.
ON_DISK = """async () => {
  const opened = await new Promise((resolve, reject) => {
    const request = indexedDB.open("diary");
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const all = (store) => new Promise((resolve) => {
    const request = opened.transaction(store).objectStore(store).getAll();
    request.onsuccess = () => resolve(request.result);
  });
  const [keys, outbox, facts] = await Promise.all(["keys", "outbox", "facts"].map(all));
  const text = (value) => JSON.stringify(value, (_, part) =>
    part instanceof ArrayBuffer ? [...new Uint8Array(part)] : part);
  opened.close();
  const extractable = keys.map((key) => key.extractable);
  return { extractable, outbox: text(outbox), facts: text(facts), waiting: outbox.length };
}"""


def put_in_outbox(page: Page, owner: str, **entry: object) -> None:
    """Let the phone keep an entry, as the score page does before it sends."""
    page.evaluate(
        """async ([owner, entry]) => {
          const { add } = await import("/static/js/outbox.js");
          await add(owner, entry);
        }""",
        [owner, {"id": str(uuid4()), "scores": {"leg": "9", "back": "9"}, **entry}],
    )


def test_what_waits_is_encrypted_with_a_key_that_stays(
    phone: Phone, people: People, code_for: CodeFor
) -> None:
    phone.activate(code_for(people.patient))
    phone.server.stop()
    page = phone.page
    page.goto(phone.server.url + "/score")
    score(page, 7, 3)
    disk = page.evaluate(ON_DISK)
    assert (disk["extractable"], disk["waiting"]) == ([False], 1)
    for word in ("scores", "leg", "measured_at", "been", "morning"):
        assert word not in disk["outbox"] + disk["facts"]
    phone.server.start()
    page.goto(phone.server.url + "/")
    expect(page.locator(".sign.answered")).to_have_count(1)
    assert page.evaluate(ON_DISK)["waiting"] == 0


def test_a_tab_that_is_killed_before_the_answer_loses_nothing(
    phone: Phone, people: People, code_for: CodeFor, entries_of: EntriesOf
) -> None:
    phone.activate(code_for(people.patient))
    page = phone.page
    page.goto(phone.server.url + "/score")
    phone.settle()
    phone.server.stop()
    score(page, 7, 3)
    page = phone.new_page()
    phone.server.start()
    page.goto(phone.server.url + "/")
    expect(page.locator(".sign.answered")).to_have_count(1)
    assert [entry.scores for entry in entries_of(people.patient)] == [{"leg": 7, "back": 3}]


def test_a_phone_that_was_disconnected_keeps_its_queue_and_says_so(
    phone: Phone,
    people: People,
    code_for: CodeFor,
    database: Database,
    clock: SettableClock,
    entries_of: EntriesOf,
) -> None:
    phone.activate(code_for(people.patient))
    with database.write(people.nurse.scope, now=clock()) as unit:
        for known in phones.phones(unit, people.patient.id):
            if known.revoked_at is None:
                phones.revoke_phone(unit, known.id)
    page = phone.open("/score")
    score(page, 7, 3)
    status = page.locator("[data-status]")
    expect(status).to_have_text(re.compile("no longer connected|niet meer gekoppeld"))
    assert page.evaluate(ON_DISK)["waiting"] == 1
    assert entries_of(people.patient) == []
    phone.activate(code_for(people.patient))
    phone.open("/")
    assert len(entries_of(people.patient)) == 1


def test_a_refused_answer_is_kept_and_shown_and_stops_no_other(
    phone: Phone, people: People, code_for: CodeFor, entries_of: EntriesOf
) -> None:
    phone.activate(code_for(people.patient))
    owner = str(people.patient.id)
    put_in_outbox(phone.page, owner, measured_at="9999-03-14T08:00:00+01:00")
    put_in_outbox(phone.page, owner, measured_at="2026-03-12T08:00:00+01:00")
    put_in_outbox(phone.page, owner, measured_at="2026-03-12T09:00:00+01:00", note="x" * 5000)
    page = phone.open("/")
    assert len(entries_of(people.patient)) == 1
    expect(page.locator("[data-status] p")).to_have_count(2)
    assert page.evaluate(ON_DISK)["waiting"] == 2
    page.locator("[data-status] button").first.click()
    expect(page.locator("[data-status] p")).to_have_count(1)
    page.locator("[data-status] button").click()
    expect(page.locator("[data-status] button")).to_have_count(0)
    assert page.evaluate(ON_DISK)["waiting"] == 0


def test_an_answer_on_the_phone_is_changed_before_there_is_a_network(
    phone: Phone, people: People, code_for: CodeFor, entries_of: EntriesOf
) -> None:
    phone.activate(code_for(people.patient))
    phone.server.stop()
    page = phone.page
    page.goto(phone.server.url + "/score")
    score(page, 9, 9)
    hears(page)
    page.locator("[data-change]").click()
    score(page, 2, 2)
    expect(page.locator("[data-status]")).to_contain_text("2 ")
    phone.server.start()
    page = phone.open("/")
    found = entries_of(people.patient)
    assert [entry.scores for entry in found if entry.stands] == [{"leg": 2, "back": 2}]
    assert len(found) == 2


def test_a_change_while_the_first_answer_is_being_sent_is_kept(
    phone: Phone, people: People, code_for: CodeFor, entries_of: EntriesOf
) -> None:
    phone.activate(code_for(people.patient))
    page = phone.open("/score")
    # The first sending hangs until the network is mended.
    page.evaluate(
        """() => {
          const real = window.fetch;
          const mended = new Promise((resolve) => { window.mend = resolve; });
          window.fetch = (url, options) => mended.then(() => real(url, options));
        }"""
    )
    score(page, 9, 9)
    hears(page)
    page.locator("[data-change]").click()
    score(page, 2, 1)
    page.evaluate("window.mend()")
    arrived(page)
    found = entries_of(people.patient)
    assert len(found) == 2
    assert [entry.scores for entry in found if entry.stands] == [{"leg": 2, "back": 1}]


def test_changing_an_earlier_answer_leaves_the_open_moment_open(
    phone: Phone, people: People, code_for: CodeFor, entries_of: EntriesOf
) -> None:
    phone.activate(code_for(people.patient))
    phone.clock.set("2026-03-12T13:30:00+01:00")
    phone.set_clock()
    score(phone.open("/score"), 7, 3)
    arrived(phone.page)
    (first,) = entries_of(people.patient)
    phone.clock.set("2026-03-12T18:00:00+01:00")
    phone.set_clock()
    score(phone.open(f"/entries/{first.id}/correct"), 6, 3)
    arrived(phone.page)
    phone.server.stop()
    phone.page.goto(phone.server.url + "/")
    expect(phone.page.locator("[data-start-now]")).to_be_visible()


def test_a_phone_that_cleared_away_what_waited_says_so_once(
    phone: Phone, people: People, code_for: CodeFor
) -> None:
    phone.activate(code_for(people.patient))
    put_in_outbox(phone.page, str(people.patient.id), measured_at="2026-03-12T08:00:00+01:00")
    cdp = phone.context.new_cdp_session(phone.page)
    phone.page.goto("about:blank")
    cdp.send(
        "Storage.clearDataForOrigin",
        {"origin": phone.server.url, "storageTypes": "indexeddb,local_storage"},
    )
    for said in (1, 0):
        page = phone.open("/")
        cleared = page.locator("[data-words]").get_attribute("data-cleared") or ""
        expect(page.locator("[data-status]").get_by_text(cleared)).to_have_count(said)


def test_a_second_tap_of_an_unsteady_hand_does_not_answer_the_next_question(
    phone: Phone, people: People, code_for: CodeFor, entries_of: EntriesOf
) -> None:
    phone.activate(code_for(people.patient))
    page = phone.open("/score")
    page.wait_for_timeout(500)
    page.get_by_role("button", name="7", exact=True).dblclick()
    expect(page.locator("[data-previous]")).to_be_visible()
    page.wait_for_timeout(500)
    expect(page.locator("[data-view=question]")).to_be_visible()
    # Back, and the answer can be given anew.
    page.locator("[data-previous] button").click()
    score(page, 5, 4)
    arrived(page)
    assert [entry.scores for entry in entries_of(people.patient)] == [{"leg": 5, "back": 4}]


def test_a_late_answer_is_late_and_an_answered_one_is_not_asked_again(
    phone: Phone, people: People, code_for: CodeFor, entries_of: EntriesOf
) -> None:
    phone.activate(code_for(people.patient))
    page = phone.open("/")
    page.locator(".moments a").first.click()
    phone.settle()
    score(page, 5, 4)
    arrived(page)
    (entry,) = entries_of(people.patient)
    assert (entry.moment, entry.kind) == ("morning", "late")
    assert page.url.endswith(f"/saved/{entry.id}")
    page.reload()
    expect(page.locator("dd").first).to_have_text("5")


@pytest.mark.parametrize("day", [1, 3])
def test_three_days_without_network_arrive_with_their_own_times(
    day: int, phone: Phone, people: People, code_for: CodeFor, entries_of: EntriesOf
) -> None:
    phone.activate(code_for(people.patient))
    phone.server.stop()
    page = phone.page
    times = [phone.clock.advance(days=1) for _ in range(day)]
    phone.clock.set(times[0])
    for at in times:
        phone.clock.set(at)
        phone.set_clock()
        page.goto(phone.server.url + "/score")
        expect(page.locator("[data-step]")).to_contain_text("13:00")
        score(page, 6, 6)
    phone.server.start()
    phone.clock.advance(hours=5)
    phone.set_clock()
    phone.open("/")
    found = entries_of(people.patient)
    assert [entry.measured_at for entry in found] == times
    assert {entry.moment for entry in found} == {"midday"}
