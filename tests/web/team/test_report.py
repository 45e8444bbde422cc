"""The report for the record: what the page says, on one sheet of A4, by whom and when."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from diary.charts.alt import alt_text
from diary.charts.readings import trend_data
from diary.exchange import pdf, report, report_page
from diary.protocol.deciding import Decided
from diary.store import audit
from diary.store.database import Database
from diary.wording.spoken import gettext, speaking
from tests.store.deciding import IMPLANT, MISSING, Desk, fill
from tests.store.diaries import add, add_events, entry, event, new_medicine, on_list
from tests.support.clock import SettableClock
from tests.support.pdf import count_pages, plain
from tests.support.people import People
from tests.web.team.conftest import DeskOf, Diarist, source_of
from tests.web.team.pages import Page

NEEDS_PDF = pytest.mark.skipif(
    not pdf.is_available(), reason="WeasyPrint is not installed or does not find Pango"
)


@pytest.fixture
def desk(people: People, desk_of: DeskOf, diarist: Diarist) -> FlaskClient:
    """Give the browser of the nurse; the patient has kept her diary until after the trial."""
    diarist.fill(people.patient, without=2)
    return desk_of(people.nurse)


@pytest.fixture
def base(people: People) -> str:
    return f"/team/patients/{people.patient.id}"


def facts(page: Page) -> dict[str, str]:
    """Return the figures of a page: every term and what stands beside it, the first time."""
    found: dict[str, str] = {}
    for one in page.root.all("dl"):
        for term, value in zip(one.all("dt"), one.all("dd"), strict=True):
            found.setdefault(term.text, value.text)
    return found


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_report_says_what_the_page_says(
    language: str, desk: FlaskClient, base: str, people: People
) -> None:
    desk.post("/team/language", data={"language": language})
    page, made = Page(desk.get(base).text), Page(desk.get(f"{base}/report").text)
    assert made.problems == []
    assert made.root.one("html").attributes["lang"] == language
    shown = facts(page)
    told = {name: value for name, value in facts(made).items() if name in shown}
    assert len(told) >= 12
    assert told == {name: shown[name] for name in told}
    for sentence in ("why", "belief"):
        said = page.root.all("p" if sentence == "why" else "li")
        for one in said:
            if one.attributes.get("class") == sentence:
                assert one.text in made.text
    report_ways, page_ways = (one.table(_table(language)) for one in (made, page))
    assert [row[-2:] for row in report_ways[1:]] != []
    assert [row[:5] for row in report_ways] == [row[:5] for row in page_ways]


def _table(language: str) -> str:
    return {"nl": "Gevoeligheidstabel", "en": "Sensitivity table"}[language]


def test_it_says_whose_when_by_whom_and_after_which_version(desk: FlaskClient, base: str) -> None:
    text = Page(desk.get(f"{base}/report").text).root.text
    for said in ("Anna Bakker", "0000001", "nva-2020", "20 mrt 2026 12:00", "Nurse1", "S3 l.207"):
        assert said in text


def test_the_chart_is_that_of_print_in_the_language_asked_for(desk: FlaskClient, base: str) -> None:
    made = Page(desk.get(f"{base}/report?language=en").text)
    picture = made.root.one("img")
    assert "Pain (leg, NRS) from 8.0 at baseline" in (picture.attributes["alt"] or "")
    drawn = desk.get(picture.attributes["src"] or "")
    assert drawn.status_code == 200
    assert "baseline" in drawn.text
    assert desk.get(f"{base}/trend.svg?theme=print&size=paper&language=xx").status_code == 404
    # Who prints it keeps the own words around it.
    assert made.root.one("aside").attributes["lang"] == "nl"


def test_a_diary_without_anything_in_it(people: People, desk_of: DeskOf) -> None:
    desk = desk_of(people.nurse)
    made = Page(desk.get(f"/team/patients/{people.patient.id}/report").text)
    assert made.problems == []
    assert made.root.all("img") == []
    assert "Loopt" in made.text


@pytest.mark.parametrize("end", ["", pytest.param(".pdf", marks=NEEDS_PDF)])
def test_nothing_is_kept_and_it_is_logged(
    end: str,
    desk: FlaskClient,
    base: str,
    people: People,
    database: Database,
    clock: SettableClock,
) -> None:
    answer = desk.get(f"{base}/report{end}")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert "Bakker" not in str(answer.headers)
    with database.read(people.nurse.scope, now=clock()) as unit:
        assert audit.of_patient(unit, people.patient.id)[0].event == "report.print"


@NEEDS_PDF
def test_what_is_decided_on_fits_one_sheet(
    desk: FlaskClient, people: People, database: Database, clock: SettableClock
) -> None:
    assert desk
    with database.read(people.nurse.scope, now=clock()) as unit:
        source = source_of(unit, people.patient.id)
    with speaking("en"):
        data = trend_data(source.assessment, source.pathway.primary_site)
        found = report.report_of(source, "Vera Verpleegkundige")
        alt = alt_text(data, gettext, "en")
        picture = report_page.as_address(b"<svg xmlns='http://www.w3.org/2000/svg'/>")
        first, whole = (
            report_page.pdf_of(report_page.document(found, picture, alt, appendix=appendix))
            for appendix in (False, True)
        )
    assert count_pages(first) == 1
    assert count_pages(whole) > 1
    box = re.search(r"/MediaBox \[([^\]]+)\]", plain(whole))
    assert box is not None
    assert [round(float(n)) for n in box[1].split()] == [0, 0, 595, 842]


def test_without_weasyprint_there_is_the_print_view(
    desk: FlaskClient, base: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "is_available", lambda: False)
    answer = desk.get(f"{base}/report.pdf", follow_redirects=True)
    assert "Ctrl+P" in answer.text
    assert ".pdf" not in answer.text


def test_a_name_is_text_and_never_markup(
    desk: FlaskClient, people: People, database: Database, clock: SettableClock
) -> None:
    assert desk
    with database.read(people.nurse.scope, now=clock()) as unit:
        source = source_of(unit, people.patient.id)
    odd = replace(source, card=replace(source.card, name="<b>Anna</b>"))
    with speaking("nl"):
        html = report_page.document(report.report_of(odd, "<i>"), "", "")
    assert "<b>Anna" not in html
    assert "&lt;b&gt;Anna" in html


@NEEDS_PDF
def test_decisions_medication_and_a_verdict_that_changed_since(
    people: People, desk_of: DeskOf, database: Database, clock: SettableClock
) -> None:
    somebody = people.patient
    oxycodone = new_medicine("oxycodone", "10", as_needed=True, times_a_day=None)
    medicine = on_list(database, clock, people.nurse.scope, somebody, oxycodone)
    fill(database, clock, somebody)
    for day, count in (("2026-03-03", "1"), ("2026-03-18", "2")):
        body = {"medicine": str(medicine), "count": count}
        add_events(database, clock, somebody, event("dose", f"{day}T12:00:00+01:00", body))
    team = Desk(database, clock, people.nurse.scope, somebody)
    for reasons in ("Nog even wachten.", "Nog steeds."):
        team.record(replace(IMPLANT, decided=Decided.POSTPONE, reasons=reasons))
        clock.advance(minutes=1)
    team.record(IMPLANT)
    page = Page(desk_of(people.nurse).get(f"/team/patients/{somebody.id}").text)
    with database.read(people.nurse.scope, now=clock()) as unit:
        source = source_of(unit, somebody.id)
    with speaking("nl"):
        found = report.report_of(source, "Vera")
        html = report_page.document(found, "", "", appendix=False)
        whole = report_page.document(found, "", "")
    assert count_pages(report_page.pdf_of(html)) == 1
    text = Page(html).root.text
    assert "20 mrt 2026: Implanteren." in text
    for line in found.medication:
        assert line in text
        assert line in page.root.text
    assert "+100" in " ".join(found.medication)
    for said in (IMPLANT.reasons, "Nog even wachten.", "dr. Smit", "is het ermee eens"):
        assert said in Page(whole).root.text
        assert said not in text

    late = entry(MISSING, 9)
    add(database, clock, somebody, late)
    with database.read(people.nurse.scope, now=clock()) as unit:
        source = source_of(unit, somebody.id)
    with speaking("nl"):
        changed = report_page.document(report.report_of(source, "Vera"), "", "", appendix=False)
    assert "Het oordeel is sindsdien veranderd." in Page(changed).root.text
