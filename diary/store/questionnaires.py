"""Questionnaires that were typed over from paper; a correction or withdrawal is a new row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from functools import cache
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Select, bindparam, func, insert, select

from diary.protocol.days import diary_day_of
from diary.protocol.exact import decimal_text, read_exact
from diary.protocol.messages import N_
from diary.protocol.pathway import Case
from diary.protocol.questionnaires.filled_in import FilledIn
from diary.protocol.questionnaires.known import QUESTIONNAIRES
from diary.protocol.questionnaires.scoring import AnswerError, parse_answers, parse_totals
from diary.store import pathways
from diary.store.chunks import chunks
from diary.store.database import Unit
from diary.store.errors import Conflict, NotFound, Refused
from diary.store.pathway_reading import PathwayView
from diary.store.scope import Sight
from diary.store.tables import Instrument, Patient, QuestionnaireResult, Staff, table_of

LONGEST_REASON = 2000

AHEAD = N_("This day has yet to come.")
BORN_LATER = N_("This is before the patient was born.")
EMPTY = N_("Fill in at least one answer.")
OFF_THE_FORM = N_("Something is not right yet.")
TWICE = N_("There is one of this day already. Correct that one.")
NO_REASON = N_("Fill in why.")
LONG_REASON = N_("This is too long.")
CHANGED = N_("A colleague corrected or withdrew this one already. Nothing of yours was saved.")

_TABLE = table_of(QuestionnaireResult)
_STAFF = table_of(Staff).c
_RESULT, _LATER = _TABLE.c, _TABLE.alias("later").c


@dataclass(frozen=True, slots=True)
class NewResult:
    """A questionnaire as it was typed: numbers as text, by item (`answers`) or by scale.

    There are either answers or totals; an item without an answer is not there.
    """

    instrument: Instrument
    on: date
    answers: Mapping[str, str] | None = None
    totals: Mapping[str, str] | None = None

    @property
    def filled_in(self) -> FilledIn:
        """The same for the protocol, as it will be read."""
        form = QUESTIONNAIRES[self.instrument.value]
        return FilledIn(form, self.on, _read(self.answers), _read(self.totals))


@dataclass(frozen=True, slots=True)
class ResultView:
    """A result as it was typed. It `stands` until a later row `corrected` or took it back.

    `why` is the reason that the later row gives, `by` who typed this one ("" with an import).
    """

    id: UUID
    instrument: Instrument
    filled_in: FilledIn
    by: str
    typed_at: datetime
    corrects: bool
    corrected: bool
    taken_back: bool
    why: str

    @property
    def stands(self) -> bool:
        """Whether it counts."""
        return not self.corrected and not self.taken_back


@cache
def _of_pathways(sight: Sight) -> Select[Any]:
    return (
        select(
            *(_RESULT.pathway_id, _RESULT.id, _RESULT.instrument, _RESULT.filled_in_on),
            *(_RESULT.answers, _RESULT.totals, _RESULT.typed_at, _RESULT.replaces_id, _STAFF.name),
            _LATER.id.label("later"),
            _LATER.withdrawn.label("taken_back"),
            _LATER.reason.label("why"),
        )
        .select_from(_TABLE)
        .outerjoin(
            _LATER.id.table,
            (_LATER.centre_id == _RESULT.centre_id) & (_LATER.replaces_id == _RESULT.id),
        )
        .outerjoin(
            _STAFF.name.table,
            (_STAFF.centre_id == _RESULT.centre_id) & (_STAFF.id == _RESULT.typed_by),
        )
        .where(
            sight.of(_RESULT.centre_id, _RESULT.patient_id),
            _RESULT.pathway_id.in_(bindparam("some", expanding=True)),
            _RESULT.withdrawn.is_(False),
        )
        .order_by(_RESULT.pathway_id, _RESULT.number)
    )


def results(unit: Unit, pathway_id: UUID) -> list[ResultView]:
    """Return all that was typed on a pathway in the scope, by day and then as it came.

    What was corrected or withdrawn is there too, and says so.
    """
    rows = unit.session.execute(
        _of_pathways(unit.within.sight), unit.within.values | {"some": [pathway_id]}
    )
    found = [
        ResultView(
            id=row.id,
            instrument=row.instrument,
            filled_in=_filled_in(row),
            by=row.name or "",
            typed_at=row.typed_at,
            corrects=row.replaces_id is not None,
            corrected=row.later is not None and not row.taken_back,
            taken_back=bool(row.taken_back),
            why="" if row.why is None else unit.vault.open(row.why),
        )
        for row in rows
    ]
    return sorted(found, key=lambda view: view.filled_in.on)


def standing(unit: Unit, pathway_ids: Iterable[UUID]) -> dict[UUID, list[FilledIn]]:
    """Return what counts on pathways in the scope, in the order it came; one query a thousand."""
    found: dict[UUID, list[FilledIn]] = {}
    for some in chunks(pathway_ids):
        rows = unit.session.execute(
            _of_pathways(unit.within.sight), unit.within.values | {"some": some}
        )
        for row in rows:
            if row.later is None:
                found.setdefault(row.pathway_id, []).append(_filled_in(row))
    return found


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

    `instead_of` is the result it would correct.
    """
    wrong = {}
    if new.on > diary_day_of(unit.now, found.zone):
        wrong["on"] = AHEAD
    elif new.on < _born(unit, found):
        wrong["on"] = BORN_LATER
    elif any(
        view.stands and view.id != instead_of
        for view in results(unit, found.id)
        if (view.instrument, view.filled_in.on) == (new.instrument, new.on)
    ):
        wrong["on"] = TWICE
    wrong |= _numbers_at_fault(new)
    if wrong:
        raise Refused("questionnaire", next(iter(wrong.values())), fields=wrong)


def correct_result(
    unit: Unit, found: PathwayView, result_id: UUID, new: NewResult, reason: str
) -> UUID:
    """Put `new` in the place of a result that stands; that one stays to be read.

    Raises as add_result and take_back do; the instrument stays what it was (Refused otherwise).
    """
    pathways.to_change(unit, found.id)
    old = _standing_one(unit, found, result_id)
    said = _reason(reason)
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
    said = _reason(reason)
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


def _reason(reason: str) -> str:
    said = reason.strip()
    wrong = NO_REASON if not said else LONG_REASON if len(said) > LONGEST_REASON else None
    if wrong is not None:
        raise Refused("reason", wrong, fields={"reason": wrong})
    return said


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


def _filled_in(row: Any) -> FilledIn:
    return FilledIn(
        QUESTIONNAIRES[row.instrument.value],
        row.filled_in_on,
        *map(_read, (row.answers, row.totals)),
    )


def _read(numbers: Mapping[str, str] | None) -> dict[str, Any] | None:
    if numbers is None:
        return None
    return {name: read_exact(value) for name, value in numbers.items()}
