"""Decisions: tied to the verdict of the moment, never edited, and told when the diary changes."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from diary.protocol.cases import assess, parse_case
from diary.protocol.changed_verdicts import What
from diary.protocol.deciding import Decided
from diary.protocol.phases import PhaseKind
from diary.protocol.result_writing import assessment_to_json
from diary.store import (
    cases,
    decisions,
    milestones,
    own_data,
    pathways,
    patient_list,
    prompts,
)
from diary.store.database import Database
from diary.store.decision_changes import KeptChanges, changed_since
from diary.store.decision_reading import Member
from diary.store.decision_reading import decisions as all_of
from diary.store.errors import Conflict, NotFound, Refused
from diary.store.worklist.items import ItemKind
from diary.store.worklist.today import KeptForWorklist, worklist
from tests.store.deciding import IMPLANT, MISSING, TEAM, Desk, fill
from tests.store.diaries import add, entry, reread
from tests.store.test_parallel import at_once
from tests.support.clock import SettableClock
from tests.support.databases import CountQueries
from tests.support.people import Maker, People, Somebody


@pytest.fixture
def filled(database: Database, clock: SettableClock, people: People) -> People:
    """Give the people, the patient with a finished trial of exactly 50 %."""
    fill(database, clock, people.patient)
    return people


@pytest.fixture
def team(database: Database, clock: SettableClock, filled: People) -> Desk:
    """Give the own nurse at work."""
    return Desk(database, clock, filled.nurse.scope, filled.patient)


def test_a_decision_keeps_the_verdict_and_the_rows_that_it_rests_on(team: Desk) -> None:
    made = team.record(replace(IMPLANT, implanted_on=date(2026, 4, 20)))
    (view,) = team.read()
    assert (view.id, view.decided, view.met_on, view.team) == (
        made,
        Decided.IMPLANT,
        date(2026, 3, 20),
        TEAM,
    )
    assert (view.reasons, view.exception) == (IMPLANT.reasons, "")
    verdict = view.result["verdicts"][0]
    assert (verdict["status"], verdict["reduction"]["exact"]) == ("reached", "1/2")

    # Anybody can check it with the standard library, and get the verdict back from the rows.
    text = json.dumps(view.basis, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert hashlib.sha256(text.encode()).digest() == view.basis_hash
    rows = {name: value for name, value in view.basis.items() if name != "finished"}
    again = parse_case(rows | {"case": "diary-case/1", "as_of": "2026-03-20T12:00:00+01:00"})
    assert assessment_to_json(assess(again))["verdicts"] == view.result["verdicts"]


def test_an_implant_sets_its_date_and_nothing_else_follows(
    team: Desk, database: Database, clock: SettableClock, filled: People
) -> None:
    team.record(replace(IMPLANT, implanted_on=date(2026, 4, 20)))
    found = reread(database, clock, filled.patient)
    assert found.implanted_on == date(2026, 4, 20)
    assert (found.ended_at, found.phases) == (None, filled.patient.pathway.phases)
    assert team.changes() == []
    assert team.compare() is None


def test_a_measurement_that_arrives_later_and_turns_the_verdict_is_told(
    team: Desk, database: Database, clock: SettableClock, filled: People
) -> None:
    team.record(IMPLANT)
    kept = KeptChanges()
    assert team.changes(kept) == []
    clock.set("2026-03-22T09:00:00+01:00")
    add(database, clock, filled.patient, entry(MISSING, 9))
    (told,) = team.changes(kept)
    assert (told.patient_id, told.met_on) == (filled.patient.id, date(2026, 3, 20))
    assert told.since == clock()
    assert team.changes(kept) == [told], "the same change is the same item"

    found = team.compare()
    assert (found.rows.added, found.rows.parts) == (1, ())
    said = {
        difference.what: (difference.before, difference.now) for difference in found.differences
    }
    assert said[What.STATUS] == ("reached", "not_reached")
    assert said[What.REDUCTION][0]["exact"] == "1/2"
    assert all(difference.primary for difference in found.differences if difference.site == "leg")

    add(database, clock, filled.patient, entry("2026-03-17T22:00:00+01:00", 9))
    (again,) = team.changes(kept)
    assert again.subject != told.subject, "another change is another item"


def test_rows_that_leave_the_verdict_as_it_was_are_a_quieter_note(
    team: Desk, database: Database, clock: SettableClock, filled: People
) -> None:
    team.record(IMPLANT)
    add(database, clock, filled.patient, entry("2026-03-12T13:30:00+01:00", 9))
    found = team.compare()
    assert (found.rows.added, found.differences) == (1, ())
    assert team.changes() == []


def test_a_phase_that_was_only_planned_has_no_verdict_to_lose(
    team: Desk, database: Database, clock: SettableClock, filled: People
) -> None:
    own = filled.patient.pathway.id
    first = date(2026, 3, 23)
    with database.write(filled.nurse.scope, now=clock()) as unit:
        for kind in (PhaseKind.PRE_SWITCH_OFF, PhaseKind.SWITCH_OFF):
            last = first + timedelta(days=6)
            pathways.start_phase(unit, own, kind, first, last, reason="Twijfel")
            first = last + timedelta(days=1)
    team.record(IMPLANT)
    assert [one["rule"] for one in team.read()[0].result["verdicts"]] == ["trial_response"] * 2
    add(database, clock, filled.patient, entry("2026-03-12T13:30:00+01:00", 9))
    clock.set("2026-03-25T12:00:00+01:00")
    assert team.compare().differences == ()
    assert team.changes() == []


def test_a_diary_that_goes_on_changes_nothing(
    team: Desk, database: Database, clock: SettableClock, filled: People
) -> None:
    team.record(IMPLANT)
    add(database, clock, filled.patient, entry(clock(), 9))
    clock.set("2026-03-25T12:00:00+01:00")
    with database.write(filled.nurse.scope, now=clock()) as unit:
        own = reread(database, clock, filled.patient)
        pathways.extend_phase(unit, own.phases[1].id, date(2026, 3, 26), 1)
    found = team.compare()
    assert (found.rows.added, found.rows.parts, found.differences) == (0, ("phases",), ())
    assert team.changes() == []


def test_a_correction_is_a_new_decision_and_the_old_one_stays(team: Desk) -> None:
    first = team.record(IMPLANT)
    again = replace(IMPLANT, decided=Decided.POSTPONE, replaces_id=first, reasons="Mistaken.")
    second = team.record(again)
    views = {view.id: view for view in team.read()}
    assert (views[first].replaced_by, views[first].stands) == (second, False)
    assert (views[first].reasons, views[second].stands) == (IMPLANT.reasons, True)
    with pytest.raises(Conflict, match="decision was corrected already"):
        team.record(again)
    with pytest.raises(NotFound):
        team.record(replace(again, replaces_id=uuid4()))


WRONG: list[tuple[str, dict[str, Any]]] = [
    ("decided", {"decided": Decided.STAY_OFF}),
    ("met_on", {"met_on": date(2026, 3, 21)}),
    ("team", {"team": ()}),
    ("team", {"team": (*TEAM, Member("cook", "K. Ok"))}),
    ("team", {"team": (*TEAM, Member("nurse", " "))}),
    ("exception", {"team": TEAM[:2]}),
    ("exception", {"team": TEAM[:2], "exception": "  "}),
    ("reasons", {"reasons": " "}),
    ("reasons", {"reasons": "x" * 4001}),
    ("implanted_on", {"decided": Decided.POSTPONE, "implanted_on": date(2026, 4, 20)}),
    ("implanted_on", {"implanted_on": date(2026, 3, 1)}),
]


def test_what_cannot_be_recorded(team: Desk) -> None:
    for field, wrong in WRONG:
        with pytest.raises(Refused) as refused:
            team.record(replace(IMPLANT, **wrong))
        assert field in refused.value.fields
    assert team.read() == []


def listed(team: Desk) -> list[ItemKind]:
    """Return the kinds of what is on the worklist."""
    with team.database.read(team.scope, now=team.clock()) as unit:
        return [line.item.kind for line in worklist(unit, KeptForWorklist()).lines]


def test_a_trial_that_was_decided_on_leaves_the_worklist(team: Desk) -> None:
    assert ItemKind.TRIAL_READY in listed(team)
    first = team.record(replace(IMPLANT, decided=Decided.POSTPONE))
    assert ItemKind.TRIAL_READY in listed(team), "it is still to be decided"
    team.record(replace(IMPLANT, replaces_id=first))
    assert ItemKind.TRIAL_READY not in listed(team)


def test_a_switch_off_that_is_over_waits_for_a_decision_of_its_own(
    team: Desk, clock: SettableClock
) -> None:
    team.record(IMPLANT)
    first, last = date(2026, 3, 27), date(2026, 4, 23)
    with team.database.write(team.scope, now=clock()) as unit:
        own = team.pathway(unit).id
        before = first - timedelta(days=4), first - timedelta(days=1)
        pathways.start_phase(unit, own, PhaseKind.PRE_SWITCH_OFF, *before)
        pathways.start_phase(unit, own, PhaseKind.SWITCH_OFF, first, last, reason="Twijfel")
    clock.set("2026-04-23T20:00:00+02:00")
    assert ItemKind.SWITCH_OFF_READY not in listed(team)
    clock.set("2026-04-24T09:00:00+02:00")
    assert ItemKind.SWITCH_OFF_READY in listed(team)
    staying = replace(IMPLANT, decided=Decided.STAY_OFF, exception="Te weinig gemeten")
    team.record(replace(staying, met_on=date(2026, 4, 24)))
    assert ItemKind.SWITCH_OFF_READY not in listed(team)


def test_what_was_planned_for_after_the_end_was_never_held(
    team: Desk, database: Database, clock: SettableClock, filled: People
) -> None:
    """Else a switch-off that never came would be judged, and stand above the trial's verdict."""
    with database.write(team.scope, now=clock()) as unit:
        own = team.pathway(unit)
        pathways.start_phase(
            unit, own.id, PhaseKind.SWITCH_OFF, date(2026, 3, 27), date(2026, 4, 23), reason="Ja"
        )
        milestones.end_pathway(unit, own.id, team.pathway(unit).phases_version)
    clock.set("2026-06-01T12:00:00+02:00")
    with database.read(team.scope, now=clock()) as unit:
        case = cases.case_of(unit, filled.patient.id, unit.now)
        (shown,) = (p for p in patient_list.listed(unit, with_ended=True) if p.id == team.id)
        day = team.pathway(unit).phase_on(date(2026, 4, 1))
    assert case is not None
    assert [phase.kind for phase in case.phases] == [PhaseKind.INTAKE, PhaseKind.TRIAL]
    assert {verdict.rule.value for verdict in assess(case).verdicts} == {"trial_response"}
    assert shown.phase is not None
    assert shown.phase.kind is PhaseKind.TRIAL
    assert day is None


