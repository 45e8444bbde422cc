"""From the diary to the protocol's case and back, and quickly for many patients."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from fractions import Fraction
from uuid import UUID

import pytest

from diary.protocol.cases import CaseError, assess, case_to_json, parse_case
from diary.protocol.counting import order_key
from diary.protocol.entries import Kind
from diary.protocol.pathway import Case
from diary.protocol.scales import Scale, Source
from diary.store import cases, importing, patients
from diary.store.database import Database
from diary.store.errors import NotFound, Refused
from diary.store.scope import Scope
from diary.store.tables import EntryRow
from tests.store.diaries import add, count, diary_of, entry
from tests.support.clock import SettableClock
from tests.support.databases import CountQueries
from tests.support.people import Maker, People, enrolment
from tests.support.shared import shared

SHARED = shared("cases", "cases.jsonl")

EVERYTHING = {
    "case": "diary-case/1",
    "timezone": "Europe/Amsterdam",
    "as_of": "2026-03-20T12:00:00+01:00",
    "indication": "fbss",
    "scale": "nrs",
    "sites": ["leg", "back"],
    "primary_site": "back",
    "moments": [{"name": "a", "time": "08:00"}, {"name": "n", "time": "03:00", "night": True}],
    "phases": [
        {"kind": "intake", "first_day": "2026-03-02", "last_day": "2026-03-05"},
        {
            "kind": "trial",
            "first_day": "2026-03-07",
            "last_day": "2026-03-14",
            "extended_to": "2026-03-21",
        },
    ],
    "entries": [
        {"id": "x-1", "measured_at": "2026-03-02T08:04:00-05:00", "scores": {"leg": "8"}},
        {"diary_day": "2026-03-02", "moment": "a", "scores": {"back": "7.5"}, "source": "paper"},
        {"diary_day": "2026-03-03", "moment": "a", "scores": {"back": 2}, "kind": "extra"},
        {
            "measured_at": "2026-03-03T08:04:00+01:00",
            "scores": {"leg": 70, "back": 3},
            "scale": "vas",
        },
        {"measured_at": "2026-03-04T08:00:00+01:00", "scores": {"leg": 1}, "withdrawn": True},
    ],
    "attack_days": [{"diary_day": "2026-03-02", "attacks": 1}],
    "attacks": [{"started_at": "2026-03-02T23:50:00+01:00", "minutes": 45, "intensity": "8"}],
    "quality_of_life": [
        {"on": "2026-03-01", "pcs": "41.2", "mcs": "50.1"},
        {"on": "2026-01-01", "pcs": "40", "mcs": "49.25"},
    ],
    "perceived_effect": [{"on": "2026-03-20", "effect": 2}, {"on": "2026-03-12", "effect": 7}],
    "medication": [
        {"diary_day": "2026-03-02", "substance": "oxycodone", "route": "oral", "mg": "20"},
        {"diary_day": "2026-03-02", "substance": "fentanyl", "route": "patch", "ug_per_h": "25"},
    ],
    "med_table": "cdc-2022",
    "implanted_on": "2026-04-20",
    "patient": {"birth_date": "1971-05-02", "pain_since": "2024-01-01"},
}


def empty_pathway(database: Database, clock: SettableClock, scope: Scope, site_id: UUID) -> UUID:
    """Enrol somebody whose diary is empty."""
    with database.write(scope, now=clock()) as unit:
        number = unit.session.connection().exec_driver_sql("SELECT count(*) FROM patient")
        form = enrolment(site_id, number=900 + number.scalar_one())
        return patients.enrol(unit, form)


def store(
    database: Database, clock: SettableClock, scope: Scope, patient_id: UUID, case: Case
) -> None:
    with database.write(scope, now=clock()) as unit:
        importing.store_case(unit, patient_id, case)


def read(
    database: Database, clock: SettableClock, scope: Scope, patient_id: UUID, as_of: datetime
) -> Case:
    with database.read(scope, now=clock()) as unit:
        found = cases.case_of(unit, patient_id, as_of)
    assert found is not None
    return found


def there_and_back(
    database: Database, clock: SettableClock, scope: Scope, site_id: UUID, case: Case
) -> Case:
    patient_id = empty_pathway(database, clock, scope, site_id)
    store(database, clock, scope, patient_id, case)
    return read(database, clock, scope, patient_id, case.as_of)


def judged(case: Case) -> list[object]:
    """Return what the protocol says of a case, without the entries it points at."""
    return [
        (v.site, v.status, v.reduction, v.change, v.bounds, v.robust, v.sensitivity)
        for v in assess(case).verdicts
    ]


def test_a_case_with_everything_there_and_back(
    database: Database, clock: SettableClock, people: People
) -> None:
    case = parse_case(EVERYTHING)
    back = there_and_back(database, clock, people.nurse.scope, people.site_id, case)
    same = ("entries", "patient")
    assert replace(back, **{name: getattr(case, name) for name in same}) == case
    assert back.patient == case.patient
    by_day = sorted(back.entries, key=lambda e: (e.diary_day, e.scores.get("leg", 0)))
    paper, own_id, extra, vas, withdrawn = by_day
    assert own_id.id == "x-1"
    assert own_id.measured_at is not None
    assert own_id.measured_at.isoformat() == "2026-03-02T08:04:00-05:00"
    assert (paper.scores, paper.source, paper.measured_at) == (
        {"back": Fraction(15, 2)},
        Source.PAPER,
        None,
    )
    assert (extra.kind, extra.moment) == (Kind.EXTRA, "a")
    assert (vas.scale, vas.scores, own_id.scale) == (Scale.VAS, {"leg": 70, "back": 3}, None)
    assert [e.withdrawn for e in by_day] == [False, False, False, False, True]
    assert withdrawn.scores == {"leg": 1}


def test_a_second_trip_changes_nothing(
    database: Database, clock: SettableClock, people: People, maker: Maker
) -> None:
    first = there_and_back(
        database, clock, people.nurse.scope, people.site_id, parse_case(EVERYTHING)
    )
    centre_id, site_id = maker.centre("Elders")
    nurse = maker.member(centre_id, site_id)
    second = there_and_back(database, clock, nurse.scope, site_id, first)
    assert case_to_json(second) == case_to_json(first)


def test_two_paper_answers_to_one_moment_keep_their_order(
    sqlite_database: Database, clock: SettableClock
) -> None:
    maker = Maker(sqlite_database, clock)
    centre_id, site_id = maker.centre()
    nurse = maker.member(centre_id, site_id)
    papers = [
        {"diary_day": "2026-03-02", "moment": "a", "source": "paper", "scores": {"back": score}}
        for score in range(11)
    ]
    case = parse_case(EVERYTHING | {"entries": papers})
    back = there_and_back(sqlite_database, clock, nurse.scope, site_id, case)
    assert sorted(back.entries, key=order_key)[0].scores == {"back": 0}


def test_one_id_written_in_two_ways_is_one_id(
    database: Database, clock: SettableClock, people: People
) -> None:
    own = "abcdef00-0000-4000-8000-00000000abcd"
    entries = [
        {"id": text, "diary_day": "2026-03-02", "moment": "a", "scores": {"back": 7}}
        for text in (own, own.upper())
    ]
    patient_id = empty_pathway(database, clock, people.nurse.scope, people.site_id)
    case = parse_case(EVERYTHING | {"entries": entries})
    with pytest.raises(Refused, match="the same id"):
        store(database, clock, people.nurse.scope, patient_id, case)


def test_the_protocol_says_the_same_of_what_comes_back(
    sqlite_database: Database, clock: SettableClock
) -> None:
    if not SHARED.exists():
        pytest.skip("the reference cases are not beside this repository")
    maker = Maker(sqlite_database, clock)
    centre_id, site_id = maker.centre()
    nurse = maker.member(centre_id, site_id)
    compared = 0
    for line in SHARED.read_text().splitlines():
        try:
            case = parse_case(json.loads(line))
        except CaseError:
            continue
        back = there_and_back(sqlite_database, clock, nurse.scope, site_id, case)
        assert judged(back) == judged(case)
        compared += 1
    assert compared > 40


def test_an_import_goes_into_an_empty_pathway(
    database: Database, clock: SettableClock, people: People
) -> None:
    case = parse_case(EVERYTHING)
    nurse = people.nurse.scope
    with pytest.raises(Refused) as refused:
        store(database, clock, nurse, people.patient.id, case)
    assert refused.value.code == "not_empty"
    patient_id = empty_pathway(database, clock, nurse, people.site_id)
    store(database, clock, nurse, patient_id, case)
    entries = count(database, EntryRow)
    back = read(database, clock, nurse, patient_id, case.as_of)
    other_id = empty_pathway(database, clock, nurse, people.site_id)
    with pytest.raises(Refused) as refused:
        store(database, clock, nurse, other_id, back)
    assert refused.value.code == "id_taken"
    # Nothing of it was stored: no plan, no phase, no entry.
    assert read(database, clock, nurse, other_id, case.as_of).phases == ()
    assert count(database, EntryRow) == entries
    for scope in (*people.outsiders.values(), people.patient.scope):
        with pytest.raises(NotFound):
            store(database, clock, scope, other_id, case)


def test_corrected_entries_are_out_and_withdrawn_ones_marked(
    database: Database, clock: SettableClock, people: People
) -> None:
    first, other = entry("2026-03-12T08:00:00+01:00", 7), entry("2026-03-12T11:30:00+01:00", 2)
    better = entry("2026-03-12T11:50:00+01:00", 4, replaces_id=first.id)
    back = entry(clock(), scores={}, replaces_id=other.id, withdrawn=True)
    add(database, clock, people.patient, first, other, better, back)
    case = read(database, clock, people.patient.scope, people.patient.id, clock())
    assert [(e.id, e.scores["leg"], e.withdrawn) for e in case.entries] == [
        (str(better.id), 4, False),
        (str(other.id), 2, True),
    ]
    # The correction counts from when the first one was measured.
    assert case.entries[0].measured_at == first.measured_at
    assert len(diary_of(database, clock, people.patient)) == 4


def test_a_diary_in_a_fixed_number_of_queries(
    database: Database,
    clock: SettableClock,
    people: People,
    maker: Maker,
    count_queries: CountQueries,
) -> None:
    everybody, counted = [people.patient], []
    add(database, clock, people.patient, entry(clock()))
    for more in (4, 45):
        for _ in range(more):
            everybody.append(maker.patient(people.nurse.scope, people.site_id))
            add(database, clock, everybody[-1], entry(clock()))
        ids = [somebody.id for somebody in everybody]
        with count_queries() as queries, database.read(people.nurse.scope, now=clock()) as unit:
            found = cases.cases_of(unit, [*ids, people.other.id], clock())
        assert all(len(case.entries) == 1 for case in found.values())
        counted.append((len(found), len(queries)))
    assert counted == [(5, 6), (50, 6)]
