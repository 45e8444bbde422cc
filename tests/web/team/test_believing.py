"""What a verdict can bear, and the verdicts beside the trial's."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from diary.protocol.pathway import AttackDay, Case
from diary.protocol.phases import Phase, PhaseKind
from diary.protocol.scales import Scale
from diary.store import pathways, patients, phones
from diary.store.case_details import store_details
from diary.store.database import Database
from tests.store.diaries import add_events, event, new_medicine, on_list
from tests.support.clock import SettableClock
from tests.support.people import People, enrolment
from tests.web.team.conftest import AFTER_TRIAL, TIMES, DeskOf, Diarist, measured
from tests.web.team.pages import Element, Page


@pytest.fixture(autouse=True)
def english(database: Database, people: People, clock: SettableClock) -> None:
    """Let the nurse read English."""
    with database.write(people.nurse.scope, now=clock()) as unit:
        phones.set_language(unit, "en")


def cards(desk_of: DeskOf, people: People) -> list[Element]:
    """Return the cards of the verdicts, the trial's primary one first."""
    page = Page(desk_of(people.nurse).get(f"/team/patients/{people.patient.id}").text)
    assert page.problems == []
    section = page.root.one("section", **{"aria-labelledby": "verdict"})
    return [card for card in section.all("div") if "status" in (card.attributes.get("class") or "")]


def headings(element: Element) -> list[Element]:
    """Return the headings inside, in order."""
    found = []
    for child in element.children:
        if isinstance(child, Element):
            found += [child] if child.tag in {"h2", "h3"} else headings(child)
    return found


@pytest.mark.parametrize(
    "after,said",
    [
        (3, ["Stable: no single measurement, 1 point different,", "Slack: 16.0 points"]),
        (4, ["each of 32 measurements, 1 point different,", "2 Mar 2026: Morning, Midday, ", "…"]),
        (6, ["Stable: no single measurement, 1 point different,", "Slack: 32.0 points"]),
    ],
)
def test_one_line_says_how_little_would_have_turned_it(
    after: int, said: list[str], people: People, desk_of: DeskOf, diarist: Diarist
) -> None:
    diarist.fill(people.patient, after=after)
    lines = [line.text for line in cards(desk_of, people)[0].all("li")]
    (line,) = [line for line in lines if "Slack: " in line]
    for words in said:
        assert words in line


def test_an_undecided_verdict_has_no_stability(
    people: People, desk_of: DeskOf, diarist: Diarist
) -> None:
    diarist.fill(people.patient, without=8)
    assert "Slack" not in cards(desk_of, people)[0].text


def test_a_switch_off_says_when_it_was_worse(
    people: People, desk_of: DeskOf, diarist: Diarist, database: Database, clock: SettableClock
) -> None:
    on, off = date(2026, 3, 20), date(2026, 3, 24)
    with database.write(people.nurse.scope, now=clock()) as unit:
        for kind, first, days in (
            (PhaseKind.PRE_SWITCH_OFF, on, 4),
            (PhaseKind.SWITCH_OFF, off, 4),
        ):
            last = first + timedelta(days=days - 1)
            pathways.start_phase(
                unit, people.patient.pathway.id, kind, first, last, reason="Twijfel."
            )
    clock.set("2026-03-28T12:00:00+01:00")
    days = [on + timedelta(days=n) for n in range(8)]
    diarist.write(
        people.patient,
        *(measured(f"{day}T{at:%H:%M}", 8 if day >= off else 3) for day in days for at in TIMES),
    )
    leg, back, trial = cards(desk_of, people)
    assert "Too little data" in trial.text
    assert leg.one("p", class_="verdict").text == "▲ Worse"
    assert "Pain with the system on: 3.0." in leg.one("p", class_="why").text
    shown = {
        term.text: value.text for term, value in zip(leg.all("dt"), leg.all("dd"), strict=True)
    }
    assert shown == {
        "Weighted score with the system on": "3.0",
        "Weighted score with the system off": "8.0",
        "Difference": "5.0",
        "Worse above": "2.0",
        "Bounds of the difference": "5.0",
    }
    assert [line.text for line in leg.one("ul", class_="belief").all("li")] == [
        "Robust: whatever the missing measurements had been, the verdict stands.",
        "The limit was crossed at the end of 27 Mar 2026.",
        "Days that asked for a call: 24 Mar 2026, 25 Mar 2026, 26 Mar 2026, 27 Mar 2026.",
        "All 8 ways agree.",
    ]
    assert "▲ Worse" in back.text


