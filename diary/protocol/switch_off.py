"""Switch-off: does the pain come back without stimulation? (S3 l.235-265; protocol.md, section 5).

The verdict is formed anew at the end of every off-day, from the fourth on; the first evening on
which the pain is worse decides, whatever comes after it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from fractions import Fraction
from functools import cache

from diary.protocol.comparison import Comparison, compare, comparison_cautions
from diary.protocol.counting import Diary
from diary.protocol.evenings import Course, Look
from diary.protocol.messages import Caution, caution
from diary.protocol.pathway import Case
from diary.protocol.periods import baseline_cautions, baseline_span, ended_early_cautions
from diary.protocol.phases import Phase, PhaseKind
from diary.protocol.quality_of_life import quality_of_life_pair
from diary.protocol.sensitivity import Outcome, sensitivity_table
from diary.protocol.verdicts import (
    Bounds,
    Days,
    QualityOfLifePair,
    Rule,
    Status,
    SwitchOff,
    Verdict,
)
from diary.protocol.versions import Mean, Parameters
from diary.protocol.weighted import Span

SOURCE = "S3 l.245-263"


def switch_off_verdicts(
    case: Case, diary: Diary, general: Sequence[Caution]
) -> tuple[Verdict, ...]:
    """Return the verdict of the switch-off for each site; none without a switch-off.

    `general` are cautions about the case that every verdict has to carry. Worse is a change of
    more than 2 NRS points or 15 mm; exactly that is not.
    """
    off = case.phase(PhaseKind.SWITCH_OFF)
    if off is None:
        return ()
    judge = _Judge(case, off)
    cautions = (
        *general,
        *baseline_cautions(case, PhaseKind.PRE_SWITCH_OFF, case.parameters.window_days),
        *_unusual_length(off, case.parameters),
        *ended_early_cautions(case, PhaseKind.PRE_SWITCH_OFF),
    )
    return tuple(_verdict(case, diary, site, judge, cautions) for site in case.sites)


class _Judge:
    """The rule itself, for one switch-off."""

    def __init__(self, case: Case, off: Phase) -> None:
        self.case = case
        self.parameters = case.parameters
        self.margin = case.parameters.worsening.on(case.scale)
        # Judged after 28 days: no later day takes part.
        last = min(off.end, off.first_day + timedelta(days=case.parameters.off_days_most - 1))
        self.days = (last - off.first_day).days + 1
        self.finished = Span(off.first_day, min(last, case.finished))
        self.running = last > case.finished
        self.quality_of_life: QualityOfLifePair | None = quality_of_life_pair(case, off.first_day)

    def __call__(self, look: Look) -> Outcome:
        """Return the status and the change of the decisive evening."""
        change = look.change
        if look.is_worse(self.margin):
            return Status.REACHED, change
        if self.running:
            return Status.RUNNING, change
        if look.before.foreign or look.after.foreign:
            return Status.NOT_COMPARABLE, None
        if change is None or self.ended_early or self.quality_of_life is None:
            return Status.TOO_LITTLE_DATA, change
        fallen = self.quality_of_life.fallen
        return (Status.UNDECIDED if fallen else Status.NOT_REACHED), change

    @property
    def ended_early(self) -> bool:
        """Whether there are fewer off-days than the protocol judges after."""
        return self.days < self.parameters.off_days_most

    def cautions(self, status: Status, look: Look, evenings: int) -> list[Caution]:
        """Return what a reader has to know when there was no worsening."""
        if status is Status.REACHED:
            return []
        most = self.parameters.off_days_most
        found = ended_early_cautions(self.case, PhaseKind.SWITCH_OFF)
        if self.ended_early:
            found.append(caution("off_too_short", days=self.days, needed=most))
        elif self.quality_of_life is None and not self.running:
            found.append(caution("no_quality_of_life", day=self.parameters.quality_of_life_from))
        if status is Status.UNDECIDED:
            found.append(caution("quality_of_life_fell"))
        if look.not_judged:
            values = {"count": look.not_judged, "evenings": evenings}
            found.append(caution("evenings_not_judged", **values))
        return found


def _verdict(
    case: Case, diary: Diary, site: str, judge: _Judge, cautions: tuple[Caution, ...]
) -> Verdict:
    parameters, margin = case.parameters, judge.margin
    before = baseline_span(case, PhaseKind.PRE_SWITCH_OFF)
    course = Course(diary.sites[site], before, judge.finished, margin, case.plan)
    decisive = course.decisive(parameters.mean)
    status, change = judge(decisive)
    window = course.until(decisive.evening.number)
    found = compare(diary, site, before, window, case.plan)
    bounds = _bounds(found)

    # Most ways of computing come to the same evening and the same scores.
    judged = cache(judge)

    def outcomes(days: Days, late: bool, night: bool | None) -> Mapping[Mean, Outcome]:
        looks = {mean: course.decisive(mean, days, late, night) for mean in Mean}
        if status is Status.RUNNING:  # then every way is
            return {mean: (status, look.change) for mean, look in looks.items()}
        return {mean: judged(look) for mean, look in looks.items()}

    return Verdict(
        rule=Rule.SWITCH_OFF_WORSENING,
        source=SOURCE,
        parameters=parameters,
        site=site,
        primary=site == case.primary_site,
        scale=case.scale,
        status=status,
        threshold=margin,
        baseline=found.baseline,
        window=found.window,
        change=change,
        reduction=None,
        bounds=bounds,
        robust=_is_robust(status, bounds, margin),
        sensitivity=sensitivity_table(found.night_counts, outcomes),
        cautions=(
            *cautions,
            *comparison_cautions(found, case.plan),
            *judge.cautions(status, decisive, len(course.evenings)),
        ),
        switch_off=SwitchOff(
            days=course.days,
            crossed_on=window.last if status is Status.REACHED else None,
            early_notices=course.early_notices(),
            quality_of_life=judge.quality_of_life,
        ),
    )


def _bounds(found: Comparison) -> Bounds | None:
    """Return the lowest and the highest change there could have been."""
    before = found.baseline and found.baseline.bounds
    after = found.window and found.window.bounds
    if not before or not after:
        return None
    return after[0] - before[1], after[1] - before[0]


def _is_robust(status: Status, bounds: Bounds | None, margin: Fraction) -> bool:
    if bounds is None:
        return False
    lowest, highest = bounds
    return (status is Status.REACHED and lowest > margin) or (
        status is Status.NOT_REACHED and highest <= margin
    )


def _unusual_length(off: Phase, parameters: Parameters) -> list[Caution]:
    days = (off.last_day - off.first_day).days + 1
    least, most = parameters.off_days_least, parameters.off_days_most
    if least <= days <= most:
        return []
    return [caution("off_days_out_of_range", days=days, least=least, most=most)]
