"""One page per patient. It answers: did it work, and may I believe it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from diary.protocol.cases import Case, assess
from diary.protocol.current import has_begun, trial_of_now
from diary.protocol.phases import PhaseKind
from diary.store import adherence as adherence_store
from diary.store import cases, diary_reading, phones, pins, pulse, silence, switches
from diary.store.pathways import PathwayView
from diary.store.phones import PhoneView
from diary.web.labels import site_label
from diary.web.language import day_short, gettext, in_one_language, moment_in
from diary.web.team import (
    alarms,
    decisions,
    diary_table,
    notes,
    phase_lines,
    questionnaire_lines,
    timeline,
    trend,
    words,
)
from diary.web.team.access import Opened, looked_at
from diary.web.team.earlier import pathway_lines
from diary.web.team.event_table import event_days
from diary.web.team.first_steps import first_steps
from diary.wording import adherence, medication, other_verdicts, perceived_effect, verdict

blueprint = Blueprint("patient", __name__, url_prefix="/patients/<uuid:patient_id>")


@dataclass(frozen=True, slots=True)
class PhoneLine:
    """A phone of the patient."""

    activated: str
    seen: str
    revoked: str
    revoke_url: str


@blueprint.get("")
@in_one_language
def page(patient_id: UUID) -> ResponseReturnValue:
    """Show verdict, chart, working, data, phases and phones."""
    with looked_at(patient_id, "patient.read") as found:
        case = cases.case_in(found.unit, found.pathway, found.unit.now)
        entries = diary_reading.entries(found.unit, found.pathway)
        reports = alarms.of_patient(found)
        besides = event_days(found, case)
        reminders = adherence_store.reminders_sent(found.unit, found.pathway.id)
        gaps = pulse.standstills(found.unit, found.pathway, until=found.unit.now)
        silent_since = silence.silent_since(found.unit, patient_id)
        own_phones = phones.phones(found.unit, patient_id)
        pin = pins.view(found.unit, patient_id)
        switched = switches.standing(found.unit, found.pathway.id)
        phases = phase_lines.lines(found)
        decided = decisions.summary(found, case)
        latest_notes = notes.latest(found)
        typed_over = questionnaire_lines.latest(found)
        to_do = first_steps(found, case, own_phones)
    pathway, assessment = found.pathway, assess(case)
    judged = [trial_of_now(assessment, site) for site in case.sites]
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
        perceived_effect=perceived_effect.line(assessment),
        medication=medication.lines(assessment),
        off=has_begun(case, PhaseKind.SWITCH_OFF),
        no_verdict=_why_none(pathway, case),
        trend=trend.figure(patient_id, pathway, assessment, entries, gaps, switched),
        adherence=adherence.view(assessment, reminders),
        entries=diary_table.entry_lines(entries, pathway),
        stops=timeline.stops(found),
        visits=timeline.visits(found),
        phases=phases,
        plans=phase_lines.plans(found),
        decided=decided,
        notes=latest_notes,
        questionnaires=typed_over,
        wanted=questionnaire_lines.wanted(assessment),
        first_steps=to_do,
        phones=[_phone(found, phone) for phone in own_phones],
        pin=pin,
        pathways=pathway_lines(found),
        earlier=found.earlier,
        silent_since=moment_in(silent_since, pathway.zone) if silent_since else "",
    )


def _why_none(pathway: PathwayView, case: Case) -> str:
    kinds = {phase.kind: phase for phase in pathway.held}
    if pathway.ended_at is not None and PhaseKind.TRIAL not in kinds:
        return gettext("There is no verdict: the pathway ended before a trial.")
    if PhaseKind.TRIAL in kinds and not has_begun(case, PhaseKind.TRIAL):
        begins = {"day": day_short(kinds[PhaseKind.TRIAL].first_day)}
        return gettext("There is no verdict: the trial begins on %(day)s.") % begins
    if pathway.indication == "cluster":
        return gettext("There is no verdict: no day of attacks was confirmed yet.")
    if PhaseKind.INTAKE not in kinds:
        return gettext("There is no verdict: no intake is planned yet.")
    return gettext("There is no verdict: no trial is planned yet.")


def _phone(found: Opened, phone: PhoneView) -> PhoneLine:
    zone = found.pathway.zone
    return PhoneLine(
        activated=moment_in(phone.activated_at, zone),
        seen=moment_in(phone.seen_at, zone),
        revoked=moment_in(phone.revoked_at, zone) if phone.revoked_at else "",
        revoke_url=url_for("team.phones.revoke", patient_id=found.card.id, phone_id=phone.id),
    )
