"""What a decision leaves to be done: offered as links until it is done, never done by itself."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for

from diary.language import N_
from diary.protocol.days import diary_day_of
from diary.protocol.deciding import Decided, ends_treatment
from diary.protocol.phases import PhaseKind
from diary.store.decision_reading import DecisionView
from diary.store.pathways import PhaseView, is_over
from diary.web.language import gettext
from diary.web.team.access import Opened


@dataclass(frozen=True, slots=True)
class Step:
    """A page on which the next thing can be done."""

    words: str
    url: str


def steps(found: Opened, decision: DecisionView | None) -> list[Step]:
    """Return what the latest decision that stands still leaves to be done."""
    if decision is None or found.pathway.ended_at is not None:
        return []
    pathway, phases = found.pathway, {phase.kind: phase for phase in found.pathway.phases}
    decided, made = decision.decided, []
    if decided is Decided.TRIAL and PhaseKind.TRIAL not in phases:
        made.append(_plan(found, PhaseKind.TRIAL, N_("Plan trial stimulation")))
    if decided is Decided.EXTEND_TRIAL and _can_extend(phases.get(PhaseKind.TRIAL)):
        made.append(_of_phase(found, phases[PhaseKind.TRIAL], "extend", N_("Extend the trial")))
    if decided is Decided.IMPLANT and pathway.implanted_on is None:
        url = url_for("team.milestones.implantation", patient_id=found.card.id)
        made.append(Step(gettext(N_("Fill in the day of the implantation")), url))
    if decided is Decided.SWITCH_OFF and PhaseKind.PRE_SWITCH_OFF not in phases:
        label = N_("Plan the diary before the switch-off")
        made.append(_plan(found, PhaseKind.PRE_SWITCH_OFF, label))
    if decided is Decided.SWITCH_ON:
        made += _switching_on(found, phases.get(PhaseKind.SWITCH_OFF))
    if ends_treatment(decided):
        url = url_for("team.milestones.end", patient_id=found.card.id)
        made.append(Step(gettext(N_("End the pathway")), url))
    return made


def _switching_on(found: Opened, off: PhaseView | None) -> list[Step]:
    today = diary_day_of(found.unit.now, found.pathway.zone)
    if off is None or is_over(off, today):
        return []
    url = url_for("team.switches.page", patient_id=found.card.id)
    return [
        Step(gettext(N_("Note when it was switched on")), url),
        _of_phase(found, off, "end", N_("End the switch-off")),
    ]


def _can_extend(trial: PhaseView | None) -> bool:
    return trial is not None and trial.extended_to is None and trial.ended_on is None


def _plan(found: Opened, kind: PhaseKind, label: str) -> Step:
    url = url_for("team.phases.start", patient_id=found.card.id, kind=kind.value)
    return Step(gettext(label), url)


def _of_phase(found: Opened, phase: PhaseView, step: str, label: str) -> Step:
    url = url_for(f"team.phases.{step}", patient_id=found.card.id, phase_id=phase.id)
    return Step(gettext(label), url)
