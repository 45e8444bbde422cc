"""What a pain nurse does in the morning, and a team at its meeting, in a real browser.

`look_at` is called at each step, with its name: a test looks for barriers, the camera takes a
picture (tests/screenshots.py).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

import pyotp
from playwright.sync_api import Page, expect

from tests.support.clock import SettableClock

LookAt = Callable[[str], None]
TOTP_SECONDS = 30
# Instead of a printer: how often the page asked for one.
NO_PRINTER = (
    "() => { globalThis.printed = 0; globalThis.print = () => { globalThis.printed += 1; }; }"
)


@dataclass
class Workday:
    """A browser on the desk of the team; the words on the screen are Dutch."""

    page: Page
    url: str
    clock: SettableClock
    look_at: LookAt

    def sign_in(self, login: str, password: str, totp_secret: str) -> None:
        """Sign in with a code typed; each code is good once, so the clock goes on a step first."""
        self.clock.advance(seconds=TOTP_SECONDS)
        self.page.goto(self.url + "/team/sign-in")
        self.look_at("sign-in")
        self.page.locator("#login").fill(login)
        self.page.locator("#password").fill(password)
        self.page.locator("#code").fill(pyotp.TOTP(totp_secret).at(self.clock()))
        self.page.locator("form.card button").click()
        self.page.wait_for_url(f"{self.url}/team/")

    def morning(self, patient_id: UUID, filled_in: str) -> None:
        """Handle an alarm, make a trial longer, type over the day `filled_in`, print a letter."""
        item = self.page.locator(f"#alarm-{patient_id}")
        expect(item).to_be_visible()
        self.look_at("morning 1 today")
        item.locator(".do a").click()
        self.look_at("morning 2 alarm")
        self.page.locator("#note").fill("Gebeld: geen koorts meer. Komt vanmiddag om 14:00 langs.")
        self.page.locator("main form button").click()
        expect(self.page.locator(".notice.good")).to_be_visible()
        self.look_at("morning 3 closed")
        self._longer()
        self._type(patient_id, filled_in)
        self.page.goto(f"{self.url}/team/patients/{patient_id}")
        self.page.locator("form[action$='/letter'] button").click()
        expect(self.page.locator("article.letter img")).to_be_visible()
        self.look_at("morning 7 letter")
        self.page.evaluate(NO_PRINTER)
        self.page.locator("[data-print]").click()
        assert self.page.evaluate("globalThis.printed") == 1
        self.page.goto(f"{self.url}/team/")
        expect(item).to_have_count(0)
        self.look_at("morning 8 today again")

    def _longer(self) -> None:
        self.page.locator("a[href$='/extend']").first.click()
        self.page.locator("#days").fill("7")
        self.page.locator("button[value=check]").click()
        expect(self.page.locator("button[value=save]")).to_be_visible()
        self.look_at("morning 4 longer")
        self.page.locator("button[value=save]").click()
        expect(self.page.locator(".notice.good")).to_be_visible()

    def _type(self, patient_id: UUID, day: str) -> None:
        self.page.goto(f"{self.url}/team/patients/{patient_id}/typing/{day}")
        field = self.page.locator("input[name^=score-]")
        expect(self.page.locator("[autofocus]")).to_be_focused()
        for place in range(field.count()):
            field.nth(place).fill("6")
        self.look_at("morning 5 paper")
        self.page.locator("[data-save]").click()
        expect(self.page.locator("main .notice").first).to_be_visible()
        self.look_at("morning 6 typed over")

    def meeting(self, patient_id: UUID, met_on: str) -> None:
        """Open the patient, read, decide to implant, and open the report for printing."""
        self.page.goto(f"{self.url}/team/patients?verdict=reached")
        self.look_at("meeting 1 list")
        self.page.locator(f"tbody a[href$='{patient_id}']").click()
        expect(self.page.locator("main .badge").first).to_contain_text("Gehaald")
        chart = self.page.locator("main img").first
        chart.scroll_into_view_if_needed()
        self.page.wait_for_function("image => image.naturalWidth > 0", arg=chart.element_handle())
        self.look_at("meeting 2 patient")
        # "May I believe it?", and every entry that counted or did not.
        for part in ("ways", "working"):
            expect(self.page.locator(f"section[aria-labelledby={part}]")).to_be_visible()
        self.page.locator("a[href$='/decisions']").first.click()
        self.page.locator("input[name=decided][value=implant]").check()
        self.page.locator("#met_on").fill(met_on)
        names = {"pain_specialist": "dr. Smit", "psychologist": "drs. Kaya", "nurse": "N. de Wit"}
        for discipline, name in names.items():
            self.page.locator(f"#team-{discipline}").fill(name)
        self.page.locator("input[name=patient_said][value=agrees]").check()
        self.page.locator("#reasons").fill("De pijn is ruim gehalveerd en mevrouw slaapt weer.")
        self.page.locator("button[value=check]").click()
        expect(self.page.locator(".card.check")).to_contain_text("Implanteren")
        self.look_at("meeting 3 decision")
        self.page.locator("button[value=save]").click()
        expect(self.page.locator(".notice.good")).to_be_visible()
        self.look_at("meeting 4 decided")
        self.page.goto(f"{self.url}/team/patients/{patient_id}")
        self.page.locator("a[href$='/report']").first.click()
        expect(self.page.locator("body")).to_contain_text(re.compile("Implanteren"))
        self.page.emulate_media(media="print")
        self.look_at("meeting 5 report")
        self.page.emulate_media(media="screen")
