"""What the demo's team decided, at the meetings of then."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from uuid import UUID

from diary.exchange.demo.diaries import ZONE
from diary.protocol.deciding import Decided, PatientSaid
from diary.protocol.pathway import Case
from diary.protocol.phases import PhaseKind
from diary.store import cases, decisions, pathways, switches
from diary.store.database import Unit
from diary.store.decision_reading import Member
from diary.store.decision_reading import decisions as known
from diary.store.decisions import NewDecision
from diary.store.scope import Scope
from diary.store.tables import Position, Role

TEAM = (
    Member("pain_specialist", "Arend Arts"),
    Member("psychologist", "Paula Psycholoog"),
    Member("nurse", "Vera Verpleegkundige"),
)
IMPLANT = "De pijn nam meer dan de helft af, en de patiënt slaapt weer door."
DOUBT = "De patiënt twijfelt of het systeem nog helpt."


def decided(unit: Unit, patient_id: UUID, case: Case, staff_id: UUID) -> None:
    """Record that the trial led to an implant, and what was decided on a doubt later."""
    scope = Scope(unit.within.centre_id, Role.CLINICIAN, staff_id=staff_id)
    trial, off = case.phase(PhaseKind.TRIAL), case.phase(PhaseKind.SWITCH_OFF)
    assert trial is not None
    inside = replace(unit, scope=scope)
    _decide(_on(inside, trial.end + timedelta(days=2)), patient_id, Decided.IMPLANT, IMPLANT)
    if off is None:
        return
    before = off.first_day - timedelta(days=6)
    _decide(_on(inside, before), patient_id, Decided.SWITCH_OFF, DOUBT)
    pathway = pathways.pathway(inside, patient_id)
    assert pathway is not None
    at = datetime.combine(off.first_day, time(9), ZONE)
    switches.note_switch(inside, pathway, Position.OFF, at)


def _on(unit: Unit, day: date) -> Unit:
    return replace(unit, now=datetime.combine(day, time(12), ZONE))


def _decide(unit: Unit, patient_id: UUID, what: Decided, why: str) -> None:
    pathway = pathways.pathway(unit, patient_id)
    case = cases.case_of(unit, patient_id, unit.now)
    assert pathway is not None
    assert case is not None
    new = NewDecision(what, case.as_of.date(), TEAM, PatientSaid.AGREES, why)
    seen = decisions.seen(case, pathway, known(unit, pathway.id))
    decisions.record(unit, patient_id, new, seen)
