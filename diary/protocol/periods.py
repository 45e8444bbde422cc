"""What of a phase can be judged, and what a reader has to know when it cannot."""

from __future__ import annotations

from diary.protocol.messages import Caution, caution
from diary.protocol.pathway import Case
from diary.protocol.phases import Phase, PhaseKind
from diary.protocol.weighted import Span


def baseline_span(case: Case, kind: PhaseKind) -> Span | None:
    """Return the phase from whose end the baseline is taken; None when it has not finished."""
    phase = case.phase(kind)
    return Span(phase.first_day, phase.end) if phase and phase.end <= case.finished else None


def baseline_cautions(case: Case, kind: PhaseKind, needed: int) -> list[Caution]:
    """Return why the phase `kind` gives no baseline; nothing when it has the days `needed`."""
    phase = case.phase(kind)
    if phase is None:
        return [caution(f"no_{kind.value}")]
    if phase.end > case.finished:
        return [caution(f"{kind.value}_running")]
    if phase.days < needed:
        return [caution(f"{kind.value}_too_short", days=phase.days, needed=needed)]
    return []


def ended_early_cautions(case: Case, *kinds: PhaseKind) -> list[Caution]:
    """Return which of the phases `kinds` were ended before their planned day.

    A window is the last days of its phase, so an early end chooses which days are judged
    (protocol.md, section 2.5: it is never moved in silence).
    """
    found = [phase for kind in kinds if (phase := case.phase(kind)) and phase.ended_early]
    return [
        caution("ended_early", kind=phase.kind.value, ended_on=phase.end, planned=phase.planned_end)
        for phase in found
    ]


def trial_cautions(trial: Phase | None, needed: int) -> list[Caution]:
    """Return why a trial cannot be judged by its length; nothing when it has the days `needed`."""
    if trial is None:
        return [caution("no_trial")]
    if trial.days < needed:
        return [caution("trial_too_short", days=trial.days, needed=needed)]
    return []
