"""A table beside what the diary has: no answer is changed, and none is given twice."""

from __future__ import annotations

from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any
from uuid import uuid4

import pytest

from diary.exchange.csv_reading import read_table
from diary.exchange.csv_writing import write_table
from diary.exchange.imports import expected_of, new_case
from diary.protocol.pathway import Case
from diary.protocol.scales import Source
from diary.store import cases, diary_writing
from diary.store.database import Database
from diary.store.diary_writing import NewEntry
from tests.exchange.cases import AS_OF
from tests.exchange.tables import SHORTEST, add
from tests.support.people import People


def test_a_corrected_table_makes_no_second_answer(people: People, database: Database) -> None:
    pathway = people.patient.pathway
    with database.write(people.product, now=AS_OF) as unit:
        assert add(unit, pathway, SHORTEST) == (2, 0, [])
        stored, known, problems = add(unit, pathway, SHORTEST.replace("8", "3"), skip_bad=True)
        assert (stored, known) == (0, 1)
        assert problems == [
            "line 2, column been: This moment has an answer already: 8. "
            "Correct it on the patient's page."
        ]
        timed = "gemeten_op;been\n02-03-2026 18:05;8\n02-03-2026 18:05;3\n"
        stored, known, problems = add(unit, pathway, timed, skip_bad=True)
        assert (stored, known) == (1, 0)
        assert problems == ["line 3, column been: There is an answer on line 2 already: 8."]
        stored, known, problems = add(unit, pathway, timed.replace("3\n", "8\n"))
        assert (stored, known, problems) == (0, 2, [])
        stored, known, problems = add(unit, pathway, timed.replace("8\n", "3\n"), skip_bad=True)
        assert "There is an answer already: 8. It stays as it is." in problems[0]
        other_site = SHORTEST.replace("been", "rug")
        assert add(unit, pathway, other_site) == (2, 0, []), "the other site was not asked before"


def test_what_a_nurse_typed_is_not_answered_again_by_a_file(
    people: People, database: Database
) -> None:
    pathway, nurse = people.patient.pathway, people.nurse
    day = date(2026, 3, 2)

    def typed(score: int, **more: Any) -> NewEntry:
        scores, paper = {"leg": Fraction(score)}, Source.PAPER
        return NewEntry(
            uuid4(), diary_day=day, moment="morning", scores=scores, source=paper, **more
        )

    first = typed(7)
    for entry in (first, typed(8, replaces_id=first.id)):
        with database.write(nurse.scope, now=AS_OF) as unit:
            diary_writing.add_entries(
                unit, pathway, [entry], access_point="test", typed_by=nurse.id
            )
    with database.write(people.product, now=AS_OF) as unit:
        assert add(unit, pathway, SHORTEST) == (1, 1, []), "what stands is what counts"
        stored, known, problems = add(unit, pathway, SHORTEST.replace("8", "7"), skip_bad=True)
        assert (stored, known, len(problems)) == (0, 1, 1)


PAPER = "dagboekdag;moment;been\n02-03-2026;ochtend;%s\n"
TIMED = "gemeten_op;been\n02-03-2026 %s;%s\n"
LATE = "gemeten_op;moment;been;soort\n02-03-2026 12:30;ochtend;%s;later\n"
ON_PAPER = "This moment has an answer already: 8. Correct it on the patient's page."
ON_THE_PHONE = "There is an answer already: 8. It stays as it is."


@pytest.mark.parametrize(
    "before, row, said",
    [
        (PAPER % 8, TIMED % ("08:05", 3), ON_PAPER),
        (TIMED % ("08:05", 8), PAPER % 3, ON_THE_PHONE),
        (TIMED % ("08:05", 8), TIMED % ("08:40", 3), ON_THE_PHONE),
        (PAPER % 8, TIMED % ("08:05", 8), None),
        (TIMED % ("08:05", 8), PAPER % 8, None),
        (PAPER % 8, LATE % 3, ON_PAPER),
        (LATE % 8, PAPER % 3, ON_THE_PHONE),
        # What was filled in afterwards does not count: the same score in time says more.
        (LATE % 8, PAPER % 8, ON_THE_PHONE),
    ],
)
def test_a_moment_is_answered_once_with_a_time_or_without(
    people: People, database: Database, before: str, row: str, said: str | None
) -> None:
    pathway = people.patient.pathway
    with database.write(people.product, now=AS_OF) as unit:
        assert add(unit, pathway, before) == (1, 0, [])
        stored, known, problems = add(unit, pathway, row, skip_bad=True)
    assert (stored, known) == (0, 0 if said else 1)
    assert problems == ([f"line 2, column been: {said}"] if said else [])


