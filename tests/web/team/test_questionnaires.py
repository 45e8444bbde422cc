"""Questionnaires typed over at the desk: looked at, saved, corrected, withdrawn, and told."""

from __future__ import annotations

from datetime import date
from html import unescape

import pytest
from flask.testing import FlaskClient

from diary.protocol.phases import PhaseKind
from diary.store import pathways
from diary.store.database import Database
from diary.store.questionnaires import LONGEST_REASON
from diary.store.tables import Instrument, Pathway
from tests.store.questionnaires import pain, sf12_of, totals, typed
from tests.support.clock import SettableClock
from tests.support.people import NOON, People
from tests.web.team.conftest import DeskOf
from tests.web.team.pages import Page

# Of a healthy person: 56.57706 and 60.75781 (tests/protocol/test_questionnaires.py).
NAMES = "gh1 pf02 pf04 rp2 rp3 re2 re3 bp2 mh3 vt2 mh4 sf2".split()  # noqa: SIM905
WELL = {f"item-{name}": one for name, one in zip(NAMES, "133222211165", strict=True)}


@pytest.fixture
def desk(people: People, desk_of: DeskOf) -> FlaskClient:
    """Give the nurse's browser."""
    return desk_of(people.nurse)


@pytest.fixture
def base(people: People) -> str:
    """Give the address of the patient's questionnaires."""
    return f"/team/patients/{people.patient.id}/questionnaires"


def ask(desk: FlaskClient, path: str, **sent: str) -> Page:
    """Open a page, or send a form to it."""
    answer = desk.post(path, data=sent) if sent else desk.get(path)
    page = Page(answer.text)
    assert page.problems == []
    return page


def test_answers_are_scored_before_they_are_saved(
    desk: FlaskClient, base: str, people: People, database: Database, clock: SettableClock
) -> None:
    form = ask(desk, f"{base}/new/sf12")
    labels = [label.text for label in form.root.all("label")]
    assert labels[1:4] == ["Vraag 1 1–5", "Vraag 2 1–3", "Vraag 3 1–3"]
    assert len(labels) == 13
    check = ask(desk, f"{base}/new/sf12", step="check", on="2026-03-11", **WELL)
    assert check.table("Scores")[1:] == [
        ["Lichamelijke gezondheid (PCS)", "56,6", "–"],
        ["Geestelijke gezondheid (MCS)", "60,8", "–"],
    ]
    assert "Getypt: Vraag 1 1 · Vraag 2 3 ·" in check.text
    assert "Er is nog niets opgeslagen." in check.text
    assert sf12_of(database, clock, people.patient) == []
    again = ask(desk, f"{base}/new/sf12", **check.fields() | {"step": "edit"})
    assert again.fields()["item-sf2"] == "5"
    saved = desk.post(f"{base}/new/sf12", data=check.fields() | {"step": "save"})
    assert (saved.status_code, saved.headers["Location"]) == (303, f"{base}?on=2026-03-11")
    assert sf12_of(database, clock, people.patient) == [("2026-03-11", "56.57706", "60.75781")]


def test_totals_come_with_a_comma_and_are_compared_with_the_baseline(
    desk: FlaskClient, base: str, people: People, database: Database, clock: SettableClock
) -> None:
    typed(database, clock, people.nurse.scope, people.patient, totals("2026-03-01"))
    sent = {"on": "2026-03-12", "total-pcs": "43,75", "total-mcs": "48.1"}
    check = ask(desk, f"{base}/new/sf12?way=totals", step="check", **sent)
    assert check.table("Scores") == [
        ["Schaal", "Score", "Verandering sinds 1 mrt 2026"],
        ["Lichamelijke gezondheid (PCS)", "43,8", "+2,6"],
        ["Geestelijke gezondheid (MCS)", "48,1", "−2,0"],
    ]
    desk.post(f"{base}/new/sf12?way=totals", data=sent | {"step": "save"})
    page = ask(desk, base)
    rows = page.table("Tot nu toe overgetypt")[1:]
    assert [row[:4] for row in rows] == [
        [
            "12 mrt 2026",
            "SF-12",
            "Lichamelijke gezondheid (PCS) 43,8 (+2,6) Geestelijke gezondheid (MCS) 48,1 (−2,0)",
            "1 mrt 2026",
        ],
        [
            "1 mrt 2026",
            "SF-12",
            "Lichamelijke gezondheid (PCS) 41,2 Geestelijke gezondheid (MCS) 50,1",
            "is de uitgangswaarde",
        ],
    ]
    assert rows[0][4].endswith("Nurse1totalen"), "the second word stands under the first"
    shown = ask(desk, f"/team/patients/{people.patient.id}")
    assert [row[:2] for row in shown.table("Vragenlijsten")[1:]] == [["SF-12", "12 mrt 2026"]]


