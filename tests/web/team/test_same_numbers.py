"""Every number on the page, in the report, in the export and from `diary assess` is the same."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any
from uuid import UUID

import pytest
from argon2 import PasswordHasher
from flask.testing import FlaskClient

from diary.charts.report_chart import ReportChart
from diary.exchange import pdf, report, report_page
from diary.exchange.case_files import write_case
from diary.exchange.demo.making import DemoPatient, make_demo
from diary.exchange.demo.stories import STORIES
from diary.protocol.cases import Assessment, assess, parse_case
from diary.protocol.current import current_verdict
from diary.protocol.result_writing import assessment_to_json
from diary.protocol.shown import shown_number, shown_percent
from diary.protocol.verdicts import Rule, Status
from diary.store import accounts, cases
from diary.store.database import Database
from diary.store.scope import Scope
from diary.wording import medication, other_verdicts, perceived_effect, verdict
from diary.wording.spoken import speaking
from tests.support.clock import SettableClock
from tests.support.pdf import count_pages
from tests.web.team.conftest import DeskOf, source_of
from tests.web.team.pages import Element, Page

FIGURES = (
    *("Weighted score at baseline", "Weighted score in the trial", "Difference", "Reduction"),
    *("Needed", "Bounds of the reduction"),
)
SF12 = ("pcs", "mcs")


@dataclass
class Walk:
    """The demo's patients with the browser of one who treats them, in English."""

    desk: FlaskClient
    patients: tuple[DemoPatient, ...]
    database: Database
    clock: SettableClock
    scope: Scope

    def page(self, patient_id: UUID, end: str = "") -> Page:
        """Open a page of a patient."""
        page = Page(self.desk.get(f"/team/patients/{patient_id}{end}").text)
        assert page.problems == []
        return page

    def exported(self, patient_id: UUID) -> Assessment:
        """Return what `diary assess` makes of the exported case."""
        with self.database.read(self.scope, now=self.clock()) as unit:
            case = cases.case_of(unit, patient_id, self.clock())
        assert case is not None
        return assess(parse_case(json.loads(write_case(case))))


@pytest.fixture
def walk(database: Database, clock: SettableClock, desk_of: DeskOf) -> Walk:
    clock.set("2026-03-20T12:30:00+01:00")
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    with database.write(None, now=clock()) as unit:
        made = make_demo(unit, number=len(STORIES), days=17, seed=5, hasher=cheap)
        (login,) = [one.login for one in made.staff if one.login == "arts"]
        secret = accounts.find_staff(unit, login)
    assert secret is not None
    member = _Signed(login, secret.scope)
    desk = desk_of(member)  # type: ignore[arg-type]
    desk.post("/team/language", data={"language": "en"})
    return Walk(desk, made.patients, database, clock, secret.scope)


@dataclass(frozen=True)
class _Signed:
    login: str
    scope: Scope


def test_of_every_demo_patient(walk: Walk) -> None:
    seen, off = set(), set()
    listing = Page(walk.desk.get("/team/patients").text)
    lines = {row.one("th").text: row.text for row in listing.root.one("tbody").all("tr")}
    for patient in walk.patients:
        page, made = walk.page(patient.id), walk.page(patient.id, "/report")
        assessed = walk.exported(patient.id)
        trial = [one for one in assessed.verdicts if one.rule.value == "trial_response"]
        trial.sort(key=lambda one: not one.primary)
        with speaking("en"):
            expected = [verdict.view(one) for one in trial]
            beside = other_verdicts.others(assessed)
        on_page, in_report = list(_figures(page)), list(_figures(made))
        in_words = [{label: _figure(value) for label, value in view.facts} for view in expected]
        assert on_page == in_report == in_words, patient.story
        assert [_as_written(one) for one in _written(assessed)] == on_page, patient.story
        for view in (*expected, *beside):
            for said in (view.why, view.agree, *(_figure(value) for _, value in view.facts)):
                assert said in page.root.text, patient.story
                assert said in made.root.text, patient.story
        for shown in _all_shown(assessment_to_json(assessed)["verdicts"]):
            assert shown in page.root.text, patient.story
            assert shown in made.root.text, patient.story
        for name in ("Sensitivity table", "Day means"):
            assert _rows(page, name) == _rows(made, name), patient.story
        worked = (*expected, *beside)
        ways = [way.figure for view in worked for way in view.ways]
        assert sorted(row[4] for row in _rows(page, "Sensitivity table")) == sorted(ways)
        means = [_figure(day.mean) for v in worked for w in v.windows for day in w.days]
        assert sorted(row[1] for row in _rows(page, "Day means")) == sorted(means)
        assert _adherence(page) == _adherence(made)
        with speaking("en"):
            told = medication.lines(assessed)
        assert all(line in made.root.text and line in page.root.text for line in told)
        now = current_verdict(assessed)
        if now is not None and now.rule is Rule.SWITCH_OFF_WORSENING:
            (of_now,) = [view for view in beside if view.primary]
            assert dict(of_now.facts)["Difference"].shown in lines[patient.name]
        elif on_page and on_page[0]["Reduction"] != "–":
            assert on_page[0]["Reduction"] in lines[patient.name]
        seen |= {one.status for one in trial}
        with speaking("en"):
            effect = perceived_effect.line(assessed)
        assert bool(effect) is (assessed.case.implanted_on is not None), patient.story
        assert effect in page.root.text, patient.story
        assert effect in made.root.text, patient.story
        assert _sf12_of_off(page) == _sf12_of_off(made) == _written_sf12(assessed), patient.story
        off |= {one.status for one in assessed.verdicts if one.switch_off and one.primary}
    assert len(seen) >= 4, "the demo shows verdicts of many kinds"
    assert off == {Status.REACHED, Status.NOT_REACHED}, "crossed, and judged on day 28"


