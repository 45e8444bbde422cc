"""A patient on the first intake day: all that a criterion may look at."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from functools import cached_property

from diary.protocol.attacks import intake_frequency
from diary.protocol.comparison import night_in_both, night_measurements
from diary.protocol.counting import Diary
from diary.protocol.opioids import OpioidDay, opioid_days
from diary.protocol.pathway import Case, Medication
from diary.protocol.periods import baseline_span
from diary.protocol.phases import Phase, PhaseKind
from diary.protocol.verdicts import Days
from diary.protocol.versions import Parameters
from diary.protocol.weighted import weigh, window_totals


class Intake:
    """A case as it was at intake; what is not known of it is None."""

    def __init__(self, case: Case, diary: Diary) -> None:
        self.case = case
        self._diary = diary

    @property
    def parameters(self) -> Parameters:
        """The parameters of the case's protocol version."""
        return self.case.parameters

    @cached_property
    def phase(self) -> Phase | None:
        """The intake, None when the case has none."""
        return self.case.phase(PhaseKind.INTAKE)

    @cached_property
    def first_day(self) -> date | None:
        """The day on which everything is judged; without an intake the first day of all phases."""
        if self.phase is not None:
            return self.phase.first_day
        return min((phase.first_day for phase in self.case.phases), default=None)

    def flag(self, name: str) -> bool | None:
        """Return a stated yes or no."""
        stated = self.case.intake.stated.get(name)
        return stated if isinstance(stated, bool) else None

    def number(self, name: str) -> Fraction | None:
        """Return a stated number."""
        stated = self.case.intake.stated.get(name)
        return stated if isinstance(stated, Fraction) else None

    def day(self, name: str) -> date | None:
        """Return a stated day."""
        stated = self.case.intake.stated.get(name)
        return stated if isinstance(stated, date) else None

    def score(self, site: str) -> Fraction | None:
        """Return the weighted score of `site` at the end of the finished intake."""
        span = baseline_span(self.case, PhaseKind.INTAKE)
        if span is None:
            return None
        answers, plan = self._diary.sites[site], self.case.plan
        # Nothing is compared here: night counts when the one window holds a night measurement.
        nights = night_measurements(answers, span, plan)
        night = night_in_both((nights, nights), plan)
        totals = window_totals(answers, span, Days.CALENDAR, False, night, self.parameters)
        return weigh(totals, self.parameters.mean, self.parameters).score

    def highest_score(self, sites: Iterable[str], stated: str) -> Fraction | None:
        """Return the highest of the scores known of `sites`, and of the one stated by that name."""
        known = [self.number(stated), *(self.score(s) for s in self.case.sites if s in sites)]
        return max((score for score in known if score is not None), default=None)

    @cached_property
    def medication(self) -> tuple[Medication, ...]:
        """What was taken on the days of the intake."""
        phase = self.phase
        if phase is None:
            return ()
        taken = self.case.medication
        return tuple(one for one in taken if phase.first_day <= one.diary_day <= phase.end)

    @cached_property
    def opioid_days(self) -> tuple[OpioidDay, ...]:
        """The days of the intake that list an opioid."""
        return opioid_days(self.medication, self.case.med_table, self.parameters)

    @property
    def attacks_a_week(self) -> Fraction | None:
        """The frequency of attacks in the diary of a long enough, finished intake."""
        return intake_frequency(self.case)