def test_a_change_never_goes_back_in_time(
    desk: FlaskClient, base: str, people: People, database: Database, clock: SettableClock
) -> None:
    """January's is typed after March's, and becomes what March's is compared with."""
    typed(database, clock, people.nurse.scope, people.patient, totals("2026-03-12", pcs="45"))
    sent = {"on": "2026-01-12", "total-pcs": "30", "total-mcs": "50,1"}
    check = ask(desk, f"{base}/new/sf12?way=totals", step="check", **sent)
    assert check.table("Scores")[:2] == [
        ["Schaal", "Score", "Verschil"],
        ["Lichamelijke gezondheid (PCS)", "30,0", "–"],
    ]
    desk.post(f"{base}/new/sf12?way=totals", data=sent | {"step": "save"})
    assert _compared(ask(desk, base)) == [
        ("12 mrt 2026", True, "12 jan 2026"),
        ("12 jan 2026", False, "is de uitgangswaarde"),
    ]
    # The latest from before the trial is the baseline, also of what is typed before it.
    typed(database, clock, people.nurse.scope, people.patient, totals("2026-03-01"))
    assert _compared(ask(desk, base)) == [
        ("12 mrt 2026", True, "1 mrt 2026"),
        ("1 mrt 2026", False, "is de uitgangswaarde"),
        ("12 jan 2026", False, ""),
    ]
    correct = _link(ask(desk, base), "Verbeteren")
    moved = ask(desk, correct).fields() | {"on": "2026-02-12", "reason": "Andere dag."}
    assert ask(desk, correct, **moved | {"step": "check"}).table("Scores")[0][2] == "Verschil"


@pytest.mark.parametrize(
    ("pcs", "change"),
    [("40", "−0,02"), ("40,02", "0,0"), ("40,06", "+0,04"), ("39,98", "−0,04"), ("39", "−1,0")],
)
def test_a_change_has_as_many_decimals_as_tell_truly_which_way_it_went(
    pcs: str,
    change: str,
    desk: FlaskClient,
    base: str,
    people: People,
    database: Database,
    clock: SettableClock,
) -> None:
    """Any fall of an SF-12 can turn the verdict of a switch-off."""
    before = totals("2026-03-01", pcs="40.02", mcs="50")
    typed(database, clock, people.nurse.scope, people.patient, before)
    sent = {"on": "2026-03-12", "total-pcs": pcs, "total-mcs": "50"}
    check = ask(desk, f"{base}/new/sf12?way=totals", step="check", **sent)
    assert [row[2] for row in check.table("Scores")[1:]] == [change, "0,0"]
    desk.post(f"{base}/new/sf12?way=totals", data=sent | {"step": "save"})
    own = f"/team/patients/{people.patient.id}"
    assert f"({change})" in ask(desk, base).table("Tot nu toe overgetypt")[1][2]
    assert f"({change})" in " ".join(ask(desk, own).table("Vragenlijsten")[1])


@pytest.mark.parametrize(
    "name,sent,wrong",
    [
        ("sf12", {"item-gh1": "6"}, "Vraag 1: Vul een heel getal van 1 tot en met 5 in"),
        ("sf12", {"item-pf02": "1,5"}, "Vraag 2: Vul een heel getal van 1 tot en met 3 in"),
        ("sf12", {}, "Vraag 1: Vul minstens één antwoord in."),
        ("sf12", {"item-gh1": "1", "on": ""}, "Ingevuld op: Vul dit in."),
        ("sf12", {"item-gh1": "1", "on": "2026-03-13"}, "Ingevuld op: Deze dag moet nog komen."),
        ("nrs", {"item-pain": "7", "on": "2026-03-10"}, "Er is er al een van deze dag."),
        (
            "sf12?way=totals",
            {"total-pcs": "41,234", "total-mcs": "50"},
            "Lichamelijke gezondheid (PCS):",
        ),
        (
            "sf12?way=totals",
            {"total-pcs": "41"},
            "Geestelijke gezondheid (MCS): Vul een getal van 0 tot",
        ),
        (
            "hads?way=totals",
            {"total-anxiety": "22", "total-depression": "1"},
            "van 0 tot en met 21",
        ),
        ("psqi", {"item-bed_time": "2561"}, "Vraag 1: Vul een tijd in zoals 14:30"),
        ("psqi", {"item-hours_asleep": "25"}, "Vraag 4: Vul een getal van 0 tot en met 24 in"),
        ("nrs", {"item-pain": "7,25"}, "Vul een heel of een half getal van 0 tot en met 10 in"),
        ("bpi", {"item-worst": "7,5"}, "Vraag 3: Vul een heel getal van 0 tot en met 10 in"),
        ("bpi", {"item-worst": "x"}, "Vraag 3: Vul een heel getal van 0 tot en met 10 in"),
    ],
)
@pytest.mark.parametrize("step", ["check", "save"])
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(
    step: str,
    name: str,
    sent: dict[str, str],
    wrong: str,
    desk: FlaskClient,
    base: str,
    people: People,
    database: Database,
    clock: SettableClock,
) -> None:
    typed(database, clock, people.nurse.scope, people.patient, pain("2026-03-10"))
    sent = {"on": "2026-03-11"} | sent
    answer = desk.post(f"{base}/new/{name}", data={"step": step} | sent)
    page = Page(answer.text)
    assert (answer.status_code, page.problems) == (422, [])
    assert wrong in page.text
    assert sent.items() <= page.fields().items()


