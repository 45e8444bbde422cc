"""From the protocol's assessment to the data of a trend chart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from diary.charts.data import (
    DayMean,
    Gap,
    Mark,
    Moment,
    OpioidDay,
    Phase,
    Point,
    Switch,
    Threshold,
    TrendData,
    Window,
    WindowRole,
)
from diary.protocol import verdicts
from diary.protocol.cases import Assessment
from diary.protocol.current import trial_of_now
from diary.protocol.days import day_span, diary_day_of
from diary.protocol.entries import Entry, Placement
from diary.protocol.moments import PlannedMeasurement
from diary.protocol.opioids import opioid_days
from diary.protocol.pathway import Case
from diary.protocol.phases import PhaseKind
from diary.protocol.scales import Source
from diary.protocol.shown import rounded, shown_number
from diary.protocol.verdicts import Reason, Rule, Verdict

_MARKS = {
    Reason.EXTRA: Mark.EXTRA,
    Reason.LATE: Mark.LATE,
    Reason.SECOND: Mark.ASIDE,
    Reason.NIGHT: Mark.ASIDE,
}


def trend_data(
    assessment: Assessment,
    site: str,
    kind: PhaseKind | None = None,
    gaps: Iterable[tuple[datetime, datetime]] = (),
    switches: Iterable[tuple[datetime, bool]] = (),
    moment: str | None = None,
) -> TrendData:
    """Return what a chart shows of `site`, of all days or only of the phase of `kind`.

    With a `moment`, only its measurements; those outside every moment are then left out.

    `gaps` are the standstills of the system (aware instants, from and until); only those in
    which a moment of these phases was to be asked have a place in it. Withdrawn measurements and
    those on another scale have none. `switches` are the instants at which the stimulator was
    switched, and whether on: all of them, since one that is drawn is understood only with the
    next, which may lie on a day that the chart does not have.
    """
    case = assessment.case
    verdict = trial_of_now(assessment, site)
    phases = tuple(
        Phase(phase.kind.value, phase.first_day, phase.end)
        for phase in sorted(case.phases, key=lambda phase: phase.first_day)
        if kind is None or phase.kind is kind
    )

    def shown(day: date) -> bool:
        return kind is None or any(p.first_day <= day <= p.last_day for p in phases)

    windows = tuple(w for w in _windows(assessment, site) if shown(w.last_day))
    return TrendData(
        site=site,
        scale=case.scale.value,
        maximum=case.scale.maximum,
        phases=phases,
        points=tuple(p for p in _points(assessment, site, verdict, moment) if shown(p.at.day)),
        missing=tuple(_missing(assessment, site, phases, moment)),
        day_means=tuple(mean for mean in _by_day(assessment, site, moment) if shown(mean.day)),
        windows=windows,
        threshold=_threshold(verdict, phases),
        now=_at(case.as_of, case.zone),
        gaps=tuple(_gaps(assessment, phases, gaps)),
        switches=tuple(
            Switch(_at(at, case.zone), at.astimezone(case.zone), on) for at, on in switches
        ),
        opioids=tuple(
            OpioidDay(one.diary_day, one.med_mg)
            for one in opioid_days(case.medication, case.med_table, case.parameters)
            if any(phase.first_day <= one.diary_day <= phase.last_day for phase in phases)
        ),
        one_moment=moment is not None,
    )


def _by_day(assessment: Assessment, site: str, moment: str | None) -> Iterator[DayMean]:
    """Yield of each day in a phase the mean, or its one scheduled measurement of `moment`."""
    if moment is None:
        found = [(mean.diary_day, mean.mean) for mean in assessment.day_means(site)]
    else:
        scheduled = sorted(assessment.diary.sites[site].scheduled.items())
        found = [
            (day, answers[moment].scores[site]) for day, answers in scheduled if moment in answers
        ]
    for day, score in found:
        if score is not None and _in_a_phase(assessment.case, day):
            yield DayMean(day, score)


def _points(
    assessment: Assessment, site: str, verdict: Verdict | None, moment: str | None
) -> list[Point]:
    answers = assessment.diary.sites[site]
    with_night = verdict is None or _night_counts(verdict)
    points = []
    for entry, place in assessment.placed:
        if site not in entry.scores or moment not in (None, place.moment):
            continue
        reason = answers.reason(entry, place, with_night)
        mark = _mark(entry, reason, _in_a_phase(assessment.case, place.diary_day))
        if mark is not None:
            at = _where(assessment, entry, place)
            points.append(Point(at, entry.scores[site], mark, entry.id or ""))
    return sorted(points, key=lambda point: (point.at.day, point.at.part))


def _night_counts(verdict: Verdict) -> bool:
    windows = (verdict.baseline, verdict.window)
    left_out = (answer for window in windows if window for answer in window.left_out)
    return all(answer.reason is not Reason.NIGHT for answer in left_out)


def _mark(entry: Entry, reason: Reason | None, in_a_phase: bool) -> Mark | None:
    on_paper = entry.source == Source.PAPER
    if reason is None and in_a_phase:
        return Mark.PAPER if on_paper else Mark.COUNTED
    # In time and after all in no phase, as when a trial was ended on an earlier day.
    mark = Mark.ASIDE if reason is None else _MARKS.get(reason)
    return Mark.PAPER_ASIDE if on_paper and mark is not None else mark


def _in_a_phase(case: Case, day: date) -> bool:
    return any(phase.first_day <= day <= phase.end for phase in case.phases)


def _where(assessment: Assessment, entry: Entry, place: Placement) -> Moment:
    """Return when it was measured; on paper the time of its moment."""
    case = assessment.case
    if entry.measured_at is not None:
        return _at(entry.measured_at, case.zone)
    planned = (p.utc for p in case.plan.day(place.diary_day) if p.moment.name == place.moment)
    instant = next(planned, None)
    return Moment(place.diary_day, 0.5) if instant is None else _at(instant, case.zone)


def _at(instant: datetime, zone: ZoneInfo) -> Moment:
    day = diary_day_of(instant, zone)
    start, end = day_span(day, zone)
    return Moment(day, (instant - start) / (end - start))


def _missing(
    assessment: Assessment, site: str, phases: tuple[Phase, ...], moment: str | None
) -> Iterator[Moment]:
    case = assessment.case
    scheduled = assessment.diary.sites[site].scheduled
    for phase in phases:
        for offset in range((phase.last_day - phase.first_day).days + 1):
            day = phase.first_day + timedelta(days=offset)
            made = scheduled.get(day, {})
            for planned in case.plan.day(day):
                if planned.closes_utc > case.as_of:
                    return
                name = planned.moment.name
                if name not in made and moment in (None, name):
                    yield _at(planned.utc, case.zone)


def _gaps(
    assessment: Assessment,
    phases: tuple[Phase, ...],
    gaps: Iterable[tuple[datetime, datetime]],
) -> Iterator[Gap]:
    case = assessment.case
    for from_at, until_at in gaps:
        days = [diary_day_of(at, case.zone) for at in (from_at, until_at)]
        asked = (plan for phase in phases for plan in _planned(case, phase, days[0], days[1]))
        if any(from_at <= plan.utc < until_at for plan in asked):
            yield Gap(
                _at(from_at, case.zone),
                _at(until_at, case.zone),
                from_at.astimezone(case.zone),
                until_at.astimezone(case.zone),
            )


def _planned(case: Case, phase: Phase, first: date, last: date) -> Iterator[PlannedMeasurement]:
    """Yield what `phase` asks on the diary days `first` to `last`."""
    day = max(phase.first_day, first)
    while day <= min(phase.last_day, last):
        yield from case.plan.day(day)
        day += timedelta(days=1)


_ROLES = {
    Rule.TRIAL_RESPONSE: (WindowRole.BASELINE, WindowRole.TRIAL),
    Rule.SWITCH_OFF_WORSENING: (WindowRole.ON, WindowRole.OFF),
}


def _windows(assessment: Assessment, site: str) -> Iterator[Window]:
    """Yield what is compared in the trial, and in a switch-off."""
    for verdict in assessment.verdicts:
        if verdict.site != site:
            continue
        pair = (verdict.baseline, verdict.window)
        for role, window in zip(_ROLES[verdict.rule], pair, strict=True):
            if window is not None:
                yield _window(role, window)


def _window(role: WindowRole, window: verdicts.Window) -> Window:
    low, high = window.bounds or (None, None)
    return Window(
        role=role,
        first_day=window.first_day,
        last_day=window.last_day,
        score=window.score,
        shown=None if window.score is None else shown_number(window.score),
        low=low,
        high=high,
    )


def _shown_beside(limit: Fraction, window: verdicts.Window | None) -> str:
    """Round the limit so that it never looks equal to a score that is not on it."""
    if window is None or window.score is None or window.score == limit:
        return shown_number(limit)
    return shown_number(limit, Fraction(rounded(window.score)))


def _threshold(verdict: Verdict | None, phases: tuple[Phase, ...]) -> Threshold | None:
    trial = next((p for p in phases if p.kind == PhaseKind.TRIAL.value), None)
    if verdict is None or verdict.baseline is None or trial is None:
        return None
    score = verdict.baseline.score
    if not score:
        return None
    left = 1 - verdict.threshold
    return Threshold(
        score=score * left,
        shown=_shown_beside(score * left, verdict.window),
        percent=round(left * 100),
        first_day=trial.first_day,
        last_day=trial.last_day,
    )
