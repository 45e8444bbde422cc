"""Recording what the team decided: tied to the verdict as it stood, and never edited."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import insert, select

from diary.protocol.basis import Basis, basis_hash, basis_of, judged_case
from diary.protocol.cases import Case, assess
from diary.protocol.days import diary_day_of
from diary.protocol.deciding import (
    OTHER_DISCIPLINE,
    Decided,
    PatientSaid,
    choices,
    choices_beside,
    lacking,
)
from diary.protocol.intake_facts import TeamRole
from diary.protocol.messages import N_
from diary.protocol.result_writing import assessment_to_json
from diary.store import cases, milestones, pathways
from diary.store.database import Unit
from diary.store.decision_reading import DecisionView, Member, decisions, latest
from diary.store.errors import Conflict, NotFound, Refused
from diary.store.pathways import PathwayView
from diary.store.scope import TREATING
from diary.store.tables import Decision, Pathway, table_of

LONGEST_TEXT = 4000
LONGEST_NAME = 200
DISCIPLINES = frozenset({*(role.value for role in TeamRole), OTHER_DISCIPLINE})

NOT_NOW = N_("This cannot be decided at this point of the pathway.")
NO_TEAM = N_("Fill in who was there.")
NO_REASONS = N_("Fill in why.")
LONG = N_("This is too long.")
AHEAD = N_("The meeting cannot be in the future.")
NO_EXCEPTION = N_("Something is missing. Fill in why the decision is recorded all the same.")
NO_IMPLANT = N_("Only a decision to implant has a date of implantation.")
DECIDED_MEANWHILE = N_(
    "A decision was recorded while you were looking. Nothing was saved just now."
)
CORRECTED_BEFORE = N_("This decision was corrected already. Nothing was saved just now.")
PHASES_MEANWHILE = N_("The phases were changed while you were looking. Nothing was saved just now.")
IMPLANT_MEANWHILE = N_(
    "The date of implantation was changed while you were looking. Nothing was saved just now."
)
DIARY_MEANWHILE = N_(
    "Measurements arrived while you were looking, and the verdict may have changed. "
    "Nothing of yours was saved."
)


@dataclass(frozen=True, slots=True)
class Seen:
    """What somebody had on the screen when deciding; each part tells what changed since."""

    basis: str
    decision: UUID | None
    phases: int
    implanted_on: date | None


@dataclass(frozen=True, slots=True)
class NewDecision:
    """What the form says. `implanted_on` goes with an implant only, and may be unknown yet."""

    decided: Decided
    met_on: date
    team: tuple[Member, ...]
    patient_said: PatientSaid
    reasons: str
    exception: str = ""
    replaces_id: UUID | None = None
    implanted_on: date | None = None


def seen(case: Case, pathway: PathwayView, known: Sequence[DecisionView]) -> Seen:
    """Return what is on the screen now: it goes along with the form until it is saved."""
    last = latest(known)
    return Seen(
        basis_hash(basis_of(case)).hex(),
        None if last is None else last.id,
        pathway.phases_version,
        pathway.implanted_on,
    )


def record(unit: Unit, patient_id: UUID, new: NewDecision, looked_at: Seen) -> UUID:
    """Record a decision with the whole result as it is now; for treating staff.

    An implant with a date sets that of the pathway; nothing else follows by itself. Raises
    Conflict when anything that was looked at changed since, Refused with the fields at fault,
    NotFound outside the scope.
    """
    scope = unit.within
    if scope.role not in TREATING or scope.staff_id is None:
        raise NotFound
    pathway = _locked(unit, patient_id)
    case = cases.case_of(unit, patient_id, unit.now)
    assert case is not None
    known = decisions(unit, pathway.id)
    if changed := changed_meanwhile(looked_at, seen(case, pathway, known)):
        raise changed
    check(new, case, known, pathway)
    if new.implanted_on is not None:
        milestones.place_implant(unit, pathway.id, new.implanted_on, pathway.implanted_on)
    pathways.bump(unit, pathway.id)
    return _insert(unit, pathway, new, case)


def _locked(unit: Unit, patient_id: UUID) -> PathwayView:
    found = pathways.pathway(unit, patient_id)
    if found is None or pathways.lock(unit, found.id) != patient_id:
        raise NotFound
    # Read again: only now is nobody else writing.
    found = pathways.pathway(unit, patient_id)
    assert found is not None
    return found


def changed_meanwhile(before: Seen, now: Seen) -> Conflict | None:
    """Return what became otherwise since somebody looked, None when nothing did."""
    for text, same in (
        (DECIDED_MEANWHILE, before.decision == now.decision),
        (PHASES_MEANWHILE, before.phases == now.phases),
        (IMPLANT_MEANWHILE, before.implanted_on == now.implanted_on),
        (DIARY_MEANWHILE, before.basis == now.basis),
    ):
        if not same:
            return Conflict(text)
    return None


def check(
    new: NewDecision, case: Case, known: Sequence[DecisionView], pathway: PathwayView
) -> None:
    """Raise Refused, with each field at fault, when `new` could not be recorded as it is.

    The page asks this before it says what would be recorded: what it approves is not refused.
    """
    wrong = _wrong_team(new)
    if new.decided not in offered(case, known, new.replaces_id):
        wrong["decided"] = NOT_NOW
    if new.met_on > diary_day_of(case.as_of, pathway.zone):
        wrong["met_on"] = AHEAD
    if not new.reasons.strip():
        wrong["reasons"] = NO_REASONS
    for name in ("reasons", "exception"):
        if len(getattr(new, name)) > LONGEST_TEXT:
            wrong[name] = LONG
    if new.implanted_on is not None and new.decided is not Decided.IMPLANT:
        wrong["implanted_on"] = NO_IMPLANT
    elif new.implanted_on is not None and (
        found := milestones.wrong_day(pathway, new.implanted_on)
    ):
        wrong["implanted_on"] = found
    if wrong:
        raise Refused("decision", next(iter(wrong.values())), fields=wrong)


def _wrong_team(new: NewDecision) -> dict[str, str]:
    if not new.team or not all(m.role in DISCIPLINES and m.name.strip() for m in new.team):
        return {"team": NO_TEAM}
    if any(len(member.name) > LONGEST_NAME for member in new.team):
        return {"team": LONG}
    missing = lacking(new.decided, [m.role for m in new.team], new.patient_said)
    return {"exception": NO_EXCEPTION} if missing and not new.exception.strip() else {}


def offered(
    case: Case, known: Sequence[DecisionView], replaces_id: UUID | None
) -> tuple[Decided, ...]:
    """Return what can be decided now, or instead of the decision that is corrected.

    Raises NotFound for one of somebody else, Conflict for one that was corrected before.
    """
    if replaces_id is None:
        return choices(case)
    old = next((view for view in known if view.id == replaces_id), None)
    if old is None:
        raise NotFound
    if not old.stands:
        raise Conflict(CORRECTED_BEFORE)
    return choices_beside(old.decided)


def _insert(unit: Unit, pathway: PathwayView, new: NewDecision, case: Case) -> UUID:
    made, seal = uuid4(), unit.vault.seal
    basis: Basis = basis_of(case)
    revision = unit.session.execute(
        select(table_of(Pathway).c.revision).where(
            table_of(Pathway).c.centre_id == unit.within.centre_id,
            table_of(Pathway).c.id == pathway.id,
        )
    ).scalar_one()
    unit.session.execute(
        insert(table_of(Decision)).values(
            centre_id=unit.within.centre_id,
            id=made,
            patient_id=pathway.patient_id,
            pathway_id=pathway.id,
            decided=new.decided,
            met_on=new.met_on,
            team=[{"role": m.role, "name": m.name.strip()} for m in new.team],
            patient_said=new.patient_said,
            reasons=seal(new.reasons.strip()),
            exception=seal(new.exception.strip()) if new.exception.strip() else None,
            replaces_id=new.replaces_id,
            decided_by=unit.within.staff_id,
            decided_at=unit.now,
            result=assessment_to_json(assess(judged_case(case))),
            basis=basis,
            basis_hash=basis_hash(basis),
            revision=revision,
        )
    )
    return made
