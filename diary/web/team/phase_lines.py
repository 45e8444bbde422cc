"""The phases on a patient's page: each with what can be done to it, and what can be planned."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask import url_for

from diary.language import N_
from diary.protocol.days import diary_day_of
from diary.protocol.phases import Phase, PhaseKind
from diary.store import pathways, phase_ends
from diary.store.pathways import PhaseView
from diary.store.phase_ends import Ending
from diary.web.language import day_short, gettext
from diary.web.team import words
from diary.web.team.access import Opened
from diary.wording import phases as wording

PLAN = {
    PhaseKind.INTAKE: N_("Plan the intake"),
    PhaseKind.TRIAL: N_("Plan trial stimulation"),
    PhaseKind.PRE_SWITCH_OFF: N_("Plan the diary before a switch-off"),
    PhaseKind.SWITCH_OFF: N_("Plan the switch-off"),
    PhaseKind.FOLLOW_UP: N_("Plan a follow-up diary"),
}
# What a pathway waits for; the others are there for when they are needed.
NEXT = frozenset({PhaseKind.INTAKE, PhaseKind.TRIAL, PhaseKind.SWITCH_OFF})


@dataclass(frozen=True, slots=True)
class Action:
    """A step that can be taken now."""

    words: str
    url: str
    main: bool = False


@dataclass(frozen=True, slots=True)
class PhaseLine:
    """A phase with what can be done to it, or why nothing can."""

    name: str
    first: str
    last: str
    days: int
    state: str
    running: bool
    actions: list[Action]
    notes: list[str]


def lines(found: Opened) -> list[PhaseLine]:
    """Return every phase of the opened patient, in time order; as far as it was held."""
    held = {phase.id: phase for phase in found.pathway.held}
    reasons = pathways.reasons_of(found.unit, found.pathway)
    endings = phase_ends.endings(found.unit, found.pathway)
    return [
        _line(
            found,
            held.get(phase.id, phase),
            reasons.get(phase.id, ""),
            endings.get(phase.id),
            held=phase.id in held,
        )
        for phase in found.pathway.phases
    ]


def plans(found: Opened) -> list[Action]:
    """Return what can be planned now, in the order of the pathway; nothing once it has ended."""
    if found.pathway.ended_at is not None:
        return []
    patient_id = found.card.id
    planned = [
        Action(
            gettext(PLAN[kind]),
            url_for("team.phases.start", patient_id=patient_id, kind=kind),
            main=kind in NEXT,
        )
        for kind in _kinds(found)
    ]
    more = {
        "team.milestones.implantation": N_("Day of the implantation"),
        "team.switches.page": N_("Switched on and off"),
        "team.milestones.end": N_("End the pathway"),
    }
    return [
        *planned,
        *(Action(gettext(more[page]), url_for(page, patient_id=patient_id)) for page in more),
    ]


def _kinds(found: Opened) -> Iterator[PhaseKind]:
    pathway = found.pathway
    planned = {phase.kind for phase in pathway.phases}
    implanted = pathway.implanted_on is not None
    if PhaseKind.INTAKE not in planned and not implanted:
        yield PhaseKind.INTAKE
    if PhaseKind.TRIAL not in planned and not implanted:
        yield PhaseKind.TRIAL
    if PhaseKind.SWITCH_OFF not in planned and PhaseKind.PRE_SWITCH_OFF in planned:
        yield PhaseKind.SWITCH_OFF
    if implanted:
        yield PhaseKind.FOLLOW_UP
        if not planned & {PhaseKind.PRE_SWITCH_OFF, PhaseKind.SWITCH_OFF}:
            yield PhaseKind.PRE_SWITCH_OFF


def _line(
    found: Opened, phase: PhaseView, reason: str, ending: Ending | None, *, held: bool
) -> PhaseLine:
    today = diary_day_of(found.unit.now, found.pathway.zone)
    over = found.pathway.ended_at is not None or pathways.is_over(phase, today)
    actions = []
    if found.pathway.ended_at is None:
        if found.pathway.implanted_on is None and _can_extend(phase):
            actions.append(_action(found, phase, "extend", N_("Extend")))
        if not over:
            actions.append(_action(found, phase, "end", N_("End early")))
    notes = wording.notes(phase.phase, reason, ending, found.pathway.zone, over=over)
    if phase.extended_to is not None and phase.ended_on is None:
        notes.append(gettext("Extended once already; a trial can be extended once."))
    return PhaseLine(
        name=words.phase(phase.kind),
        first=day_short(phase.first_day),
        last=day_short(phase.end),
        days=phase.phase.days,
        state=_state(phase.phase, held=held, over=over, ahead=phase.first_day > today),
        running=not over and phase.first_day <= today,
        actions=actions,
        notes=notes,
    )


def _can_extend(phase: PhaseView) -> bool:
    once = phase.extended_to is None and phase.ended_on is None
    return phase.kind is PhaseKind.TRIAL and once


def _action(found: Opened, phase: PhaseView, step: str, label: str) -> Action:
    url = url_for(f"team.phases.{step}", patient_id=found.card.id, phase_id=phase.id)
    return Action(gettext(label), url)


def _state(phase: Phase, *, held: bool, over: bool, ahead: bool) -> str:
    if not held:
        return gettext(N_("not held: the pathway has ended"))
    days = {"day": day_short(phase.end), "planned": day_short(phase.planned_end)}
    if over and phase.ended_early:
        return gettext("ended early; planned until %(day)s") % {"day": days["planned"]}
    if over:
        return gettext("finished")
    if phase.ended_early and ahead:
        return gettext("planned; ends early, on %(day)s; was planned until %(planned)s") % days
    if phase.ended_early:
        return gettext("running; ends early, on %(day)s; planned until %(planned)s") % days
    return gettext("planned") if ahead else gettext("running")
