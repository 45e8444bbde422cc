"""Every page of the patient's app, in every look, language and width: nothing bars anybody.

The whole is every page × {light, dark, night} × {nl, en, ar} × {320, 412, 1280 px}. To be quick, a
page is loaded once in each language and dressed anew where it stands: the colours by the medium,
the night by the class that the server gives, the width by the window. What axe has to say is asked
as often as its answer can differ, and no more:

- all rules, once for each page and language (light, 412 px);
- the contrast, once for each look and each way in which words stand there (their colour, what is
  behind them, their size): where all ways were seen before, the answer is known;
- our own measure of contrast, of words and of what is drawn, in each look and language;
- the sizes (44 px targets, nothing sideways, cut off or overlapping), once for each width: in other
  looks each element has the same place, and that is compared too.

Then the text is made twice as large, at 320 and 412 px, and at 320 px spaced as 1.4.12 says.

With AXE=all in the environment (`make soak`) nothing is taken as known: beside all this, axe says
all it has to say of every page in every one of the 27 combinations.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, request, request_finished, template_rendered
from playwright.sync_api import CDPSession, Page

from diary import assets
from diary.signed import Stop
from diary.store import pathways, phones
from diary.store.database import Database
from tests.browser.conftest import NewPhone
from tests.support.clock import SettableClock
from tests.support.looking import (
    CONTRAST,
    CONTRAST_AT_NIGHT,
    CONTRAST_DRAWN,
    CONTRAST_LARGE,
    SMALLEST_TARGET,
    ask,
    bring_along,
)
from tests.support.people import BIRTH_DATE, People, Somebody
from tests.support.reminding import remind
from tests.support.rounds import EVENING, Round
from tests.support.server import make_app, make_settings

LANGUAGES = ("nl", "en", "ar")
WIDTHS = (320, 412, 1280)
FIRST_WIDTH = 412
# What is asked of a page at each stop; each value is a list of what is wrong.
SIZES = "losses: looking.losses(), small: looking.small(o.target), faint: looking.faint(...o.light)"
FIRST_LOOK = f"""({{
  axe: await looking.barriers(o.all), {SIZES}, large: looking.lossesWhenLarge(),
  dim: looking.dim(o.drawn), places: looking.places(), words: looking.words(o.language),
}})"""
DARK_LOOKS = """{
  const found = {};
  const seen = [];
  for (const { look, contrast, axe } of o.looks) {
    document.body.classList.toggle("night", look === "night");
    const ways = looking.palette().map((way) => `${look} ${way}`);
    seen.push(...ways);
    found[look] = {
      axe: ways.every((way) => o.seen.includes(way)) ? [] : await looking.barriers(axe),
      dim: looking.dim(o.drawn),
      faint: looking.faint(...contrast),
      places: looking.places() === o.places ? [] : ["something stands elsewhere than in the light"],
    };
  }
  document.body.classList.remove("night");
  return { found, seen };
}"""
NEXT_WIDTH = f"({{ {SIZES} }})"
NARROW = f"""({{
  {SIZES}, large: looking.lossesWhenLarge(), spaced: looking.lossesWhenSpaced(),
}})"""
LOOKS = [
    {
        "look": "dark",
        "contrast": [CONTRAST, CONTRAST_LARGE],
        "axe": {"runOnly": ["color-contrast"]},
    },
    {
        "look": "night",
        "contrast": [CONTRAST_AT_NIGHT, CONTRAST_AT_NIGHT],
        "axe": {"runOnly": ["color-contrast-enhanced"]},
    },
]
EVERYTHING = os.environ.get("AXE") == "all"
# The rules that axe has switched on, and of the others those that our measure asks for.
ALL_RULES = {"rules": {"target-size": {"enabled": True}}}
ALL_RULES_AT_NIGHT = {
    "rules": {"target-size": {"enabled": True}, "color-contrast-enhanced": {"enabled": True}}
}
EVERY_LOOK = {"light": ALL_RULES, "dark": ALL_RULES, "night": ALL_RULES_AT_NIGHT}
DRESSED = """{
  document.body.classList.toggle("night", o.look === "night");
  const found = await looking.barriers(o.axe);
  document.body.classList.remove("night");
  return found;
}"""
# What patients never see; every other page must come by.
NOT_THEIRS = ("api.", "health.", "static", "team", "admin")
# Nothing to look at as a page: files, a picture that a page shows, and receipts of a gateway.
FILES = {"chart", "icon", "kept_file", "manifest", "service_worker", "sms"}


@dataclass
class Matrix:
    """Looks at a page in all combinations and keeps what is wrong by the page's name."""

    page: Page
    cdp: CDPSession
    language: str
    found: dict[str, list[str]] = field(default_factory=dict)
    # The ways in which words stood in the dark looks until now: axe was asked about these.
    seen: set[str] = field(default_factory=set)
    # In how many looks and widths, of all pages together, axe was asked everything.
    combinations: int = 0

    def look_at(self, name: str) -> None:
        """Look at the page as it stands, which is `name`."""
        assert name not in self.found, name
        contrast = self.language == LANGUAGES[0]
        options = {
            "target": SMALLEST_TARGET,
            "light": [CONTRAST, CONTRAST_LARGE],
            "looks": LOOKS,
            "drawn": CONTRAST_DRAWN,
            "seen": sorted(self.seen),
            "all": {} if contrast else {"rules": {"color-contrast": {"enabled": False}}},
            "language": self.language,
        }
        looks: dict[str, dict[str, list[str]]] = {"light": ask(self.page, FIRST_LOOK, options)}
        places = {"places": looks["light"].pop("places")}
        self.page.emulate_media(color_scheme="dark")
        dark = ask(self.page, DARK_LOOKS, options | places)
        looks |= dark["found"]
        self.seen.update(dark["seen"])
        self.page.emulate_media(color_scheme="light")
        for width in WIDTHS:
            if width != FIRST_WIDTH:
                self._widen(width)
                looks[f"{width} px"] = ask(
                    self.page, NARROW if width == WIDTHS[0] else NEXT_WIDTH, options
                )
        if EVERYTHING:
            looks |= self._everywhere()
        self._widen(FIRST_WIDTH)
        self.found[name] = [
            f"{look}: {one}"
            for look, answers in looks.items()
            for answer in answers.values()
            for one in answer
        ]

    def _everywhere(self) -> dict[str, dict[str, list[str]]]:
        """Return what axe finds in each look at each width."""
        found = {}
        for width in WIDTHS:
            self._widen(width)
            for look, axe in EVERY_LOOK.items():
                self.page.emulate_media(color_scheme="light" if look == "light" else "dark")
                answer = ask(self.page, DRESSED, {"look": look, "axe": axe})
                found[f"{look}, {width} px"] = {"axe": answer}
        self.page.emulate_media(color_scheme="light")
        self.combinations += len(found)
        return found

    def _widen(self, width: int) -> None:
        size = {"width": width, "height": 740, "deviceScaleFactor": 1, "mobile": False}
        self.cdp.send("Emulation.setDeviceMetricsOverride", size)


