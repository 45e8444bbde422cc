"""What the multidisciplinary team decides, when, and with whom (S3 l.172-178, l.207, l.235-265).

The software only offers the choices and says what is missing; team and patient decide.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from enum import StrEnum

from diary.protocol.cases import Assessment
from diary.protocol.intake_facts import TeamRole
from diary.protocol.messages import N_
from diary.protocol.pathway import Case
from diary.protocol.phases import PhaseKind
from diary.protocol.team import missing_in_team
from diary.protocol.verdicts import Rule, Status

OTHER_DISCIPLINE = "other"
"""A specialist or professional who matters to this patient (S3 l.176-178); replaces nobody."""


class Decided(StrEnum):
    """The outcomes of a meeting."""

    TRIAL = "trial"
    NO_TRIAL = "no_trial"
    IMPLANT = "implant"
    EXTEND_TRIAL = "extend_trial"
    NO_IMPLANT = "no_implant"
    SWITCH_OFF = "switch_off"
    CONTINUE = "continue"
    SWITCH_ON = "switch_on"
    STAY_OFF = "stay_off"
    REMOVE = "remove"
    POSTPONE = "postpone"


class Situation(StrEnum):
    """Where a pathway stands when the team meets."""

    INTAKE = "intake"
    TRIAL = "trial"
    IMPLANTED = "implanted"
    SWITCHED_OFF = "switched_off"


class PatientSaid(StrEnum):
    """What the patient says of the decision."""

    AGREES = "agrees"
    DISAGREES = "disagrees"
    NOT_ASKED = "not_asked"


CHOICES: Mapping[Situation, tuple[Decided, ...]] = {
    Situation.INTAKE: (Decided.TRIAL, Decided.NO_TRIAL, Decided.POSTPONE),
    Situation.TRIAL: (
        Decided.IMPLANT,
        Decided.EXTEND_TRIAL,
        Decided.NO_IMPLANT,
        Decided.POSTPONE,
    ),
    Situation.IMPLANTED: (
        Decided.CONTINUE,
        Decided.SWITCH_OFF,
        Decided.REMOVE,
        Decided.POSTPONE,
    ),
    Situation.SWITCHED_OFF: (
        Decided.SWITCH_ON,
        Decided.STAY_OFF,
        Decided.REMOVE,
        Decided.POSTPONE,
    ),
}

# What the protocol's own outcome leads to (S3 l.207, l.245-263); another decision departs from it.
_FOLLOWS: Mapping[Decided, tuple[Rule, frozenset[Status]]] = {
    Decided.SWITCH_ON: (Rule.SWITCH_OFF_WORSENING, frozenset({Status.REACHED})),
    Decided.STAY_OFF: (Rule.SWITCH_OFF_WORSENING, frozenset({Status.NOT_REACHED})),
}
_WITH_PATIENT = frozenset({Decided.STAY_OFF, Decided.REMOVE})
_FOR_GOOD = frozenset({Decided.NO_TRIAL, Decided.NO_IMPLANT, Decided.REMOVE})

PATIENT_DECIDES_TOO = N_("The patient has to agree: this is decided by team and patient.")


def situation(case: Case) -> Situation:
    """Return where the pathway stands on the diary day of `as_of`; what is planned is not yet."""
    today = case.finished
    off = case.phase(PhaseKind.SWITCH_OFF)
    if off is not None and _begun(off.first_day, today):
        return Situation.SWITCHED_OFF
    if case.implanted_on is not None and _begun(case.implanted_on, today):
        return Situation.IMPLANTED
    trial = case.phase(PhaseKind.TRIAL)
    if trial is not None and _begun(trial.first_day, today):
        return Situation.TRIAL
    return Situation.INTAKE


def _begun(first_day: date, finished: date) -> bool:
    return (first_day - finished).days <= 1


def choices(case: Case) -> tuple[Decided, ...]:
    """Return what can be decided now; a system that is on again is like any implanted one."""
    now = situation(case)
    off = case.phase(PhaseKind.SWITCH_OFF)
    found = CHOICES[now]
    if now is Situation.SWITCHED_OFF and off is not None and off.end <= case.finished:
        found += CHOICES[Situation.IMPLANTED]
    return tuple(dict.fromkeys(found))


def choices_beside(decided: Decided) -> tuple[Decided, ...]:
    """Return what can take the place of `decided` when it is corrected."""
    beside = [choice for found in CHOICES.values() if decided in found for choice in found]
    return tuple(dict.fromkeys(beside))


def ends_treatment(decided: Decided) -> bool:
    """Tell whether the pathway has nowhere to go after this decision."""
    return decided in _FOR_GOOD


def lacking(
    decided: Decided, disciplines: Collection[str], patient: PatientSaid
) -> tuple[str, ...]:
    """Return what S3 asks for and is not there, as message ids; none: nothing is missing.

    The team is complete with one of each part of S3 l.172-178, whatever it decides. Staying off
    and removal are decided by team and patient (S3 l.261-263).
    """
    roles = {TeamRole(name) for name in disciplines if name != OTHER_DISCIPLINE}
    found = [part.text for part in missing_in_team(roles)]
    if decided in _WITH_PATIENT and patient is not PatientSaid.AGREES:
        found.append(PATIENT_DECIDES_TOO)
    return tuple(found)


def departs(decided: Decided, assessment: Assessment) -> bool:
    """Tell whether `decided` is other than where the verdict of the primary site leads.

    An implant without a verdict that was reached departs (S3 l.207), and so does any choice after
    a switch-off other than the protocol's. What the protocol leaves to the team never departs.
    """
    if decided is Decided.IMPLANT:
        rules = {Rule.TRIAL_RESPONSE, Rule.ATTACK_RESPONSE}
        return Status.REACHED not in {s for rule, s in _statuses(assessment) if rule in rules}
    if decided not in _FOLLOWS:
        return False
    rule, expected = _FOLLOWS[decided]
    return any(
        own is rule and status is not Status.UNDECIDED and status not in expected
        for own, status in _statuses(assessment)
    )


def judged(assessment: Assessment) -> bool:
    """Tell whether any verdict of the primary site has been given, for or against."""
    given = {Status.REACHED, Status.NOT_REACHED, Status.UNDECIDED}
    return any(status in given for _rule, status in _statuses(assessment))


def _statuses(assessment: Assessment) -> list[tuple[Rule, Status]]:
    found = [(verdict.rule, verdict.status) for verdict in assessment.verdicts if verdict.primary]
    if assessment.attacks is not None:
        found.append((assessment.attacks.rule, assessment.attacks.status))
    return found
