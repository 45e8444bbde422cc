"""Another patient's diary on the same phone: nothing of one is asked or sent as the other's."""

from __future__ import annotations

from typing import Literal

import pytest
from playwright.sync_api import expect

from diary.store import diary_reading
from diary.store.database import Database
from tests.browser.conftest import CodeFor, EntriesOf, NewPhone
from tests.browser.test_queue import ON_DISK, put_in_outbox
from tests.store.test_second_pathway import begin
from tests.support.clock import SettableClock
from tests.support.people import BIRTH_DATE, People, Somebody
from tests.support.phone import DEAF_MS, IN_CONTROL, Phone, arrived, score

# As the form does, but without the page that comes then: its scripts would forget the old plan.
CONNECT = """async (fields) => {
  const body = new URLSearchParams(fields);
  return (await fetch("/activate", { method: "POST", body, redirect: "manual" })).type;
}"""


# As when the page was not there long enough to forget it.
NOT_FORGOTTEN = """
  const wipe = IDBObjectStore.prototype.delete;
  IDBObjectStore.prototype.delete = function (name) {
    return name === "plan" ? this.count() : wipe.call(this, name);
  };
"""


def connect(phone: Phone, code: str) -> None:
    """Connect the phone to the diary of this code, and open no page of it."""
    day, month, year = BIRTH_DATE.day, BIRTH_DATE.month, BIRTH_DATE.year
    fields = {"code": code, "day": str(day), "month": str(month), "year": str(year)}
    assert phone.page.evaluate(CONNECT, fields) == "opaqueredirect"


@pytest.mark.parametrize("service_workers", ["allow", "block"])
def test_the_first_page_asks_nothing_of_the_patient_before(
    service_workers: Literal["allow", "block"],
    new_phone: NewPhone,
    people: People,
    vas_patient: Somebody,
    code_for: CodeFor,
    database: Database,
    clock: SettableClock,
) -> None:
    phone = new_phone(service_workers=service_workers)
    phone.open("/activate")
    connect(phone, code_for(people.patient))
    phone.open("/")
    if service_workers == "allow":
        phone.settle(IN_CONTROL)
    connect(phone, code_for(vas_patient))
    page = phone.page
    page.add_init_script(NOT_FORGOTTEN)
    page.goto(phone.server.url + "/score")
    expect(page.locator("[data-line]")).to_be_visible()
    page.locator("[data-step-by='1']").click()
    page.wait_for_timeout(DEAF_MS)
    page.locator("[data-scale=vas] button:not([type])").click()
    arrived(page)
    with database.read(people.nurse.scope, now=clock()) as unit:
        assert diary_reading.entries(unit, people.patient.pathway) == []
        (entry,) = diary_reading.entries(unit, vas_patient.pathway)
    assert entry.scores.keys() == {"leg"}
    assert phone.problems == []


def test_the_queue_of_one_patient_is_never_sent_as_anothers(
    phone: Phone, people: People, code_for: CodeFor, entries_of: EntriesOf
) -> None:
    phone.activate(code_for(people.patient))
    put_in_outbox(phone.page, str(people.patient.id), measured_at="2026-03-12T08:00:00+01:00")
    phone.open("/settings/disconnect")
    # What waits is sent before the phone lets go: so make it wait for somebody else's network.
    put_in_outbox(phone.page, str(people.patient.id), measured_at="2026-03-12T09:00:00+01:00")
    phone.page.locator("main form button").click()
    phone.activate(code_for(people.other))
    expect(phone.page.locator("[data-status]")).to_contain_text("1 ")
    phone.open("/score")
    score(phone.page, 1, 1)
    arrived(phone.page)
    assert len(entries_of(people.patient)) == 1
    assert [entry.scores for entry in entries_of(people.other)] == [{"leg": 1, "back": 1}]
    # Back with the first patient: it arrives there.
    phone.open("/settings/disconnect")
    phone.page.locator("main form button").click()
    phone.activate(code_for(people.patient))
    phone.open("/")
    assert len(entries_of(people.patient)) == 2
    assert len(entries_of(people.other)) == 1
    assert phone.page.evaluate(ON_DISK)["waiting"] == 0


def test_an_answer_that_waited_lands_in_the_diary_that_asked_for_it(
    phone: Phone,
    people: People,
    code_for: CodeFor,
    entries_of: EntriesOf,
    database: Database,
    clock: SettableClock,
) -> None:
    """Asked by numbers without a network, while a new diary on the line began elsewhere."""
    phone.activate(code_for(people.patient))
    page = phone.page
    phone.open("/score")
    phone.settle(IN_CONTROL)
    phone.server.stop()
    score(page, 7, 3)
    expect(page.locator("[data-status]")).to_contain_text("1 ")
    _before, after = begin(database, clock, people, at=None)
    phone.server.start()
    phone.open("/")
    expect(page.get_by_role("heading", name="Meten vóór de proef")).to_be_visible()
    assert page.evaluate(ON_DISK)["waiting"] == 0
    assert [entry.scores for entry in entries_of(people.patient)] == [{"leg": 7, "back": 3}]
    # What the phone asks from now on is asked by the new diary.
    phone.open("/score?extra=1")
    expect(page.locator("[data-line]")).to_be_visible()
    page.locator("[data-step-by='1']").click()
    page.wait_for_timeout(DEAF_MS)
    page.locator("[data-scale=vas] button:not([type])").click()
    arrived(page)
    with database.read(people.nurse.scope, now=clock()) as unit:
        (entry,) = diary_reading.entries(unit, after)
        assert len(diary_reading.entries(unit, people.patient.pathway)) == 1
    assert entry.scores.keys() == {"foot"}
    assert phone.problems == []
