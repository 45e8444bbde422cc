"""Cluster headache: are there fewer attacks? (S3 l.192-213, l.740-771; protocol.md, section 6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import ceil, floor

from diary.protocol.messages import Caution, caution
from diary.protocol.pathway import CLUSTER, Case
from diary.protocol.periods import (
    baseline_cautions,
    baseline_span,
    ended_early_cautions,
    trial_cautions,
)
from diary.protocol.phases import PhaseKind
from diary.protocol.rate_ratio import rate_ratio_interval
from diary.protocol.verdicts import Bounds, Rule, Status
from diary.protocol.versions import Parameters
from diary.protocol.weighted import Span

SOURCE = "S3 l.209-211"
_WEEK = 7


@dataclass(frozen=True, slots=True)
class AttackCount:
    """The attacks on the confirmed days of a period; a day that is not confirmed is unknown.

    `days` counts the diary days from `first_day` to `last_day`, both included.
    """

    first_day: date
    last_day: date
    days: int
    confirmed_days: int
    attacks: int

    @property
    def per_week(self) -> Fraction | None:
        """Attacks a week, None without a confirmed day."""
        if not self.confirmed_days:
            return None
        return Fraction(self.attacks * _WEEK, self.confirmed_days)


@dataclass(frozen=True, slots=True)
class AttackVerdict:
    """The outcome of the rule on attacks, for the whole patient.

    `change` is window minus baseline in attacks a week, `reduction` the part of the baseline
    frequency that is gone, and `interval` the exact 95 % interval of the part that is left: how far
    chance alone could have moved it, rounded outwards to three decimals. Each is None where the
    periods do not give it.
    """

    source: str
    parameters: Parameters
    status: Status
    threshold: Fraction
    baseline: AttackCount | None
    window: AttackCount | None
    change: Fraction | None
    reduction: Fraction | None
    interval: Bounds | None
    cautions: tuple[Caution, ...]
    rule: Rule = Rule.ATTACK_RESPONSE

    @property
    def protocol(self) -> str:
        """The name of the protocol version."""
        return self.parameters.name


def attack_verdict(case: Case, general: Sequence[Caution]) -> AttackVerdict | None:
    """Return the verdict on the attacks of a case; None when no day of attacks was confirmed.

    `general` are cautions about the case that the verdict has to carry. The baseline is the whole
    intake, the window the whole trial, as far as it has finished. Reached from a reduction of
    30 % on, 30 % included.
    """
    if not case.attack_days:
        return None
    parameters, trial = case.parameters, case.phase(PhaseKind.TRIAL)
    baseline = _count(case, baseline_span(case, PhaseKind.INTAKE))
    so_far = Span(trial.first_day, min(trial.end, case.finished)) if trial else None
    window = _count(case, so_far)
    before = _frequency(baseline, parameters.attack_intake_days, parameters)
    after = _frequency(window, parameters.attack_trial_days, parameters)
    reduction = None if not before or after is None else 1 - after / before
    running = trial is not None and trial.end > case.finished
    status = _status(running, before, reduction, parameters)
    interval = None if reduction is None else _interval(baseline, window)
    return AttackVerdict(
        source=SOURCE,
        parameters=parameters,
        status=status,
        threshold=parameters.attack_reduction,
        baseline=baseline,
        window=window,
        change=None if before is None or after is None else after - before,
        reduction=reduction,
        interval=interval,
        cautions=(
            *general,
            *_indication(case),
            *baseline_cautions(case, PhaseKind.INTAKE, parameters.attack_intake_days),
            *trial_cautions(trial, parameters.attack_trial_days),
            *ended_early_cautions(case, PhaseKind.INTAKE, PhaseKind.TRIAL),
            *_unconfirmed("baseline", baseline, parameters),
            *_unconfirmed("window", window, parameters),
            *([caution("no_attacks_before")] if status is Status.NOT_APPLICABLE else ()),
            *_short(window, interval, parameters),
        ),
    )


def intake_frequency(case: Case) -> Fraction | None:
    """Return the attacks a week at intake; None unless it was long and confirmed enough."""
    count = _count(case, baseline_span(case, PhaseKind.INTAKE))
    return _frequency(count, case.parameters.attack_intake_days, case.parameters)


def _count(case: Case, span: Span | None) -> AttackCount | None:
    """Return the attacks on the days of `span`, None when it has no day."""
    if span is None or span.last < span.first:
        return None
    days = (span.last - span.first).days + 1
    found = [d.attacks for d in case.attack_days if span.first <= d.diary_day <= span.last]
    return AttackCount(span.first, span.last, days, len(found), sum(found))


def _frequency(
    count: AttackCount | None, least_days: int, parameters: Parameters
) -> Fraction | None:
    """Return the attacks a week of a period that is long enough and confirmed enough, else None."""
    if count is None or count.days < least_days or not _is_confirmed(count, parameters):
        return None
    return count.per_week


def _is_confirmed(count: AttackCount, parameters: Parameters) -> bool:
    return Fraction(count.confirmed_days, count.days) >= parameters.attack_confirmed


def _status(
    running: bool, before: Fraction | None, reduction: Fraction | None, parameters: Parameters
) -> Status:
    if running:
        return Status.RUNNING
    if before == 0:
        return Status.NOT_APPLICABLE
    if reduction is None:
        return Status.TOO_LITTLE_DATA
    reached = reduction >= parameters.attack_reduction
    return Status.REACHED if reached else Status.NOT_REACHED


def _interval(baseline: AttackCount | None, window: AttackCount | None) -> Bounds:
    assert baseline is not None, "a reduction has both periods"
    assert window is not None, "a reduction has both periods"
    return rate_ratio_interval(
        baseline.attacks, baseline.confirmed_days, window.attacks, window.confirmed_days
    )


def _indication(case: Case) -> list[Caution]:
    if case.indication in (None, CLUSTER):
        return []
    return [caution("attacks_not_cluster", indication=case.indication)]


def _unconfirmed(name: str, count: AttackCount | None, parameters: Parameters) -> list[Caution]:
    if count is None or _is_confirmed(count, parameters):
        return []
    needed = ceil(parameters.attack_confirmed * 100)
    confirmed = count.confirmed_days
    return [caution(f"unconfirmed_{name}", count=confirmed, days=count.days, needed=needed)]


def _short(
    window: AttackCount | None, interval: Bounds | None, parameters: Parameters
) -> list[Caution]:
    sure = parameters.attack_sure_days
    if window is None or interval is None or window.confirmed_days >= sure:
        return []
    low, high = floor(interval[0] * 100), ceil(interval[1] * 100)
    return [caution("short_period", days=window.confirmed_days, sure=sure, low=low, high=high)]