def test_times_of_psqi_are_typed_as_on_a_clock(
    desk: FlaskClient, base: str, people: People, database: Database, clock: SettableClock
) -> None:
    names = [name for name in ask(desk, f"{base}/new/psqi").fields() if name.startswith("item-")]
    sent = dict.fromkeys(names, "0") | {"on": "2026-03-11"}
    sent |= {"item-bed_time": "2300", "item-minutes_to_sleep": "15"}
    sent |= {"item-rising_time": "7:00", "item-hours_asleep": "6,5"}
    check = ask(desk, f"{base}/new/psqi", step="check", **sent)
    assert check.table("Scores")[1][1:3] == ["2,0", "goede slaap"]
    desk.post(f"{base}/new/psqi", data=sent | {"step": "save"})
    fields = ask(desk, _link(ask(desk, base), "Verbeteren")).fields()
    assert (fields["item-bed_time"], fields["item-hours_asleep"]) == ("23:00", "6,5")


def test_too_few_answers_are_kept_without_a_score(
    desk: FlaskClient, base: str, people: People, database: Database, clock: SettableClock
) -> None:
    sent = {"on": "2026-03-11"} | WELL | {"item-gh1": ""}
    check = ask(desk, f"{base}/new/sf12", step="check", **sent)
    assert "Te weinig antwoorden voor een score" in check.text
    assert "11 van 12 beantwoord" in check.text
    assert desk.post(f"{base}/new/sf12", data=sent | {"step": "save"}).status_code == 303
    assert sf12_of(database, clock, people.patient) == []


def test_answers_beside_totals_of_an_sf12_are_told(
    desk: FlaskClient, base: str, people: People, database: Database, clock: SettableClock
) -> None:
    """Only of the two that the switch-off is judged by, whatever others there are."""
    nurse, warning = people.nurse.scope, "typ ze als het kan allebei op dezelfde manier"
    typed(database, clock, nurse, people.patient, totals("2026-01-10"))
    whole = {"step": "check", "total-pcs": "40", "total-mcs": "50"}
    as_totals, as_answers = f"{base}/new/sf12?way=totals", f"{base}/new/sf12"
    for on in ("2026-01-25", "2026-02-24"):
        assert warning not in ask(desk, as_answers, step="check", on=on, **WELL).text
    with database.write(nurse, now=clock()) as unit:
        own, days = people.patient.pathway.id, (date(2026, 2, 2), date(2026, 3, 1))
        pathways.start_phase(unit, own, PhaseKind.SWITCH_OFF, *days, reason="Twijfel.")
    assert desk.post(as_answers, data={"step": "save", "on": "2026-01-25"} | WELL).location
    assert warning not in ask(desk, as_answers, step="check", on="2026-02-24", **WELL).text
    check = ask(desk, as_totals, on="2026-02-24", **whole)
    assert "Van de SF-12 van 25 jan 2026 zijn de antwoorden getypt." in check.text
    assert warning in check.text

    typed(database, clock, nurse, people.patient, totals("2026-02-24"))
    for on in ("2026-01-20", "2026-02-22", "2026-03-05"):
        for check in (
            ask(desk, as_totals, on=on, **whole),
            ask(desk, as_answers, step="check", on=on, **WELL),
        ):
            assert warning not in check.text, on
    sent = ask(desk, _link_of(ask(desk, base), "25 jan 2026", "Verbeteren")).fields()
    corrected = sent | {"step": "check", "reason": "Fout getypt."}
    there = _link_of(ask(desk, base), "25 jan 2026", "Verbeteren")
    check = ask(desk, there, **corrected)
    assert "Van de SF-12 van 24 feb 2026 zijn de totalen getypt." in check.text


