"""What is still needed for the window of the running phase to give a score.

A window of four days needs two measurements at different moments on each of them (protocol.md,
section 2). This counts what is in, what can still come in before the windows of the moments
close, and what has to: before a day is lost, not after it. It judges by what has arrived; answers
that a phone still holds can only make the prospect better.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from diary.protocol.comparison import night_measurements
from diary.protocol.counting import Diary, SiteDiary
from diary.protocol.days import ONE_DAY, diary_day_of
from diary.protocol.moments import PlannedMeasurement
from diary.protocol.pathway import CLUSTER, Case
from diary.protocol.periods import baseline_span
from diary.protocol.phases import Phase, PhaseKind
from diary.protocol.switch_off import switch_off_verdicts
from diary.protocol.verdicts import Status
from diary.protocol.versions import Night, OtherScale, Parameters

_BASELINES = {PhaseKind.TRIAL: PhaseKind.INTAKE, PhaseKind.SWITCH_OFF: PhaseKind.PRE_SWITCH_OFF}


class Prospect(StrEnum):
    """How it stands with a window that is not over."""

    AHEAD = "ahead"
    """Its first day has yet to begin."""
    OPEN = "open"
    """More is needed, and there is room to miss something."""
    AT_RISK = "at_risk"
    """Every measurement that today still offers is needed; something was missed, or one is due."""
    COMPLETE = "complete"
    """All of it is in; what comes only makes the score surer."""
    LOST = "lost"
    """A day is short for good: the window cannot give a score any more."""


@dataclass(frozen=True, slots=True)
class NeededDay:
    """One diary day of a window: the measurements that count, are needed and are still possible.

    `missed` were planned and have closed without an answer. `due` is when the next measurement
    that cannot be missed is asked, `act_by` when its window closes, `by` when the last one of the
    day does; all UTC, None where nothing more is needed or too little is possible.
    """

    diary_day: date
    counted: int
    needed: int
    possible: int
    missed: int
    due: datetime | None = None
    act_by: datetime | None = None
    by: datetime | None = None

    @property
    def lost(self) -> bool:
        """Whether the day can no longer become valid."""
        return self.needed > self.possible


@dataclass(frozen=True, slots=True)
class RunningWindow:
    """The window of the running phase; `today` is its day that is under way, if any.

    `by` is the UTC instant at which the last planned measurement of the window closes.
    """

    phase: PhaseKind
    days: tuple[NeededDay, ...]
    prospect: Prospect
    today: NeededDay | None
    by: datetime

    @property
    def first_day(self) -> date:
        """The first of its days."""
        return self.days[0].diary_day

    @property
    def last_day(self) -> date:
        """The last of its days."""
        return self.days[-1].diary_day

    @property
    def act_by(self) -> datetime:
        """When the next measurement has to be there that cannot be missed; else `by`."""
        return (self.today and self.today.act_by) or self.by

    @property
    def needed(self) -> int:
        """How many more measurements it needs on the days that are not lost."""
        return sum(day.needed for day in self.days if not day.lost)

    @property
    def possible(self) -> int:
        """How many more measurements can still count in it."""
        return sum(day.possible for day in self.days)


class _Nights(NamedTuple):
    """Whether night measurements can be relied on, and whether they may yet turn out to count."""

    surely: bool
    perhaps: bool


def running_window(case: Case, diary: Diary) -> RunningWindow | None:
    """Return the window of the phase that is under way at `as_of`, on the primary site.

    Of an intake, a trial and the diary before a switch-off: their last four days, as extended. Of
    a switch-off: the first four days in a row that can still be judged, as it is judged every
    evening; its last four when there are none. None outside these phases, in a phase that is too
    short, after the pain became worse in a switch-off, and in the intake and trial of cluster
    headache, whose rule is about attacks.
    """
    today = diary_day_of(case.as_of, case.zone)
    phase = next((p for p in case.phases if p.first_day <= today <= p.end), None)
    if phase is None or not _has_window(phase, case.indication):
        return None
    if phase.kind is PhaseKind.SWITCH_OFF:
        return _of_switch_off(case, diary, phase, today)
    last = phase.end
    first = last - timedelta(days=case.parameters.window_days - 1)
    return None if first < phase.first_day else _window(case, diary, phase.kind, first)


def window_has_begun(
    phases: Sequence[Phase], today: date, indication: str | None, parameters: Parameters
) -> bool:
    """Tell, without a look at any answer, whether diary day `today` lies in a running window."""
    days = timedelta(days=parameters.window_days)
    return any(
        phase.first_day <= today <= phase.end
        and _has_window(phase, indication)
        and (phase.kind is PhaseKind.SWITCH_OFF or today > phase.end - days)
        for phase in phases
    )


def _has_window(phase: Phase, indication: str | None) -> bool:
    if phase.kind in (PhaseKind.INTAKE, PhaseKind.TRIAL):
        return indication != CLUSTER
    return phase.kind in (PhaseKind.PRE_SWITCH_OFF, PhaseKind.SWITCH_OFF)


def _of_switch_off(case: Case, diary: Diary, off: Phase, today: date) -> RunningWindow | None:
    verdicts = switch_off_verdicts(case, diary, ())
    if any(one.primary and one.status is Status.REACHED for one in verdicts):
        return None
    days = case.parameters.window_days
    end = min(off.end, off.first_day + timedelta(days=case.parameters.off_days_most - 1))
    latest = end - timedelta(days=days - 1)
    if today > end or latest < off.first_day:
        return None
    first = max(off.first_day, today - timedelta(days=days - 1))
    while True:
        window = _window(case, diary, off.kind, min(first, latest))
        lost = [day.diary_day for day in window.days if day.lost]
        if not lost or first >= latest:
            return window
        first = lost[-1] + ONE_DAY


def _window(case: Case, diary: Diary, kind: PhaseKind, first: date) -> RunningWindow:
    answers = diary.sites[case.primary_site]
    dates = [first + timedelta(days=number) for number in range(case.parameters.window_days)]
    nights = _nights(case, answers, kind, dates)
    days = tuple(_day(case, answers, day, nights) for day in dates)
    today = diary_day_of(case.as_of, case.zone)
    now = next((day for day in days if day.diary_day == today), None)
    last = case.plan.day(days[-1].diary_day)
    return RunningWindow(
        phase=kind,
        days=days,
        prospect=_prospect(days, now, case.as_of),
        today=now,
        by=max(planned.closes_utc for planned in last),
    )


def _nights(case: Case, answers: SiteDiary, kind: PhaseKind, days: Sequence[date]) -> _Nights:
    """Night counts when both windows hold it (protocol.md, 2.3); a baseline's other one is ahead.

    Once the baseline holds a night measurement, one in the window makes it count there too. Only
    where the window's nights are on another scale is it better without them.
    """
    if case.parameters.night is not Night.IN_BOTH or case.plan.night is None:
        return _Nights(surely=False, perhaps=False)
    if kind not in _BASELINES:
        return _Nights(surely=False, perhaps=True)
    span = baseline_span(case, _BASELINES[kind])
    totals = [answers.totals(day) for day in days]
    held = sum(total.night.counted - total.plain.counted for total in totals)
    foreign = sum(total.night.foreign - total.plain.foreign for total in totals)
    counts = night_measurements(answers, span, case.plan) > 0 and (held > 0 or not foreign)
    return _Nights(surely=counts, perhaps=counts)


def _day(case: Case, answers: SiteDiary, day: date, nights: _Nights) -> NeededDay:
    found = _counting(case, answers, day, night=nights.surely)
    if found.lost and nights.perhaps:
        # Not given up as long as measurements of the night may complete it.
        return _counting(case, answers, day, night=True)
    return found


def _counting(case: Case, answers: SiteDiary, day: date, night: bool) -> NeededDay:
    total = answers.totals(day).of(late=False, night=night)
    still, missed = _unanswered(case, answers, day, night)
    needed = max(0, case.parameters.moments_in_a_valid_day - total.counted)
    if total.foreign and case.parameters.other_scale is OtherScale.NOT_COMPARABLE:
        return NeededDay(day, total.counted, max(1, needed), 0, missed)
    found = NeededDay(day, total.counted, needed, len(still), missed)
    if not needed or found.lost:
        return found
    next_one = still[-needed]
    return replace(found, due=next_one.utc, act_by=next_one.closes_utc, by=still[-1].closes_utc)


def _unanswered(
    case: Case, answers: SiteDiary, day: date, night: bool
) -> tuple[list[PlannedMeasurement], int]:
    """Return what can still be answered in time, in order of closing, and how many cannot."""
    answered = answers.scheduled.get(day, {})
    waiting = [
        planned
        for planned in case.plan.day(day)
        if planned.moment.name not in answered and (night or not planned.moment.night)
    ]
    still = sorted(
        (planned for planned in waiting if planned.closes_utc > case.as_of),
        key=lambda planned: planned.closes_utc,
    )
    return still, len(waiting) - len(still)


def _prospect(days: Sequence[NeededDay], now: NeededDay | None, as_of: datetime) -> Prospect:
    if any(day.lost for day in days):
        return Prospect.LOST
    if not any(day.needed for day in days):
        return Prospect.COMPLETE
    if now is None:
        return Prospect.AHEAD
    if now.due is None or now.needed < now.possible:
        return Prospect.OPEN
    return Prospect.AT_RISK if now.missed or now.due <= as_of else Prospect.OPEN
