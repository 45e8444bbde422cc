"""One page per patient. It answers: did it work, and may I believe it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from diary.charts.readings import trial_verdict
from diary.language import N_
from diary.protocol.cases import assess
from diary.protocol.days import diary_day_of
from diary.protocol.phases import PhaseKind
from diary.store import adherence as adherence_store
from diary.store import cases, diary_reading, phones, pins, silence
from diary.store.errors import NotFound
from diary.store.pathways import PathwayView, PhaseView
from diary.store.phones import PhoneView
from diary.web.labels import site_label
from diary.web.language import day_short, gettext, moment_in
from diary.web.team import alarms, diary_table, trend, words
from diary.web.team.access import Opened, looked_at
from diary.web.team.event_table import event_days
from diary.wording import adherence, other_verdicts, verdict

blueprint = Blueprint("patient", __name__, url_prefix="/patients/<uuid:patient_id>")


@dataclass(frozen=True, slots=True)
class Action:
    """A step that can be taken now."""

    words: str
    url: str


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
    note: str


@dataclass(frozen=True, slots=True)
class PhoneLine:
    """A phone of the patient."""

    activated: str
    seen: str
    revoked: str
    revoke_url: str


@blueprint.get("")
def page(patient_id: UUID) -> ResponseReturnValue:
    """Show verdict, chart, working, data, phases and phones."""
    with looked_at(patient_id, "patient.read") as found:
        case = cases.case_of(found.unit, patient_id, found.unit.now)
        entries = diary_reading.entries(found.unit, found.pathway)
        reports = alarms.of_patient(found)
        besides = event_days(found, case) if case else []
        reminders = adherence_store.reminders_sent(found.unit, found.pathway.id)
        gaps = trend.standstills(found.unit, found.pathway, until=found.unit.now)
        silent_since = silence.silent_since(found.unit, patient_id)
        own_phones = phones.phones(found.unit, patient_id)
        pin = pins.view(found.unit, patient_id)
    if case is None:
        raise NotFound
    pathway, assessment = found.pathway, assess(case)
    judged = [trial_verdict(assessment, site) for site in case.sites]
    verdicts = [verdict.view(one) for one in judged if one is not None]
    return render_template(
        "team/patient.html",
        card=found.card,
        urgent=[report for report in reports if not report.closed],
        reports=reports,
        event_days=besides,
        pathway=pathway,
        indication=words.said(words.INDICATIONS, pathway.indication),
        scale=pathway.scale.value.upper(),
        primary_site=words.site(pathway.primary_site),
        sites=[words.site(site) for site in pathway.sites],
        site_headings=[site_label(site) for site in pathway.sites],
        moments=[f"{moment.time:%H:%M}" for moment in pathway.plan.moments],
        primary=next((view for view in verdicts if view.primary), None),
        others=[view for view in verdicts if not view.primary],
        beside=other_verdicts.others(assessment),
        no_verdict=_why_none(pathway),
        trend=trend.figure(patient_id, pathway, assessment, gaps),
        adherence=adherence.view(assessment, reminders),
        entries=diary_table.entry_lines(entries, pathway),
        phases=[_phase(found, phase) for phase in pathway.phases],
        plans=_plans(found),
        phones=[_phone(found, phone) for phone in own_phones],
        pin=pin,
        silent_since=moment_in(silent_since, pathway.zone) if silent_since else "",
    )


def _why_none(pathway: PathwayView) -> str:
    kinds = {phase.kind for phase in pathway.phases}
    if pathway.indication == "cluster":
        return gettext("There is no verdict: no day of attacks was confirmed yet.")
    if PhaseKind.INTAKE not in kinds:
        return gettext("There is no verdict: no intake is planned yet.")
    return gettext("There is no verdict: no trial is planned yet.")


def _phase(found: Opened, phase: PhaseView) -> PhaseLine:
    today = diary_day_of(found.unit.now, found.pathway.zone)
    patient_id = found.card.id
    actions, note = [], ""
    over = phase.ended_on is not None or phase.end < today
    if phase.kind is PhaseKind.TRIAL:
        if phase.extended_to is not None:
            note = gettext("Extended once already; a trial can be extended once.")
        elif phase.ended_on is None:
            url = url_for("team.phases.extend", patient_id=patient_id, phase_id=phase.id)
            actions.append(Action(gettext("Extend"), url))
    if not over:
        url = url_for("team.phases.end", patient_id=patient_id, phase_id=phase.id)
        actions.append(Action(gettext("End early"), url))
    return PhaseLine(
        name=words.phase(phase.kind),
        first=day_short(phase.first_day),
        last=day_short(phase.end),
        days=phase.phase.days,
        state=_state(phase, over, phase.first_day > today),
        running=not over and phase.first_day <= today,
        actions=actions,
        note=note,
    )


def _state(phase: PhaseView, over: bool, ahead: bool) -> str:
    if phase.ended_on is not None:
        return gettext("ended early; planned until %(day)s") % {
            "day": day_short(phase.extended_to or phase.last_day)
        }
    if over:
        return gettext("finished")
    return gettext("planned") if ahead else gettext("running")


PLAN = {PhaseKind.INTAKE: N_("Plan the intake"), PhaseKind.TRIAL: N_("Plan trial stimulation")}


def _plans(found: Opened) -> list[Action]:
    """Return the phases that can still be planned, in the order of the pathway."""
    planned = {phase.kind for phase in found.pathway.phases}
    return [
        Action(
            gettext(label),
            url_for("team.phases.start", patient_id=found.card.id, kind=kind.value),
        )
        for kind, label in PLAN.items()
        if kind not in planned
    ]


def _phone(found: Opened, phone: PhoneView) -> PhoneLine:
    zone = found.pathway.zone
    return PhoneLine(
        activated=moment_in(phone.activated_at, zone),
        seen=moment_in(phone.seen_at, zone),
        revoked=moment_in(phone.revoked_at, zone) if phone.revoked_at else "",
        revoke_url=url_for("team.phones.revoke", patient_id=found.card.id, phone_id=phone.id),
    )