def test_a_reason_that_is_too_long_is_told(
    desk: FlaskClient, base: str, people: People, database: Database, clock: SettableClock
) -> None:
    typed(database, clock, people.nurse.scope, people.patient, pain("2026-03-10"))
    correct = _link(ask(desk, base), "Verbeteren")
    sent = ask(desk, correct).fields() | {"reason": "x" * (LONGEST_REASON + 1)}
    for step in ("check", "save"):
        answer = desk.post(correct, data=sent | {"step": step})
        page = Page(answer.text)
        assert (answer.status_code, page.problems) == (422, [])
        assert "Waarom hij wordt verbeterd: Dit is te lang." in page.text


def test_one_is_corrected_with_a_reason_and_another_withdrawn(
    desk: FlaskClient, base: str, people: People, database: Database, clock: SettableClock
) -> None:
    typed(database, clock, people.nurse.scope, people.patient, totals("2026-03-01", pcs="14.2"))
    page = ask(desk, base)
    correct = _link(page, "Verbeteren")
    fields = ask(desk, correct).fields()
    assert fields["total-pcs"] == "14,2"
    sent = fields | {"total-pcs": "41,2"}
    assert "Vul in waarom" in ask(desk, correct, **sent | {"step": "check"}).text
    sent |= {"reason": "Cijfers verwisseld."}
    assert ask(desk, correct, **sent | {"step": "check"}).table("Scores")[1][1] == "41,2"
    assert desk.post(correct, data=sent | {"step": "save"}).status_code == 303
    assert desk.post(correct, data=sent | {"step": "save"}).status_code == 409
    assert "Deze is al verbeterd" in ask(desk, correct).text
    page = ask(desk, base)
    assert "verbeterd: Cijfers verwisseld." in page.text
    withdraw = _link(page, "Intrekken")
    assert "Lichamelijke gezondheid (PCS) 41,2" in ask(desk, withdraw).text
    answer = desk.post(withdraw, data={"reason": "x" * (LONGEST_REASON + 1)})
    assert answer.status_code == 422
    assert desk.post(withdraw, data={"reason": "Van een ander."}).status_code == 303
    assert desk.post(withdraw, data={"reason": "Nog eens."}).status_code == 409
    assert "ingetrokken: Van een ander." in ask(desk, base).text
    assert sf12_of(database, clock, people.patient) == []


def test_a_total_with_more_decimals_stays_as_it_is_where_it_is_not_corrected(
    desk: FlaskClient, base: str, people: People, database: Database, clock: SettableClock
) -> None:
    """As an imported case may have it; two decimals are for what is typed."""
    exact = totals("2026-03-01", pcs="41.23456", mcs="50.12345")
    typed(database, clock, people.nurse.scope, people.patient, exact)
    correct = _link(ask(desk, base), "Verbeteren")
    form = ask(desk, correct)
    assert form.fields()["total-pcs"] == "41,23456"
    (field,) = [one for one in form.root.all("input") if one.attributes["name"] == "total-pcs"]
    assert field.attributes["maxlength"] == "8", "so that it can be typed back"
    sent = form.fields() | {"on": "2026-03-02", "total-mcs": "50,2", "reason": "Andere dag."}
    for wrong in ("41,234", "50,12345"):
        answer = desk.post(correct, data=sent | {"total-pcs": wrong, "step": "check"})
        assert "hoogstens twee cijfers achter de komma" in Page(answer.text).text
    assert ask(desk, correct, **sent | {"step": "check"}).table("Scores")[1][1] == "41,2"
    assert desk.post(correct, data=sent | {"step": "save"}).status_code == 303
    assert sf12_of(database, clock, people.patient) == [("2026-03-02", "41.23456", "50.2")]


def test_the_text_of_what_is_free(desk: FlaskClient, base: str) -> None:
    page = ask(desk, f"{base}/new/gpe")
    assert [one.text for one in page.root.all("li")][-7:] == [
        *("volledig hersteld", "veel verbeterd", "iets verbeterd", "niet veranderd"),
        *("iets verslechterd", "veel verslechterd", "slechter dan ooit"),
    ]
    check = ask(desk, f"{base}/new/gpe", step="check", on="2026-03-12", **{"item-effect": "3"})
    assert check.table("Scores")[1][1:3] == ["3", "iets verbeterd"]
    assert "ergst denkbare pijn" in ask(desk, f"{base}/new/nrs").text
    half = ask(desk, f"{base}/new/nrs", step="check", on="2026-03-12", **{"item-pain": "7,5"})
    assert half.table("Scores")[1][1] == "7,5", "paper may hold halves"


