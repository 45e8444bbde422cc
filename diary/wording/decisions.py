"""Decisions in words: what was decided, by whom, on what verdict, and what changed since."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from diary.language import N_
from diary.protocol.basis import RowChanges
from diary.protocol.changed_verdicts import Difference, What
from diary.protocol.deciding import OTHER_DISCIPLINE, Decided, PatientSaid
from diary.protocol.intake_facts import TeamRole
from diary.protocol.naming import RULES, status_named
from diary.protocol.verdicts import Rule, Status
from diary.protocol.versions import Parameters
from diary.speakers import speaker
from diary.wording import verdict, words
from diary.wording.names import number
from diary.wording.spoken import current, day_short, gettext, ngettext

DECIDED: Mapping[Decided, str] = {
    Decided.TRIAL: N_("Start trial stimulation"),
    Decided.NO_TRIAL: N_("No trial stimulation"),
    Decided.IMPLANT: N_("Implant"),
    Decided.EXTEND_TRIAL: N_("Extend the trial"),
    Decided.NO_IMPLANT: N_("Stop: no implant"),
    Decided.SWITCH_OFF: N_("Switch off, to find out what it does"),
    Decided.CONTINUE: N_("Go on with the treatment"),
    Decided.SWITCH_ON: N_("Switch on and go on with the treatment"),
    Decided.STAY_OFF: N_("Stay off"),
    Decided.REMOVE: N_("Remove the system"),
    Decided.POSTPONE: N_("Decide later"),
}
DISCIPLINES: Mapping[str, str] = {
    TeamRole.PAIN_SPECIALIST.value: N_("Pain specialist"),
    TeamRole.NEUROSURGEON.value: N_("Neurosurgeon"),
    TeamRole.PSYCHOLOGIST.value: N_("Clinical psychologist"),
    TeamRole.PSYCHIATRIST.value: N_("Psychiatrist"),
    TeamRole.NURSE_SPECIALIST.value: N_("Nurse specialist"),
    TeamRole.PHYSICIAN_ASSISTANT.value: N_("Physician assistant"),
    TeamRole.NURSE.value: N_("Nurse"),
    OTHER_DISCIPLINE: N_("Other specialist or professional"),
}
PATIENT_SAID: Mapping[PatientSaid, str] = {
    PatientSaid.AGREES: N_("agrees"),
    PatientSaid.DISAGREES: N_("does not agree"),
    PatientSaid.NOT_ASKED: N_("was not asked yet"),
}
_WHAT: Mapping[What, str] = {
    What.STATUS: N_("verdict"),
    What.BASELINE: N_("baseline"),
    What.WINDOW: N_("last days"),
    What.CHANGE: N_("difference"),
    What.REDUCTION: N_("reduction"),
    What.BOUNDS: N_("bounds"),
    What.ROBUST: N_("robust"),
    What.CROSSED_ON: N_("limit crossed at the end of"),
}
_PARTS: Mapping[str, str] = {
    "attacks": N_("attacks"),
    "medication": N_("medication"),
    "quality_of_life": N_("quality of life"),
    "phases": N_("phases"),
    "plan": N_("measuring plan"),
    "protocol": N_("protocol version"),
}


def changed_lines(
    differences: Sequence[Difference], rows: RowChanges, parameters: Parameters
) -> list[str]:
    """Return what changed since a decision: first what the verdicts say, then the rows."""
    return [*(_difference(one, parameters) for one in differences), *_rows(rows)]


def based_on(result: Mapping[str, Any]) -> list[str]:
    """Return the verdicts of the primary site that a decision rests on, one line each."""
    return [_verdict(one) for one in result["verdicts"] if one["primary"] or one["site"] is None]


def _verdict(written: Mapping[str, Any]) -> str:
    rule = Rule(written["rule"])
    status = status_named(rule, Status(written["status"]), speaker(current()))
    figure = written["change" if rule is Rule.SWITCH_OFF_WORSENING else "reduction"]
    parts = [f"{_where(rule, written['site'])}: {status}"]
    if figure is not None:
        parts.append(number(figure["shown"], current()))
    return ", ".join(parts)


def _where(rule: Rule, site: str | None) -> str:
    name = gettext(RULES[rule])
    return name if site is None else f"{name} ({words.site(site)})"


def _difference(found: Difference, parameters: Parameters) -> str:
    return gettext(N_("%(where)s, %(what)s: was %(before)s, is now %(now)s.")) % {
        "where": _where(found.rule, found.site),
        "what": gettext(_WHAT[found.what]),
        "before": _value(found, found.before, found.now, parameters),
        "now": _value(found, found.now, found.before, parameters),
    }


def _value(found: Difference, value: Any, other: Any, parameters: Parameters) -> str:
    if value is None:
        return "–"
    match found.what:
        case What.STATUS:
            return status_named(found.rule, Status(value), speaker(current()))
        case What.ROBUST:
            return gettext("yes") if value else gettext("no")
        case What.CROSSED_ON:
            return day_short(date.fromisoformat(value))
        case What.BOUNDS:
            return _bounds(found.rule, value, parameters)
    shown = number(value["shown"], current())
    same = other is not None and other["shown"] == value["shown"]
    return f"{shown} ({value['exact']})" if same else shown


def _bounds(rule: Rule, value: list[str], parameters: Parameters) -> str:
    exact = [Fraction(bound) for bound in value]
    if rule is Rule.SWITCH_OFF_WORSENING:
        low, high = (verdict.score(bound).shown for bound in exact)
    else:
        low, high = (verdict.percent(bound, parameters.reduction_needed).shown for bound in exact)
    return low if low == high else gettext("%(low)s to %(high)s") % {"low": low, "high": high}


def _rows(rows: RowChanges) -> list[str]:
    found = []
    if rows.added:
        found.append(
            ngettext(
                "%(num)d measurement arrived or was typed over later.",
                "%(num)d measurements arrived or were typed over later.",
                rows.added,
            )
            % {"num": rows.added}
        )
    if rows.gone:
        found.append(
            ngettext(
                "%(num)d measurement was corrected.",
                "%(num)d measurements were corrected.",
                rows.gone,
            )
            % {"num": rows.gone}
        )
    if rows.withdrawn:
        found.append(
            ngettext(
                "%(num)d measurement was withdrawn.",
                "%(num)d measurements were withdrawn.",
                rows.withdrawn,
            )
            % {"num": rows.withdrawn}
        )
    if rows.parts:
        parts = ", ".join(gettext(_PARTS[part]) for part in rows.parts)
        found.append(gettext(N_("Otherwise than then: %(parts)s.")) % {"parts": parts})
    return found
