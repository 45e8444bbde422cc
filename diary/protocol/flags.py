"""What of a case asks the team to do something now: from the verdicts and the calendar alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from diary.protocol.cases import Assessment
from diary.protocol.days import ONE_DAY
from diary.protocol.follow_up import FollowUpKind, follow_up
from diary.protocol.pathway import Case
from diary.protocol.phases import Phase, PhaseKind
from diary.protocol.verdicts import Rule, Status, Verdict

# A visit or questionnaire is announced so long before, to leave time to plan it.
ANNOUNCED = timedelta(days=14)


class FlagKind(StrEnum):
    """What there is to do, most urgent first."""

    WORSE_WHILE_OFF = "worse_while_off"
    """The pain came back beyond the limit: the system can be switched on (S3 l.245-251)."""
    EARLY_NOTICE = "early_notice"
    """A day of the switch-off that is bad enough to call the patient (protocol.md, section 5)."""
    TRIAL_READY = "trial_ready"
    """The trial has ended: the team can decide (S3 l.207)."""
    SWITCH_OFF_READY = "switch_off_ready"
    """The switch-off is over: the team can decide whether the system stays (S3 l.253-265)."""
    SF12_BEFORE = "sf12_before"
    """No SF-12 from before the switch-off, with which it is judged (protocol.md, section 5)."""
    SF12_AFTER = "sf12_after"
    """No SF-12 from the last week of the switch-off, with which it is judged."""
    CONTACT_DUE = "contact_due"
    """The patient is to be seen or spoken to (S3 l.217, l.227)."""
    PROMS_DUE = "proms_due"
    """The questionnaires are to be filled in (S3 l.223)."""


@dataclass(frozen=True, slots=True)
class Flag:
    """One thing to do, since diary day `since`.

    `subject` tells two of the same kind apart, and stays the same as long as it is the same thing:
    what was closed does not come back, the next one does. `on` is the day it is about.
    """

    kind: FlagKind
    since: date
    subject: str
    on: date
    month: int | None = None


def flags(assessment: Assessment) -> tuple[Flag, ...]:
    """Return what the case asks for at its `as_of`, most urgent first."""
    case = assessment.case
    found = [
        *_while_off(assessment),
        *_trial_ready(assessment),
        *_switch_off_ready(assessment),
        *_sf12_wanted(assessment),
        *_due(case),
    ]
    order = list(FlagKind)
    return tuple(sorted(found, key=lambda flag: order.index(flag.kind)))


def _while_off(assessment: Assessment) -> Iterator[Flag]:
    """Yield what a running switch-off asks for; once the system is on again, nothing.

    An end that is set for a later day ends nothing yet: the system is off until then.
    """
    off = assessment.case.phase(PhaseKind.SWITCH_OFF)
    verdict = _primary(assessment, Rule.SWITCH_OFF_WORSENING)
    if off is None or verdict is None or verdict.switch_off is None:
        return
    if off.ended_on is not None and off.ended_on <= _today(assessment.case):
        return
    crossed_on, notices = verdict.switch_off.crossed_on, verdict.switch_off.early_notices
    if crossed_on is not None:
        yield Flag(FlagKind.WORSE_WHILE_OFF, crossed_on, off.first_day.isoformat(), crossed_on)
    elif notices:
        # A new notice is a new reason to call, also when somebody called about the last one.
        yield Flag(FlagKind.EARLY_NOTICE, notices[-1], notices[-1].isoformat(), notices[-1])


def _trial_ready(assessment: Assessment) -> Iterator[Flag]:
    trial = _last_phase(assessment.case, PhaseKind.TRIAL)
    if trial is None or assessment.case.implanted_on is not None:
        return
    verdict = assessment.attacks or _primary(assessment, Rule.TRIAL_RESPONSE)
    if verdict is not None and verdict.status is not Status.RUNNING:
        last = trial.end
        # Extended, it is another trial to decide on.
        yield Flag(FlagKind.TRIAL_READY, last + ONE_DAY, last.isoformat(), last)


def _switch_off_ready(assessment: Assessment) -> Iterator[Flag]:
    """Yield that a switch-off is over; what counts as a decision on it is in the subject.

    Worse is worse from that day on, and may be decided on before the system is on again.
    """
    off = _last_phase(assessment.case, PhaseKind.SWITCH_OFF)
    verdict = _primary(assessment, Rule.SWITCH_OFF_WORSENING)
    if off is None or verdict is None or verdict.switch_off is None:
        return
    crossed_on = verdict.switch_off.crossed_on
    if crossed_on is not None and off.ended_on is None:
        return  # The system is still off: that has an item of its own, which is urgent.
    judged = crossed_on or off.end
    yield Flag(FlagKind.SWITCH_OFF_READY, off.end + ONE_DAY, judged.isoformat(), off.end)


def _last_phase(case: Case, kind: PhaseKind) -> Phase | None:
    """Return the phase of this kind when it is over and nothing has followed it."""
    phase = case.phase(kind)
    if phase is None or case.finished < phase.end or _has_been_followed(case, phase):
        return None
    return phase


def _has_been_followed(case: Case, phase: Phase) -> bool:
    """Tell whether a later phase has begun; one that is planned takes nothing off the list."""
    return any(phase.end < other.first_day <= _today(case) for other in case.phases)


def _today(case: Case) -> date:
    return case.finished + ONE_DAY


def _sf12_wanted(assessment: Assessment) -> Iterator[Flag]:
    """Yield which SF-12 a switch-off lacks that is judged with one: not crossed, not ended early.

    The first is wanted from the diary before it on, the second from off-day 22 on. Once another
    phase has begun, a questionnaire tells nothing of the days off any more.
    """
    case = assessment.case
    off = case.phase(PhaseKind.SWITCH_OFF)
    verdict = _primary(assessment, Rule.SWITCH_OFF_WORSENING)
    crossed = verdict is not None and verdict.status is Status.REACHED
    if off is None or crossed or off.days < case.parameters.off_days_most:
        return
    if _has_been_followed(case, off):
        return
    today, subject = _today(case), off.first_day.isoformat()
    filled_in = [one.on for one in case.quality_of_life if one.on <= today]
    before = case.phase(PhaseKind.PRE_SWITCH_OFF)
    since = off.first_day if before is None else min(before.first_day, off.first_day)
    if since <= today and not any(on < off.first_day for on in filled_in):
        yield Flag(FlagKind.SF12_BEFORE, since, subject, off.first_day)
    late = off.first_day + timedelta(days=case.parameters.quality_of_life_from - 1)
    if late <= today and not any(on >= late for on in filled_in):
        yield Flag(FlagKind.SF12_AFTER, late, subject, late)


def _due(case: Case) -> Iterator[Flag]:
    """Yield the latest contact and the latest questionnaires that are due; older ones are past."""
    if case.implanted_on is None:
        return
    today = _today(case)
    named = {
        FollowUpKind.CONTACT: FlagKind.CONTACT_DUE,
        FollowUpKind.PROMS: FlagKind.PROMS_DUE,
    }
    announced = [
        due for due in follow_up(case.implanted_on, case.parameters) if due.on - ANNOUNCED <= today
    ]
    for kind, flag in named.items():
        latest = [due for due in announced if due.kind is kind][-1:]
        for due in latest:
            subject = f"{case.implanted_on.isoformat()}+{due.month}"
            yield Flag(flag, due.on - ANNOUNCED, subject, due.on, due.month)


def _primary(assessment: Assessment, rule: Rule) -> Verdict | None:
    return next((v for v in assessment.verdicts if v.rule is rule and v.primary), None)
