"""The words of the worklist: what an item is called, why it is there, and where to go for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask import url_for

from diary.language import N_
from diary.store.worklist.items import Item, ItemKind
from diary.web.language import day_short, gettext, moment_in
from diary.web.symptoms import symptom_label


@dataclass(frozen=True, slots=True)
class Said:
    """A kind of item in a word, with shape and tone, its reason and what to do about it."""

    word: str
    shape: str
    tone: str
    reason: str
    action: str


SAID: Mapping[ItemKind, Said] = {
    ItemKind.ALARM: Said(
        N_("Alarm symptoms"), "▲", "bad", N_("Reported: %(symptoms)s."), N_("Read and close")
    ),
    ItemKind.WORSE_WHILE_OFF: Said(
        N_("Worse while off"),
        "▲",
        "bad",
        N_(
            "With the system off the pain came back beyond the limit on %(on)s. "
            "It can be switched on again."
        ),
        N_("See the switch-off"),
    ),
    ItemKind.EARLY_NOTICE: Said(
        N_("Early notice"),
        "◆",
        "warn",
        N_("With the system off %(on)s was a bad day. Call the patient."),
        N_("See the switch-off"),
    ),
    ItemKind.NOT_DELIVERED: Said(
        N_("Reminders do not arrive"),
        "◆",
        "warn",
        N_("The last reminder that did not arrive was for %(at)s."),
        N_("See the reminders"),
    ),
    ItemKind.MISSED: Said(
        N_("Missed"),
        "◆",
        "warn",
        N_("%(count)s moments in a row are not answered, although reminders were sent."),
        N_("See the reminders"),
    ),
    ItemKind.AT_RISK: Said(
        N_("Window at risk"),
        "◆",
        "warn",
        N_("%(needed)s more measurements are needed before %(at)s to decide."),
        N_("See the diary"),
    ),
    ItemKind.TRIAL_READY: Said(
        N_("Trial ended"),
        "●",
        "good",
        N_("The trial ended on %(on)s. The team can decide."),
        N_("See the verdict"),
    ),
    ItemKind.SWITCH_OFF_READY: Said(
        N_("Switch-off ended"),
        "●",
        "good",
        N_("The switch-off ended on %(on)s. The team can decide."),
        N_("See the verdict"),
    ),
    ItemKind.VERDICT_CHANGED: Said(
        N_("Verdict changed"),
        "◆",
        "warn",
        N_("The verdict changed after the decision of %(on)s."),
        N_("See the decision"),
    ),
    ItemKind.SF12_BEFORE: Said(
        N_("SF-12 wanted"),
        "○",
        "plain",
        N_("To judge the switch-off, an SF-12 is needed that was filled in before %(on)s."),
        N_("Type it over"),
    ),
    ItemKind.SF12_AFTER: Said(
        N_("SF-12 wanted"),
        "○",
        "plain",
        N_("To judge the switch-off, an SF-12 is needed that is filled in on %(on)s or later."),
        N_("Type it over"),
    ),
    ItemKind.TRAVEL: Said(
        N_("Travelling"),
        "○",
        "plain",
        N_("The phone is on the time of %(zone)s. The patient wants to talk about the moments."),
        N_("See the reminders"),
    ),
    ItemKind.SILENT_PHONE: Said(
        N_("Phone is silent"),
        "○",
        "plain",
        N_("The phone accepts reminders but does not show them."),
        N_("See the reminders"),
    ),
    ItemKind.CONTACT_DUE: Said(
        N_("Contact due"),
        "○",
        "plain",
        N_("See or call the patient around %(on)s, %(month)s months after the implant."),
        N_("Open the patient"),
    ),
    ItemKind.PROMS_DUE: Said(
        N_("Questionnaires due"),
        "○",
        "plain",
        N_("The questionnaires are due around %(on)s, %(month)s months after the implant."),
        N_("Type them over"),
    ),
}

_PAGES = {
    ItemKind.NOT_DELIVERED: "team.ledger.page",
    ItemKind.MISSED: "team.ledger.page",
    ItemKind.SILENT_PHONE: "team.ledger.page",
    ItemKind.TRAVEL: "team.reminding.page",
    ItemKind.VERDICT_CHANGED: "team.decisions.page",
    ItemKind.SF12_BEFORE: "team.questionnaires.page",
    ItemKind.SF12_AFTER: "team.questionnaires.page",
    ItemKind.PROMS_DUE: "team.questionnaires.page",
}
_ANCHORS = {
    ItemKind.WORSE_WHILE_OFF: "verdict",
    ItemKind.EARLY_NOTICE: "verdict",
    ItemKind.TRIAL_READY: "verdict",
    ItemKind.SWITCH_OFF_READY: "verdict",
    ItemKind.AT_RISK: "adherence",
    ItemKind.VERDICT_CHANGED: "decisions",
}


def said(kind: ItemKind) -> Said:
    """Return the words of a kind, still to be translated."""
    return SAID[kind]


def reason(item: Item, zone: ZoneInfo) -> str:
    """Return why the item is there, in the reader's language and the patient's time."""
    values = {name: _readable(value, zone, item.since) for name, value in item.values.items()}
    return gettext(SAID[item.kind].reason) % values


def action_url(item: Item) -> str:
    """Return the page on which something can be done about it."""
    if item.kind is ItemKind.ALARM:
        event_id = item.values["event_id"]
        return url_for("team.alarms.close", patient_id=item.patient_id, event_id=event_id)
    endpoint = _PAGES.get(item.kind)
    if endpoint is not None:
        return url_for(endpoint, patient_id=item.patient_id)
    anchor = _ANCHORS.get(item.kind)
    return url_for("team.patient.page", patient_id=item.patient_id, _anchor=anchor)


def _readable(value: object, zone: ZoneInfo, at: datetime) -> str:
    match value:
        case datetime():
            return moment_in(value, zone)
        case date():
            return day_short(value)
        case tuple():
            return "; ".join(symptom_label(str(code), at) for code in value)
    return str(value)