@pytest.mark.parametrize("change", ["UPDATE decision SET revision = 0", "DELETE FROM decision"])
def test_what_was_decided_stays(
    team: Desk, database: Database, clock: SettableClock, filled: People, change: str
) -> None:
    team.record(IMPLANT)
    with (
        pytest.raises(DBAPIError, match="append-only"),
        database.write(filled.product, now=clock()) as unit,
    ):
        unit.session.execute(text(change))


def test_an_incomplete_team_needs_a_reason(team: Desk) -> None:
    """S3 l.172-178."""
    team.record(replace(IMPLANT, team=TEAM[:2], exception="The nurse was ill; she agreed later."))
    assert team.read()[0].exception.startswith("The nurse was ill")


def test_who_decides_on_an_older_screen_is_told_what_changed(
    team: Desk, database: Database, clock: SettableClock, filled: People
) -> None:
    seen = team.look()
    own = reread(database, clock, filled.patient)
    with database.write(filled.nurse.scope, now=clock()) as unit:
        pathways.extend_phase(unit, own.phases[1].id, date(2026, 3, 26), own.phases[1].version)
    with pytest.raises(Conflict, match="phases were changed"):
        team.record(IMPLANT, seen)
    seen = team.look()
    add(database, clock, filled.patient, entry(MISSING, 4))
    with pytest.raises(Conflict, match="Measurements arrived"):
        team.record(IMPLANT, seen)
    seen = team.look()
    with database.write(filled.nurse.scope, now=clock()) as unit:
        milestones.place_implant(unit, own.id, date(2026, 4, 20), None)
    with pytest.raises(Conflict, match="date of implantation"):
        team.record(IMPLANT, seen)
    assert team.read() == []


