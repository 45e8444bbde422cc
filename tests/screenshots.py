"""Pictures of every screen, to be looked at: `python -m tests.screenshots [--readme]`.

An invented centre is served on loopback, with a clock that stands still, and walked through in a
real Chromium: phone and desk, light and dark. They land in shots/ (or, the two of the README, in
docs/images/).
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Literal

import pyotp
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from diary.exchange.demo.making import Demo, DemoPatient, make_demo
from diary.exchange.demo.stories import STORIES
from diary.store.database import Database
from diary.store.migrations import upgrade
from tests.support import chromium
from tests.support.clock import SettableClock
from tests.support.databases import VAULT
from tests.support.people import PIN
from tests.support.server import LiveServer, make_app
from tests.support.workday import Workday

ROOT = Path(__file__).parents[1]
SHOTS = ROOT / "shots"
IMAGES = ROOT / "docs" / "images"
# A Tuesday at half past one: the midday moment is open.
NOW = "2026-03-17T13:30:00+01:00"
PHONE = (360, 740)
DESK = (1280, 800)
Theme = Literal["light", "dark"]
THEMES: tuple[Theme, ...] = ("light", "dark")

PATIENT_PAGES = {
    "home": "/",
    "score": "/score",
    "diary": "/diary",
    "settings": "/settings",
}


class Camera:
    """Walks through the product and takes the pictures."""

    def __init__(self, browser: Browser, server: LiveServer, clock: SettableClock, demo: Demo):
        self.browser = browser
        self.server = server
        self.clock = clock
        self.demo = demo

    @contextmanager
    def page(self, size: tuple[int, int], theme: Theme) -> Iterator[Page]:
        """Give a page of a browser of its own, in Dutch, with the clock of the walk."""
        width, height = size
        context: BrowserContext = self.browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme=theme,
            locale="nl-NL",
            timezone_id="Europe/Amsterdam",
            service_workers="block",
        )
        context.clock.set_fixed_time(self.clock())
        yield context.new_page()
        context.close()

    def patient(self, story: str) -> DemoPatient:
        """Return the first invented patient with this story."""
        return next(patient for patient in self.demo.patients if patient.story == story)

    def activate(self, page: Page, patient: DemoPatient) -> None:
        """Connect the page to a patient's diary, as the letter says."""
        page.goto(f"{self.server.url}/a/{patient.activation_code}")
        born: date = patient.birth_date
        for field in ("day", "month", "year"):
            page.locator(f"#{field}").fill(str(getattr(born, field)))
        page.locator("form button:not([name=language])").last.click()
        page.wait_for_url("**/pin?next=/")
        for field in ("pin", "again"):
            page.locator(f"#{field}").fill(PIN)
        page.locator("form button").click()
        page.wait_for_url(self.server.url + "/")

    def sign_in(self, page: Page) -> None:
        """Sign the nurse in; each code is good once, so the clock goes on a step first."""
        nurse = self.demo.staff[0]
        self.clock.advance(seconds=30)
        page.goto(self.server.url + "/team/sign-in")
        page.locator("#login").fill(nurse.login)
        page.locator("#password").fill(nurse.password)
        page.locator("#code").fill(pyotp.TOTP(nurse.totp_secret).at(self.clock()))
        page.locator("form.card button").click()
        page.wait_for_url(self.server.url + "/team/")

    def shoot(self, page: Page, folder: Path, name: str, *, whole: bool = True) -> None:
        """Take one picture, of the whole page or of what fits the window."""
        folder.mkdir(parents=True, exist_ok=True)
        page.wait_for_load_state("networkidle")
        page.screenshot(path=folder / f"{name}.png", full_page=whole, animations="disabled")
        print(folder.relative_to(ROOT) / f"{name}.png")


def walk_everywhere(camera: Camera) -> None:
    """Take the pictures of all screens."""
    running = camera.patient("trial running")
    line = camera.patient("trial running on the line of 100 mm")
    first = True
    for theme in THEMES:
        for size, device in ((PHONE, "phone"), (DESK, "desk")):
            folder = SHOTS / f"{device}-{theme}"
            with camera.page(size, theme) as page:
                page.goto(camera.server.url + "/activate")
                camera.shoot(page, folder, "activate")
                if first:  # a code is good once; the later walks are the team's
                    _patient_walk(camera, page, folder, running)
            with camera.page(size, theme) as page:
                if first:
                    camera.activate(page, line)
                    page.goto(camera.server.url + "/score")
                    camera.shoot(page, folder, "score-line")
            _team_walk(camera, size, theme, folder)
            first = False
    workday_pictures(camera)