@pytest.mark.skipif(
    not pdf.is_available(), reason="WeasyPrint is not installed or does not find Pango"
)
def test_the_fullest_first_page_is_one_page(walk: Walk) -> None:
    (patient,) = [one for one in walk.patients if one.story == "switched off, worse"]
    with walk.database.read(walk.scope, now=walk.clock()) as unit:
        source = source_of(unit, patient.id)
    with speaking("nl"):
        chart = ReportChart.of(source.assessment, source.standstills, source.switched)
        html = report_page.document(
            report.report_of(source, "Vera Verpleegkundige"),
            report_page.as_address(chart.svg()),
            chart.alt(),
            chart.switched(),
            appendix=False,
        )
    assert count_pages(report_page.pdf_of(html)) == 1


def _sf12_of_off(page: Page) -> list[tuple[str, ...]]:
    """Return PCS and MCS before and after, as the paragraph beside each verdict tells them."""
    told = r"physical ([\d.]+) and ([\d.]+), mental ([\d.]+) and ([\d.]+)\."
    return sorted(set(re.findall(told, page.root.text)))


def _written_sf12(assessed: Assessment) -> list[tuple[str, ...]]:
    """Return the same from the JSON of `diary assess`, where the switch-off is judged by it."""
    found = set()
    for one in assessment_to_json(assessed)["verdicts"]:
        pair = one.get("quality_of_life")
        if pair is not None and one["status"] in {"not_reached", "undecided"}:
            scores = [Fraction(pair[when][name]) for name in SF12 for when in ("before", "after")]
            found.add(tuple(shown_number(score) for score in scores))
    return sorted(found)


def _all_shown(written: Any) -> Iterator[str]:
    """Yield every rounded figure that `diary assess` prints, however deep it stands."""
    if isinstance(written, dict):
        if "shown" in written:
            yield written["shown"]
        written = list(written.values())
    if isinstance(written, list):
        for one in written:
            yield from _all_shown(one)


def _figures(page: Page) -> Iterator[dict[str, str]]:
    """Yield the figures of each pain site, the primary one first."""
    for box in page.root.all("div"):
        if not (box.attributes.get("class") or "").startswith("status"):
            continue
        found = {
            term.text: value.text
            for one in box.all("dl")
            for term, value in zip(one.all("dt"), one.all("dd"), strict=True)
        }
        if FIGURES[0] in found:
            yield found


def _figure(value: verdict.Figure) -> str:
    return f"{value.shown} ({value.exact})" if value.exact else value.shown


def _rows(page: Page, caption: str) -> list[list[str]]:
    """Return the rows of all tables with this caption, whatever their order on the page."""
    rows = []
    for table in page.root.all("table"):
        captions = table.all("caption")
        if captions and captions[0].text == caption:
            rows += [_cells(row) for row in table.one("tbody").all("tr")]
    return sorted(rows)


def _cells(row: Element) -> list[str]:
    return [one.text for one in row.children if isinstance(one, Element)]


def _adherence(page: Page) -> dict[str, str]:
    names = {"In time", "Afterwards", "Half within", "Nine in ten within"}
    return {
        term.text: value.text
        for one in page.root.all("dl")
        for term, value in zip(one.all("dt"), one.all("dd"), strict=True)
        if term.text in names
    }


def _written(assessed: Assessment) -> list[dict[str, Any]]:
    """Return the verdicts of the trial as `diary assess` prints them, the primary one first."""
    found = [
        one for one in assessment_to_json(assessed)["verdicts"] if one["rule"] == "trial_response"
    ]
    return sorted(found, key=lambda one: not one["primary"])


def _as_written(one: dict[str, Any]) -> dict[str, str]:
    """Return the figures of the page, made from the JSON of `diary assess` alone."""
    needed = Fraction(1, 2)
    bounds = "–"
    if one["bounds"] is not None:
        low, high = (shown_percent(Fraction(bound), needed) for bound in one["bounds"])
        bounds = low if low == high else f"{low} to {high}"
    values = (
        _scored(one["baseline"] and one["baseline"]["score"]),
        _scored(one["window"] and one["window"]["score"]),
        _scored(one["change"]),
        "–" if one["reduction"] is None else one["reduction"]["shown"],
        shown_percent(needed, needed),
        bounds,
    )
    return dict(zip(FIGURES, values, strict=True))


def _scored(value: dict[str, str] | None) -> str:
    if value is None:
        return "–"
    exact, shown = value["exact"], value["shown"]
    assert shown == shown_number(Fraction(exact))
    rounded = re.sub("−", "-", shown)
    return shown if Fraction(rounded) == Fraction(exact) else f"{shown} ({exact})"
