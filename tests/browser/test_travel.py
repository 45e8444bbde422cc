"""A phone on another time than the diary: asked on the start page, once for each zone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import CodeFor, NewPhone
from tests.support.people import People


@pytest.mark.parametrize("zone, asks", [("Asia/Tokyo", True), ("Europe/Brussels", False)])
def test_only_another_time_is_asked_about(
    new_phone: NewPhone, code_for: CodeFor, people: People, zone: str, asks: bool
) -> None:
    """Brussels is elsewhere, and its clock shows the same."""
    phone = new_phone(timezone_id=zone)
    phone.activate(code_for(people.patient))
    question = phone.page.locator("[data-travel]")
    expect(question).to_be_attached()
    expect(question).to_be_visible(visible=asks)
    if asks:
        question.get_by_role("button").last.click()
        phone.page.wait_for_url(phone.server.url + "/")
        expect(question).to_be_hidden()
    assert phone.problems == []
