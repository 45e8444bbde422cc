"""Trial stimulation: is half of the pain gone? (S3 l.184-213; protocol.md, section 4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from diary.protocol.comparison import Comparison, compare, comparison_cautions
from diary.protocol.counting import Diary, SiteDiary, Total
from diary.protocol.messages import Caution, caution
from diary.protocol.pathway import Case
from diary.protocol.periods import (
    baseline_cautions,
    baseline_span,
    ended_early_cautions,
    trial_cautions,
)
from diary.protocol.phases import Phase, PhaseKind
from diary.protocol.scales import Scale
from diary.protocol.sensitivity import Outcome, Outcomes, default_row, sensitivity_table
from diary.protocol.stability import stability
from diary.protocol.verdicts import Bounds, Days, Immpact, Rule, Status, Verdict
from diary.protocol.versions import Mean, Parameters
from diary.protocol.weighted import Span, Weighed, weigh, window_totals

SOURCE = "S3 l.207"
WindowTotals = tuple[Total, ...] | None


def trial_verdicts(case: Case, diary: Diary, general: Sequence[Caution]) -> tuple[Verdict, ...]:
    """Return the trial's verdict for each site, in the order of the case; none without a trial.

    `general` are cautions about the case that every verdict has to carry. The reduction is
    (baseline - trial) / baseline; reached from 50 % on, 50 % included.
    """
    trial = case.phase(PhaseKind.TRIAL)
    if trial is None:
        return ()
    cautions = (
        *general,
        *baseline_cautions(case, PhaseKind.INTAKE, case.parameters.window_days),
        *trial_cautions(trial, case.parameters.trial_days),
        *ended_early_cautions(case, PhaseKind.INTAKE, PhaseKind.TRIAL),
    )
    return tuple(_verdict(case, diary, site, trial, cautions) for site in case.sites)


def _verdict(
    case: Case, diary: Diary, site: str, trial: Phase, cautions: tuple[Caution, ...]
) -> Verdict:
    parameters = case.parameters
    baseline = baseline_span(case, PhaseKind.INTAKE)
    window = Span(trial.first_day, min(trial.end, case.finished))
    found = compare(diary, site, baseline, window, case.plan)
    judge = _Judge(parameters, trial, running=trial.end > case.finished)
    rows = sensitivity_table(
        found.night_counts, judge.outcomes(diary.sites[site], baseline, window)
    )
    default = default_row(rows, parameters)
    bounds = _bounds(found)
    return Verdict(
        rule=Rule.TRIAL_RESPONSE,
        source=SOURCE,
        parameters=parameters,
        site=site,
        primary=site == case.primary_site,
        scale=case.scale,
        status=default.status,
        threshold=parameters.reduction_needed,
        baseline=found.baseline,
        window=found.window,
        change=found.change,
        reduction=default.exact,
        bounds=bounds,
        robust=_is_robust(default.status, bounds, parameters.reduction_needed),
        sensitivity=rows,
        cautions=(
            *cautions,
            *comparison_cautions(found, case.plan),
            *([caution("baseline_zero")] if default.status is Status.NOT_APPLICABLE else ()),
        ),
        immpact=_immpact(found.change, default.exact, case.scale, parameters),
        stability=stability(found, default.status, case.scale, parameters),
    )


class _Judge:
    """The rule itself, for one trial."""

    def __init__(self, parameters: Parameters, trial: Phase, running: bool) -> None:
        self.parameters = parameters
        self.running = running
        self.long_enough = trial.days >= parameters.trial_days

    def __call__(self, before: Weighed, after: Weighed) -> Outcome:
        """Return the status and the reduction of two weighted scores."""
        zero = before.over > 0 and before.sum == 0
        reduction = None
        if before.sum and after.over:
            reduction = 1 - Fraction(after.sum * before.over, after.over * before.sum)
        if self.running:
            return Status.RUNNING, reduction
        if before.foreign or after.foreign:
            return Status.NOT_COMPARABLE, None
        if zero:
            return Status.NOT_APPLICABLE, None
        if reduction is None or not self.long_enough:
            return Status.TOO_LITTLE_DATA, reduction
        reached = reduction >= self.parameters.reduction_needed
        return (Status.REACHED if reached else Status.NOT_REACHED), reduction

    def outcomes(self, site: SiteDiary, baseline: Span | None, window: Span) -> Outcomes:
        """Return what gives the outcome of two spans in every way of computing."""
        parameters = self.parameters
        # Where nothing is missing, late or doubtful, most choices lead to the same measurements.
        judged: dict[tuple[WindowTotals, WindowTotals], Mapping[Mean, Outcome]] = {}

        def outcome(days: Days, late: bool, night: bool | None) -> Mapping[Mean, Outcome]:
            before, after = pair = (
                baseline and window_totals(site, baseline, days, late, bool(night), parameters),
                window_totals(site, window, days, late, bool(night), parameters),
            )
            if pair not in judged:
                judged[pair] = {
                    mean: self(weigh(before, mean, parameters), weigh(after, mean, parameters))
                    for mean in Mean
                }
            return judged[pair]

        return outcome


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
