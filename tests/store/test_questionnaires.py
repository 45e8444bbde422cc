"""Questionnaires typed over: kept, corrected, withdrawn, and part of the case."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from diary.protocol.pathway import Case, QualityOfLife
from diary.protocol.questionnaires.known import QUESTIONNAIRES
from diary.protocol.scales import Scale
from diary.store import cases, importing, pathways, patients, questionnaire_reading, questionnaires
from diary.store.database import Database
from diary.store.errors import Conflict, NotFound, Refused
from diary.store.questionnaires import NewResult
from diary.store.tables import Instrument, QuestionnaireResult
from tests.store.questionnaires import pain, sf12_of, totals, typed
from tests.support.clock import SettableClock
from tests.support.people import NOON, People, enrolment

# No trouble at all: the constants of the regression (tests/protocol/test_questionnaires.py).
WELL = dict(
    zip(
        (item.name for item in QUESTIONNAIRES["sf12"].items),
        ["1", "3", "3", "2", "2", "2", "2", "1", "1", "1", "6", "5"],
        strict=True,
    )
)


def test_every_questionnaire_of_the_protocol_can_be_kept() -> None:
    assert {one.value for one in Instrument} == set(QUESTIONNAIRES)


def test_answers_and_totals_are_in_the_case(
    database: Database, clock: SettableClock, people: People
) -> None:
    nurse, patient = people.nurse.scope, people.patient
    answers = NewResult(Instrument.SF12, date(2026, 3, 11), answers=WELL)
    lacking = {name: value for name, value in WELL.items() if name != "gh1"}
    before = patient.pathway.revision
    typed(database, clock, nurse, patient, totals("2026-03-12"))
    typed(database, clock, nurse, patient, answers)
    typed(database, clock, nurse, patient, pain("2026-03-12"))
    typed(database, clock, nurse, patient, replace(answers, on=date(2026, 3, 10), answers=lacking))
    assert sf12_of(database, clock, patient) == [
        ("2026-03-12", "41.2", "50.1"),
        ("2026-03-11", "56.57706", "60.75781"),
    ]
    with database.read(nurse, now=clock()) as unit:
        found = questionnaire_reading.results(unit, patient.pathway.id)
        again = pathways.pathway(unit, patient.id)
    assert [str(view.filled_in.on) for view in found] == [
        *("2026-03-10", "2026-03-11", "2026-03-12", "2026-03-12"),
    ]
    assert {view.by for view in found} == {"Nurse1"}
    assert again is not None
    assert again.revision == before + 4, "what was computed from it is computed anew"


def test_a_correction_and_a_withdrawal_are_new_rows(
    database: Database, clock: SettableClock, people: People
) -> None:
    nurse, patient = people.nurse.scope, people.patient
    first = typed(database, clock, nurse, patient, totals("2026-03-11", pcs="14.2"))
    with database.write(nurse, now=clock()) as unit:
        better = questionnaires.correct_result(
            unit, patient.pathway, first, totals("2026-03-11"), " Cijfers omgedraaid. "
        )
    assert sf12_of(database, clock, patient) == [("2026-03-11", "41.2", "50.1")]
    with pytest.raises(Conflict), database.write(nurse, now=clock()) as unit:
        questionnaires.correct_result(unit, patient.pathway, first, totals("2026-03-11"), "Nog.")
    with database.write(nurse, now=clock()) as unit:
        questionnaires.take_back(unit, patient.pathway, better, "Van een ander.")
    assert sf12_of(database, clock, patient) == []
    with pytest.raises(Conflict), database.write(nurse, now=clock()) as unit:
        questionnaires.take_back(unit, patient.pathway, better, "Nog eens.")
    with database.read(nurse, now=clock()) as unit:
        found = questionnaire_reading.results(unit, patient.pathway.id)
        raw = unit.session.execute(text("SELECT reason FROM questionnaire_result")).scalars()
        assert all(b"Cijfers" not in bytes(one) for one in raw if one is not None)
    assert [(one.corrected, one.taken_back, one.corrects, one.why) for one in found] == [
        (True, False, False, "Cijfers omgedraaid."),
        (False, True, True, "Van een ander."),
    ]
    # The day is free again.
    typed(database, clock, nurse, patient, totals("2026-03-11"))


def test_of_two_imported_of_one_day_each_can_be_corrected(
    database: Database, clock: SettableClock, people: People
) -> None:
    """A file may have them, and a slip in one of them must not stay for ever."""
    nurse, patient, day = people.nurse.scope, people.patient, date(2026, 3, 11)
    both = (QualityOfLife(day, Fraction(41), Fraction(50)), QualityOfLife(day, *[Fraction(14)] * 2))
    case = Case(as_of=clock(), scale=Scale.NRS, phases=(), quality_of_life=both)
    with database.write(nurse, now=clock()) as unit:
        questionnaires.store_imported(unit, patient.pathway, case)
        _right, wrong = questionnaire_reading.results(unit, patient.pathway.id)

    def correct(found: UUID, new: NewResult) -> UUID:
        with database.write(nurse, now=clock()) as unit:
            return questionnaires.correct_result(unit, patient.pathway, found, new, "Omgedraaid.")

    better = correct(wrong.id, totals("2026-03-11", pcs="41", mcs="49"))
    assert sf12_of(database, clock, patient) == [
        ("2026-03-11", "41", "50"),
        ("2026-03-11", "41", "49"),
    ]
    moved = correct(better, totals("2026-03-10", pcs="41", mcs="49"))
    assert [day for day, *_ in sf12_of(database, clock, patient)] == ["2026-03-11", "2026-03-10"]
    with pytest.raises(Refused) as refused:
        correct(moved, totals("2026-03-11", pcs="41", mcs="49"))
    assert set(refused.value.fields) == {"on"}, "there is one of that day"


@pytest.mark.parametrize(
    "new,fields",
    [
        (totals("2026-03-13"), {"on"}),
        (totals("1971-05-01"), {"on"}),
        (totals("2026-03-11"), {"on"}),
        (totals("2026-03-10", pcs="100.1"), {"pcs"}),
        (totals("2026-03-10", pcs="-1", mcs="veel"), {"pcs", "mcs"}),
        (pain("2026-03-10", "11"), {"pain"}),
        (pain("2026-03-10", "7.25"), {"pain"}),
        (NewResult(Instrument.SF12, date(2026, 3, 10), answers={}), {"gh1"}),
        (NewResult(Instrument.SF12, date(2026, 3, 10), totals={"pcs": "40"}), {"mcs"}),
        (NewResult(Instrument.NRS, date(2026, 3, 10), answers={"hurt": "3"}), {"hurt"}),
    ],
)
def test_what_cannot_be_is_refused(
    new: NewResult, fields: set[str], database: Database, clock: SettableClock, people: People
) -> None:
    nurse, patient = people.nurse.scope, people.patient
    typed(database, clock, nurse, patient, totals("2026-03-11"))
    with pytest.raises(Refused) as refused:
        typed(database, clock, nurse, patient, new)
    assert set(refused.value.fields) == fields
    assert len(sf12_of(database, clock, patient)) == 1


@pytest.mark.parametrize("reason", ["", "  ", "x" * (questionnaires.LONGEST_REASON + 1)])
def test_nothing_is_corrected_without_a_reason(
    reason: str, database: Database, clock: SettableClock, people: People
) -> None:
    nurse, patient = people.nurse.scope, people.patient
    first = typed(database, clock, nurse, patient, totals("2026-03-11"))
    with pytest.raises(Refused), database.write(nurse, now=clock()) as unit:
        questionnaires.take_back(unit, patient.pathway, first, reason)
    with pytest.raises(Refused), database.write(nurse, now=clock()) as unit:
        questionnaires.correct_result(unit, patient.pathway, first, totals("2026-03-10"), reason)
    with pytest.raises(Refused), database.write(nurse, now=clock()) as unit:
        questionnaires.correct_result(unit, patient.pathway, first, pain("2026-03-10"), "Ander.")


def test_a_result_of_another_patient_does_not_exist(
    database: Database, clock: SettableClock, people: People
) -> None:
    nurse = people.nurse.scope
    first = typed(database, clock, nurse, people.patient, totals("2026-03-11"))
    for result_id in (first, uuid4()):
        with pytest.raises(NotFound), database.write(people.colleague.scope, now=clock()) as unit:
            questionnaires.take_back(unit, people.other.pathway, result_id, "Fout.")
    assert len(sf12_of(database, clock, people.patient)) == 1


SF12_OF_A_FILE = QualityOfLife(date(2026, 3, 11), Fraction(41), Fraction(50))


@pytest.mark.parametrize("withdrawn", [False, True])
def test_nothing_is_imported_over_a_typed_questionnaire(
    withdrawn: bool, database: Database, clock: SettableClock, people: People
) -> None:
    with database.write(people.nurse.scope, now=clock()) as unit:
        patient_id = patients.enrol(unit, enrolment(people.site_id, number=99))
        empty, case = pathways.pathway(unit, patient_id), cases.case_of(unit, patient_id, clock())
        assert empty is not None
        assert case is not None
        result_id = questionnaires.add_result(unit, empty, pain("2026-03-11"))
        if withdrawn:
            questionnaires.take_back(unit, empty, result_id, "Van een ander.")
        given = replace(case, quality_of_life=(SF12_OF_A_FILE,))
        with pytest.raises(Refused) as refused:
            importing.store_case(unit, patient_id, given)
    assert refused.value.code == "not_empty"


IMPOSSIBLE = {
    "answers and totals": {"answers": {"pain": "7"}, "totals": {"score": "7"}},
    "neither": {"answers": None},
    "withdraws nothing": {"answers": None, "withdrawn": True},
    "a reason of nothing": {"reason": b"x"},
    "no such instrument": {"instrument": "mood"},
    "number 0": {"number": 0},
    "of another centre": {"centre_id": uuid4()},
    "replaces nothing": {"replaces_id": uuid4(), "reason": b"x"},
}


@pytest.mark.parametrize("wrong", IMPOSSIBLE)
def test_impossible_rows(wrong: str, database: Database, people: People) -> None:
    row = {
        "centre_id": people.centre_id,
        "id": uuid4(),
        "patient_id": people.patient.id,
        "pathway_id": people.patient.pathway.id,
        "number": 1,
        "instrument": Instrument.NRS,
        "filled_in_on": date(2026, 3, 11),
        "answers": {"pain": "7"},
        "typed_at": NOON,
    }
    with database.write(people.product, now=NOON) as unit:
        unit.session.add(QuestionnaireResult(**row))
    another = row | {"id": uuid4(), "number": 2} | IMPOSSIBLE[wrong]
    with (
        pytest.raises((IntegrityError, DBAPIError, LookupError)),
        database.write(people.product, now=NOON) as unit,
    ):
        unit.session.add(QuestionnaireResult(**another))


@pytest.mark.parametrize(
    "change",
    ["UPDATE questionnaire_result SET number = number + 1", "DELETE FROM questionnaire_result"],
)
def test_what_was_typed_stays(
    change: str, database: Database, clock: SettableClock, people: People
) -> None:
    typed(database, clock, people.nurse.scope, people.patient, pain("2026-03-11"))
    with (
        pytest.raises(DBAPIError, match="append-only"),
        database.write(people.product, now=clock()) as unit,
    ):
        unit.session.execute(text(change))