def test_two_who_decide_at_once(team: Desk) -> None:
    seen = team.look()

    def decide() -> str:
        try:
            return f"{team.record(IMPLANT, seen)}"
        except Conflict as conflict:
            return conflict.text

    answers = at_once([decide] * 8)
    assert len(team.read()) == 1
    assert answers.count(decisions.DECIDED_MEANWHILE) == 7


def test_who_may_not(team: Desk, filled: People, database: Database, clock: SettableClock) -> None:
    seen = team.look()
    team.record(IMPLANT)
    for name, scope in {**filled.outsiders, "patient": filled.patient.scope}.items():
        other = Desk(database, clock, scope, filled.patient)
        with pytest.raises(NotFound), database.write(scope, now=clock()) as unit:
            decisions.record(unit, filled.patient.id, IMPLANT, seen)
        with database.read(scope, now=clock()) as unit:
            found = all_of(unit, filled.patient.pathway.id)
            assert len(found) == (1 if name == "patient" else 0), name
        assert other.changes() == [], name
        with pytest.raises(NotFound), database.write(scope, now=clock()) as unit:
            milestones.end_pathway(unit, filled.patient.pathway.id, 2)
        with pytest.raises(NotFound), database.write(scope, now=clock()) as unit:
            milestones.place_implant(unit, filled.patient.pathway.id, date(2026, 4, 20), None)


