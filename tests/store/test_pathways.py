"""Enrolling, and phases that change under the protocol's rules and a version check."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time
from fractions import Fraction
from typing import Any
from uuid import UUID, uuid4

import pytest

from diary.protocol.moments import Moment
from diary.protocol.phases import PhaseKind
from diary.store import diary_writing, pathways, patient_list, patients, phase_ends
from diary.store.database import Database, Unit
from diary.store.diary_writing import NewEntry
from diary.store.errors import Conflict, NotFound, Refused
from diary.store.pathways import PathwayView, PhaseView
from tests.store.diaries import reread
from tests.support.clock import SettableClock
from tests.support.databases import CountQueries
from tests.support.people import BIRTH_DATE, MOMENTS, Maker, People, enrolment


def trial(pathway: PathwayView) -> PhaseView:
    return next(phase for phase in pathway.phases if phase.kind is PhaseKind.TRIAL)


def test_a_pathway_is_read_as_it_was_enrolled(
    database: Database, clock: SettableClock, people: People
) -> None:
    found = reread(database, clock, people.patient)
    assert found.moments == MOMENTS
    assert (found.sites, found.primary_site) == (("leg", "back"), "leg")
    assert [phase.kind.value for phase in found.phases] == ["intake", "trial"]
    assert found.phase_on(date(2026, 3, 19)) == trial(found)
    assert found.phase_on(date(2026, 3, 20)) is None
    assert found.parameters.name == "nva-2020"


@pytest.mark.parametrize(
    "field,value",
    [
        ("name", "  "),
        ("name", "x" * 201),
        ("hospital_number", ""),
        ("birth_date", date(2026, 3, 12)),
        ("birth_date", date(1900, 1, 1)),
        ("email", "anna@"),
        ("timezone", "Europe/Nowhere"),
        ("timezone", "../etc/passwd"),
        ("site_id", uuid4()),
        ("sites", ()),
        ("sites", ("leg", "leg")),
        ("moments", ()),
        ("moments", (Moment("a", time(8)), Moment("b", time(8)))),
        ("pain_since", date(1970, 1, 1)),
        ("pain_since", date(2026, 3, 13)),
    ],
)
def test_a_form_that_is_wrong_says_where(
    sqlite_database: Database, clock: SettableClock, field: str, value: object
) -> None:
    maker = Maker(sqlite_database, clock)
    centre_id, site_id = maker.centre()
    nurse = maker.member(centre_id, site_id)
    form = replace(enrolment(site_id), **{field: value})
    with pytest.raises(Refused) as refused, sqlite_database.write(nurse.scope, now=clock()) as unit:
        patients.enrol(unit, form)
    assert field in refused.value.fields
    assert all(refused.value.fields.values())


def test_a_hospital_number_is_enrolled_once_in_a_centre(
    database: Database, clock: SettableClock, people: People, maker: Maker
) -> None:
    again = enrolment(people.site_id, number=1)
    with (
        pytest.raises(Refused) as refused,
        database.write(people.colleague.scope, now=clock()) as unit,
    ):
        patients.enrol(unit, again)
    assert list(refused.value.fields) == ["hospital_number"]
    centre_id, site_id = maker.centre("Elders")
    nurse = maker.member(centre_id, site_id)
    with database.write(nurse.scope, now=clock()) as unit:
        assert patients.enrol(unit, enrolment(site_id, number=1))


def test_who_may_not_enrol(database: Database, clock: SettableClock, people: People) -> None:
    for scope in (people.administrator.scope, people.auditor.scope, people.patient.scope):
        with pytest.raises(NotFound), database.write(scope, now=clock()) as unit:
            patients.enrol(unit, enrolment(people.site_id, number=9))


def test_a_card_is_opened(database: Database, clock: SettableClock, people: People) -> None:
    with database.read(people.nurse.scope, now=clock()) as unit:
        card = patients.card(unit, people.patient.id)
    assert card is not None
    assert (card.name, card.hospital_number, card.birth_date, card.email) == (
        "Anna Bakker",
        "0000001",
        BIRTH_DATE,
        "patient1@example.nl",
    )


def test_a_colleague_joins_and_leaves(
    database: Database, clock: SettableClock, people: People
) -> None:
    def listed() -> list[str]:
        with database.read(people.colleague.scope, now=clock()) as unit:
            return [patient.name for patient in patient_list.listed(unit)]

    assert listed() == ["Bram de Vries"]
    for _ in range(2):
        with database.write(people.nurse.scope, now=clock()) as unit:
            patients.relate(unit, people.colleague.id, people.patient.id)
    assert listed() == ["Anna Bakker", "Bram de Vries"]
    with database.write(people.nurse.scope, now=clock()) as unit:
        patients.end_relation(unit, people.colleague.id, people.patient.id)
    assert listed() == ["Bram de Vries"]
    refused: list[tuple[UUID, UUID]] = [
        (people.administrator.id, people.patient.id),
        (people.stranger.id, people.patient.id),
        (people.colleague.id, people.other.id),
    ]
    for staff_id, patient_id in refused:
        with pytest.raises(NotFound), database.write(people.nurse.scope, now=clock()) as unit:
            patients.relate(unit, staff_id, patient_id)
    with pytest.raises(NotFound), database.write(people.nurse.scope, now=clock()) as unit:
        patients.end_relation(unit, people.colleague.id, people.patient.id)


@pytest.mark.parametrize(
    "now,kind",
    [
        ("2026-03-01T12:00:00+01:00", PhaseKind.INTAKE),
        ("2026-03-08T12:00:00+01:00", PhaseKind.INTAKE),
        ("2026-03-10T03:59:00+01:00", PhaseKind.INTAKE),
        ("2026-03-10T04:00:00+01:00", PhaseKind.TRIAL),
        ("2026-04-10T12:00:00+02:00", PhaseKind.TRIAL),
    ],
)
def test_the_phase_of_a_list(
    sqlite_database: Database, clock: SettableClock, now: str, kind: PhaseKind
) -> None:
    people = Maker(sqlite_database, clock).people()
    with sqlite_database.read(people.nurse.scope, now=clock.set(now)) as unit:
        (patient,) = patient_list.listed(unit)
    assert patient.phase is not None
    assert patient.phase.kind is kind


def test_a_list_takes_two_queries_whatever_its_length(
    database: Database,
    clock: SettableClock,
    people: People,
    maker: Maker,
    count_queries: CountQueries,
) -> None:
    counted = []
    for more in (4, 45):
        for _ in range(more):
            maker.patient(people.nurse.scope, people.site_id)
        with count_queries() as queries, database.read(people.nurse.scope, now=clock()) as unit:
            found = patient_list.listed(unit)
        counted.append((len(found), len(queries)))
    assert counted == [(5, 2), (50, 2)]


def change(
    database: Database,
    clock: SettableClock,
    people: People,
    what: Callable[..., Any],
    *args: object,
    by: str = "nurse",
) -> Any:
    with database.write(getattr(people, by).scope, now=clock()) as unit:
        return what(unit, *args)


def test_phases_overlap_nothing_and_come_once(
    database: Database, clock: SettableClock, people: People
) -> None:
    pathway_id = people.patient.pathway.id
    codes = []
    for kind, first, last in [
        (PhaseKind.FOLLOW_UP, date(2026, 3, 19), date(2026, 3, 25)),
        (PhaseKind.TRIAL, date(2026, 4, 1), date(2026, 4, 7)),
        (PhaseKind.FOLLOW_UP, date(2026, 4, 7), date(2026, 4, 1)),
    ]:
        with pytest.raises(Refused) as refused:
            change(database, clock, people, pathways.start_phase, pathway_id, kind, first, last)
        codes.append(refused.value.code)
    assert codes == ["phase_overlaps", "phase_twice", "phase_ends_before_start"]
    made = change(
        database,
        clock,
        people,
        pathways.start_phase,
        pathway_id,
        PhaseKind.FOLLOW_UP,
        date(2026, 3, 20),
        date(2026, 3, 26),
    )
    after = reread(database, clock, people.patient)
    assert after.phases[-1].id == made
    assert after.revision == people.patient.pathway.revision + 1


def test_a_trial_is_extended_once(database: Database, clock: SettableClock, people: People) -> None:
    phase = trial(people.patient.pathway)
    extend = pathways.extend_phase
    cautions = change(database, clock, people, extend, phase.id, date(2026, 3, 24), 1)
    assert [caution.code for caution in cautions] == ["extension_out_of_range"]
    assert trial(reread(database, clock, people.patient)).end == date(2026, 3, 24)
    with pytest.raises(Refused, match="once"):
        change(database, clock, people, extend, phase.id, date(2026, 3, 28), 2)
    intake = people.patient.pathway.phases[0]
    with pytest.raises(Refused, match="Only a trial"):
        change(database, clock, people, extend, intake.id, date(2026, 3, 8), 1)


def test_who_saves_on_an_older_version_is_told(
    database: Database, clock: SettableClock, people: People
) -> None:
    phase = trial(people.patient.pathway)
    with pytest.raises(Refused) as refused:
        change(database, clock, people, pathways.end_phase, phase.id, date(2026, 3, 20), 1)
    assert refused.value.code == "phase_ended_outside"
    assert change(database, clock, people, pathways.end_phase, phase.id, date(2026, 3, 17), 1) == []
    with pytest.raises(Conflict) as conflict:
        change(database, clock, people, pathways.extend_phase, phase.id, date(2026, 3, 28), 1)
    assert conflict.value.values == {"first_day": date(2026, 3, 10), "end": date(2026, 3, 17)}
    assert "2026-03-17" in str(conflict.value)
    with pytest.raises(Refused, match="has ended"):
        change(database, clock, people, pathways.extend_phase, phase.id, date(2026, 3, 28), 2)
    # An end that is still to come may come sooner; one that has come stays.
    assert change(database, clock, people, pathways.end_phase, phase.id, date(2026, 3, 16), 2) == []
    with pytest.raises(Refused, match="only come sooner"):
        change(database, clock, people, pathways.end_phase, phase.id, date(2026, 3, 17), 3)
    clock.set("2026-03-16T12:00:00+01:00")
    with pytest.raises(Refused) as refused:
        change(database, clock, people, pathways.end_phase, phase.id, date(2026, 3, 15), 3)
    assert refused.value.code == "phase_ended"


def test_an_end_that_leaves_out_answered_days_takes_a_reason(
    database: Database, clock: SettableClock, people: People
) -> None:
    clock.set(datetime.fromisoformat("2026-03-14T12:00:00+01:00"))
    own = people.patient.pathway
    phase = trial(own)
    times = ("2026-03-11T08:00:00+01:00", "2026-03-13T08:00:00+01:00", "2026-03-14T08:00:00+01:00")
    entries = [
        NewEntry(
            id=uuid4(),
            measured_at=datetime.fromisoformat(at),
            scores={site: Fraction(4) for site in own.sites},
        )
        for at in times
    ]
    with database.write(people.patient.scope, now=clock()) as unit:
        diary_writing.add_entries(unit, own, entries, access_point="test")
    with database.read(people.nurse.scope, now=clock()) as unit:
        lost = phase_ends.left_out(unit, own, phase, date(2026, 3, 12))
        assert lost == [date(2026, 3, 13)], "today is still going on"
    for reason in ("", " ", "x" * 2001):
        with pytest.raises(Refused) as refused:
            change(
                database,
                clock,
                people,
                pathways.end_phase,
                phase.id,
                date(2026, 3, 12),
                1,
                reason,
            )
        assert refused.value.code == "reason"
    change(database, clock, people, pathways.end_phase, phase.id, date(2026, 3, 12), 1, "Infectie")
    with database.read(people.nurse.scope, now=clock()) as unit:
        found = phase_ends.endings(unit, own)
    assert found == {phase.id: phase_ends.Ending(people.nurse.login.title(), clock(), "Infectie")}


@pytest.mark.parametrize("again,kept", [("", "Vakantie"), (" ", "Vakantie"), ("Pijn", "Pijn")])
def test_an_end_that_comes_sooner_keeps_its_reason_unless_there_is_another(
    again: str, kept: str, database: Database, clock: SettableClock, people: People
) -> None:
    phase, end = trial(people.patient.pathway), pathways.end_phase
    change(database, clock, people, end, phase.id, date(2026, 3, 17), 1, "Vakantie")
    clock.set("2026-03-13T12:00:00+01:00")
    change(database, clock, people, end, phase.id, date(2026, 3, 16), 2, again)
    with database.read(people.nurse.scope, now=clock()) as unit:
        found = phase_ends.endings(unit, people.patient.pathway)
    assert found == {phase.id: phase_ends.Ending(people.nurse.login.title(), clock(), kept)}


def test_who_may_not_change_phases(
    database: Database, clock: SettableClock, people: People
) -> None:
    phase = trial(people.patient.pathway)
    scopes = [*people.outsiders.values(), people.patient.scope]
    first, last = date(2026, 4, 1), date(2026, 4, 9)
    commands: list[Callable[[Unit], object]] = [
        lambda u: pathways.start_phase(
            u, people.patient.pathway.id, PhaseKind.FOLLOW_UP, first, last
        ),
        lambda u: pathways.extend_phase(u, phase.id, date(2026, 3, 28), 1),
        lambda u: pathways.end_phase(u, phase.id, date(2026, 3, 17), 1),
    ]
    for scope in scopes:
        for command in commands:
            with pytest.raises(NotFound), database.write(scope, now=clock()) as unit:
                command(unit)
    with pytest.raises(NotFound):
        change(database, clock, people, pathways.end_phase, uuid4(), date(2026, 3, 17), 1)
    assert reread(database, clock, people.patient) == people.patient.pathway


def test_patients_with_a_phase_to_come(
    database: Database, clock: SettableClock, people: People
) -> None:
    phase = trial(people.patient.pathway)
    change(database, clock, people, pathways.end_phase, phase.id, date(2026, 3, 17), 1)
    with database.read(people.product, now=clock()) as unit:
        found = [
            set(pathways.patients_in_phases(unit, day))
            for day in (date(2026, 3, 17), date(2026, 3, 18), date(2026, 3, 20))
        ]
    assert found == [{people.patient.id, people.other.id}, {people.other.id}, set()]
