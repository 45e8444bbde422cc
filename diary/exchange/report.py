"""The report of one patient for the record: what it says, in the words of the screen.

One page that a team decides on, then the working as an appendix. It is made anew at each request
and kept nowhere; every figure comes from the same functions as on the patient's page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from diary.exchange.report_decisions import DecisionLine, decision_lines
from diary.protocol.adherence import Reminding
from diary.protocol.cases import Assessment, assess
from diary.protocol.current import has_begun, trial_of_now
from diary.protocol.days import diary_day_of
from diary.protocol.phases import PhaseKind
from diary.protocol.verdicts import Verdict
from diary.store import adherence as adherence_store
from diary.store import cases, centres, pathways, phase_ends, pulse, switches
from diary.store.centres import CentreView
from diary.store.database import Unit
from diary.store.decision_reading import DecisionView, decisions
from diary.store.pathways import PathwayView
from diary.store.patients import PatientCard
from diary.store.phase_ends import Ending
from diary.wording import (
    adherence,
    medication,
    other_verdicts,
    perceived_effect,
    phases,
    verdict,
    words,
)
from diary.wording.adherence import AdherenceView
from diary.wording.other_verdicts import OtherView
from diary.wording.spoken import day_short, moment_in
from diary.wording.verdict import VerdictView


@dataclass(frozen=True, slots=True)
class Source:
    """Everything a report is made from, read in one transaction; `as_of` is when that was."""

    card: PatientCard
    centre: CentreView
    pathway: PathwayView
    assessment: Assessment
    reminders: Sequence[Reminding]
    decisions: Sequence[DecisionView]
    reasons: Mapping[UUID, str]
    endings: Mapping[UUID, Ending]
    standstills: Sequence[tuple[datetime, datetime]]
    switched: Sequence[tuple[datetime, bool]]
    as_of: datetime


@dataclass(frozen=True, slots=True)
class PhaseLine:
    """A phase with its days, and why it was planned and ended early."""

    name: str
    days: str
    notes: list[str]


@dataclass(frozen=True, slots=True)
class Report:
    """A report in the reader's words."""

    card: PatientCard
    centre: CentreView
    indication: str
    scale: str
    sites: list[str]
    primary_site: str
    moments: list[str]
    phases: list[PhaseLine]
    primary: VerdictView | None
    others: list[VerdictView]
    # Whether the verdict of a switch-off is that of now, and comes first.
    off: bool
    beside: list[OtherView]
    perceived_effect: str
    medication: list[str]
    adherence: AdherenceView
    decisions: list[DecisionLine]
    protocol: str
    made_at: str
    made_by: str


def read(unit: Unit, card: PatientCard, pathway: PathwayView) -> Source:
    """Return what the report of a pathway is made from that was found within the scope."""
    as_of = unit.now.replace(microsecond=0)
    return Source(
        card=card,
        centre=centres.centre(unit),
        pathway=pathway,
        assessment=assess(cases.case_in(unit, pathway, as_of)),
        reminders=adherence_store.reminders_sent(unit, pathway.id),
        decisions=decisions(unit, pathway.id),
        reasons=pathways.reasons_of(unit, pathway),
        endings=phase_ends.endings(unit, pathway),
        standstills=pulse.standstills(unit, pathway, until=as_of),
        switched=switches.standing(unit, pathway.id),
        as_of=as_of,
    )


def report_of(source: Source, made_by: str) -> Report:
    """Return the report in the language that is spoken; `made_by` is who asked for it."""
    pathway, case = source.pathway, source.assessment.case
    verdicts = [verdict.view(one) for one in _of_trial(source.assessment)]
    return Report(
        card=source.card,
        centre=source.centre,
        indication=words.said(words.INDICATIONS, pathway.indication),
        scale=pathway.scale.value.upper(),
        sites=[words.site(site) for site in pathway.sites],
        primary_site=words.site(pathway.primary_site),
        moments=[f"{moment.time:%H:%M}" for moment in pathway.plan.moments],
        phases=[
            PhaseLine(
                words.phase(phase.kind),
                f"{day_short(phase.first_day)} – {day_short(phase.end)}",
                phases.notes(
                    phase.phase,
                    source.reasons.get(phase.id, ""),
                    source.endings.get(phase.id),
                    pathway.zone,
                    over=pathways.is_over(phase, diary_day_of(source.as_of, pathway.zone)),
                ),
            )
            for phase in pathway.held
        ],
        primary=next((view for view in verdicts if view.primary), None),
        others=[view for view in verdicts if not view.primary],
        off=has_begun(case, PhaseKind.SWITCH_OFF),
        beside=other_verdicts.others(source.assessment),
        perceived_effect=perceived_effect.line(source.assessment),
        medication=medication.lines(source.assessment),
        adherence=adherence.view(source.assessment, source.reminders),
        decisions=decision_lines(source.decisions, case, pathway),
        protocol=case.parameters.name,
        made_at=moment_in(source.as_of, pathway.zone),
        made_by=made_by,
    )


def _of_trial(assessment: Assessment) -> list[Verdict]:
    """Return the verdicts of the trial in the order of the pain sites."""
    found = (trial_of_now(assessment, site) for site in assessment.case.sites)
    return [one for one in found if one is not None]
