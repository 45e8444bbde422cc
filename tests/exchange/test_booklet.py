"""The sheets of a booklet, and the PDF: its size, its line of 100 mm, and how it is printed."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, time
from fractions import Fraction
from itertools import chain
from uuid import uuid4

import pytest

from diary import assets
from diary.exchange import booklet, pdf
from diary.protocol.moments import DEFAULT_MOMENTS, Moment
from diary.store.database import Database
from diary.store.medicines import MedicineView
from diary.store.pathways import EVENING, PathwayView
from diary.store.tables import StrengthUnit
from tests.support.pdf import plain
from tests.support.people import People

MM = 72 / 25.4
# WeasyPrint draws in pixels of 1/96 inch.
PIXELS = 96 / 25.4
NEEDS_PDF = pytest.mark.skipif(
    not pdf.is_available(), reason="WeasyPrint is not installed or does not find Pango"
)


@pytest.fixture
def database(sqlite_database: Database) -> Database:
    return sqlite_database


@pytest.fixture
def pathway(people: People) -> PathwayView:
    """Give a pathway of scores alone."""
    return replace(people.patient.pathway, evening=())


def test_a_sheet_for_each_day_with_the_night_last(pathway: PathwayView) -> None:
    found = booklet.sheets(pathway, pathway.phases[1])
    assert [sheet.diary_day for sheet in found] == [date(2026, 3, day) for day in range(10, 20)]
    assert {(sheet.days, sheet.parts) for sheet in found} == {(10, 1)}
    assert [sheet.number for sheet in found] == list(range(1, 11))
    names = [planned.moment.name for planned in found[0].moments]
    assert names == ["morning", "midday", "evening", "bedtime", "night"]
    assert found[0].moments[-1].local.isoformat() == "2026-03-11T03:00:00+01:00"


def test_an_ended_phase_stops_at_its_end(pathway: PathwayView) -> None:
    ended = replace(pathway.phases[1], ended_on=date(2026, 3, 12))
    assert len(booklet.sheets(pathway, ended)) == 3


@pytest.mark.parametrize(
    "sites,parts", [(1, [5]), (2, [5]), (3, [2, 3]), (5, [1, 2, 2]), (8, [1, 1, 1, 1, 1])]
)
def test_what_does_not_fit_goes_on_without_a_moment_lost(
    sites: int, parts: list[int], pathway: PathwayView
) -> None:
    names = ("leg", "back", "arm", "neck", "foot", "hand", "head", "other")
    wide = replace(pathway, sites=names[:sites])
    day = [s for s in booklet.sheets(wide, wide.phases[1]) if s.number == 1]
    assert [len(sheet.moments) for sheet in day] == parts
    assert [(sheet.part, sheet.parts) for sheet in day] == [
        (n + 1, len(parts)) for n in range(len(parts))
    ]
    asked = list(chain.from_iterable(sheet.moments for sheet in day))
    assert tuple(asked) == wide.plan.day(date(2026, 3, 10))


def test_more_moments_than_a_page_holds(pathway: PathwayView) -> None:
    hourly = tuple(Moment(f"at {hour}", time(hour)) for hour in range(8, 20))
    many = replace(pathway, moments=(*DEFAULT_MOMENTS[3:], *hourly), sites=("leg",))
    assert [len(s.moments) for s in booklet.sheets(many, many.phases[0])][:2] == [6, 7]


def medicine(name: str, **other: object) -> MedicineView:
    values = {
        "id": uuid4(),
        "substance": name,
        "strength": Fraction(10),
        "unit": StrengthUnit.MG,
        "form": "tablet",
        "route": "oral",
        "as_needed": False,
        "times_a_day": 2,
        "patch_days": None,
        "started_on": date(2026, 3, 1),
        "stopped_on": None,
    }
    return MedicineView(**values | other)


def test_what_else_a_day_asks_comes_after_the_scores(pathway: PathwayView) -> None:
    full = replace(pathway, indication="cluster", evening=EVENING, sites=("head",))
    own = [
        medicine("verapamil"),
        medicine("sumatriptan", as_needed=True, times_a_day=None),
        medicine("prednisone", stopped_on=date(2026, 3, 10)),
    ]
    days = booklet.sheets(full, full.phases[1], own, with_symptoms=True)
    first = [sheet for sheet in days if sheet.number == 1]
    order = [block.part for sheet in first for block in sheet.blocks]
    assert order == list(booklet.Part)
    assert [(sheet.part, sheet.parts) for sheet in first] == [(1, 3), (2, 3), (3, 3)]
    assert not first[0].roomy
    named = [block.medicines for sheet in first for block in sheet.blocks if block.medicines]
    assert [[one.substance for one in some] for some in named] == [
        ["verapamil", "prednisone"],
        ["sumatriptan"],
    ]
    (regular, _needed) = [b.medicines for s in days if s.number == 2 for b in s.blocks][:2]
    assert [one.substance for one in regular] == ["verapamil"]


def test_a_short_day_stays_on_one_page(pathway: PathwayView) -> None:
    small = replace(pathway, evening=EVENING[:1], sites=("leg",))
    found = booklet.sheets(small, small.phases[0], [medicine("pregabalin")])
    assert [sheet.parts for sheet in found] == [1] * 4
    assert [block.part for block in found[0].blocks] == ["medicines", "evening"]


def test_a_long_list_of_medicines_is_cut_and_none_lost(pathway: PathwayView) -> None:
    own = [medicine(f"medicine {number}") for number in range(50)]
    days = booklet.sheets(pathway, pathway.phases[0], own)
    listed = [one for s in days if s.number == 1 for b in s.blocks for one in b.medicines]
    assert listed == own


def test_the_line_is_100_mm_by_its_style() -> None:
    css = (assets.folder("static") / booklet.STYLES).read_text(encoding="utf-8")
    rule = re.search(r"\.line,\n\.vas \{\n  width: 100mm;\n\}", css)
    assert rule is not None
    assert "size: A5;" in css


def test_without_weasyprint_there_is_no_pdf(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "_weasyprint", lambda: None)
    assert not pdf.is_available()
    with pytest.raises(RuntimeError, match="Pango"):
        pdf.make("<p>", booklet.STYLES)


@NEEDS_PDF
@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_the_line_is_100_mm_on_the_page(direction: str) -> None:
    html = (
        f'<html dir="{direction}"><body><section class="sheet"><div class="line">'
        '<div class="vas"><span></span></div></div></section></body></html>'
    )
    text = plain(pdf.make(html, booklet.STYLES, full_size=True))
    assert "/MediaBox" in text
    box = [float(n) for n in _found(r"/MediaBox \[([^\]]+)\]", text).split()]
    assert box == pytest.approx([0, 0, 148 * MM, 210 * MM], abs=0.1)
    number = r"([\d.]+)"
    lines = re.findall(rf"{number} {number} m\n{number} \2 l\n", text)
    ends = [sorted((float(start), float(end))) for start, _height, end in lines]
    (drawn,) = [end for end in ends if end[1] - end[0] > 50 * PIXELS]
    assert drawn[1] - drawn[0] == pytest.approx(100 * PIXELS, abs=0.01)
    assert drawn[0] == pytest.approx(24 * PIXELS, abs=0.01)


@NEEDS_PDF
def test_the_pdf_asks_for_full_size_and_fetches_nothing() -> None:
    html = '<html lang="nl"><p>a</p><img src="file:///etc/hostname"></html>'
    made = pdf.make(html, booklet.STYLES, full_size=True)
    text = plain(made)
    assert re.search(r"/ViewerPreferences <</PrintScaling /None>>", text)
    assert "/Subtype /Image" not in text


def _found(pattern: str, text: str) -> str:
    match = re.search(pattern, text)
    assert match is not None, pattern
    return match.group(1)
