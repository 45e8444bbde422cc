"""The points of the team's chart: by pointer and by keyboard, on a wide and a middle screen."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from diary.store.database import Database
from tests.browser.conftest import DeskPage
from tests.store.deciding import fill
from tests.support.clock import SettableClock
from tests.support.looking import barriers, scrolls_sideways
from tests.support.people import People


def test_a_point_tells_its_entry_and_leads_to_its_row(
    desk: DeskPage, people: People, database: Database, clock: SettableClock
) -> None:
    fill(database, clock, people.patient)
    page = desk(people.patient, "")
    for width, name in ((1280, "wide"), (768, "middle")):
        page.set_viewport_size({"width": width, "height": 800})
        points = page.locator(f".points.{name}")
        picture = page.locator(".trend img")
        expect(points).to_be_visible()
        over, under = points.bounding_box(), picture.bounding_box()
        assert over is not None
        assert under is not None
        assert all(abs(over[side] - under[side]) < 1.5 for side in over), (over, under)
        last = points.locator("a").last
        last.locator("circle").hover()
        expect(last.locator("text")).to_have_css("opacity", "1")
        page.mouse.move(0, 0)
        expect(last.locator("text")).to_have_css("opacity", "0")
        # One stop of the Tab key for all of them, and the arrows go along them.
        assert points.locator("a[tabindex='0']").count() == 1
        points.locator("a").first.focus()
        page.keyboard.press("ArrowRight")
        second = points.locator("a").nth(1)
        expect(second).to_be_focused()
        expect(second.locator("text")).to_have_css("opacity", "1")
        page.keyboard.press("End")
        expect(last).to_be_focused()
        page.keyboard.press("Enter")
        row = page.locator("tr:target")
        expect(row).to_be_visible()
        score = (last.text_content() or "").partition(": ")[2].partition(" ")[0]
        expect(row).to_contain_text(re.compile(re.escape(score)))
        assert not scrolls_sideways(page)
    assert barriers(page) == []
