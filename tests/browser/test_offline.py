"""An answer is never lost and never doubled: network away, server away, tab killed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import CodeFor, EntriesOf
from tests.support.people import People
from tests.support.phone import Phone, arrived, score


def scores(found: list) -> list[dict[str, int]]:
    return [{site: int(score) for site, score in entry.scores.items()} for entry in found]


def test_two_taps_from_the_reminder_to_the_diary(
    phone: Phone, people: People, code_for: CodeFor, entries_of: EntriesOf
) -> None:
    phone.activate(code_for(people.patient))
    phone.clock.set("2026-03-12T13:05:00+01:00")
    phone.set_clock()
    page = phone.open("/score")
    score(page, 7, 3)
    arrived(page)
    (entry,) = entries_of(people.patient)
    assert scores([entry]) == [{"leg": 7, "back": 3}]
    assert (entry.moment, entry.kind.value) == ("midday", "scheduled")
    assert entry.measured_at == phone.clock()
    assert phone.problems == []


def network_away(phone: Phone) -> Callable[[], None]:
    phone.context.set_offline(True)
    return lambda: phone.context.set_offline(False)


def server_away(phone: Phone) -> Callable[[], None]:
    phone.server.stop()
    return phone.server.start


@pytest.mark.parametrize("cut", [network_away, server_away])
def test_scored_without_network_and_reloaded_both_arrive_once(
    cut: Callable[[Phone], Callable[[], None]],
    phone: Phone,
    people: People,
    code_for: CodeFor,
    entries_of: EntriesOf,
) -> None:
    phone.clock.set("2026-03-12T08:02:00+01:00")
    phone.set_clock()
    phone.activate(code_for(people.patient))
    score(phone.open("/score"), 8, 5)
    arrived(phone.page)

    mend = cut(phone)
    phone.clock.set("2026-03-12T13:01:00+01:00")
    phone.set_clock()
    page = phone.page
    page.goto(phone.server.url + "/score")
    score(page, 6, 2)
    expect(page.locator("[data-status]")).to_contain_text("1 ")
    page.reload()
    expect(page.locator("[data-view=start]")).to_be_visible()
    expect(page.locator("[data-status]")).to_contain_text("1 ")
    page = phone.new_page()
    page.goto(phone.server.url + "/")
    expect(page.locator("[data-status]")).to_contain_text("1 ")
    assert len(entries_of(people.patient)) == 1

    mend()
    phone.clock.set("2026-03-12T16:00:00+01:00")
    phone.set_clock()
    page = phone.open("/")
    expect(page.locator(".sign.answered")).to_have_count(2)
    expect(page.locator("[data-status]")).to_be_hidden()
    found = entries_of(people.patient)
    assert scores(found) == [{"leg": 8, "back": 5}, {"leg": 6, "back": 2}]
    assert [entry.moment for entry in found] == ["morning", "midday"]
    assert phone.problems == []
