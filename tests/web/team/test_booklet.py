"""The booklet as the nurse gets it: the patient's words, to print or as a PDF, and kept nowhere."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from flask.testing import FlaskClient

from diary.exchange import pdf
from diary.language import LANGUAGES, catalogue
from diary.protocol.phases import PhaseKind
from diary.protocol.scales import Scale
from diary.store import audit, milestones, pathways, patients
from diary.store.database import Database
from diary.store.pathways import PathwayView
from tests.store.diaries import new_medicine, on_list
from tests.support.clock import SettableClock
from tests.support.pdf import count_pages
from tests.support.people import People, enrolment
from tests.web.conftest import PhoneOf
from tests.web.team.conftest import DeskOf
from tests.web.team.pages import Element, Page

NEEDS_PDF = pytest.mark.skipif(
    not pdf.is_available(), reason="WeasyPrint is not installed or does not find Pango"
)


@pytest.fixture
def desk(people: People, desk_of: DeskOf) -> FlaskClient:
    return desk_of(people.nurse)


@pytest.fixture
def line_patient(people: People, database: Database, clock: SettableClock) -> PathwayView:
    """Give the pathway of a patient who answers on the line, for one day."""
    new = replace(enrolment(people.site_id, number=77), scale=Scale.VAS)
    with database.write(people.nurse.scope, now=clock()) as unit:
        patient_id = patients.enrol(unit, new)
        made = pathways.pathway(unit, patient_id)
        assert made is not None
        day = clock().date()
        pathways.start_phase(unit, made.id, PhaseKind.TRIAL, day, day)
        found = pathways.pathway(unit, patient_id)
    assert found is not None
    return found


def address(pathway: PathwayView, phase: int = 0, end: str = "") -> str:
    return f"/team/patients/{pathway.patient_id}/booklet/{pathway.phases[phase].id}{end}"


def sheets(page: Page) -> list[Element]:
    return [e for e in page.root.all("section") if "sheet" in (e.attributes["class"] or "")]


def test_the_page_offers_every_phase_in_the_language_of_the_patient(
    desk: FlaskClient, people: People
) -> None:
    page = Page(desk.get(f"/team/patients/{people.patient.id}/booklet").text)
    rows = page.table("Boekjes")[1:]
    assert [row[0] for row in rows] == ["Intake", "Proefstimulatie"]
    assert [row[2] for row in rows] == ["9", "21"]
    assert page.fields()["language"] == "nl"
    targets = [a.attributes["href"] or "" for a in page.root.all("a")]
    assert any(f"{people.patient.pathway.phases[1].id}?language=nl" in t for t in targets)


def test_a_patient_without_phases_gets_no_booklet_yet(
    people: People, desk: FlaskClient, database: Database, clock: SettableClock
) -> None:
    with database.write(people.nurse.scope, now=clock()) as unit:
        patient_id = patients.enrol(unit, enrolment(people.site_id, number=78))
    page = Page(desk.get(f"/team/patients/{patient_id}/booklet").text)
    assert "Plan eerst de intake" in page.text
    assert page.root.all("table") == []


@pytest.mark.parametrize("planned", [True, False])
def test_a_pathway_that_ended_before_any_phase_asks_to_plan_none(
    planned: bool, people: People, desk: FlaskClient, database: Database, clock: SettableClock
) -> None:
    with database.write(people.nurse.scope, now=clock()) as unit:
        patient_id = patients.enrol(unit, enrolment(people.site_id, number=78))
        made = pathways.pathway(unit, patient_id)
        assert made is not None
        if planned:
            days = date(2026, 3, 20), date(2026, 3, 23)
            pathways.start_phase(unit, made.id, PhaseKind.INTAKE, *days)
        milestones.end_pathway(unit, made.id, int(planned))
    for end in ("/booklet", ""):
        page = Page(desk.get(f"/team/patients/{patient_id}{end}").text)
        assert page.problems == []
        assert "lan eerst de intake" not in page.text
        assert "tot u de intake plant" not in page.text
        assert ("geen dagen om te printen: het traject is beëindigd" in page.text) is bool(end)
        no_phase = "Er is geen fase gepland voordat het traject werd beëindigd." in page.text
        assert no_phase is (not end and not planned)


def test_the_booklet_says_what_the_phone_says(desk: FlaskClient, people: People) -> None:
    page = Page(desk.get(address(people.patient.pathway, 1)).text)
    assert page.problems == []
    cover, *days = sheets(page)
    for words in ("Anna Bakker", "0000001", "020 123 45 67", "De proefperiode", "04:00"):
        assert words in cover.text
    assert len(days) == 20
    assert days[0].one("h2").text == "dinsdag 10 maart"
    assert "Dag 1 van 10 · bladzijde 1 van 2" in days[0].text
    moments = [h.text.split(" ☐")[0].split(" Later")[0] for h in days[0].all("h3")]
    assert moments == [
        "Ochtend · 08:00",
        "Middag · 13:00",
        "Avond · 18:00",
        "Bedtijd · 22:00",
        "Nacht · 03:00 (woensdag 11 maart)",
    ]
    asked = [p.text for q in days[0].all("div", class_="question") for p in q.all("p")]
    assert (
        asked == ["Hoeveel pijn heeft u nu in uw been?", "Hoeveel pijn heeft u nu in uw rug?"] * 5
    )
    rows = days[0].all("div", class_="nrs")
    assert [n.text for n in rows[0].all("span", class_="number")] == [str(n) for n in range(11)]
    assert rows[0].all("span")[0].text == "0 = geen pijn"
    assert rows[0].all("span")[-1].text == "10 = ergst denkbare pijn"


def test_a_day_asks_all_that_the_phone_asks(
    desk: FlaskClient,
    people: People,
    database: Database,
    clock: SettableClock,
    phone_of: PhoneOf,
) -> None:
    somebody = people.patient
    for new in (
        new_medicine("pregabalin"),
        new_medicine("oxycodone", as_needed=True, times_a_day=None),
    ):
        on_list(database, clock, people.nurse.scope, somebody, new)
    page = Page(desk.get(address(somebody.pathway, 1)).text)
    assert page.problems == []
    words = " ".join(sheet.text for sheet in sheets(page)[1:4])
    phone = phone_of(somebody)
    said = {
        path: Page(phone.get(f"/{path}").text).root
        for path in ("medicines", "dose", "evening", "symptoms")
    }
    asked = [label.text for path in ("medicines", "symptoms") for label in labels(said[path])]
    asked += ["Hoe was uw dag?", *(one.text for one in said["evening"].all("legend"))]
    asked += [one.text for one in said["evening"].all("p", class_="anchor")]
    asked += [one.text for one in said["dose"].all("button", name="medicine")]
    assert len(asked) == 20
    assert [one for one in asked if one not in words] == []
    for marked in ("Alles genomen", "Niet genomen", "Geen van deze", "020 123 45 67"):
        assert marked in words


def labels(page: Element) -> list[Element]:
    """Return what can be ticked on a page of the phone."""
    return page.all("label", class_="choice")


def test_the_line_stands_between_its_anchors(desk: FlaskClient, line_patient: PathwayView) -> None:
    page = Page(desk.get(address(line_patient, end="?language=en")).text)
    _cover, day, _more = sheets(page)
    lines = day.all("div", class_="line")
    assert len(lines) == 10
    ends = [end.text for end in lines[0].one("p").all("span")]
    assert ends == ["no pain", "worst pain you can imagine"]
    assert day.all("span", class_="number") == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_of_patients(language: str, desk: FlaskClient, people: People) -> None:
    page = Page(desk.get(address(people.patient.pathway, end=f"?language={language}")).text)
    assert page.problems == []
    html = page.root.one("html")
    assert html.attributes["lang"] == language
    assert html.attributes["dir"] == ("rtl" if language == "ar" else "ltr")
    words = catalogue(language).gettext("How to fill in the diary")
    assert words in sheets(page)[0].text
    # How to print it stays in the language of who prints it.
    assert page.root.one("aside").attributes["lang"] == "nl"


def test_a_language_that_we_do_not_speak_is_the_patients(desk: FlaskClient, people: People) -> None:
    page = Page(desk.get(address(people.patient.pathway, end="?language=xx")).text)
    assert page.root.one("html").attributes["lang"] == "nl"


@pytest.mark.parametrize("end", ["", pytest.param(".pdf", marks=NEEDS_PDF)])
def test_nothing_is_kept_and_printing_is_logged(
    end: str, desk: FlaskClient, people: People, database: Database, clock: SettableClock
) -> None:
    answer = desk.get(address(people.patient.pathway, end=end))
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert "Bakker" not in str(answer.headers)
    with database.read(people.nurse.scope, now=clock()) as unit:
        assert audit.of_patient(unit, people.patient.id)[0].event == "booklet.print"


@NEEDS_PDF
@pytest.mark.parametrize("language", ["de", "ar"])
def test_the_pdf_has_a_page_for_each_sheet(
    language: str, desk: FlaskClient, people: People, line_patient: PathwayView
) -> None:
    for pathway, pages in ((people.patient.pathway, 9), (line_patient, 3)):
        answer = desk.get(address(pathway, end=f".pdf?language={language}"))
        assert answer.mimetype == "application/pdf"
        assert count_pages(answer.data) == pages


def test_without_weasyprint_the_page_offers_the_print_view(
    desk: FlaskClient, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "is_available", lambda: False)
    asked = desk.get(address(people.patient.pathway, end=".pdf"), follow_redirects=True)
    page = Page(asked.text)
    assert "Deze installatie maakt geen pdf" in page.text
    targets = [a.attributes["href"] or "" for a in page.root.all("a")]
    assert not any(".pdf" in target for target in targets)
    assert any("/booklet/" in target for target in targets)


def test_a_phase_of_another_patient_has_no_booklet(desk: FlaskClient, people: People) -> None:
    other = people.other.pathway.phases[0].id
    assert desk.get(f"/team/patients/{people.patient.id}/booklet/{other}").status_code == 404
