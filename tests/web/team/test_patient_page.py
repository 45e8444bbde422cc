"""The patient page says what the protocol says, figure by figure, and nothing else."""

from __future__ import annotations

import json
from fractions import Fraction
from html import unescape

import pytest

from diary.protocol.cases import Assessment, assess, case_to_json, parse_case
from diary.protocol.explaining.why import explain
from diary.protocol.shown import shown_number, shown_percent
from diary.protocol.verdicts import Verdict
from diary.speakers import speaker
from diary.store import cases
from diary.store.database import Database
from tests.support.clock import SettableClock
from tests.support.people import People
from tests.web.team.conftest import DeskOf, Diarist, measured
from tests.web.team.pages import Page

WORDS = {
    "reached": "✓ Gehaald",
    "not_reached": "✕ Niet gehaald",
    "too_little_data": "? Te weinig metingen",
    "running": "◔ Loopt",
}


def judged(database: Database, clock: SettableClock, people: People) -> Assessment:
    """Export the case as a file, read it again, and judge it without the store and the web."""
    with database.read(people.product, now=clock()) as unit:
        case = cases.case_of(unit, people.patient.id, clock())
    assert case is not None
    return assess(parse_case(json.loads(json.dumps(case_to_json(case)))))


def open_page(desk_of: DeskOf, people: People, query: str = "") -> Page:
    desk = desk_of(people.nurse)
    page = Page(desk.get(f"/team/patients/{people.patient.id}{query}").text)
    assert page.problems == []
    return page


def comma(text: str) -> str:
    return text.replace(".", ",")


def number(value: Fraction | None) -> str:
    """Write a score as the page does, with the exact value where rounding took something away."""
    if value is None:
        return "–"
    shown = shown_number(value)
    exact = Fraction(shown.replace("−", "-"))
    return comma(shown) if exact == value else f"{comma(shown)} ({value})"


def percent(value: Fraction | None, verdict: Verdict) -> str:
    return "–" if value is None else comma(shown_percent(value, verdict.threshold))


@pytest.mark.parametrize("without,after", [(0, 3), (0, 4), (2, 4), (3, 3), (5, 3), (0, 6)])
def test_every_figure_is_the_protocols(
    without: int,
    after: int,
    people: People,
    desk_of: DeskOf,
    diarist: Diarist,
    database: Database,
    clock: SettableClock,
) -> None:
    diarist.fill(people.patient, without=without, after=after)
    late = measured("2026-03-18T15:30", 9, late=True)
    extra = measured("2026-03-18T16:00", 10)
    diarist.write(people.patient, late, extra)
    page = open_page(desk_of, people)
    assessment = judged(database, clock, people)

    for place, verdict in enumerate(assessment.verdicts):
        assert verdict.site == ("leg", "back")[place]
        _check_facts(page, place, verdict)
        _check_ways(page, place, verdict)
        _check_windows(page, place, verdict)
    robust = "Robuust:" if assessment.verdicts[0].robust else "Niet robuust:"
    decided = assessment.verdicts[0].status in {"reached", "not_reached"}
    assert (robust in page.text) is decided


def _check_facts(page: Page, place: int, verdict: Verdict) -> None:
    assert verdict.baseline is not None
    assert verdict.window is not None
    badge = page.root.all("p", class_="verdict")[place].text
    assert badge.startswith(WORDS[verdict.status])
    assert page.root.all("p", class_="why")[place].text == explain(verdict, speaker("nl"))
    low, high = (percent(bound, verdict) for bound in verdict.bounds or (None, None))
    assert page.facts(place) == {
        "Gewogen score, uitgangswaarde": number(verdict.baseline.score),
        "Gewogen score, proefstimulatie": number(verdict.window.score),
        "Verschil": number(verdict.change),
        "Vermindering": percent(verdict.reduction, verdict),
        "Nodig": "50,0 %",
        "Grenzen van de vermindering": low if low == high else f"{low} tot {high}",
    }


