"""Export → import → export gives the same bytes, for a case and for a table."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import count
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from diary.exchange.case_files import read_case, write_case
from diary.exchange.csv_reading import Expected, HeaderError, Problem, read_table
from diary.exchange.csv_writing import write_table
from diary.exchange.imports import ImportRefused, expected_of, new_case, store_new
from diary.protocol.case_reading import CaseError, parse_case
from diary.protocol.cases import assess
from diary.protocol.counting import order_key
from diary.protocol.pathway import Case, Patient
from diary.protocol.phases import Phase, PhaseKind
from diary.protocol.scales import Scale
from diary.protocol.verdicts import Verdict
from diary.store import audit, cases, diary_reading, patients
from diary.store.database import Database
from diary.store.errors import Refused
from diary.store.scope import Scope
from tests.exchange.cases import AS_OF
from tests.exchange.cases import cases as some_cases
from tests.exchange.tables import SHORTEST, add
from tests.naive.strategies import trial_cases
from tests.support.people import Maker, People, enrolment

NUMBERS = count(1000)
IN_ONE_DATABASE = settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture
def elsewhere(maker: Maker) -> Callable[[], tuple[Scope, UUID]]:
    """Give a function that makes a patient with an empty diary in a centre of its own."""

    def make() -> tuple[Scope, UUID]:
        centre_id, site_id = maker.centre()
        scope = Scope(centre_id)
        with maker.database.write(scope, now=AS_OF) as unit:
            return scope, patients.enrol(unit, enrolment(site_id, number=next(NUMBERS)))

    return make


def stored(database: Database, scope: Scope, patient_id: UUID, case: Case) -> Case:
    """Store `case`, and return it as the store gives it back."""
    with database.write(scope, now=AS_OF) as unit:
        store_new(unit, patient_id, case, access_point="test")
    with database.read(scope, now=AS_OF) as unit:
        found = cases.case_of(unit, patient_id, AS_OF)
    assert found is not None
    return found


@given(case=some_cases(), language=st.sampled_from(["nl", "en"]))
@IN_ONE_DATABASE
def test_export_import_export_is_the_same(
    database: Database, elsewhere: Callable[[], tuple[Scope, UUID]], case: Case, language: str
) -> None:
    first = stored(database, *elsewhere(), case)
    file, table = write_case(first), write_table(first, language)

    again, left_out = read_case(file)
    assert left_out == ()
    assert write_case(stored(database, *elsewhere(), again)) == file

    expected = Expected(first.scale, tuple(m.name for m in first.moments), first.zone)
    frame = Case(
        as_of=AS_OF, scale=first.scale, phases=first.phases, moments=first.moments,
        patient=first.patient,
    )  # fmt: skip
    read, problems = new_case(
        read_table(table, expected), frame, skip_bad=False, primary_site=first.primary_site
    )
    assert problems == []
    third = stored(database, *elsewhere(), read)
    assert write_table(third, language) == table
    assert write_case(third) == file, "nothing of an entry is lost on the way through a table"


@given(drawn=trial_cases())
@IN_ONE_DATABASE
def test_a_case_is_judged_in_the_store_as_in_its_file(
    database: Database, elsewhere: Callable[[], tuple[Scope, UUID]], drawn: dict[str, Any]
) -> None:
    case = parse_case({key: value for key, value in drawn.items() if key != "patient"})
    imported = replace(stored(database, *elsewhere(), case), as_of=case.as_of)
    again, _ = read_case(write_case(imported))
    expected = [figures(verdict) for verdict in assess(case).verdicts]
    for one in (imported, again):
        assert [figures(verdict) for verdict in assess(one).verdicts] == expected


def test_of_answers_that_tell_the_same_time_the_one_that_counts_in_the_file_counts(
    database: Database, elsewhere: Callable[[], tuple[Scope, UUID]]
) -> None:
    paper = {"diary_day": "2026-03-02", "moment": "morning"}
    papers = [paper | {"scores": {"leg": score}} for score in (5, 3, 8, 1, 9, 2)]
    timed = {"measured_at": "2026-03-02T13:00:00+01:00"}
    at_once = [timed | {"scores": {"leg": score}} for score in (4, 7, 2)]
    head = {"case": "diary-case/1", "timezone": "Europe/Amsterdam", "scale": "nrs", "phases": []}
    case = parse_case(head | {"as_of": "2026-05-01T00:00:00Z", "entries": [*papers, *at_once]})
    first = stored(database, *elsewhere(), case)
    again = stored(database, *elsewhere(), read_case(write_case(first))[0])
    for one in (case, first, again):
        in_order = [entry.scores["leg"] for entry in sorted(one.entries, key=order_key)]
        assert in_order == [2, 4, 7, 1, 2, 3, 5, 8, 9]


def figures(verdict: Verdict) -> tuple[object, ...]:
    """Return what a verdict says, without the entries it points at."""
    return (
        *(verdict.rule, verdict.site, verdict.status, verdict.reduction, verdict.change),
        *(verdict.bounds, verdict.robust, verdict.sensitivity),
    )


def test_ids_that_are_none_of_ours_come_back(
    database: Database, elsewhere: Callable[[], tuple[Scope, UUID]]
) -> None:
    text = b'{"id": "%s", "diary_day": "2026-03-02", "moment": "morning", "scores": {"leg": 7}}'
    entries = b", ".join(text % name for name in (b"row-2", b"row-1"))
    file = (
        b'{"case": "diary-case/1", "timezone": "Europe/Amsterdam", "scale": "nrs",'
        b'"as_of": "2026-05-01T00:00:00Z", "phases": [], "entries": [' + entries + b"]}"
    )
    case, _ = read_case(file)
    first = stored(database, *elsewhere(), case)
    assert {entry.id for entry in first.entries} == {"row-1", "row-2"}
    again = stored(database, *elsewhere(), read_case(write_case(first))[0])
    assert write_case(again) == write_case(first)


def test_a_case_with_bad_entries(people: People) -> None:
    entries = (
        b'{"scores": {"leg": 7}}, {"measured_at": "2026-03-02T08:00:00Z", "scores": {"leg": 7.1}}'
    )
    good = b'{"diary_day": "2026-03-02", "moment": "morning", "scores": {"leg": "7.5"}}'
    head = b'{"case": "diary-case/1", "timezone": "Europe/Amsterdam", "scale": "nrs", '
    rest = (
        b'"as_of": "2026-05-01T00:00:00Z", "phases": %s, "entries": ['
        + entries
        + b","
        + good
        + b"]}"
    )
    with pytest.raises(CaseError):
        read_case(head + rest % b"[]")
    case, left_out = read_case(head + rest % b"[]", skip_bad=True)
    assert [str(entry.scores["leg"]) for entry in case.entries] == ["15/2"]
    assert {problem.pointer.split("/")[2] for problem in left_out} == {"0", "1"}
    with pytest.raises(CaseError):
        read_case(head + rest % b"[{}]", skip_bad=True)


HEADER = "dagboekdag;moment;gemeten_op;been;soort;ingetrokken;schaal;id\n"
GOOD = "02-03-2026;ochtend;;8;;;;\n02-03-2026;ochtend;;8;;;;\n;;02-03-2026 13:05;7;;;;\n"


def test_the_same_table_again_adds_nothing(people: People, database: Database) -> None:
    pathway = people.patient.pathway
    with database.write(people.product, now=AS_OF) as unit:
        assert add(unit, pathway, HEADER + GOOD) == (2, 1, []), "one answer, told twice"
        assert add(unit, pathway, HEADER + GOOD) == (0, 3, [])
    with database.read(people.nurse.scope, now=AS_OF) as unit:
        entries = diary_reading.entries(unit, pathway)
        assert [(e.moment, e.kind, e.source) for e in entries] == [
            ("morning", "scheduled", "paper"),
            ("midday", "scheduled", "phone"),
        ]
        log = audit.of_patient(unit, people.patient.id)
        assert "test" in {row.access_point for row in log}


@pytest.mark.parametrize(
    "row, said",
    [("02-03-2026;ochtend;;;;ja;;", "taken back"), ("02-03-2026;ochtend;;8;;;vas;", "scale")],
)
def test_a_row_that_is_no_such_answer_is_not_known(
    people: People, database: Database, row: str, said: str
) -> None:
    with database.write(people.product, now=AS_OF) as unit:
        add(unit, people.patient.pathway, HEADER + GOOD)
        found = add(unit, people.patient.pathway, f"{HEADER}{row}\n", skip_bad=True)
    assert found[:2] == (0, 0)
    assert said in found[2][0]


@pytest.mark.parametrize(
    "row, column, said",
    [
        (";;02-03-2026 13:05;7;extra;;;", "soort", "scheduled"),
        ("02-03-2026;ochtend;;7;extra;;;", "soort", "gemeten_op"),
        ("02-03-2026;ochtend;;7;;ja;;", "ingetrokken", "taken back"),
        ("02-03-2026;ochtend;;70;;;vas;", "schaal", "nrs"),
        ("02-05-2026;ochtend;;7;;;;", "dagboekdag", "not come yet"),
        (";;01-05-2026 08:00;7;;;;", "gemeten_op", "not come yet"),
        ("09-03-2026;ochtend;;7;;;;", "dagboekdag", "no phase"),
        (";;20-03-2026 04:00;7;;;;", "gemeten_op", "no phase"),
    ],
)
def test_rows_that_do_not_fit_the_diary(
    people: People, database: Database, row: str, column: str | None, said: str
) -> None:
    pathway = people.patient.pathway
    rows = f"{HEADER}{row}\n{GOOD}"
    with (
        pytest.raises(ImportRefused) as caught,
        database.write(people.product, now=AS_OF) as unit,
    ):
        add(unit, pathway, rows)
    (problem,) = caught.value.problems
    assert isinstance(problem, Problem)
    assert (problem.line, problem.column) == (2, column)
    assert said in str(problem)
    with database.write(people.product, now=AS_OF) as unit:
        assert diary_reading.entries(unit, pathway) == [], "nothing was stored"
        assert add(unit, pathway, rows, skip_bad=True)[0] == 2


def test_an_exported_table_goes_back_into_its_own_diary(people: People, database: Database) -> None:
    pathway = people.patient.pathway
    with database.write(people.product, now=AS_OF) as unit:
        add(unit, pathway, HEADER + GOOD)
        case = cases.case_of(unit, people.patient.id, AS_OF)
        assert case is not None
        rows = write_table(case, "nl").decode()
        assert add(unit, pathway, rows) == (0, 2, [])
        stored, known, problems = add(unit, pathway, rows.replace(";8;", ";9;"), skip_bad=True)
        assert (stored, known, len(problems)) == (0, 1, 1)
        assert "something else" in problems[0]


@pytest.mark.parametrize(
    "old, new, column, said",
    [
        (";8;", ";3;", "been", "Correct it on the patient's page"),
        (";7;", ";3;", "been", "stays as it is"),
        ("13:05:00", "13:06:00", "gemeten_op", "stays as it is"),
        ("ochtend;;8;;gepland", "ochtend;;8;;later", "soort", "Correct it on the patient's page"),
        ("02-03-2026;ochtend", "03-03-2026;ochtend", "dagboekdag", "something else"),
        ("papier;;", "papier;ja;", "ingetrokken", "taken back"),
        ("papier", "telefoon", "bron", "something else"),
    ],
)
def test_what_was_changed_in_a_known_row_is_told(
    people: People, database: Database, old: str, new: str, column: str, said: str
) -> None:
    pathway = people.patient.pathway
    with database.write(people.product, now=AS_OF) as unit:
        add(unit, pathway, HEADER + GOOD)
        case = cases.case_of(unit, people.patient.id, AS_OF)
        assert case is not None
        rows = write_table(case, "nl").decode()
        assert old in rows
        stored, known, problems = add(unit, pathway, rows.replace(old, new), skip_bad=True)
        assert (stored, known, len(problems)) == (0, 1, 1)
        assert f"column {column}: " in problems[0]
        assert said in problems[0]


def test_a_case_of_another_person_is_refused(people: People, database: Database) -> None:
    born = replace(Case(as_of=AS_OF, scale=Scale.NRS, phases=()), patient=Patient(date(1970, 1, 1)))
    with (
        pytest.raises(Refused, match="another day") as refused,
        database.write(people.product, now=AS_OF) as unit,
    ):
        store_new(unit, people.patient.id, born, access_point="test")
    assert refused.value.code == "other_person"


def test_a_case_tells_of_nothing_that_has_not_come(people: People) -> None:
    case = {
        "case": "diary-case/1", "timezone": "Europe/Amsterdam", "scale": "nrs",
        "as_of": "2026-05-01T00:00:00Z", "phases": [],
        "entries": [
            {"diary_day": "2026-03-02", "scores": {"leg": 7}},
            {"measured_at": "2026-03-02T08:00:00Z", "scores": {"leg": 6}},
            {"measured_at": "2026-03-02T12:00:01Z", "scores": {"leg": 5}},
            {"diary_day": "2026-03-02", "moment": "midday", "scores": {"leg": 4}},
            {"diary_day": "2026-03-02", "moment": "evening", "scores": {"leg": 3}},
        ],
    }  # fmt: skip
    now = datetime(2026, 3, 2, 12, tzinfo=UTC)
    good, left_out = read_case(json.dumps(case).encode(), skip_bad=True, now=now)
    assert [entry.scores["leg"] for entry in good.entries] == [6, 4]
    assert [problem.pointer.split("/")[2] for problem in left_out] == ["0", "2", "4"]
    del case["entries"][0]  # type: ignore[attr-defined]
    with pytest.raises(CaseError) as caught:
        read_case(json.dumps(case).encode(), now=now)
    assert [problem.pointer for problem in caught.value.problems] == ["/entries/1", "/entries/3"]


def test_an_answer_to_a_moment_that_is_no_longer_planned_is_written(
    people: People, database: Database
) -> None:
    with database.write(people.product, now=AS_OF) as unit:
        add(unit, people.patient.pathway, SHORTEST)
        case = cases.case_of(unit, people.patient.id, AS_OF)
    assert case is not None
    fewer = replace(case, moments=tuple(m for m in case.moments if m.name != "midday"))
    assert b'"midday"' in write_case(fewer)
    rows = write_table(fewer, "en").decode().splitlines()
    assert [row.split(";")[1] for row in rows[1:]] == ["midday", "morning"]


@pytest.mark.parametrize(
    "primary, sites", [("back", ("back", "leg", "arm")), ("leg", ("leg", "back", "arm"))]
)
def test_the_primary_site_is_said_and_not_guessed(primary: str, sites: tuple[str, ...]) -> None:
    frame = Case(as_of=AS_OF, scale=Scale.NRS, phases=())
    rows = b"dagboekdag;moment;been;rug;arm\n02-03-2026;ochtend;8;7;6\n"
    moments = tuple(moment.name for moment in frame.moments)
    table = read_table(rows, Expected(frame.scale, moments, frame.zone))
    case, _ = new_case(table, frame, skip_bad=False, primary_site=primary)
    assert (case.sites, case.primary_site) == (sites, primary)
    for wrong, said in ((None, "leg, back, arm"), ("neck", "no column")):
        with pytest.raises(HeaderError, match=said):
            new_case(table, frame, skip_bad=False, primary_site=wrong)


def test_a_new_diary_takes_no_row_that_has_not_come() -> None:
    frame = Case(as_of=AS_OF, scale=Scale.NRS, phases=())
    rows = b"gemeten_op;been\n01-05-2026 02:01;8\n01-05-2026 01:59;8\n"
    moments = tuple(moment.name for moment in frame.moments)
    table = read_table(rows, Expected(frame.scale, moments, frame.zone))
    case, problems = new_case(table, frame, skip_bad=True)
    assert [str(problem) for problem in problems] == [
        "line 2, column gemeten_op: This moment has not come yet."
    ]
    assert len(case.entries) == 1


def test_a_case_does_not_go_into_a_diary_that_is_kept(people: People, database: Database) -> None:
    case = Case(as_of=AS_OF, scale=people.patient.pathway.scale, phases=())
    with (
        pytest.raises(Refused, match="not empty"),
        database.write(people.product, now=AS_OF) as unit,
    ):
        store_new(unit, people.patient.id, case, access_point="test")


def test_bad_phases_of_a_new_patient_are_named(people: People) -> None:
    table = read_table(b"dagboekdag;moment;been\n", expected_of(people.patient.pathway))
    backwards = Phase(PhaseKind.TRIAL, date(2026, 3, 2), date(2026, 3, 1))
    frame = Case(as_of=AS_OF, scale=people.patient.pathway.scale, phases=(backwards,))
    with pytest.raises(CaseError, match="phases/0"):
        new_case(table, frame, skip_bad=True)
