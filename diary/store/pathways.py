"""Pathways and their phases: read by everybody, changed by the team under a version check.

A change of a phase and the prompts that follow from it are one transaction: nobody is reminded of
a phase that has ended.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import insert, select, update
from sqlmodel import col

from diary.protocol.days import diary_day_of
from diary.protocol.messages import N_, Caution
from diary.protocol.phases import PhaseKind, check_phases
from diary.store import phase_ends, prompts
from diary.store.database import Unit
from diary.store.errors import Conflict, NotFound, Refused
from diary.store.pathway_reading import (
    EVENING,
    PathwayView,
    PhaseView,
    all_pathways,
    bump,
    lock,
    moments_as_rows,
    pathway,
    pathways_of,
    patients_in_phases,
    phases_of,
)
from diary.store.tables import Pathway, PhaseRow, Role

__all__ = [
    "EVENING",
    "PathwayView",
    "PhaseView",
    "all_pathways",
    "bump",
    "choose_evening",
    "end_phase",
    "extend_phase",
    "is_over",
    "lock",
    "moments_as_rows",
    "pathway",
    "pathways_of",
    "patients_in_phases",
    "phases_of",
    "reasons_of",
    "refuse_older",
    "start_phase",
    "to_change",
]

LONGEST_REASON = 2000
NO_REASON = N_("Fill in why the system is switched off.")
LONG_REASON = N_("This is too long.")
ONLY_A_TRIAL = N_("Only a trial can be extended.")
EXTENDED_BEFORE = N_("A trial can be extended once. This one was.")
PHASE_ENDED = N_("This phase has ended.")
NOT_LATER = N_("The end was set for a day before this one. It can only come sooner.")
ENDED = N_("The pathway has ended. Its phases cannot be changed any more.")


def start_phase(
    unit: Unit,
    pathway_id: UUID,
    kind: PhaseKind,
    first_day: date,
    last_day: date,
    *,
    reason: str = "",
    phases_version: int | None = None,
) -> UUID:
    """Plan a phase from `first_day` to `last_day`, both included.

    Somebody who looked at the phases first gives their `phases_version`, and is told with a
    Conflict when they have changed since. Raises Refused with the protocol's code when the days
    are impossible, the phase overlaps another one, its kind may not come twice, or a switch-off
    has no reason; NotFound outside the scope.
    """
    before = _open(to_change(unit, pathway_id))
    if phases_version is not None:
        refuse_older(unit, before, phases_version)
    wrong = LONG_REASON if len(reason) > LONGEST_REASON else None
    if kind is PhaseKind.SWITCH_OFF and not reason.strip():
        wrong = NO_REASON
    if wrong is not None:
        raise Refused("reason", wrong, fields={"reason": wrong})
    new = PhaseView(uuid4(), kind, first_day, last_day, None, None, 1)
    _check(before, (*before.phases, new), new)
    unit.session.execute(
        insert(PhaseRow).values(
            centre_id=unit.within.centre_id,
            id=new.id,
            pathway_id=pathway_id,
            kind=kind,
            first_day=first_day,
            last_day=last_day,
            reason=unit.vault.seal(reason.strip()) if reason.strip() else None,
            version=1,
            changed_by=unit.within.staff_id,
            changed_at=unit.now,
        )
    )
    _changed(unit, before)
    return new.id


def extend_phase(unit: Unit, phase_id: UUID, extended_to: date, version: int) -> list[Caution]:
    """Extend a trial, once, to the later last day `extended_to`.

    Returns the protocol's cautions (other than 7 to 14 days, S3 l.186). Raises Conflict when
    the phase is not at `version` any more, Refused when it cannot be extended so.
    """
    before, phase = _phase_to_change(unit, phase_id, version)
    if phase.kind is not PhaseKind.TRIAL:
        raise Refused("not_a_trial", ONLY_A_TRIAL)
    if phase.extended_to is not None:
        raise Refused("extended_before", EXTENDED_BEFORE)
    if phase.ended_on is not None:
        raise Refused("phase_ended", PHASE_ENDED)
    return _change(unit, before, phase, replace(phase, extended_to=extended_to))


def end_phase(
    unit: Unit, phase_id: UUID, ended_on: date, version: int, reason: str = ""
) -> list[Caution]:
    """End a phase early: `ended_on` becomes its last day.

    Raises Conflict when the phase is not at `version` any more, Refused for a day outside it, for
    a phase that is over, and without a `reason` when answered days fall outside it by that: what
    a verdict rests on is not moved afterwards, nor in silence. An end that is set anew, sooner,
    keeps the reason it had when there is no other.
    """
    before, phase = _phase_to_change(unit, phase_id, version)
    if is_over(phase, diary_day_of(unit.now, before.zone)):
        raise Refused("phase_ended", PHASE_ENDED)
    if phase.ended_on is not None and ended_on > phase.ended_on:
        raise Refused("phase_ended_later", NOT_LATER, fields={"ended_on": NOT_LATER})
    if phase.first_day <= ended_on:
        phase_ends.refuse_without_reason(unit, before, phase, ended_on, reason)
    told = unit.vault.seal(reason.strip()) if reason.strip() else None
    return _change(unit, before, phase, replace(phase, ended_on=ended_on), end_reason=told)


def is_over(phase: PhaseView, today: date) -> bool:
    """Whether a phase was ended today or before, or its last day has passed.

    An end that was set for a later day can still be set for an earlier one.
    """
    return phase.end < today or (phase.ended_on is not None and phase.ended_on <= today)


def choose_evening(unit: Unit, found: PathwayView, questions: Collection[str]) -> None:
    """Choose which of the questions of the evening are asked; none is a choice too.

    Raises NotFound outside the scope.
    """
    before = to_change(unit, found.id)
    unit.session.execute(
        update(Pathway)
        .where(col(Pathway.centre_id) == unit.within.centre_id, col(Pathway.id) == before.id)
        .values(evening=[name for name in EVENING if name in questions])
    )
    bump(unit, before.id)


def reasons_of(unit: Unit, found: PathwayView) -> dict[UUID, str]:
    """Return why phases were planned, by phase, of a pathway found within the scope."""
    rows = unit.session.execute(
        select(col(PhaseRow.id), col(PhaseRow.reason)).where(
            col(PhaseRow.centre_id) == unit.within.centre_id,
            col(PhaseRow.pathway_id) == found.id,
            col(PhaseRow.reason).is_not(None),
        )
    )
    return {phase_id: unit.vault.open(sealed) for phase_id, sealed in rows}


def refuse_older(unit: Unit, found: PathwayView, phases_version: int) -> None:
    """Raise Conflict, saying what changed last, when the phases are not at `phases_version`."""
    if found.phases_version == phases_version:
        return
    last = unit.session.execute(
        select(col(PhaseRow.id))
        .where(
            col(PhaseRow.centre_id) == unit.within.centre_id, col(PhaseRow.pathway_id) == found.id
        )
        .order_by(col(PhaseRow.changed_at).desc(), col(PhaseRow.first_day).desc())
        .limit(1)
    ).scalar_one()
    phase = next(p for p in found.phases if p.id == last)
    raise Conflict(
        N_(
            "The phases were changed while you were looking. "
            "%(kind)s now runs from %(first_day)s to %(end)s. Nothing was saved just now."
        ),
        {"kind": phase.kind.value, "first_day": phase.first_day, "end": phase.end},
    )


def _open(found: PathwayView) -> PathwayView:
    if found.ended_at is not None:
        raise Refused("pathway_ended", ENDED)
    return found


def to_change(unit: Unit, pathway_id: UUID) -> PathwayView:
    """Make writers of a pathway take turns and return it as it is then.

    Raises NotFound outside the scope, and for the patient.
    """
    patient_id = None if unit.within.role is Role.PATIENT else lock(unit, pathway_id)
    found = None if patient_id is None else pathway(unit, patient_id)
    if found is None or found.id != pathway_id:
        raise NotFound
    return found


def _phase_to_change(unit: Unit, phase_id: UUID, version: int) -> tuple[PathwayView, PhaseView]:
    pathway_id = unit.session.execute(
        select(col(PhaseRow.pathway_id)).where(
            col(PhaseRow.centre_id) == unit.within.centre_id, col(PhaseRow.id) == phase_id
        )
    ).scalar_one_or_none()
    if pathway_id is None:
        raise NotFound
    found = _open(to_change(unit, pathway_id))
    phase = next(p for p in found.phases if p.id == phase_id)
    if phase.version != version:
        raise Conflict(
            N_(
                "This phase was changed while you were looking at it. "
                "It now runs from %(first_day)s to %(end)s. Nothing was saved just now."
            ),
            {"first_day": phase.first_day, "end": phase.end},
        )
    return found, phase


def _change(
    unit: Unit,
    before: PathwayView,
    old: PhaseView,
    new: PhaseView,
    *,
    end_reason: bytes | None = None,
) -> list[Caution]:
    after = tuple(new if phase.id == old.id else phase for phase in before.phases)
    cautions = _check(before, after, new)
    unit.session.execute(
        update(PhaseRow)
        .where(col(PhaseRow.centre_id) == unit.within.centre_id, col(PhaseRow.id) == new.id)
        .values(
            extended_to=new.extended_to,
            ended_on=new.ended_on,
            **({} if end_reason is None else {"end_reason": end_reason}),
            version=old.version + 1,
            changed_by=unit.within.staff_id,
            changed_at=unit.now,
        )
    )
    _changed(unit, before)
    return cautions


def _changed(unit: Unit, before: PathwayView) -> None:
    """Do what every change of phases brings with it."""
    bump(unit, before.id)
    prompts.follow_phases(unit, before.patient_id)


def _check(before: PathwayView, phases: Sequence[PhaseView], changed: PhaseView) -> list[Caution]:
    """Refuse what the protocol does not allow; return its cautions about the changed phase."""
    # The changed one last, so that what is wrong with two phases is said of that one.
    others = [phase.phase for phase in phases if phase.id != changed.id]
    findings = check_phases([*others, changed.phase], before.parameters)
    own = [finding for finding in findings if finding.index == len(others)]
    for finding in own:
        if finding.blocks:
            raise Refused(finding.message.code, finding.message.text, finding.message.values)
    return [finding.message for finding in own]