def _check_ways(page: Page, place: int, verdict: Verdict) -> None:
    rows = page.table("Gevoeligheidstabel", place)[1:]
    assert [(row[4], row[5].removesuffix(" het oordeel")) for row in rows] == [
        (percent(way.exact, verdict), WORDS[way.status]) for way in verdict.sensitivity
    ]
    assert [row[5].endswith("het oordeel") for row in rows] == [True] + [False] * (len(rows) - 1)


def _check_windows(page: Page, place: int, verdict: Verdict) -> None:
    cards = page.root.all("div", class_="windows")[place].all("div", class_="card")
    for card, window in zip(cards, (verdict.baseline, verdict.window), strict=True):
        assert window is not None
        days, entries = ([r.all("td") for r in t.all("tr")[1:]] for t in card.all("table"))
        assert [(mean.text, counted.text) for mean, counted, _valid in days] == [
            (number(day.mean), f"{day.counted} / {day.planned}") for day in window.days
        ]
        used = [cells for cells in entries if cells[-1].text == "gebruikt"]
        assert len(used) == len(window.used)
        assert len(entries) - len(used) == len(window.left_out)
        assert sum(Fraction(cells[2].text.replace(",", ".")) for cells in used) == sum(
            answer.score for answer in window.used
        )


def test_what_was_left_out_and_why(people: People, desk_of: DeskOf, diarist: Diarist) -> None:
    diarist.fill(people.patient, without=1)
    diarist.write(
        people.patient,
        measured("2026-03-18T15:30", 9, late=True),
        measured("2026-03-18T16:00", 10),
        measured("2026-03-18T08:40", 10),
    )
    text = open_page(desk_of, people).text
    for reason in (
        "weggelaten: achteraf: ingevuld na het sluiten van het meetvenster",
        "weggelaten: extra: buiten elk meetvenster",
        "weggelaten: tweede meting voor hetzelfde moment",
        "Gemist: 1 van de 16 metingen.",
    ):
        assert reason in text


def test_adherence_counts_what_was_asked_and_what_was_made(
    people: People, desk_of: DeskOf, diarist: Diarist
) -> None:
    diarist.fill(people.patient, without=2)
    diarist.write(people.patient, measured("2026-03-18T16:00", 10))
    rows = open_page(desk_of, people).table("Ingevuld per dag")[1:]
    by_day = {row[0]: row[2:] for row in rows}
    assert len(rows) == 14
    # Five moments a day are asked (one at night), four were made: planned, in time, missing, …
    assert by_day["10 mrt 2026"] == ["5", "4", "1", "0", "0"]
    assert by_day["16 mrt 2026"] == ["5", "2", "3", "0", "0"]
    assert by_day["18 mrt 2026"] == ["5", "4", "1", "0", "1"]


def test_every_entry_with_its_three_times(
    people: People, desk_of: DeskOf, diarist: Diarist, clock: SettableClock
) -> None:
    clock.set("2026-03-12T12:00:00+01:00")
    first = measured("2026-03-12T08:04", 8, note="Slecht geslapen.", clock_error_seconds=420)
    second = measured("2026-03-12T08:06", 7, replaces_id=first.id)
    abroad = measured("2026-03-11T13:00", 6, clock_error_seconds=-2)
    flat = measured("1970-01-01T00:10", 5, clock_error_seconds=-1_773_312_000)
    diarist.write(people.patient, first, second, abroad, flat)
    rows = open_page(desk_of, people).table("Alle metingen")[1:]
    corrected = next(row for row in rows if "verbeterd of ingetrokken" in row[-1])
    assert corrected[:8] == [
        "12 mrt 2026",
        "Ochtend",
        "gepland",
        "8",
        "6",
        "12 mrt 2026 08:04",
        "12 mrt 2026 12:00",
        "7 minuten voor; echt ongeveer 12 mrt 2026 07:57",
    ]
    assert "Slecht geslapen." in corrected[-1]
    assert any(row[7] == "minder dan een minuut" for row in rows)
    assert any(row[7] == "56 jaar achter; echt ongeveer 12 mrt 2026 10:50" for row in rows)
    assert sum("verbetering" in row[-1] for row in rows) == 1