def test_who_is_worse_without_the_system_is_not_shown_by_the_trial_of_before(
    people: People, desk_of: DeskOf, diarist: Diarist, database: Database, clock: SettableClock
) -> None:
    """The verdict of the phase of now comes first: on the list, in its choice and in its file."""
    diarist.fill(people.patient)
    as_needed = new_medicine("oxycodone", as_needed=True, times_a_day=None)
    medicine = on_list(database, clock, people.nurse.scope, people.patient, as_needed)
    on, off = date(2026, 3, 20), date(2026, 3, 24)
    with database.write(people.nurse.scope, now=clock()) as unit:
        for kind, first in ((PhaseKind.PRE_SWITCH_OFF, on), (PhaseKind.SWITCH_OFF, off)):
            last = first + timedelta(days=3 if first == on else 27)
            own = people.patient.pathway.id
            pathways.start_phase(unit, own, kind, first, last, reason="Twijfel.")
    clock.set("2026-03-28T12:00:00+01:00")
    days = [on + timedelta(days=n) for n in range(8)]
    diarist.write(
        people.patient,
        *(measured(f"{day}T{at:%H:%M}", 8 if day >= off else 3) for day in days for at in TIMES),
    )
    dose = {"medicine": str(medicine), "count": "2"}
    add_events(database, clock, people.patient, event("dose", "2026-03-26T12:00:00+01:00", dose))
    desk = desk_of(people.nurse)
    (row,) = Page(desk.get("/team/patients").text).table("Patients you treat")[1:]
    assert row[3] == "▲ Worse +5.0 robust"
    assert Page(desk.get("/team/patients?verdict=reached").text).root.all("table") == []
    (row,) = Page(desk.get("/team/patients?verdict=off-reached").text).table("Patients you treat")[
        1:
    ]
    cells = desk.get("/team/patients.csv").text.splitlines()[1].split(";")
    assert (cells[6], cells[7], cells[11]) == ("Worse", "", "Switched off")
    assert cells[-1] == "5.0", "the figure of the page, as a number"
    first, *_, last = cards(desk_of, people)
    assert ("Worse" in first.text, "Reached" in last.text) == (True, True)
    report = Page(desk.get(f"/team/patients/{people.patient.id}/report").text).text
    assert report.index("Worse") < report.index("Trial stimulation: the verdict")
    assert "Medication beside it – Switched off: leg" in report
    assert "The working: Trial stimulation: leg" in report

    # With two verdicts on the page each heading names its own.
    main = Page(desk.get(f"/team/patients/{people.patient.id}").text).root.one("main")
    named = [h.text for h in headings(main)]
    beside = "Medication beside it – Switched off: leg"
    assert named.index("Switched off: leg") < named.index(beside)
    assert named.index(beside) < named.index("Switched off: back")
    assert named.index("Before it: trial stimulation") > named.index(beside)
    for said in (
        "May I believe it? – Trial stimulation: leg",
        "The working – Trial stimulation: leg",
        "Other pain sites – Trial stimulation",
    ):
        assert said in named


def test_a_verdict_that_is_not_robust_says_so_in_the_status(
    people: People, desk_of: DeskOf, diarist: Diarist
) -> None:
    diarist.fill(people.patient, after=4, without=1)
    card = cards(desk_of, people)[0]
    assert "✓ Reached Not robust: the missing measurements could have made it 4" in (
        card.one("p", class_="verdict").text
    )
    assert card.attributes["class"] == "status card warn"