def test_two_rows_of_a_table_are_for_one_moment(people: People, database: Database) -> None:
    rows = (
        "dagboekdag;moment;gemeten_op;been\n02-03-2026;ochtend;;8\n"
        ";;02-03-2026 08:05;3\n;;02-03-2026 08:05;8\n"
    )
    with database.write(people.product, now=AS_OF) as unit:
        found = add(unit, people.patient.pathway, rows, skip_bad=True)
    said = "line 3, column been: There is an answer on line 2 already: 8."
    assert found == (1, 1, [said])


def test_an_extra_measurement_stands_beside_every_moment(
    people: People, database: Database
) -> None:
    pathway = people.patient.pathway
    with database.write(people.product, now=AS_OF) as unit:
        add(unit, pathway, PAPER % 8)
        assert add(unit, pathway, TIMED % ("11:01", 3)) == (1, 0, [])
        assert add(unit, pathway, TIMED % ("11:02", 4)) == (1, 0, [])
        assert add(unit, pathway, TIMED % ("11:02", 4)) == (0, 1, [])
        _, _, problems = add(unit, pathway, TIMED % ("11:02", 8), skip_bad=True)
    assert "There is an answer already: 4." in problems[0]


def test_a_diary_with_two_answers_to_a_moment_goes_back_and_goes_on(
    people: People, database: Database
) -> None:
    pathway = people.patient.pathway
    phone = NewEntry(
        uuid4(), measured_at=datetime(2026, 3, 2, 7, 5, tzinfo=UTC), scores={"leg": Fraction(3)}
    )
    with database.write(people.product, now=AS_OF) as unit:
        add(unit, pathway, PAPER % 8)
        diary_writing.add_entries(unit, pathway, [phone], access_point="test")
        case = cases.case_of(unit, people.patient.id, AS_OF)
        assert case is not None
        rows = write_table(case, "nl").decode()
        assert add(unit, pathway, rows) == (0, 2, [])
        for score in (3, 8):
            assert add(unit, pathway, PAPER % score) == (0, 1, [])
    frame = Case(as_of=AS_OF, scale=pathway.scale, phases=())
    again, problems = new_case(
        read_table(rows.encode(), expected_of(pathway)), frame, skip_bad=False, primary_site="leg"
    )
    assert (len(again.entries), problems) == (2, [])


@pytest.mark.parametrize(
    "before, row, said",
    [
        (PAPER, "02-03-2026;ochtend;;8;5", "Type the rest of the line on the patient's page."),
        (TIMED % ("08:05", "%s"), "02-03-2026;ochtend;;8;5", "Empty this cell"),
        (TIMED % ("08:05", "%s"), ";;02-03-2026 08:05;8;5", "Empty this cell"),
    ],
)
def test_a_row_that_is_there_in_part_is_told_so(
    people: People, database: Database, before: str, row: str, said: str
) -> None:
    pathway = people.patient.pathway
    header = "dagboekdag;moment;gemeten_op;been;rug\n"
    with database.write(people.product, now=AS_OF) as unit:
        add(unit, pathway, before % 8)
        stored, known, problems = add(unit, pathway, f"{header}{row}\n", skip_bad=True)
        assert (stored, known, len(problems)) == (0, 0, 1)
        assert "line 2, column been: " in problems[0]
        assert said in problems[0]
        emptied = f"{header}{row}\n".replace(";8;5", ";;5")
        assert add(unit, pathway, emptied) == (1, 0, []), "as the message says"
        assert add(unit, pathway, f"{header}{row}\n") == (0, 1, []), "now all of it is there"