def test_a_patient_without_anything(people: People, desk_of: DeskOf) -> None:
    page = open_page(desk_of, people)
    assert "Er zijn nog geen metingen." in page.text
    assert "◔ Loopt" in page.text
    assert not page.root.all("img")


def test_the_words_of_the_picture_are_its_data(
    people: People, desk_of: DeskOf, diarist: Diarist
) -> None:
    diarist.fill(people.patient)
    (picture,) = open_page(desk_of, people, "?site=back").root.all("img")
    alt = unescape(picture.attributes["alt"] or "")
    assert alt.startswith("Pijn (rug, NRS) van 6,0 als uitgangswaarde naar 1,0")
    assert "site=back" in (picture.attributes["src"] or "")


def test_controls_are_links_that_say_what_is_chosen(
    people: People, desk_of: DeskOf, diarist: Diarist
) -> None:
    diarist.fill(people.patient)
    page = open_page(desk_of, people, "?site=back&period=trial&moment=evening")
    chosen = [a.text for a in page.root.all("a", **{"aria-current": "true"})]
    assert chosen == ["rug", "Proefstimulatie", "Avond"]
    other_moment = next(a for a in page.root.all("a") if a.text == "Ochtend")
    assert "site=back&period=trial&moment=morning#trend" in unescape(
        other_moment.attributes["href"] or ""
    )
    (picture,) = page.root.all("img")
    assert "moment=evening" in (picture.attributes["src"] or "")
    nonsense = open_page(desk_of, people, "?site=soul&period=never&moment=noon")
    chosen = [a.text for a in nonsense.root.all("a", **{"aria-current": "true"})]
    assert chosen == ["been", "Alles", "Alle momenten"]


def test_every_point_of_the_picture_is_a_link_to_its_row(
    people: People, desk_of: DeskOf, diarist: Diarist
) -> None:
    diarist.fill(people.patient, without=1)
    diarist.write(people.patient, measured("2026-03-18T16:00", 10))
    for query, count in (("", 14 * 4), ("?moment=morning", 13), ("?period=trial", 10 * 4)):
        page = open_page(desk_of, people, query)
        rows = {
            row.attributes["id"]: row.text for row in page.root.all("tr") if "id" in row.attributes
        }
        for size in ("wide", "middle"):
            links = page.root.one("svg", class_=f"points {size}").all("a")
            assert len(links) == count
            for link in links:
                row = rows[(link.attributes["href"] or "").removeprefix("#")]
                when, _, score = link.text.partition(": ")
                assert when in row
                assert score.partition(" ")[0] in row
    extra = next(a for a in page.root.all("a") if "16:00" in a.text)
    assert extra.text == "18 mrt 2026 16:00: 10 (extra, telt niet mee)"


PICTURE = "/team/patients/{id}/trend.svg?theme=light&size=wide"


def test_the_picture_is_sent_again_only_when_something_changed(
    people: People, desk_of: DeskOf, diarist: Diarist
) -> None:
    diarist.fill(people.patient)
    desk, url = desk_of(people.nurse), PICTURE.format(id=people.patient.id)
    first = desk.get(url)
    assert first.mimetype == "image/svg+xml"
    assert first.headers["Cache-Control"] == "private, no-cache"
    assert "script" not in first.headers["Content-Security-Policy"]
    known = {"If-None-Match": first.headers["ETag"]}
    again = desk.get(url, headers=known)
    assert (again.status_code, again.data) == (304, b"")
    diarist.write(people.patient, measured("2026-03-18T16:00", 10))
    changed = desk.get(url, headers=known)
    assert changed.status_code == 200
    assert changed.data != first.data


@pytest.mark.parametrize(
    "query", ["", "?theme=light", "?theme=pink&size=wide", "?theme=dark&size=huge"]
)
def test_a_picture_that_does_not_exist(query: str, people: People, desk_of: DeskOf) -> None:
    desk = desk_of(people.nurse)
    assert desk.get(f"/team/patients/{people.patient.id}/trend.svg{query}").status_code == 404