def test_while_it_runs_nothing_agrees_and_before_it_there_is_no_verdict(
    people: People, desk_of: DeskOf, clock: SettableClock
) -> None:
    clock.set("2026-03-12T12:00:00+01:00")
    assert "agree" not in cards(desk_of, people)[0].text
    clock.set("2026-03-09T12:00:00+01:00")
    page = Page(desk_of(people.nurse).get(f"/team/patients/{people.patient.id}").text)
    assert "There is no verdict: the trial begins on 10 Mar 2026." in page.text
    (row,) = Page(desk_of(people.nurse).get("/team/patients").text).table("Patients you treat")[1:]
    assert row[3] == "· No verdict yet"


def test_the_line_of_the_list_has_no_limit_before_the_trial_begins(
    people: People, desk_of: DeskOf, diarist: Diarist, clock: SettableClock
) -> None:
    intake = [date(2026, 3, 2) + timedelta(days=n) for n in range(4)]
    clock.set("2026-03-09T12:00:00+01:00")
    times = [f"{day}T{at:%H:%M}" for day in intake for at in TIMES]
    diarist.write(people.patient, *(measured(at, 8) for at in times))
    for now, limits in (("2026-03-10T03:59:00+01:00", 0), ("2026-03-10T04:00:00+01:00", 1)):
        clock.set(now)
        drawn = desk_of(people.nurse).get("/team/patients").text
        assert drawn.count("stroke-dasharray") == limits


def test_attacks_are_judged_beside_the_pain(
    people: People, desk_of: DeskOf, database: Database, clock: SettableClock
) -> None:
    clock.set(AFTER_TRIAL)
    intake, trial = (phase.phase for phase in people.patient.pathway.phases)
    attacks = tuple(
        AttackDay(phase.first_day + timedelta(days=n), count)
        for phase, count in ((intake, 4), (trial, 1))
        for n in range(phase.days)
    )
    case = Case(as_of=clock(), scale=Scale.NRS, phases=(intake, trial), attack_days=attacks)
    with database.write(people.patient.scope, now=clock()) as unit:
        store_details(unit, people.patient.pathway.id, case)
    card = cards(desk_of, people)[-1]
    assert "28.0 attacks a week" in card.one("p", class_="why").text


@pytest.mark.parametrize(("after", "shown"), [(1, "✓ Reached 75.0 %"), (4, "✕ Not reached 0.0 %")])
def test_of_attacks_nothing_is_said_that_only_a_verdict_on_pain_has(
    after: int,
    shown: str,
    people: People,
    desk_of: DeskOf,
    database: Database,
    clock: SettableClock,
) -> None:
    """Missing measurements of pain cannot turn it: it is neither robust nor not."""
    intake = Phase(PhaseKind.INTAKE, date(2026, 2, 1), date(2026, 2, 28))
    trial = Phase(PhaseKind.TRIAL, date(2026, 3, 1), date(2026, 3, 10))
    attacks = tuple(
        AttackDay(phase.first_day + timedelta(days=n), count)
        for phase, count in ((intake, 4), (trial, after))
        for n in range(phase.days)
    )
    case = Case(as_of=clock(), scale=Scale.NRS, phases=(intake, trial), attack_days=attacks)
    new = replace(enrolment(people.site_id, number=77), indication="cluster", sites=("head",))
    with database.write(people.nurse.scope, now=clock()) as unit:
        pathway = pathways.pathway(unit, patients.enrol(unit, new))
        assert pathway is not None
        for phase in case.phases:
            pathways.start_phase(unit, pathway.id, phase.kind, phase.first_day, phase.last_day)
        store_details(unit, pathway.id, case)
    desk = desk_of(people.nurse)
    rows = Page(desk.get("/team/patients").text).table("Patients you treat")[1:]
    (found,) = [row[3] for row in rows if row[1] == "0000077"]
    assert found == shown
    heading, *lines = [line.split(";") for line in desk.get("/team/patients.csv").text.splitlines()]
    (cells,) = [cells for cells in lines if cells[1] == "0000077"]
    told = dict(zip(heading, cells, strict=True))
    assert (told["How sure"], told["Rule"]) == ("", "Cluster headache")
    assert told["Reduction (%)"] == shown.split()[-2]