def test_every_questionnaire_has_a_form(desk: FlaskClient, base: str) -> None:
    page = ask(desk, base)
    addresses = [a.attributes["href"] or "" for a in page.root.all("a")]
    forms = [one for one in addresses if "/new/" in one]
    assert len(forms) == 2 * len(Instrument) - 2, "GPE and NRS are their own total"
    for one in forms:
        ask(desk, unescape(one))
    for path in ("mood", "gpe?way=totals", "sf12?way=guess"):
        assert desk.get(f"{base}/new/{path}").status_code == 404
    assert desk.post(f"{base}/new/nrs", data={"step": "guess"}).status_code == 400


def test_the_visit_on_the_worklist_closes_with_the_last_one(
    desk: FlaskClient, base: str, people: People, database: Database, clock: SettableClock
) -> None:
    _implanted(people, database, clock)
    due = "Vragenlijsten nodig"
    assert due in ask(desk, "/team/").text
    for name, sent in (("nrs", {"item-pain": "3"}), ("gpe", {"item-effect": "2"})):
        sent |= {"on": "2026-03-12", "step": "save"}
        desk.post(f"{base}/new/{name}", data=sent)
        assert due in ask(desk, "/team/").text, "one of them is not all of them"
    sent = {"on": "2026-03-12"} | WELL
    check = ask(desk, f"{base}/new/sf12", step="check", **sent)
    assert "de laatste vragenlijst van de controle na 6 maanden" in check.text
    desk.post(f"{base}/new/sf12", data=sent | {"step": "save", "visit": "1"})
    today = ask(desk, "/team/")
    assert "Vragenlijsten overgetypt: GPE, NRS, SF-12." in today.text.replace(
        "NRS, GPE", "GPE, NRS"
    )
    assert due not in today.root.one("ol", class_="worklist").text
    later = ask(desk, f"{base}/new/hads", step="check", on="2026-03-12", **{"item-a1": "1"})
    assert "de laatste vragenlijst" not in later.text


def test_what_was_filled_in_long_before_the_visit_is_named_when_it_closes(
    desk: FlaskClient, base: str, people: People, database: Database, clock: SettableClock
) -> None:
    """Sent home with the invitation, and filled in at once: it is typed over for this visit."""
    clock.set("2026-02-10T12:00:00+01:00")
    typed(database, clock, people.nurse.scope, people.patient, totals("2025-08-20"))
    clock.set(NOON.isoformat())
    _implanted(people, database, clock)
    # Typed over before and put right now: not of this visit.
    correct = _link(ask(desk, base), "Verbeteren")
    mended = ask(desk, correct).fields() | {"on": "2025-08-21", "reason": "Andere dag."}
    assert desk.post(correct, data=mended | {"step": "save"}).status_code == 303
    for name, sent in (("nrs", {"item-pain": "3"}), ("gpe", {"item-effect": "2"})):
        sent |= {"on": "2026-02-01", "step": "save", "visit": "1" if name == "gpe" else ""}
        desk.post(f"{base}/new/{name}", data=sent)
    assert "Vragenlijsten overgetypt: GPE, NRS." in ask(desk, "/team/").text.replace(
        "NRS, GPE", "GPE, NRS"
    )


def _implanted(people: People, database: Database, clock: SettableClock) -> None:
    """Let the visit of the patient after 6 months be due now."""
    with database.write(people.product, now=clock()) as unit:
        found = pathways.pathway(unit, people.patient.id)
        assert found is not None
        row = unit.session.get_one(Pathway, (people.centre_id, found.id))
        row.implanted_on = date(2025, 9, 10)
        pathways.bump(unit, found.id)


def _compared(page: Page) -> list[tuple[str, bool, str]]:
    """Return the day of each line, whether it tells a change, and since when."""
    rows = page.table("Tot nu toe overgetypt")[1:]
    return [(row[0], "(+" in row[2] or "(−" in row[2], row[3]) for row in rows]


def _link_of(page: Page, day: str, word: str) -> str:
    """Return the first address behind a word in the line of a day."""
    line = next(row for row in page.root.all("tr") if row.text.startswith(day))
    return unescape(next(a.attributes["href"] or "" for a in line.all("a") if word in a.text))


def _link(page: Page, word: str) -> str:
    """Return the first address behind a word."""
    found = next(a for a in page.root.all("a") if a.text.startswith(word))
    return unescape(found.attributes["href"] or "")