def _patient_walk(camera: Camera, page: Page, folder: Path, patient: DemoPatient) -> None:
    camera.activate(page, patient)
    for name, path in PATIENT_PAGES.items():
        page.goto(camera.server.url + path)
        for theme in THEMES:
            page.emulate_media(color_scheme=theme)
            for (width, height), device in ((PHONE, "phone"), (DESK, "desk")):
                page.set_viewport_size({"width": width, "height": height})
                camera.shoot(page, SHOTS / f"{device}-{theme}", name)


def _team_walk(camera: Camera, size: tuple[int, int], theme: Theme, folder: Path) -> None:
    with camera.page(size, theme) as page:
        page.goto(camera.server.url + "/team/sign-in")
        camera.shoot(page, folder, "team-sign-in")
        camera.sign_in(page)
        camera.shoot(page, folder, "team-patients")
        page.goto(camera.server.url + "/team/patients/new")
        camera.shoot(page, folder, "team-enrol")
        for patient in camera.demo.patients:
            page.goto(f"{camera.server.url}/team/patients/{patient.id}")
            camera.shoot(page, folder, f"team-patient-{patient.story.replace(' ', '-')}")
        _meeting_walk(camera, page, folder)


def _meeting_walk(camera: Camera, page: Page, folder: Path) -> None:
    """What the team has before it at a meeting, and what follows; nothing is recorded."""
    base = f"{camera.server.url}/team/patients/{camera.patient('switched off, worse').id}"
    page.goto(f"{base}/decisions")
    page.locator("input[name=decided][value=switch_on]").check()
    page.locator("input[name=patient_said][value=agrees]").check()
    page.locator("#team-pain_specialist").fill("A. Arts")
    page.locator("#reasons").fill("De pijn kwam terug.")
    page.locator("#exception").fill("De psycholoog wordt vandaag gebeld.")
    page.locator("button[value=check]").click()
    camera.shoot(page, folder, "team-decision")
    for path in ("switches", "implantation", "end", "phases/new/follow_up", "report", "typing"):
        page.goto(f"{base}/{path}")
        camera.shoot(page, folder, f"team-{path.rpartition('/')[2]}")


def workday_pictures(camera: Camera) -> None:
    """Take a picture of each step of a nurse's morning and of a meeting."""
    folder = SHOTS / "workday"
    with camera.page(DESK, "light") as page:
        nurse = camera.demo.staff[0]
        workday = Workday(
            page,
            camera.server.url,
            camera.clock,
            lambda name: camera.shoot(page, folder, name.replace(" ", "-"), whole=False),
        )
        workday.sign_in(nurse.login, nurse.password, nurse.totp_secret)
        running = camera.patient("trial running")
        yesterday = (camera.clock() - timedelta(days=1)).date()
        workday.morning(running.id, yesterday.isoformat())
        reached = camera.patient("reached, not robust")
        workday.meeting(reached.id, camera.clock().date().isoformat())


def readme_pictures(camera: Camera) -> None:
    """Take the two pictures of the README."""
    with camera.page(PHONE, "light") as page:
        camera.activate(page, camera.patient("trial running"))
        camera.shoot(page, IMAGES, "phone", whole=False)
    # High enough for the verdict and the chart together.
    with camera.page((1280, 1120), "light") as page:
        camera.sign_in(page)
        patient = camera.patient("reached, not robust")
        page.goto(f"{camera.server.url}/team/patients/{patient.id}")
        camera.shoot(page, IMAGES, "team", whole=False)


def main() -> None:
    """Make the centre, serve it and walk."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--readme", action="store_true", help="the two pictures of the README")
    readme = parser.parse_args().readme
    clock = SettableClock(datetime.fromisoformat(NOW))
    folder = Path(tempfile.mkdtemp())
    database = Database(f"sqlite:///{folder / 'diary.db'}", VAULT)
    try:
        upgrade(database.engine)
        with database.write(None, now=clock()) as unit:
            demo = make_demo(unit, number=len(STORIES), days=17, seed=1)
        app = make_app(database, clock)
        with LiveServer(app) as server, sync_playwright() as playwright:
            camera = Camera(chromium.launch(playwright), server, clock, demo)
            (readme_pictures if readme else walk_everywhere)(camera)
    finally:
        database.close()
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
