"""The form of a decision: what it asks, and what it says when it is checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from uuid import UUID

from flask_login import current_user
from werkzeug.datastructures import MultiDict

from diary.language import N_
from diary.protocol.cases import Assessment
from diary.protocol.deciding import (
    OTHER_DISCIPLINE,
    Decided,
    PatientSaid,
    departs,
    ends_treatment,
    judged,
    lacking,
)
from diary.protocol.follow_up import FollowUpKind, follow_up
from diary.protocol.intake_facts import TeamRole
from diary.protocol.versions import Parameters
from diary.store.decision_reading import DecisionView, Member
from diary.store.decisions import NO_EXCEPTION, NO_TEAM, NewDecision, Seen
from diary.store.tables import Role
from diary.web.language import day_short, gettext
from diary.web.team.forms import Form, read_day
from diary.wording.decisions import DECIDED, DISCIPLINES

LABELS = {
    "decided": N_("Decision"),
    "met_on": N_("Day of the meeting"),
    "team": N_("Who were there"),
    "patient_said": N_("The patient"),
    "reasons": N_("Reasons"),
    "exception": N_("Why it is recorded although something is missing"),
    "implanted_on": N_("Day of the implantation"),
}
_OWN_DISCIPLINE = {
    Role.NURSE: TeamRole.NURSE.value,
    Role.PSYCHOLOGIST: TeamRole.PSYCHOLOGIST.value,
}
NOBODY = UUID(int=0)


def team_field(discipline: str) -> str:
    """Return the name of the field with the people of one discipline."""
    return f"team-{discipline}"


def empty(today: date, old: DecisionView | None) -> Form:
    """Return the form to begin with: that of the decision to be corrected, or today's."""
    if old is None:
        start = {"met_on": today.isoformat()}
        own = _OWN_DISCIPLINE.get(current_user.scope.role)
        if own is not None:
            start[team_field(own)] = current_user.member.name
        return Form(MultiDict(start))
    start = {
        "decided": old.decided.value,
        "met_on": old.met_on.isoformat(),
        "patient_said": old.patient_said.value,
        "reasons": old.reasons,
        "exception": old.exception,
    }
    for discipline in DISCIPLINES:
        names = [member.name for member in old.team if member.role == discipline]
        start[team_field(discipline)] = ", ".join(names)
    return Form(MultiDict(start))


def read(form: Form, today: date, replaces_id: UUID | None) -> NewDecision | None:
    """Return the decision as it would be recorded; None, and errors noted, when it is wrong."""
    decided = form.choice("decided", [choice.value for choice in Decided])
    said = form.choice("patient_said", [choice.value for choice in PatientSaid])
    met_on = form.planned_day("met_on", today)
    implanted_on = None
    if decided == Decided.IMPLANT:
        implanted_on = form.planned_day("implanted_on", today, required=False)
    team = tuple(
        Member(discipline, name.strip())
        for discipline in DISCIPLINES
        for name in form.value(team_field(discipline)).split(",")
        if name.strip()
    )
    if not team:
        form.errors["team"] = NO_TEAM
    form.text("reasons")
    if form.errors or met_on is None:
        return None
    new = NewDecision(
        decided=Decided(decided),
        met_on=met_on,
        team=team,
        patient_said=PatientSaid(said),
        reasons=form.value("reasons"),
        exception=form.value("exception"),
        replaces_id=replaces_id,
        implanted_on=implanted_on,
    )
    if missing(new) and not new.exception:
        form.errors["exception"] = NO_EXCEPTION
    return new


def missing(new: NewDecision) -> list[str]:
    """Return what S3 asks for and is not there, in words."""
    found = lacking(new.decided, [member.role for member in new.team], new.patient_said)
    return [gettext(text) for text in found]


def notes(new: NewDecision, assessment: Assessment) -> list[str]:
    """Return what has to be looked at twice before it is recorded."""
    found = [gettext(N_("Missing: %(what)s.")) % {"what": text} for text in missing(new)]
    if departs(new.decided, assessment):
        text = N_("The verdict points another way. Let the reasons say why.")
        if not judged(assessment):
            text = N_("There is no verdict to rest this on. Let the reasons say why.")
        found.append(gettext(text))
    if new.patient_said is PatientSaid.DISAGREES:
        found.append(gettext(N_("The patient does not agree with this decision.")))
    if any(member.role == OTHER_DISCIPLINE for member in new.team):
        found.append(gettext(N_("An other specialist replaces nobody of the team itself.")))
    return found


def effects(new: NewDecision, parameters: Parameters) -> list[str]:
    """Return what recording it does, and what is left to be done."""
    if new.implanted_on is not None:
        contacts = [
            day_short(due.on)
            for due in follow_up(new.implanted_on, parameters)
            if due.kind is FollowUpKind.CONTACT
        ]
        return [
            gettext(N_("The day of the implantation becomes %(day)s."))
            % {"day": day_short(new.implanted_on)},
            gettext(N_("Contacts are due on %(days)s, and then yearly."))
            % {"days": ", ".join(contacts[:3])},
        ]
    texts = {
        Decided.IMPLANT: N_("The day of the implantation can be filled in afterwards."),
        Decided.EXTEND_TRIAL: N_("The trial is not extended by this. That is offered afterwards."),
        Decided.TRIAL: N_("The trial is not planned by this. That is offered afterwards."),
        Decided.SWITCH_OFF: N_("No phase is planned by this. That is offered afterwards."),
        Decided.SWITCH_ON: N_("The switch-off does not end by this. That is offered afterwards."),
    }
    text = texts.get(new.decided)
    if ends_treatment(new.decided):
        text = N_("The pathway does not end by this. That is offered afterwards.")
    return [gettext(text or N_("Phases and reminders stay as they are."))]


def hidden(seen: Seen) -> dict[str, str]:
    """Return the fields that carry along what was on the screen."""
    return {
        f"seen_{name}": "" if value is None else str(value) for name, value in asdict(seen).items()
    }


def seen_of(form: Form) -> Seen:
    """Return what was on the screen; what cannot be read is like nothing there ever was."""
    decision, on = form.value("seen_decision"), form.value("seen_implanted_on")
    phases = form.value("seen_phases")
    try:
        return Seen(
            form.value("seen_basis"),
            UUID(decision) if decision else None,
            int(phases),
            read_day(on) if on else None,
        )
    except ValueError:
        return Seen("", NOBODY, -1, None)


def options(table: Mapping[Decided, str], offered: tuple[Decided, ...]) -> list[tuple[str, str]]:
    """Return the choices of the form in words."""
    return [(choice.value, gettext(table[choice])) for choice in offered]


def decided_words(decided: Decided) -> str:
    """Return a decision in words."""
    return gettext(DECIDED[decided])
