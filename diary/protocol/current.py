"""Which verdict is the one of now: that of the phase that the patient is in, or was in last.

A trial that reached its goal a year ago says nothing of a patient who is worse now that the system
is off. And a phase that is planned for later has no verdict yet, not even a running one.
"""

from __future__ import annotations

from diary.protocol.attacks import AttackVerdict
from diary.protocol.cases import Assessment
from diary.protocol.days import diary_day_of
from diary.protocol.pathway import CLUSTER, Case
from diary.protocol.phases import PhaseKind
from diary.protocol.verdicts import Rule, Verdict


def has_begun(case: Case, kind: PhaseKind) -> bool:
    """Tell whether the first day of the phase `kind` has come; False without such a phase."""
    phase = case.phase(kind)
    return phase is not None and phase.first_day <= diary_day_of(case.as_of, case.zone)


def trial_of_now(assessment: Assessment, site: str) -> Verdict | None:
    """Return the trial's verdict on `site` from its first day on."""
    return _found(assessment, Rule.TRIAL_RESPONSE, PhaseKind.TRIAL, site)


def switch_off_of_now(assessment: Assessment, site: str) -> Verdict | None:
    """Return the switch-off's verdict on `site` from its first day on."""
    return _found(assessment, Rule.SWITCH_OFF_WORSENING, PhaseKind.SWITCH_OFF, site)


def attacks_of_now(assessment: Assessment) -> AttackVerdict | None:
    """Return the verdict on attacks, unless its trial has yet to begin."""
    case = assessment.case
    planned = case.phase(PhaseKind.TRIAL) is not None
    return None if planned and not has_begun(case, PhaseKind.TRIAL) else assessment.attacks


def current_verdict(assessment: Assessment) -> Verdict | AttackVerdict | None:
    """Return the verdict of the latest phase that has begun and has a rule, on the primary site."""
    primary = assessment.case.primary_site
    trial, attacks = trial_of_now(assessment, primary), attacks_of_now(assessment)
    first, second = (attacks, trial) if assessment.case.indication == CLUSTER else (trial, attacks)
    return switch_off_of_now(assessment, primary) or first or second


def _found(assessment: Assessment, rule: Rule, kind: PhaseKind, site: str) -> Verdict | None:
    if not has_begun(assessment.case, kind):
        return None
    found = (one for one in assessment.verdicts if (one.rule, one.site) == (rule, site))
    return next(found, None)
