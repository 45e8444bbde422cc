"""Export → import → export gives the same bytes, for a case and for a table."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from itertools import count
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from diary.exchange.case_files import read_case, write_case
from diary.exchange.csv_reading import Expected, Problem, read_table
from diary.exchange.csv_writing import write_table
from diary.exchange.imports import ImportRefused, add_table, expected_of, new_case, store_new
from diary.protocol.case_reading import CaseError
from diary.protocol.pathway import Case
from diary.protocol.phases import Phase, PhaseKind
from diary.store import audit, cases, diary_reading, patients
from diary.store.database import Database, Unit
from diary.store.errors import Refused
from diary.store.pathways import PathwayView
from diary.store.scope import Scope
from tests.exchange.cases import AS_OF
from tests.exchange.cases import cases as some_cases
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
    read, problems = new_case(read_table(table, expected), frame, skip_bad=False)
    assert problems == []
    third = stored(database, *elsewhere(), read)
    assert write_table(third, language) == table
    assert write_case(third) == file, "nothing of an entry is lost on the way through a table"


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


def add(
    unit: Unit, pathway: PathwayView, rows: str, *, skip_bad: bool = False
) -> tuple[int, int, list[str]]:
    table = read_table(rows.encode(), expected_of(pathway))
    done = add_table(unit, pathway, table, skip_bad=skip_bad, access_point="test")
    return done.stored, done.known, [str(problem) for problem in done.problems]


HEADER = "dagboekdag;moment;gemeten_op;been;soort;ingetrokken;schaal;id\n"
GOOD = "02-03-2026;ochtend;;8;;;;\n02-03-2026;ochtend;;8;;;;\n;;02-03-2026 13:05;7;;;;\n"


def test_the_same_table_again_adds_nothing(people: People, database: Database) -> None:
    pathway = people.patient.pathway
    with database.write(people.product, now=AS_OF) as unit:
        assert add(unit, pathway, HEADER + GOOD) == (3, 0, [])
        assert add(unit, pathway, HEADER + GOOD) == (0, 3, [])
    with database.read(people.nurse.scope, now=AS_OF) as unit:
        entries = diary_reading.entries(unit, pathway)
        assert [(e.moment, e.kind, e.source) for e in entries] == [
            ("morning", "scheduled", "paper"),
            ("morning", "scheduled", "paper"),
            ("midday", "scheduled", "phone"),
        ]
        log = audit.of_patient(unit, people.patient.id)
        assert "test" in {row.access_point for row in log}


@pytest.mark.parametrize(
    "row, column, said",
    [
        (";;02-03-2026 13:05;7;extra;;;", "soort", "scheduled"),
        ("02-03-2026;ochtend;;7;extra;;;", "soort", "gemeten_op"),
        ("02-03-2026;ochtend;;7;;ja;;", "ingetrokken", "taken back"),
        ("02-03-2026;ochtend;;70;;;vas;", "schaal", "nrs"),
        ("02-05-2026;ochtend;;7;;;;", None, "not come yet"),
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
        assert add(unit, pathway, rows, skip_bad=True)[0] == 3


def test_an_exported_table_goes_back_into_its_own_diary(people: People, database: Database) -> None:
    pathway = people.patient.pathway
    with database.write(people.product, now=AS_OF) as unit:
        add(unit, pathway, HEADER + GOOD)
        case = cases.case_of(unit, people.patient.id, AS_OF)
        assert case is not None
        rows = write_table(case, "nl").decode()
        assert add(unit, pathway, rows) == (0, 3, [])
        stored, known, problems = add(unit, pathway, rows.replace(";8;", ";9;"), skip_bad=True)
        assert (stored, known, len(problems)) == (0, 1, 2)
        assert "other scores" in problems[0]


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
