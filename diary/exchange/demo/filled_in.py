"""The questionnaires that the demo's patients filled in on paper, and a nurse typed over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from uuid import UUID

from diary.exchange.demo.diaries import ZONE
from diary.protocol.days import ONE_DAY
from diary.protocol.pathway import Case
from diary.protocol.phases import PhaseKind
from diary.protocol.questionnaires.known import QUESTIONNAIRES
from diary.store import pathways, questionnaires
from diary.store.database import Unit
from diary.store.questionnaires import NewResult
from diary.store.scope import Scope
from diary.store.tables import Instrument, Role

# Answers in the order of the form: at intake, with the system on, and with it off for weeks.
SF12_BEFORE, SF12_ON, SF12_OFF = "411111244542", "322122233454", "323122232454"
HADS_BEFORE, HADS_ON = "21221312212221", "11110201101101"
MUCH_IMPROVED = "2"
# A day of the last week of a switch-off, in which the second SF-12 is filled in.
OFF_DAY = 24


def typed_over(unit: Unit, patient_id: UUID, case: Case, staff_id: UUID) -> None:
    """Type over what an implanted patient filled in: at intake, after the trial, when off."""
    scope = Scope(unit.within.centre_id, Role.NURSE, staff_id=staff_id)
    for new in _filled_in(case):
        at = datetime.combine(new.on, time(11), ZONE)
        if at > unit.now:
            continue
        inside = replace(unit, scope=scope, now=at)
        pathway = pathways.pathway(inside, patient_id)
        assert pathway is not None
        questionnaires.add_result(inside, pathway, new)


def _filled_in(case: Case) -> Iterator[NewResult]:
    intake, trial = case.phase(PhaseKind.INTAKE), case.phase(PhaseKind.TRIAL)
    off = case.phase(PhaseKind.SWITCH_OFF)
    assert intake is not None
    assert trial is not None
    yield _answers(Instrument.SF12, intake.end, SF12_BEFORE)
    yield _answers(Instrument.HADS, intake.end, HADS_BEFORE)
    yield _answers(Instrument.GPE, trial.end, MUCH_IMPROVED)
    if off is not None:
        yield _answers(Instrument.SF12, off.first_day - ONE_DAY, SF12_ON)
        yield _answers(Instrument.HADS, off.first_day - ONE_DAY, HADS_ON)
        late = off.first_day + timedelta(days=OFF_DAY - 1)
        yield _answers(Instrument.SF12, late, SF12_OFF)


def _answers(instrument: Instrument, on: date, answers: str) -> NewResult:
    items = QUESTIONNAIRES[instrument.value].items
    pairs = zip(items, answers, strict=True)
    return NewResult(instrument, on, answers={item.name: answer for item, answer in pairs})
