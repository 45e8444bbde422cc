"""Questionnaires as they were typed over: all of them, and what counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Select, bindparam, select

from diary.protocol.exact import read_exact
from diary.protocol.questionnaires.filled_in import FilledIn
from diary.protocol.questionnaires.known import QUESTIONNAIRES
from diary.store.chunks import chunks
from diary.store.database import Unit
from diary.store.scope import Sight
from diary.store.tables import Instrument, QuestionnaireResult, Staff, table_of

_TABLE = table_of(QuestionnaireResult)
_STAFF = table_of(Staff).c
_RESULT, _LATER = _TABLE.c, _TABLE.alias("later").c
# Decimal numbers as text, by item or by scale.
Numbers = Mapping[str, str]


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


def filled_in(
    instrument: Instrument, on: date, answers: Numbers | None, totals: Numbers | None
) -> FilledIn:
    """Return numbers that were typed as the protocol scores them."""
    return FilledIn(QUESTIONNAIRES[instrument.value], on, _read(answers), _read(totals))


def _filled_in(row: Any) -> FilledIn:
    return filled_in(row.instrument, row.filled_in_on, row.answers, row.totals)


def _read(numbers: Numbers | None) -> dict[str, Fraction] | None:
    if numbers is None:
        return None
    return {name: read_exact(value) for name, value in numbers.items()}
