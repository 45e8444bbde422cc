"""How the patient calls the effect of the trial: shown beside its verdict, never part of it."""

from __future__ import annotations

from datetime import timedelta

from diary.protocol.pathway import Case, PerceivedEffect
from diary.protocol.phases import PhaseKind

SOURCE = "S3 l.860"
# Later than so long after the last day, an answer tells of something else than the trial.
WITHIN = timedelta(days=28)


def trial_effect(case: Case) -> PerceivedEffect | None:
    """Return the GPE that tells of the trial, None without one (protocol.md, section 4).

    The latest of those from the first trial day to 28 days after the last, before the implantation
    and before the next phase, filled in by the date of `as_of`. Of two on one day it is the one
    that says the worse: the order of a file never decides.
    """
    trial = case.phase(PhaseKind.TRIAL)
    if trial is None:
        return None
    last = min(case.as_of.astimezone(case.zone).date(), trial.end + WITHIN)
    over = [phase.first_day for phase in case.phases if phase.first_day > trial.end]
    over += [case.implanted_on] if case.implanted_on is not None else []
    told = [
        one
        for one in case.perceived_effect
        if trial.first_day <= one.on <= last and all(one.on < day for day in over)
    ]
    return max(told, key=lambda one: (one.on, one.effect), default=None)
