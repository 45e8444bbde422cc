"""Questionnaires to type over, and what a case then knows of them."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from diary.protocol.exact import decimal_text
from diary.store import cases, questionnaires
from diary.store.database import Database
from diary.store.questionnaires import NewResult
from diary.store.scope import Scope
from diary.store.tables import Instrument
from tests.support.clock import SettableClock
from tests.support.people import Somebody


def totals(on: str, pcs: str = "41.2", mcs: str = "50.1") -> NewResult:
    """Return an SF-12 that was scored elsewhere."""
    return NewResult(Instrument.SF12, date.fromisoformat(on), totals={"pcs": pcs, "mcs": mcs})


def pain(on: str, score: str = "7") -> NewResult:
    """Return a questionnaire of one question."""
    return NewResult(Instrument.NRS, date.fromisoformat(on), answers={"pain": score})


def typed(
    database: Database, clock: SettableClock, scope: Scope, somebody: Somebody, new: NewResult
) -> UUID:
    """Store a questionnaire as somebody of the team."""
    with database.write(scope, now=clock()) as unit:
        return questionnaires.add_result(unit, somebody.pathway, new)


def sf12_of(
    database: Database, clock: SettableClock, somebody: Somebody
) -> list[tuple[str, str, str]]:
    """Return day, PCS and MCS of each SF-12 in the case of somebody, in its order."""
    with database.read(Scope(somebody.phone.centre_id), now=clock()) as unit:
        case = cases.case_of(unit, somebody.id, clock())
    assert case is not None
    return [
        (str(one.on), decimal_text(one.pcs), decimal_text(one.mcs)) for one in case.quality_of_life
    ]