def test_the_patients_own_copy_has_the_decisions(
    team: Desk, database: Database, clock: SettableClock, filled: People
) -> None:
    team.record(IMPLANT)
    with database.read(filled.patient.scope, now=clock()) as unit:
        (row,) = own_data.own_rows(unit, filled.patient.id)["decision"]
    assert (row["decided"], row["reasons"]) == ("implant", IMPLANT.reasons)
    assert "basis_hash" not in row
    assert filled.patient.pathway.id == UUID(row["pathway_id"])


def test_the_number_of_queries_does_not_grow(
    database: Database,
    clock: SettableClock,
    people: People,
    maker: Maker,
    count_queries: CountQueries,
) -> None:
    def decided(somebody: Somebody) -> None:
        fill(database, clock, somebody)
        Desk(database, clock, people.nurse.scope, somebody).record(IMPLANT)
        add(database, clock, somebody, entry(MISSING, 9))

    decided(people.patient)
    counted = []
    for more in (0, 3):
        for _ in range(more):
            decided(maker.patient(people.nurse.scope, people.site_id))
        with count_queries() as queries, database.read(people.nurse.scope, now=clock()) as unit:
            counted.append((len(changed_since(unit, KeptChanges())), len(queries)))
    assert [found for found, _ in counted] == [1, 4]
    assert counted[0][1] == counted[1][1] <= 10


def test_a_pathway_ends_once_and_asks_nothing_any_more(
    database: Database, clock: SettableClock, people: People
) -> None:
    own, nurse = people.patient.pathway, people.nurse.scope
    with (
        pytest.raises(Conflict, match="The phases were changed"),
        database.write(nurse, now=clock()) as unit,
    ):
        milestones.end_pathway(unit, own.id, own.phases_version - 1)
    with database.write(nurse, now=clock()) as unit:
        milestones.end_pathway(unit, own.id, own.phases_version)
    found = reread(database, clock, people.patient)
    assert found.ended_at == clock()
    assert found.phases[1].ended_on == date(2026, 3, 12)
    refused: list[tuple[type[Exception], Any]] = [
        (Conflict, lambda unit: milestones.end_pathway(unit, own.id, found.phases_version)),
        (Refused, lambda unit: pathways.end_phase(unit, own.phases[1].id, date(2026, 3, 11), 2)),
        (Refused, lambda unit: milestones.place_implant(unit, own.id, date(2026, 4, 1), None)),
    ]
    for error, act in refused:
        with pytest.raises(error), database.write(nurse, now=clock()) as unit:
            act(unit)


def test_a_pathway_ends_whose_phase_was_to_end_early(
    database: Database, clock: SettableClock, people: People
) -> None:
    own, nurse = people.patient.pathway, people.nurse.scope
    with database.write(nurse, now=clock()) as unit:
        pathways.end_phase(unit, own.phases[1].id, date(2026, 3, 14), 1)
        milestones.end_pathway(unit, own.id, own.phases_version + 1)
    found = reread(database, clock, people.patient)
    assert (found.ended_at, found.phases[1].ended_on) == (clock(), date(2026, 3, 14))
    with database.read(nurse, now=clock()) as unit:
        assert prompts.next_prompt(unit, people.patient.id) is None


def test_the_date_of_implantation_is_not_overwritten_unseen(
    database: Database, clock: SettableClock, people: People
) -> None:
    own, nurse = people.patient.pathway, people.nurse.scope
    with database.write(nurse, now=clock()) as unit:
        milestones.place_implant(unit, own.id, date(2026, 4, 20), None)
    with pytest.raises(Conflict) as told, database.write(nurse, now=clock()) as unit:
        milestones.place_implant(unit, own.id, date(2026, 4, 27), None)
    assert told.value.values == {"on": date(2026, 4, 20)}
    with database.write(nurse, now=clock()) as unit:
        milestones.place_implant(unit, own.id, None, date(2026, 4, 20))
    assert reread(database, clock, people.patient).implanted_on is None
