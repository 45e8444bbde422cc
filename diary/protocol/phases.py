"""The phases of a pathway, in whole diary days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from diary.protocol.messages import N_, Caution, caution
from diary.protocol.versions import NVA_2020, Parameters


class PhaseKind(StrEnum):
    """The phases, in the order in which a patient goes through them."""

    INTAKE = "intake"
    TRIAL = "trial"
    """A lead is in place: at least a week, with a diary throughout (S3 l.184-192)."""
    PRE_SWITCH_OFF = "pre_switch_off"
    """Four days of diary with the system on, before it is switched off (S3 l.239-241)."""
    SWITCH_OFF = "switch_off"
    """The system is off, with a diary throughout (S3 l.237-243)."""
    FOLLOW_UP = "follow_up"


@dataclass(frozen=True, slots=True)
class Phase:
    """A phase from `first_day` to `last_day`, both included; `last_day` is as planned at first.

    `extended_to` is the later last day of an extended trial, `ended_on` the day on which the
    phase really ended, when that was earlier than planned.
    """

    kind: PhaseKind
    first_day: date
    last_day: date
    extended_to: date | None = None
    ended_on: date | None = None

    @property
    def end(self) -> date:
        """The last day, as extended or ended."""
        return self.ended_on or self.extended_to or self.last_day

    @property
    def planned_end(self) -> date:
        """The last day as planned, or as extended."""
        return self.extended_to or self.last_day

    @property
    def ended_early(self) -> bool:
        """Whether it was ended before the day that was planned."""
        return self.ended_on is not None and self.ended_on < self.planned_end

    @property
    def days(self) -> int:
        """The number of diary days, as extended or ended."""
        return (self.end - self.first_day).days + 1


@dataclass(frozen=True, slots=True)
class PhaseFinding:
    """What is wrong with phase number `index`. `blocks`: the phases cannot be used like this."""

    index: int
    blocks: bool
    message: Caution


_ENDS_BEFORE_START = N_("The last day is before the first day.")
_EXTENDED_BACK = N_("The day extended to is not after the planned last day.")
_ENDED_OUTSIDE = N_("The day it ended on is not within the phase.")
_TWICE = N_("There is more than one phase of this kind.")
_OVERLAPS = N_(
    "It overlaps another phase: %(kind)s, from %(first_day)s to %(last_day)s. "
    "Choose days outside that."
)


def check_phases(phases: Sequence[Phase], parameters: Parameters = NVA_2020) -> list[PhaseFinding]:
    """Return what is wrong with `phases`: dates, doubles and overlaps (they block), and cautions.

    Cautions are for an unusual order of the kinds and for a trial extended by other than 7 to 14
    days (S3 l.186); they are judged all the same.
    """
    findings = []
    for index, phase in enumerate(phases):
        wrong = _wrong_dates(phase) + _wrong_company(phase, phases[:index])
        findings += [PhaseFinding(index, True, message) for message in wrong]
        if not wrong:
            cautions = _extension(phase, parameters) + _order(phase, phases[:index])
            findings += [PhaseFinding(index, False, message) for message in cautions]
    return findings


def _wrong_dates(phase: Phase) -> list[Caution]:
    found = []
    if phase.last_day < phase.first_day:
        found.append(Caution("phase_ends_before_start", _ENDS_BEFORE_START))
    if phase.extended_to is not None and phase.extended_to <= phase.last_day:
        found.append(Caution("phase_extended_back", _EXTENDED_BACK))
    if phase.ended_on is not None and not phase.first_day <= phase.ended_on <= phase.planned_end:
        found.append(Caution("phase_ended_outside", _ENDED_OUTSIDE))
    return found


def _wrong_company(phase: Phase, earlier: Sequence[Phase]) -> list[Caution]:
    found = []
    if phase.kind is not PhaseKind.FOLLOW_UP and any(p.kind is phase.kind for p in earlier):
        found.append(Caution("phase_twice", _TWICE))
    met = (p for p in earlier if p.first_day <= phase.end and phase.first_day <= p.end)
    if other := next(met, None):
        days = {"first_day": other.first_day, "last_day": other.end}
        found.append(Caution("phase_overlaps", _OVERLAPS, {"kind": other.kind.value, **days}))
    return found


def _extension(phase: Phase, parameters: Parameters) -> list[Caution]:
    if phase.kind is not PhaseKind.TRIAL or phase.extended_to is None:
        return []
    days = (phase.extended_to - phase.last_day).days
    least, most = parameters.extension_least, parameters.extension_most
    if least <= days <= most:
        return []
    return [caution("extension_out_of_range", days=days, least=least, most=most)]


def _order(phase: Phase, earlier: Sequence[Phase]) -> list[Caution]:
    rank = list(PhaseKind).index
    return [
        caution("phase_order", kind=late.kind.value, before=early.kind.value)
        for other in earlier
        for early, late in [sorted((phase, other), key=lambda p: rank(p.kind))]
        if late.first_day < early.first_day and PhaseKind.FOLLOW_UP not in (early.kind, late.kind)
    ]
