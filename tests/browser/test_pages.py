"""Every patient page, in every look: no barrier, nothing small, no sideways scroll."""

from __future__ import annotations

from uuid import uuid4

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import CodeFor, NewPhone
from tests.support.clock import SettableClock
from tests.support.looking import barriers, scrolls_sideways, small_targets
from tests.support.people import People, Somebody
from tests.support.phone import Phone, arrived, score

LOOKS = {
    "light": ("light", "2026-03-12T13:30:00+01:00"),
    "dark": ("dark", "2026-03-12T13:30:00+01:00"),
    "night": ("light", "2026-03-12T23:10:00+01:00"),
}
WIDTHS = (320, 360, 1280)


def problems(page: Page, *, night: bool) -> list[str]:
    """Return all that is wrong with the page, at every width."""
    found = barriers(page, night=night)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 740})
        if scrolls_sideways(page):
            found.append(f"scrolls sideways at {width}")
        found += [f"at {width}: {small}" for small in small_targets(page)]
    page.set_viewport_size({"width": 360, "height": 740})
    return found


def put_entry(phone: Phone, at: str) -> str:
    """Send an entry from the page, as its scripts do."""
    new = str(uuid4())
    body = {
        "sent_at": at,
        "entries": [{"id": new, "measured_at": at, "scores": {"leg": 6, "back": 4}}],
    }
    answer = phone.page.evaluate(
        """(body) => fetch("/api/v1/entries", {method: "POST", body: JSON.stringify(body),
           headers: {"Content-Type": "application/json"}}).then((response) => response.json())""",
        body,
    )
    assert answer["results"][0]["status"] == "stored"
    return new


@pytest.mark.parametrize("look", LOOKS)
def test_every_page_is_there_for_everybody(
    look: str,
    new_phone: NewPhone,
    people: People,
    code_for: CodeFor,
    clock: SettableClock,
) -> None:
    scheme, now = LOOKS[look]
    found: dict[str, list[str]] = {}
    clock.set(now)
    phone = new_phone(color_scheme=scheme)

    def look_at(name: str) -> None:
        phone.settle()
        found[name] = problems(phone.page, night=look == "night" and name not in OPEN)

    phone.open("/activate")
    look_at("activate")
    phone.page.get_by_role("button", name="Connect this phone").or_(
        phone.page.get_by_role("button", name="Koppel deze telefoon")
    ).click()
    look_at("activate with what is wrong")
    phone.open("/nowhere")
    look_at("no such page")
    phone.activate(code_for(people.patient))
    yesterday = put_entry(phone, "2026-03-11T13:10:00+01:00")
    today = put_entry(phone, "2026-03-12T08:10:00+01:00")
    # Not by way of `open`, which would fill it in.
    phone.page.goto(phone.server.url + "/diary")
    look_at("choose a pin")
    for name, path in {
        "start": "/",
        "question": "/score",
        "question of the server": "/score?from=server",
        "late question": "/score?moment=morning",
        "saved": f"/saved/{today}",
        "take back": f"/entries/{today}/withdraw",
        "too late": f"/entries/{yesterday}/correct",
        "settings": "/settings",
        "another pin": "/pin/change",
        "disconnect": "/settings/disconnect",
        "my diary": "/diary",
        "a week": "/diary/weeks/2026-03-04",
        "a day": "/diary/days/2026-03-12",
        "who has looked": "/looked",
        "all my data": "/download",
        "without network": "/shell/nl",
    }.items():
        phone.open(path)
        look_at(name)
    phone.open("/diary")
    phone.page.locator(".lock button").click()
    phone.page.goto(phone.server.url + "/diary")
    look_at("pin")
    phone.open("/score")
    score(phone.page, 7, 7)
    arrived(phone.page)
    look_at("saved on the phone")
    assert {name: wrong for name, wrong in found.items() if wrong} == {}
    assert phone.problems == []


# Before a phone is connected nobody knows the hour of the patient.
OPEN = {"activate", "activate with what is wrong", "no such page"}


@pytest.mark.parametrize("now", ["2026-02-20T12:00:00+01:00", "2026-03-25T12:00:00+01:00"])
def test_a_day_on_which_nothing_is_asked_is_calm(
    now: str, phone: Phone, people: People, code_for: CodeFor, clock: SettableClock
) -> None:
    clock.set(now)
    phone.set_clock()
    phone.activate(code_for(people.patient))
    assert phone.page.locator("main button, main .button").count() == 0
    assert problems(phone.page, night=False) == []


@pytest.mark.parametrize("scripts", [True, False])
def test_the_line_is_there_for_everybody(
    scripts: bool, new_phone: NewPhone, vas_patient: Somebody, code_for: CodeFor
) -> None:
    phone = new_phone(service_workers="allow" if scripts else "block")
    if not scripts:
        # The page's own ones: axe and Playwright need a browser that runs theirs.
        phone.context.route("**/js/*", lambda route: route.abort())
    page = phone.open(f"/a/{code_for(vas_patient)}")
    for field, value in {"day": "2", "month": "5", "year": "1971"}.items():
        page.locator(f"#{field}").fill(value)
    page.locator("main button").last.click()
    page.goto(phone.server.url + "/score")
    page.wait_for_load_state("networkidle")
    assert page.locator("[data-line]").is_visible() is scripts
    assert page.locator(".line-image").count() == (0 if scripts else 1)
    assert problems(page, night=False) == []
