"""Who looked at a patient's data: the access log of this patient, for who treats the patient."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from diary.language import N_
from diary.store.looks import Look, looks
from diary.store.tables import Action, Role
from diary.web import log_pages
from diary.web.language import gettext, moment_in
from diary.web.team import words
from diary.web.team.access import looked_at

blueprint = Blueprint("looked", __name__, url_prefix="/patients/<uuid:patient_id>/looked")

PAGE = 100
# By what an event begins with.
SUBJECTS: Mapping[str, str] = {
    "patient": N_("Patient"),
    "patients.export": N_("List of patients as a file"),
    "phase": N_("Phases"),
    "pathway": N_("Phases"),
    "implant": N_("Implantation"),
    "decision": N_("Decisions"),
    "stimulator": N_("Stimulator"),
    "phone": N_("Phones"),
    "activation code made": N_("Phones"),
    "pin": N_("PIN"),
    "booklet": N_("Paper diary"),
    "paper": N_("Paper diary"),
    "report": N_("Report"),
    "medicine": N_("Medicines"),
    "evening": N_("Questions of the evening"),
    "reminding": N_("Reminders"),
    "ledger": N_("Ledger of reminders"),
    "alarm": N_("Alarm symptoms"),
    "worklist": N_("Today"),
    "note": N_("Notes of the team"),
    "consent": N_("Consent"),
    "eligibility": N_("Eligibility"),
    "access": N_("Who looked"),
    "relation": N_("Who treats this patient"),
    "diary": N_("Diary"),
    "diary exported": N_("Diary"),
}
DONE: Mapping[Action, str] = {
    Action.READ: N_("looked"),
    Action.CREATE: N_("added"),
    Action.UPDATE: N_("changed"),
    Action.DELETE: N_("took out"),
    Action.EXECUTE: N_("carried out"),
}


@dataclass(frozen=True, slots=True)
class LookLine:
    """One line of the log in words; `code` is the event as the log has it."""

    at: str
    who: str
    what: str
    code: str
    ground: str
    refused: bool


@blueprint.get("")
def page(patient_id: UUID) -> ResponseReturnValue:
    """Show what staff and the product did, the latest first, a hundred lines at a time."""
    before = log_pages.before()
    with looked_at(patient_id, "access.read") as found:
        known = looks(found.unit, patient_id, most=PAGE + 1, before=before)
    here = known[:PAGE]
    return render_template(
        "team/looked.html",
        card=found.card,
        lines=[_line(look, found.pathway.zone) for look in here],
        earlier=here[-1].number if len(known) > PAGE else None,
        latest=before is None,
    )


def _line(look: Look, zone: ZoneInfo) -> LookLine:
    subject = SUBJECTS.get(look.event) or SUBJECTS.get(look.event.partition(".")[0])
    named = gettext(subject) if subject else look.event
    return LookLine(
        at=moment_in(look.at, zone),
        who=who(look.role, look.name),
        what=f"{named}: {gettext(DONE[look.action])}",
        code=look.event,
        ground=_ground(look),
        refused=not look.authorised,
    )


def who(role: Role | None, name: str | None) -> str:
    """Return who a line of the log is about: a member of staff, the patient, or the product."""
    if role is None:
        return gettext("the diary itself")
    said = words.said(words.ROLES, role) if role in words.ROLES else gettext("patient")
    return f"{name}, {said}" if name else said


def _ground(look: Look) -> str:
    if not look.authorised:
        return gettext("refused: nothing was shown")
    if look.emergency:
        return gettext("emergency")
    return gettext("treats the patient") if look.treatment_relation else "–"
