"""The lines of the access log in a patient's words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from diary.language import N_
from diary.store.looks import Look
from diary.store.tables import Action, Role
from diary.web.language import clock
from diary.web.language import gettext as _

ROLES: Mapping[Role, str] = {
    Role.NURSE: N_("Nurse"),
    Role.CLINICIAN: N_("Doctor"),
    Role.PSYCHOLOGIST: N_("Psychologist"),
    Role.ADMINISTRATOR: N_("Manager of the diary"),
    Role.AUDITOR: N_("Inspector"),
    Role.PATIENT: N_("Patient"),
}
# What the team's pages and the commands write into the log; all else goes by its action.
EVENTS: Mapping[str, str] = {
    "patient.read": N_("Looked at your diary"),
    "patient.chart": N_("Looked at your diary"),
    "phase.read": N_("Looked at your plan"),
    "phase.plan": N_("Planned a period"),
    "phase.extend": N_("Changed a period"),
    "phase.end": N_("Ended a period"),
    "implant.place": N_("Wrote down the day of your operation"),
    "pathway.end": N_("Ended your diary"),
    "pathway.read": N_("Looked at your plan"),
    "pathway.begin": N_("Started a new diary for you"),
    "decision.read": N_("Read the decisions about your treatment"),
    "decision.record": N_("Wrote down a decision about your treatment"),
    "stimulator.read": N_("Looked at when your stimulator was on or off"),
    "stimulator.note": N_("Wrote down that your stimulator was switched"),
    "stimulator.take_back": N_("Took back a mistake about your stimulator"),
    "patient.enrol": N_("Started your diary"),
    "phone.letter": N_("Made a letter with a new code"),
    "activation code made": N_("Made a letter with a new code"),
    "phone.revoke": N_("Disconnected a phone"),
    "pin.reset": N_("Took your PIN away"),
    "booklet.choose": N_("Looked at your plan"),
    "booklet.print": N_("Printed your diary on paper"),
    "report.print": N_("Made a report of your diary"),
    "patients.export": N_("Put your data in a file with a list of patients"),
    "paper.read": N_("Looked at your diary"),
    "paper.save": N_("Typed over your paper diary"),
    "medicine.read": N_("Looked at your medicines"),
    "medicine.add": N_("Added a medicine to your list"),
    "medicine.stop": N_("Took a medicine off your list"),
    "reminding.read": N_("Looked at your reminders"),
    "reminding.ladder": N_("Changed your reminders"),
    "reminding.channels": N_("Changed your reminders"),
    "reminding.moments": N_("Changed your reminders"),
    "reminding.pause": N_("Paused your reminders"),
    "reminding.resume": N_("Turned your reminders on again"),
    "reminding.test": N_("Sent you a test reminder"),
    "evening.choose": N_("Chose your questions of the evening"),
    "alarm.read": N_("Read what you reported"),
    "alarm.close": N_("Wrote down what was done with your report"),
    "relation.read": N_("Looked at who treats you"),
    "relation.add": N_("Let a colleague treat you too"),
    "relation.end": N_("Stopped treating you"),
    "relation.hand_over": N_("Gave your treatment to a colleague"),
    "diary.import": N_("Put measurements into your diary"),
    "diary exported": N_("Made a copy of your diary"),
}
ACTIONS: Mapping[Action, str] = {
    Action.READ: N_("Looked at your data"),
    Action.CREATE: N_("Added something to your data"),
    Action.UPDATE: N_("Changed something in your data"),
    Action.DELETE: N_("Took something out of your data"),
    Action.EXECUTE: N_("Did something with your data"),
}


@dataclass(frozen=True, slots=True)
class ShownLook:
    """What one person did on one day, once or several times after each other."""

    day: date
    times: str
    count: int
    who: str
    what: str
    why: str
    refused: bool


def shown_looks(found: Sequence[Look], zone: ZoneInfo) -> list[ShownLook]:
    """Return the lines in words; the same after each other on one day are one."""
    return list(_together(found, zone))


def _together(found: Sequence[Look], zone: ZoneInfo) -> Iterator[ShownLook]:
    def same(look: Look) -> tuple[date, str, str, str, bool]:
        day = look.at.astimezone(zone).date()
        return (day, _who(look), _what(look), _why(look), not look.authorised)

    for (day, who, what, why, refused), group in groupby(found, same):
        times = [look.at for look in group]
        shown = _times(times[-1], times[0], zone)
        yield ShownLook(day, shown, len(times), who, what, why, refused)


def _times(first: datetime, last: datetime, zone: ZoneInfo) -> str:
    words = [clock(one.astimezone(zone)) for one in (first, last)]
    return " – ".join(dict.fromkeys(words))


def _who(look: Look) -> str:
    if look.role is None:
        return _("The computer of your pain centre")
    role = _(ROLES[look.role])
    return f"{look.name} ({role.lower()})" if look.name else role


def _what(look: Look) -> str:
    if not look.authorised:
        return _("Tried to look. That was not allowed, and nothing was shown.")
    return _(EVENTS.get(look.event, ACTIONS[look.action]))


def _why(look: Look) -> str:
    if look.emergency:
        return _("There was an emergency.")
    if look.role is None:
        return _("This keeps your diary running.")
    return _("Treats you.") if look.treatment_relation else _("Does not treat you.")
