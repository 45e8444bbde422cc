"""The forms of a day, of phone and server, in every look: no barrier, nothing small."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import CodeFor, NewPhone
from tests.browser.test_pages import LOOKS, problems
from tests.support.clock import SettableClock
from tests.support.people import Somebody

FORMS = ("medicines", "dose", "attacks", "evening", "symptoms")


@pytest.mark.parametrize("look", LOOKS)
def test_every_form_is_there_for_everybody(
    look: str,
    new_phone: NewPhone,
    cluster_patient: Somebody,
    code_for: CodeFor,
    clock: SettableClock,
) -> None:
    scheme, now = LOOKS[look]
    clock.set(now)
    phone = new_phone(color_scheme=scheme)
    phone.activate(code_for(cluster_patient))
    page = phone.page
    found: dict[str, list[str]] = {}

    def look_at(name: str) -> None:
        found[name] = problems(page, night=look == "night")

    for form in FORMS:
        phone.open(f"/{form}")
        if form == "symptoms":
            page.locator("input[name=symptom]").first.check()
        look_at(form)
        # What the server makes of it is the same; once is enough.
        if look == "light":
            phone.open(f"/{form}?from=server")
            look_at(f"{form} of the server")
    phone.open("/symptoms")
    page.locator("input[name=symptom]").first.check()
    page.locator("button[value=some]").click()
    expect(page.locator("[data-view=saved]")).to_be_visible()
    look_at("whom to call")
    phone.open("/attacks")
    page.locator("button[value=start]").click()
    expect(page.locator("[data-view=saved]")).to_be_visible()
    phone.open("/attacks")
    look_at("running attack")
    page.locator("button[value=stop]").click()
    expect(page.locator("[data-worst]")).to_be_visible()
    look_at("how bad it was")
    page.reload()
    phone.settle()
    look_at("how bad it was, of the server")
    phone.open("/")
    phone.server.stop()
    page.goto(phone.server.url + "/")
    phone.settle()
    look_at("start without network")
    assert {name: wrong for name, wrong in found.items() if wrong} == {}
    assert phone.problems == []
