"""How long a phase of each kind has to be: for planning one, and for ending one early."""

from __future__ import annotations

from collections.abc import Mapping

from diary.protocol.messages import Caution, caution
from diary.protocol.pathway import CLUSTER
from diary.protocol.phases import Phase, PhaseKind
from diary.store.pathways import PathwayView

# The length that the protocol asks, by the name of its parameter.
LENGTHS: Mapping[PhaseKind, str] = {
    PhaseKind.INTAKE: "window_days",
    PhaseKind.TRIAL: "trial_days",
    PhaseKind.PRE_SWITCH_OFF: "window_days",
    PhaseKind.SWITCH_OFF: "off_days_most",
    PhaseKind.FOLLOW_UP: "window_days",
}
# The same where attacks are judged, as far as it differs.
ATTACK_LENGTHS: Mapping[PhaseKind, str] = {
    PhaseKind.INTAKE: "attack_intake_days",
    PhaseKind.TRIAL: "attack_trial_days",
}
TOO_SHORT: Mapping[PhaseKind, str] = {
    PhaseKind.INTAKE: "intake_too_short",
    PhaseKind.TRIAL: "trial_too_short",
    PhaseKind.PRE_SWITCH_OFF: "pre_switch_off_too_short",
    PhaseKind.SWITCH_OFF: "off_too_short",
}


def usual_days(pathway: PathwayView, kind: PhaseKind) -> int:
    """Return how many days the protocol asks of a phase of `kind`."""
    of_attacks = ATTACK_LENGTHS if pathway.indication == CLUSTER else {}
    length: int = getattr(pathway.parameters, of_attacks.get(kind, LENGTHS[kind]))
    return length


def too_short(pathway: PathwayView, phase: Phase) -> list[Caution]:
    """Return that no verdict can rest on `phase`, when it has fewer days than that."""
    needed = usual_days(pathway, phase.kind)
    if phase.kind not in TOO_SHORT or phase.days >= needed:
        return []
    return [caution(TOO_SHORT[phase.kind], days=phase.days, needed=needed)]
