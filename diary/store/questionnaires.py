"""Questionnaires that were typed over from paper; a correction or withdrawal is a new row."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import func, insert, select

from diary.protocol.days import diary_day_of
from diary.protocol.exact import decimal_text
from diary.protocol.messages import N_
from diary.protocol.pathway import Case
from diary.protocol.questionnaires.filled_in import FilledIn
from diary.protocol.questionnaires.known import QUESTIONNAIRES
from diary.protocol.questionnaires.scoring import AnswerError, parse_answers, parse_totals
from diary.store import pathways
from diary.store.database import Unit
from diary.store.errors import Conflict, NotFound, Refused
from diary.store.pathway_reading import PathwayView
from diary.store.questionnaire_reading import Numbers, ResultView, filled_in, results
from diary.store.tables import Instrument, Patient, QuestionnaireResult, table_of

LONGEST_REASON = 2000

AHEAD = N_("This day has yet to come.")
BORN_LATER = N_("This is before the patient was born.")
EMPTY = N_("Fill in at least one answer.")
OFF_THE_FORM = N_("Something is not right yet.")
TWICE = N_("There is one of this day already. Correct that one.")
NO_REASON = N_("Fill in why.")
LONG_REASON = N_("This is too long.")
CHANGED = N_("This one was corrected or withdrawn already. Nothing was saved just now.")

_TABLE = table_of(QuestionnaireResult)
_RESULT = _TABLE.c


@dataclass(frozen=True, slots=True)
class NewResult:
    """A questionnaire as it was typed: numbers as text, by item (`answers`) or by scale.

    There are either answers or totals; an item without an answer is not there.
    """

    instrument: Instrument
    on: date
    answers: Numbers | None = None
    totals: Numbers | None = None

    @property
    def filled_in(self) -> FilledIn:
        """The same for the protocol, as it will be read."""
        return filled_in(self.instrument, self.on, self.answers, self.totals)


def add_result(unit: Unit, found: PathwayView, new: NewResult) -> UUID:
    """Keep a questionnaire that was typed over; the day is that on which it was filled in.

    Raises Refused, with the fields at fault, for a day ahead, for answers or totals that are none
    of this questionnaire, and where one of that day stands already; NotFound outside the scope
    and for the patient.
    """
    pathways.to_change(unit, found.id)
    check_result(unit, found, new)
    return _insert(unit, found, new)


def check_result(
    unit: Unit, found: PathwayView, new: NewResult, instead_of: UUID | None = None
) -> None:
    """Raise Refused, with the fields at fault, for what cannot be kept; nothing is written.

    `instead_of` is the result it would correct: of its own day there may be two, as imported.
    """
    wrong = {}
    known = results(unit, found.id)
    same_day = any(view.id == instead_of and view.filled_in.on == new.on for view in known)
    if new.on > diary_day_of(unit.now, found.zone):
        wrong["on"] = AHEAD
    elif new.on < _born(unit, found):
        wrong["on"] = BORN_LATER
    elif not same_day and any(
        (view.instrument, view.filled_in.on) == (new.instrument, new.on)
        for view in known
        if view.stands
    ):
        wrong["on"] = TWICE
    wrong |= _numbers_at_fault(new)
    if wrong:
        raise Refused("questionnaire", next(iter(wrong.values())), fields=wrong)


def read_reason(reason: str) -> str:
    """Return a reason as it is kept; raises Refused without one, and for too long a one."""
    said = reason.strip()
    wrong = NO_REASON if not said else LONG_REASON if len(said) > LONGEST_REASON else None
    if wrong is not None:
        raise Refused("reason", wrong, fields={"reason": wrong})
    return said


def correct_result(
    unit: Unit, found: PathwayView, result_id: UUID, new: NewResult, reason: str
) -> UUID:
    """Put `new` in the place of a result that stands; that one stays to be read.

    Raises as add_result and take_back do; the instrument stays what it was (Refused otherwise).
    """
    pathways.to_change(unit, found.id)
    old = _standing_one(unit, found, result_id)
    said = read_reason(reason)
    if new.instrument is not old.instrument:
        raise Refused("questionnaire", OFF_THE_FORM)
    check_result(unit, found, new, old.id)
    return _insert(unit, found, new, replaces_id=old.id, reason=unit.vault.seal(said))


def take_back(unit: Unit, found: PathwayView, result_id: UUID, reason: str) -> None:
    """Withdraw a result that was typed by mistake, of another patient for example.

    Raises Conflict when a colleague corrected or withdrew it first, Refused without a reason,
    NotFound outside the scope, for the patient, and for a result of somebody else.
    """
    pathways.to_change(unit, found.id)
    old = _standing_one(unit, found, result_id)
    said = read_reason(reason)
    gone = NewResult(old.instrument, old.filled_in.on)
    sealed = unit.vault.seal(said)
    _insert(unit, found, gone, replaces_id=old.id, withdrawn=True, reason=sealed)


def store_imported(unit: Unit, found: PathwayView, case: Case) -> None:
    """Keep the SF-12 and GPE of a case that was read from a file, in their order.

    Their scores were checked when the case was read; a day may have two there.
    """
    given = [
        NewResult(Instrument.SF12, one.on, totals=_written(pcs=one.pcs, mcs=one.mcs))
        for one in case.quality_of_life
    ] + [
        NewResult(Instrument.GPE, one.on, answers=_written(effect=Fraction(one.effect)))
        for one in case.perceived_effect
    ]
    rows = [_row(unit, found, number, new) for number, new in enumerate(given, start=1)]
    if rows:
        unit.session.execute(insert(_TABLE), rows)


def _standing_one(unit: Unit, found: PathwayView, result_id: UUID) -> ResultView:
    old = next((view for view in results(unit, found.id) if view.id == result_id), None)
    if old is None:
        raise NotFound
    if not old.stands:
        raise Conflict(CHANGED)
    return old


def _numbers_at_fault(new: NewResult) -> dict[str, str]:
    form = QUESTIONNAIRES[new.instrument.value]
    if (new.answers is None) == (new.totals is None):
        raise ValueError("a questionnaire has either answers or totals")
    try:
        if new.totals is not None:
            parse_totals(form, dict(new.totals))
        elif not parse_answers(form, dict(new.answers or {})):
            return {form.items[0].name: EMPTY}
    except AnswerError as error:
        return {problem.pointer.removeprefix("/"): OFF_THE_FORM for problem in error.problems}
    return {}


def _born(unit: Unit, found: PathwayView) -> date:
    patient = table_of(Patient).c
    sealed = unit.session.execute(
        select(patient.birth_date).where(
            patient.centre_id == unit.within.centre_id, patient.id == found.patient_id
        )
    ).scalar_one()
    return date.fromisoformat(unit.vault.open(sealed))


def _insert(unit: Unit, found: PathwayView, new: NewResult, **more: object) -> UUID:
    last = unit.session.execute(
        select(func.max(_RESULT.number)).where(
            _RESULT.centre_id == unit.within.centre_id, _RESULT.pathway_id == found.id
        )
    ).scalar_one()
    row = _row(unit, found, (last or 0) + 1, new) | more
    unit.session.execute(insert(_TABLE).values(row))
    # Verdicts look at it.
    pathways.bump(unit, found.id)
    made: UUID = row["id"]
    return made


def _written(**scores: Fraction) -> dict[str, str]:
    return {name: decimal_text(score) for name, score in scores.items()}


def _row(unit: Unit, found: PathwayView, number: int, new: NewResult) -> dict[str, Any]:
    return {
        "centre_id": unit.within.centre_id,
        "id": uuid4(),
        "patient_id": found.patient_id,
        "pathway_id": found.id,
        "number": number,
        "instrument": new.instrument,
        "filled_in_on": new.on,
        "answers": None if new.answers is None else dict(new.answers),
        "totals": None if new.totals is None else dict(new.totals),
        "withdrawn": False,
        "typed_by": unit.within.staff_id,
        "typed_at": unit.now,
    }
