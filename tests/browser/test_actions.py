"""Every action of the diary without a network: on the phone first, in the diary once."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from diary.store import phones
from diary.store.database import Database
from tests.browser.conftest import CodeFor, EntriesOf, EventsOf
from tests.browser.test_queue import ON_DISK
from tests.store.diaries import add_events, event
from tests.support.clock import SettableClock
from tests.support.people import People, Somebody
from tests.support.phone import (
    DEAF_AFTER_SAVING_MS,
    DEAF_MS,
    Phone,
    arrived,
    hears,
    score,
)

EVENING = "2026-03-12T18:30:00+01:00"
# Until the service worker of a version has all of it and is in charge.
NEW_VERSION = """async (version) => {
  for (let tries = 0; tries < 200; tries += 1) {
    const { installing, waiting, active } = await navigator.serviceWorker.getRegistration();
    const there = await caches.has(`diary-${version}`);
    if (there && !installing && !waiting && active.state === "activated") return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("it never comes");
}"""


def saved(page: Page) -> None:
    """Wait until the page says that it is safe on this phone."""
    expect(page.locator("[data-view=saved]")).to_be_visible()


def tap(page: Page, start: str) -> None:
    """Tap the button or link whose name starts so, in English."""
    name = re.compile(f"^{re.escape(start)}")
    page.get_by_role("button", name=name).or_(page.get_by_role("link", name=name)).click()


def go(phone: Phone, path: str) -> Page:
    """Open a page of a phone without a network."""
    phone.page.goto(phone.server.url + path)
    phone.settle()
    return phone.page


def waiting(page: Page, number: int) -> None:
    """See that the page says how many answers wait on this phone, and that it is true."""
    expect(page.locator("[data-status]")).to_contain_text(f"{number} ")
    assert page.evaluate(ON_DISK)["waiting"] == number


def in_english(phone: Phone) -> None:
    """Let the diary speak English to this patient, as in the settings."""
    phone.context.request.post(phone.server.url + "/language", form={"language": "en"})


def test_a_whole_evening_without_network_arrives_once(
    phone: Phone, cluster_patient: Somebody, code_for: CodeFor, events_of: EventsOf
) -> None:
    phone.clock.set(EVENING)
    phone.set_clock()
    phone.activate(code_for(cluster_patient))
    in_english(phone)
    phone.open("/")
    phone.server.stop()

    page = go(phone, "/")
    tap(page, "An attack?")
    phone.settle()
    tap(page, "An attack starts now")
    saved(page)
    waiting(page, 1)
    # The phone was off: the attack runs on, on this phone.
    page = phone.new_page()
    phone.clock.advance(minutes=40)
    phone.set_clock()
    go(phone, "/")
    expect(page.locator("[data-start-attack]")).to_contain_text("18:30")
    tap(page, "The attack is over")
    phone.settle()
    tap(page, "The attack is over")
    hears(page)
    page.locator("[data-worst] button[value='9']").click()
    expect(page.locator("[data-saved-answers]")).to_contain_text("9")
    waiting(page, 3)

    go(phone, "/medicines")
    page.locator("input[name=taken]").first.uncheck()
    tap(page, "Save")
    saved(page)
    expect(page.locator("[data-saved-answers]")).to_contain_text("Pregabalin")
    go(phone, "/dose")
    page.locator("select[name=count]").select_option("0.5")
    tap(page, "Oxycodone")
    saved(page)
    expect(page.locator("[data-saved-answers]")).to_contain_text("½×")
    go(phone, "/evening")
    tap(page, "Save")
    expect(page.locator("[data-view=evening] [data-empty]")).to_be_visible()
    page.locator("label:has(input[name=sleep][value='6'])").click()
    tap(page, "Save")
    hears(page)
    expect(page.locator("[data-saved-answers]")).to_contain_text(re.compile(r"^\s*Sleep\s*6"))
    tap(page, "A mistake? Change it")
    page.wait_for_url("**/evening?replaces=*")
    phone.settle()
    page.locator("label:has(input[name=sleep][value='7'])").click()
    tap(page, "Save")
    saved(page)
    go(phone, "/attacks")
    page.locator("button[name=attacks][value='1']").click()
    saved(page)
    waiting(page, 8)
    # What is asked once a day is not asked again.
    go(phone, "/")
    assert {
        link.get_attribute("data-start-to")
        for link in page.locator("[data-start-to]").all()
        if link.is_visible()
    } == {"attacks", "dose", "symptoms"}

    phone.server.start()
    phone.clock.advance(hours=1)
    phone.set_clock()
    phone.open("/")
    expect(page.locator("[data-home] .way")).to_have_count(3)
    expect(page.locator("[data-status]")).to_be_hidden()
    assert page.evaluate(ON_DISK)["waiting"] == 0
    found = {one.pop("kind"): one for one in events_of(cluster_patient)}
    assert found["attack"] == {
        "started_at": "2026-03-12T18:30:00+01:00",
        "ended_at": "2026-03-12T19:10:00+01:00",
        "intensity": 9,
    }
    assert (found["attack_day"]["attacks"], found["dose"]["count"]) == (1, "0.5")
    assert len(found["medicines"]["not_taken"]) == 1
    assert found["evening"] == {"sleep": 7, "activity": None, "goal": None}
    # What the diary has already is taken back without a network too.
    phone.server.stop()
    go(phone, "/")
    rows = page.locator("[data-start-entries] li")
    expect(rows).to_have_count(5)
    rows.filter(has_text="Oxycodone").get_by_role("link", name="Take back").click()
    phone.settle()
    tap(page, "Take it back")
    expect(rows).to_have_count(4)
    phone.server.start()
    phone.open("/")
    assert "dose" not in {one["kind"] for one in events_of(cluster_patient)}
    assert phone.problems == []


def test_a_symptom_without_network_shows_whom_to_call_at_once(
    phone: Phone, people: People, code_for: CodeFor, events_of: EventsOf
) -> None:
    phone.activate(code_for(people.patient))
    in_english(phone)
    phone.open("/")
    phone.server.stop()
    footer = go(phone, "/").locator("footer a")
    expect(footer).to_be_visible()
    assert footer.get_attribute("href") == "tel:0201234567"
    page = go(phone, "/symptoms")
    call = page.locator("[data-view=symptoms] [data-telephone]")
    expect(call).to_be_hidden()
    tap(page, "Send to my pain centre")
    expect(page.locator("[data-view=symptoms] [data-empty]")).to_be_visible()
    page.locator("input[value=wound]").check()
    expect(call).to_be_in_viewport()
    assert call.get_attribute("href") == "tel:0201234567"
    # Nothing has to be sent for it, and half of it is kept.
    page.reload()
    phone.settle()
    expect(call).to_be_in_viewport()
    tap(page, "Send to my pain centre")
    saved(page)
    call = page.locator("[data-view=saved] [data-telephone]")
    assert call.get_attribute("href") == "tel:0201234567"
    expect(call).to_be_in_viewport()
    waiting(page, 1)
    where = page.locator("[data-saved-where]")
    expect(where).to_have_text(where.get_attribute("data-report-here") or "")
    # What stands under the call is no way to take the report back.
    first = page.locator("[data-view=saved] > .stack").locator("a, button").first
    assert first.get_attribute("href") == "/"
    phone.server.start()
    phone.open("/")
    assert events_of(people.patient) == [{"kind": "symptoms", "symptoms": ["wound"]}]


def test_the_page_from_the_phone_shows_the_number_once_it_has_a_plan(
    phone: Phone, people: People, code_for: CodeFor
) -> None:
    phone.activate(code_for(people.patient))
    phone.open("/")
    phone.page.evaluate("""async () => (await import("/static/js/db.js")).forget("plan")""")
    page = phone.open("/shell/en")
    call = page.locator("footer a")
    expect(call).to_be_visible()
    assert call.get_attribute("href") == "tel:0201234567"


def test_none_of_these_does_not_throw_a_ticked_symptom_away(
    phone: Phone, people: People, code_for: CodeFor, events_of: EventsOf
) -> None:
    phone.activate(code_for(people.patient))
    page = phone.open("/symptoms")
    page.locator("input[value=wound]").check()
    asked = page.locator("[data-view=symptoms] [data-contradicts]")
    expect(asked).to_be_hidden()
    page.locator("button[value=none]").click()
    expect(asked).to_be_visible()
    expect(page.locator("input[value=wound]")).to_be_checked()
    # Once it is put right, nothing says that it is wrong.
    page.locator("input[value=wound]").uncheck()
    expect(asked).to_be_hidden()
    page.locator("button[value=some]").click()
    expect(page.locator("[data-view=symptoms] [data-empty]")).to_be_visible()
    page.locator("input[value=wound]").check()
    expect(page.locator("[data-view=symptoms] [data-empty]")).to_be_hidden()
    page.locator("button[value=some]").click()
    arrived(page)
    assert [one["symptoms"] for one in events_of(people.patient)] == [["wound"]]


def test_a_dose_begins_at_one_each_time(
    phone: Phone, cluster_patient: Somebody, code_for: CodeFor
) -> None:
    phone.activate(code_for(cluster_patient))
    count = phone.open("/dose").locator("select[name=count]")
    count.select_option("4")
    phone.page.reload()
    phone.settle()
    expect(count).to_have_value("1")
    count.select_option("3")
    phone.open("/")
    phone.open("/dose")
    expect(count).to_have_value("1")


def test_changing_taking_back_and_filling_in_later_without_network(
    phone: Phone, people: People, code_for: CodeFor, entries_of: EntriesOf
) -> None:
    phone.activate(code_for(people.patient))
    in_english(phone)
    score(phone.open("/score?moment=morning"), 5, 5)
    arrived(phone.page)
    phone.clock.set("2026-03-12T16:00:00+01:00")
    phone.set_clock()
    score(phone.open("/score?extra=1"), 8, 8)
    arrived(phone.page)
    phone.open("/")
    phone.server.stop()
    page = go(phone, "/")
    rows = page.locator("[data-start-entries] li")
    expect(rows).to_have_count(2)
    rows.first.get_by_role("link", name="Change").click()
    phone.settle()
    score(page, 1, 2)
    go(phone, "/")
    rows.filter(has_text="Extra").get_by_role("link", name="Take back").click()
    phone.settle()
    tap(page, "Take it back")
    expect(rows).to_have_count(1)
    page.wait_for_timeout(DEAF_AFTER_SAVING_MS)
    # Midday was missed: it is filled in as late.
    page.locator("[data-start-moments] a:visible").click()
    phone.settle()
    score(page, 3, 3)
    expect(page.locator("[data-saved-what]")).to_have_text("Midday, filled in later")
    waiting(page, 3)
    go(phone, "/")
    expect(page.locator("[data-start-moments] .sign.late")).to_have_count(2)
    phone.server.start()
    phone.open("/")
    stands = [entry for entry in entries_of(people.patient) if entry.stands]
    assert {(e.moment, e.kind.value): e.scores for e in stands} == {
        ("morning", "late"): {"leg": 1, "back": 2},
        ("midday", "late"): {"leg": 3, "back": 3},
    }
    assert phone.problems == []


def test_half_an_answer_survives_a_reload_and_a_crash_until_it_is_stopped(
    phone: Phone, people: People, code_for: CodeFor, entries_of: EntriesOf
) -> None:
    phone.activate(code_for(people.patient))
    in_english(phone)
    page = phone.open("/score")
    page.wait_for_timeout(DEAF_MS)
    page.get_by_role("button", name="7", exact=True).click()
    expect(page.locator("[data-step]")).to_contain_text("2 ")
    page.reload()
    phone.settle()
    expect(page.locator("[data-step]")).to_contain_text("2 ")
    assert "leg" not in page.evaluate(ON_DISK)["facts"]
    page = phone.new_page()
    phone.open("/score")
    expect(page.locator("[data-step]")).to_contain_text("2 ")
    # Another task is another draft.
    phone.open("/score?moment=morning")
    expect(page.locator("[data-step]")).to_contain_text("1 ")
    phone.open("/score")
    page.locator("[data-stop]").click()
    page.wait_for_url(phone.server.url + "/")
    phone.open("/score")
    score(page, 2, 3)
    arrived(page)
    phone.open("/score?extra=1")
    expect(page.locator("[data-step]")).to_contain_text("1 ")
    assert [entry.scores for entry in entries_of(people.patient)] == [{"leg": 2, "back": 3}]


def test_undo_takes_it_back_for_ten_seconds_with_and_without_network(
    phone: Phone, people: People, code_for: CodeFor, entries_of: EntriesOf
) -> None:
    phone.activate(code_for(people.patient))
    page = phone.open("/score")
    undo = page.locator("[data-undo]")
    score(page, 7, 3)
    arrived(page)
    hears(page)
    undo.click()
    expect(page.locator("[data-view=undone]")).to_be_visible()
    phone.open("/")
    assert [entry.stands for entry in entries_of(people.patient) if not entry.withdrawn] == [False]
    # The moment is open again; this time without a network.
    phone.server.stop()
    go(phone, "/score")
    score(page, 6, 6)
    hears(page)
    undo.click()
    expect(page.locator("[data-view=undone]")).to_be_visible()
    waiting(page, 2)
    go(phone, "/score")
    score(page, 4, 4)
    expect(page.locator("[data-withdraw]")).to_have_attribute("href", re.compile("."))
    places = page.locator("[data-view=saved] > .stack > p")
    before = [one.bounding_box() for one in places.all()]
    page.context.clock.run_for(10_500)
    expect(undo).to_be_hidden()
    expect(page.locator("[data-withdraw]")).to_be_visible()
    # Nothing moves under the finger, and it is called the same.
    assert [one.bounding_box() for one in places.all()] == before
    assert undo.text_content() == page.locator("[data-withdraw]").text_content()
    phone.server.start()
    phone.open("/")
    stands = [entry.scores for entry in entries_of(people.patient) if entry.stands]
    assert stands == [{"leg": 4, "back": 4}]


def test_what_is_being_taken_back_is_not_offered_to_be_taken_back(
    phone: Phone, people: People, code_for: CodeFor, entries_of: EntriesOf
) -> None:
    phone.activate(code_for(people.patient))
    page = phone.open("/score")
    # The first sending hangs, and later the phone is slow to keep that it is taken back.
    page.evaluate(
        """() => {
          const gate = () => {
            let open;
            const opened = new Promise((resolve) => { open = resolve; });
            return { open, opened };
          };
          window.network = gate();
          window.disk = gate();
          const real = window.fetch;
          window.fetch = (...all) => window.network.opened.then(() => real(...all));
          window.slowDown = () => {
            const encrypt = crypto.subtle.encrypt.bind(crypto.subtle);
            crypto.subtle.encrypt = (...all) => window.disk.opened.then(() => encrypt(...all));
          };
        }"""
    )
    score(page, 7, 3)
    hears(page)
    page.evaluate("slowDown()")
    undo, withdraw = page.locator("[data-undo]"), page.locator("[data-withdraw]")
    undo.click()
    expect(undo).to_be_hidden()
    page.evaluate("network.open()")
    # The answer has arrived: nothing offers to take it back once more.
    expect(page.locator("[data-withdraw][href]")).to_have_count(1)
    expect(undo).to_be_hidden()
    expect(withdraw).to_be_hidden()
    undo.dispatch_event("click")
    page.evaluate("disk.open()")
    expect(page.locator("[data-view=undone]")).to_be_visible()
    phone.open("/")
    expect(page.locator("[data-status]")).to_be_hidden()
    assert len(entries_of(people.patient)) == 2


def test_a_second_tap_on_the_same_place_undoes_nothing(
    phone: Phone, cluster_patient: Somebody, code_for: CodeFor, events_of: EventsOf
) -> None:
    phone.activate(code_for(cluster_patient))
    page = phone.open("/attacks")
    # All of the page saves and is left by a second tap, wherever that lands.
    tap_twice = """(selector) => {
      document.querySelector(selector).click();
      const saved = document.querySelector("[data-view=saved]");
      return new Promise((resolve) => {
        new MutationObserver(() => {
          if (saved.hidden) return;
          for (const one of saved.querySelectorAll("button, a")) one.click();
          resolve();
        }).observe(saved, { attributes: true });
      });
    }"""
    page.evaluate(tap_twice, "[data-event=attack_day] button[value='0']")
    arrived(page)
    assert page.url.startswith(phone.server.url + "/events/")
    phone.open("/dose")
    page.locator("[data-list=dose] button").first.focus()
    # A key that is held presses again and again.
    for _ in range(3):
        page.keyboard.down("Enter")
    page.keyboard.up("Enter")
    arrived(page)
    assert {one["kind"] for one in events_of(cluster_patient)} == {"attack_day", "dose"}
    # Then it listens.
    hears(page)
    page.locator("[data-undo]").click()
    expect(page.locator("[data-view=undone]")).to_be_visible()
    phone.open("/")
    assert {one["kind"] for one in events_of(cluster_patient)} == {"attack_day"}


def test_what_is_open_now_comes_before_what_comes_next(
    phone: Phone, people: People, code_for: CodeFor
) -> None:
    phone.activate(code_for(people.patient))
    page = phone.open("/score?moment=morning")
    score(page, 5, 5)
    expect(page.locator("[data-saved-next]")).to_be_hidden()
    open_now = page.locator("[data-saved-open] a")
    expect(open_now).to_contain_text("13:00")
    hears(page)
    open_now.click()
    page.wait_for_url("**/score")
    phone.settle()
    score(page, 4, 4)
    expect(page.locator("[data-saved-open]")).to_be_hidden()
    expect(page.locator("[data-saved-next]")).to_contain_text("18:00")


def test_two_pages_of_one_phone_store_one_evening(
    phone: Phone, people: People, code_for: CodeFor, events_of: EventsOf
) -> None:
    phone.activate(code_for(people.patient))
    other = phone.open("/evening")
    phone.page = phone.context.new_page()
    for page, number in ((phone.open("/evening"), 7), (other, 4)):
        page.locator(f"label:has(input[name=sleep][value='{number}'])").click()
        page.locator("[data-view=evening] form > button").click()
        arrived(page)
    assert [one["sleep"] for one in events_of(people.patient)] == [4]


def test_no_attacks_after_an_attack_is_asked_once_more(
    phone: Phone, cluster_patient: Somebody, code_for: CodeFor, events_of: EventsOf
) -> None:
    phone.activate(code_for(cluster_patient))
    phone.open("/")
    phone.server.stop()
    page = go(phone, "/attacks")
    page.locator("button[value=start]").click()
    saved(page)
    # A day later it is told of which day that was.
    phone.clock.advance(hours=24)
    phone.set_clock()
    go(phone, "/attacks")
    expect(page.locator("[data-since]")).to_contain_text("12")
    expect(page.locator("[data-since]")).to_contain_text(re.compile("Thursday|donderdag"))
    page.locator("button[value=stop]").click()
    saved(page)
    # An attack belongs to the day on which it began: this one is no attack of today.
    go(phone, "/attacks")
    page.locator("button[value=start]").click()
    saved(page)
    go(phone, "/attacks")
    page.locator("button[value=stop]").click()
    saved(page)
    waiting(page, 4)
    go(phone, "/attacks")
    page.locator("[data-event=attack_day] button[value='0']").click()
    asked = page.locator("[data-event=attack_day] [data-contradicts]")
    expect(asked).to_be_visible()
    asked.locator("button").click()
    hears(page)
    # One thing more waits, to the patient. Undoing it would not bring the attack back.
    expect(page.locator("[data-status]")).to_contain_text("5 ")
    assert page.evaluate(ON_DISK)["waiting"] == 6
    expect(page.locator("[data-undo]")).to_be_hidden()
    # The start has the one that ended today, and the answer; no longer that of today.
    go(phone, "/")
    expect(page.locator("[data-start-entries] li")).to_have_count(2)
    phone.server.start()
    phone.open("/")
    found = events_of(cluster_patient)
    assert [one["attacks"] for one in found if "attacks" in one] == [0]
    assert [one["started_at"][:10] for one in found if one["kind"] == "attack"] == ["2026-03-12"]


def test_what_the_team_typed_over_today_is_not_the_patients_to_change(
    phone: Phone,
    people: People,
    cluster_patient: Somebody,
    code_for: CodeFor,
    database: Database,
    clock: SettableClock,
    events_of: EventsOf,
) -> None:
    now = clock().isoformat()
    attack = event("attack", clock(), {"started_at": now, "ended_at": now, "intensity": 5})
    evening = event("evening", clock(), {"sleep": 3, "activity": None, "goal": None})
    typed = [replace(one, diary_day=clock().date()) for one in (attack, evening)]
    nurse = people.nurse
    add_events(database, clock, cluster_patient, *typed, by=nurse.scope, typed_by=nurse.id)
    phone.activate(code_for(cluster_patient))
    phone.open("/")
    phone.server.stop()
    page = go(phone, "/")
    rows = page.locator("[data-start-entries] li")
    expect(rows).to_have_count(2)
    expect(rows.locator("a:visible")).to_have_count(0)
    go(phone, "/attacks")
    for button in ("button[value='0']", "button[value=sure]"):
        page.locator(f"[data-event=attack_day] {button}").dispatch_event("click")
        expect(page.locator("[data-on-paper]")).to_be_visible()
        expect(page.locator("[data-event=attack_day] [data-contradicts]")).to_be_hidden()
    # The patient's own evening stands beside it.
    go(phone, "/evening")
    page.locator("label:has(input[name=sleep][value='7'])").click()
    page.locator("[data-view=evening] form > button").click()
    saved(page)
    phone.server.start()
    phone.open("/")
    assert sorted(one["sleep"] for one in events_of(cluster_patient) if "sleep" in one) == [3, 7]
    assert phone.problems == []


def test_the_start_without_network_is_made_anew_once_all_was_sent(
    phone: Phone, people: People, code_for: CodeFor
) -> None:
    phone.activate(code_for(people.patient))
    phone.server.stop()
    page = go(phone, "/score")
    score(page, 4, 4)
    go(phone, "/")
    expect(page.locator("[data-view=start]")).to_be_visible()
    phone.server.start()
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("[data-home]")).to_be_visible()


def test_an_answered_reminder_says_so_and_how_to_change_it(
    phone: Phone, people: People, code_for: CodeFor, entries_of: EntriesOf
) -> None:
    phone.activate(code_for(people.patient))
    in_english(phone)
    score(phone.open("/score"), 7, 3)
    arrived(phone.page)
    phone.server.stop()
    page = go(phone, "/score")
    expect(page.locator("[data-view=done]")).to_be_visible()
    expect(page.locator("[data-view=question]")).to_be_hidden()
    tap(page, "A mistake? Change it")
    phone.settle()
    score(page, 6, 2)
    phone.server.start()
    phone.open("/")
    stands = [entry.scores for entry in entries_of(people.patient) if entry.stands]
    assert stands == [{"leg": 6, "back": 2}]


def test_an_update_of_the_app_in_mid_queue_breaks_no_page_and_loses_nothing(
    phone: Phone,
    people: People,
    code_for: CodeFor,
    entries_of: EntriesOf,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from diary.web.patient import app_files

    phone.activate(code_for(people.patient))
    phone.server.stop()
    old = go(phone, "/score")
    old.wait_for_timeout(DEAF_MS)
    old.get_by_role("button", name="7", exact=True).click()
    version = "0123456789abcdef"
    for name in ("_version", "_files_version"):
        monkeypatch.setattr(app_files, name, lambda: version)
    # Not kept: however this ends, no later test is to meet the page of a version that is none.
    monkeypatch.setattr(app_files, "_shell", app_files._shell.__wrapped__)
    phone.server.start()
    # Another page brings the new version while the first is half filled in.
    phone.page = phone.context.new_page()
    new = phone.open("/diary")
    new.evaluate(NEW_VERSION, version)
    phone.server.stop()
    old.get_by_role("button", name="3", exact=True).click()
    expect(old.locator("[data-view=saved]")).to_be_visible()
    waiting(old, 1)
    phone.page = old
    go(phone, "/")
    # The page from the phone is of the new version now, and knows what waits.
    assert version in (old.locator("link[rel=stylesheet]").first.get_attribute("href") or "")
    waiting(old, 1)
    phone.server.start()
    phone.open("/")
    assert [entry.scores for entry in entries_of(people.patient)] == [{"leg": 7, "back": 3}]
    assert phone.problems == []


def test_it_buzzes_only_for_who_wants_it(phone: Phone, people: People, code_for: CodeFor) -> None:
    phone.context.add_init_script(
        "globalThis.buzzed = 0; navigator.vibrate = () => { globalThis.buzzed += 1; return true; };"
    )
    phone.activate(code_for(people.patient))
    page = phone.open("/evening")
    page.locator("label:has(input[name=sleep][value='7'])").click()
    page.locator("[data-view=evening] form > button").click()
    saved(page)
    assert page.evaluate("buzzed") == 0
    page.evaluate("localStorage.setItem('diary-buzz', '1')")
    page = phone.open("/symptoms")
    page.locator("button[value=none]").click()
    saved(page)
    assert page.evaluate("buzzed") == 1


def test_a_report_on_a_phone_that_was_disconnected_waits_and_still_shows_whom_to_call(
    phone: Phone,
    people: People,
    code_for: CodeFor,
    database: Database,
    clock: SettableClock,
    events_of: EventsOf,
) -> None:
    phone.activate(code_for(people.patient))
    with database.write(people.nurse.scope, now=clock()) as unit:
        for known in phones.phones(unit, people.patient.id):
            if known.revoked_at is None:
                phones.revoke_phone(unit, known.id)
    page = phone.open("/symptoms")
    page.locator("input[value=fever]").check()
    page.locator("button[value=some]").click()
    saved(page)
    call = page.locator("[data-view=saved] [data-telephone]")
    assert call.get_attribute("href") == "tel:0201234567"
    status = page.locator("[data-status]")
    expect(status).to_have_text(re.compile("no longer connected|niet meer gekoppeld"))
    assert status.locator("a").get_attribute("href") == "tel:0201234567"
    waiting(page, 1)
    assert events_of(people.patient) == []
    phone.activate(code_for(people.patient))
    phone.open("/")
    assert [one["symptoms"] for one in events_of(people.patient)] == [["fever"]]