@contextmanager
def noting(app: Flask) -> Iterator[tuple[set[str], set[str]]]:
    """Note the endpoints that answer with a page, and the templates of these."""
    endpoints: set[str] = set()
    templates: set[str] = set()

    def answered(sender: Flask, response: Any, **_: Any) -> None:
        if response.mimetype == "text/html" and response.status_code != 303:
            endpoints.add(request.endpoint or "")

    def rendered(sender: Flask, template: Any, **_: Any) -> None:
        templates.add(template.name)

    with (
        request_finished.connected_to(answered, app),
        template_rendered.connected_to(rendered, app),
    ):
        yield endpoints, templates


def pages_of(app: Flask) -> set[str]:
    """Return the endpoints of all pages that patients can open."""
    return {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ())
        and not rule.endpoint.startswith(NOT_THEIRS)
        and rule.endpoint.rpartition(".")[2] not in FILES
    }


def page_templates() -> set[str]:
    """Return the templates of whole pages: no parts, and nothing that others only extend."""
    folder: Path = assets.folder("templates")
    texts = {path.name: path.read_text() for path in (folder / "patient").glob("[!_]*.html")}
    extended = set(re.findall(r'extends "patient/(.*?)"', " ".join(texts.values())))
    # The page from the phone is made once and kept; its endpoint is seen instead.
    return {f"patient/{name}" for name in texts.keys() - extended - {"shell.html"}}


@pytest.fixture
def app(database: Database, clock: SettableClock) -> Flask:
    """Give the application with e-mail, which has a corner of its own in the settings."""
    return make_app(database, clock, smtp_host="127.0.0.1")


@pytest.fixture
def with_phone(database: Database, people: People, clock: SettableClock) -> Any:
    """Give what connects a phone to a patient, in a language."""

    def connect(patient: Somebody, language: str) -> Somebody:
        token = patient.token or f"token of {patient.id}"
        if not patient.token:
            with database.write(people.product, now=clock()) as unit:
                code = phones.create_activation_code(unit, patient.id)
            with database.write(None, now=clock()) as unit:
                owner = phones.activate(unit, code, BIRTH_DATE, token)
            assert owner is not None
            patient = replace(patient, phone=owner, token=token)
        with database.write(patient.scope, now=clock()) as unit:
            phones.set_language(unit, language)
        return patient

    return connect


@pytest.mark.timeout(1800 if EVERYTHING else 120)
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_bars_anybody(
    language: str,
    app: Flask,
    new_phone: NewPhone,
    people: People,
    cluster_patient: Somebody,
    vas_patient: Somebody,
    with_phone: Any,
    database: Database,
    clock: SettableClock,
) -> None:
    with database.write(people.nurse.scope, now=clock()) as unit:
        pathways.choose_evening(unit, cluster_patient.pathway, ("sleep", "activity", "goal"))
    midday = clock().replace(hour=12)
    too_late = remind(database, people.patient, midday, clock())
    clock.set(EVENING)
    phone = new_phone(service_workers="block", viewport={"width": FIRST_WIDTH, "height": 740})
    bring_along(phone.context)
    url = phone.server.url
    phone.context.add_cookies([{"name": "diary_language", "value": language, "url": url}])
    matrix = Matrix(phone.page, phone.context.new_cdp_session(phone.page), language)
    four = (people.patient, people.other, cluster_patient, vas_patient)
    who = anna, *_ = [with_phone(one, language) for one in four]
    stop = make_settings(database).signer.stop(Stop(people.centre_id, anna.id))
    with noting(app) as (endpoints, templates):
        Round(phone, language, *who, stop, too_late, matrix.look_at).walk()
    if EVERYTHING:
        print(f"{language}: {len(matrix.found)} pages, {matrix.combinations} combinations")  # noqa: T201
    assert {name: wrong for name, wrong in matrix.found.items() if wrong} == {}
    assert phone.problems == []
    assert pages_of(app) - endpoints == set(), "a page without a line in tests/support/rounds.py"
    assert page_templates() - templates == set(), "a page without a line in tests/support/rounds.py"
