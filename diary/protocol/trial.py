"""Trial stimulation: is half of the pain gone? (S3 l.184-213; protocol.md, section 4)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction

from diary.protocol.comparison import Comparison, compare, comparison_cautions
from diary.protocol.counting import Diary
from diary.protocol.days import ONE_DAY, diary_day_of
from diary.protocol.messages import Caution, caution
from diary.protocol.pathway import Case
from diary.protocol.phases import Phase, PhaseKind
from diary.protocol.scales import Scale
from diary.protocol.sensitivity import Judge, default_row, sensitivity_table
from diary.protocol.verdicts import Bounds, Immpact, Rule, Status, Verdict
from diary.protocol.versions import Parameters
from diary.protocol.weighted import Span, Weighed

SOURCE = "S3 l.207"


def trial_verdicts(case: Case, diary: Diary, general: Sequence[Caution]) -> tuple[Verdict, ...]:
    """Return the trial's verdict for each site, in the order of the case; none without a trial.

    `general` are cautions about the case that every verdict has to carry. The reduction is
    (baseline - trial) / baseline; reached from 50 % on, 50 % included.
    """
    trial = case.phase(PhaseKind.TRIAL)
    if trial is None:
        return ()
    finished = diary_day_of(case.as_of, case.zone) - ONE_DAY
    cautions = (*general, *_phase_cautions(case, trial, finished))
    return tuple(_verdict(case, diary, site, trial, finished, cautions) for site in case.sites)


def _verdict(
    case: Case,
    diary: Diary,
    site: str,
    trial: Phase,
    finished: date,
    cautions: tuple[Caution, ...],
) -> Verdict:
    parameters = case.parameters
    intake = case.phase(PhaseKind.INTAKE)
    baseline = Span(intake.first_day, intake.end) if intake and intake.end <= finished else None
    window = Span(trial.first_day, min(trial.end, finished))
    found = compare(diary, site, baseline, window, case.plan)
    judge = _judge(parameters, trial, running=trial.end > finished)
    rows = sensitivity_table(
        diary.sites[site], baseline, window, found.night_counts, judge, parameters
    )
    default = default_row(rows, parameters)
    change = _change(found)
    bounds = _bounds(found)
    return Verdict(
        rule=Rule.TRIAL_RESPONSE,
        source=SOURCE,
        protocol=parameters.name,
        site=site,
        primary=site == case.primary_site,
        scale=case.scale,
        status=default.status,
        threshold=parameters.reduction_needed,
        baseline=found.baseline,
        window=found.window,
        change=change,
        reduction=default.exact,
        bounds=bounds,
        robust=_is_robust(default.status, bounds, parameters.reduction_needed),
        sensitivity=rows,
        cautions=(
            *cautions,
            *comparison_cautions(found, case.plan),
            *([caution("baseline_zero")] if default.status is Status.NOT_APPLICABLE else ()),
        ),
        immpact=_immpact(change, default.exact, case.scale, parameters),
    )


def _judge(parameters: Parameters, trial: Phase, running: bool) -> Judge:
    needed = parameters.reduction_needed
    long_enough = trial.days >= parameters.trial_days

    def judge(before: Weighed, after: Weighed) -> tuple[Status, Fraction | None]:
        zero = before.over > 0 and before.sum == 0
        reduction = None
        if before.sum and after.over:
            reduction = 1 - Fraction(after.sum * before.over, after.over * before.sum)
        if running:
            return Status.RUNNING, reduction
        if before.foreign or after.foreign:
            return Status.NOT_COMPARABLE, None
        if zero:
            return Status.NOT_APPLICABLE, None
        if reduction is None or not long_enough:
            return Status.TOO_LITTLE_DATA, reduction
        return (Status.REACHED if reduction >= needed else Status.NOT_REACHED), reduction

    return judge


def _change(found: Comparison) -> Fraction | None:
    before, after = found.baseline, found.window
    if before is None or before.score is None or after is None or after.score is None:
        return None
    return after.score - before.score


def _bounds(found: Comparison) -> Bounds | None:
    """Return the reduction in the worst and in the best case of the missing measurements."""
    before = found.baseline and found.baseline.bounds
    after = found.window and found.window.bounds
    if not before or not after or before[0] == 0:
        return None
    return 1 - after[1] / before[0], 1 - after[0] / before[1]


def _is_robust(status: Status, bounds: Bounds | None, needed: Fraction) -> bool:
    if bounds is None:
        return False
    worst, best = bounds
    return (status is Status.REACHED and worst >= needed) or (
        status is Status.NOT_REACHED and best < needed
    )


def _immpact(
    change: Fraction | None, reduction: Fraction | None, scale: Scale, parameters: Parameters
) -> Immpact | None:
    if change is None or reduction is None:
        return None
    by_reduction = reduction >= parameters.immpact_reduction
    by_points = -change >= parameters.immpact_fall.on(scale)
    return Immpact(by_reduction or by_points, by_reduction, by_points)


def _phase_cautions(case: Case, trial: Phase, finished: date) -> list[Caution]:
    parameters, intake = case.parameters, case.phase(PhaseKind.INTAKE)
    cautions = []
    if intake is None:
        cautions.append(caution("no_intake"))
    elif intake.end > finished:
        cautions.append(caution("intake_running"))
    elif intake.days < parameters.window_days:
        cautions.append(
            caution("intake_too_short", days=intake.days, needed=parameters.window_days)
        )
    if trial.days < parameters.trial_days:
        cautions.append(caution("trial_too_short", days=trial.days, needed=parameters.trial_days))
    return cautions
