"""The medication beside a verdict: less pain with more opioids is shown as it is (S3 l.188-192).

Never part of the verdict, and never advice.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Protocol

from diary.protocol.days import ONE_DAY
from diary.protocol.messages import Caution
from diary.protocol.opioid_tables import TABLES, OpioidTable
from diary.protocol.opioids import opioid_days, unknown_cautions
from diary.protocol.pathway import Case


class Days(Protocol):
    """Diary days in a row, both included: a window of any verdict."""

    @property
    def first_day(self) -> date:
        """The first of them."""

    @property
    def last_day(self) -> date:
        """The last of them."""


@dataclass(frozen=True, slots=True)
class MedicationIn:
    """The medication of a window, a day: means over its `logged_days`.

    `med_mg` in mg of oral morphine; a logged day without an opioid counts as 0. None when no day
    was logged, or when a physician has to judge one of them. `as_needed` is a number of doses.
    """

    first_day: date
    last_day: date
    days: int
    logged_days: int
    med_mg: Fraction | None
    as_needed: Fraction | None


@dataclass(frozen=True, slots=True)
class MedicationBeside:
    """The medication of both windows of a verdict. `change` is relative: 2/5 is 40 % more."""

    table: OpioidTable
    baseline: MedicationIn | None
    window: MedicationIn | None
    cautions: tuple[Caution, ...] = ()

    @property
    def change(self) -> Fraction | None:
        """The change of the opioids as a part of those at baseline; None without a number."""
        if self.baseline is None or self.window is None:
            return None
        before, after = self.baseline.med_mg, self.window.med_mg
        if not before or after is None:
            return None
        return after / before - 1


def medication_beside(
    case: Case, baseline: Days | None, window: Days | None
) -> MedicationBeside | None:
    """Return the medication in the two windows of a verdict; None when the case lists none.

    A window that is None gives None (protocol.md, section 8; S3 l.191).
    """
    if not case.medication:
        return None
    return MedicationBeside(
        TABLES[case.med_table],
        _medication_in(case, baseline),
        _medication_in(case, window),
        unknown_cautions(
            one.substance
            for days in (baseline, window)
            if days is not None
            for one in case.medication
            if days.first_day <= one.diary_day <= days.last_day
        ),
    )


def plus(change: Fraction) -> str:
    """Return what is written before a change, so that more is not taken for how much is left."""
    return "+" if change > 0 else ""


def _medication_in(case: Case, window: Days | None) -> MedicationIn | None:
    if window is None:
        return None
    taken = [one for one in case.medication if window.first_day <= one.diary_day <= window.last_day]
    span = (window.first_day, window.last_day)
    days = (window.last_day + ONE_DAY - window.first_day).days
    logged = len({one.diary_day for one in taken})
    if not logged:
        return MedicationIn(*span, days, 0, None, None)
    as_needed = Fraction(sum(one.as_needed for one in taken), logged)
    total = Fraction(0)
    for day in opioid_days(taken, case.med_table, case.parameters):
        if day.med_mg is None:
            return MedicationIn(*span, days, logged, None, as_needed)
        total += day.med_mg
    return MedicationIn(*span, days, logged, total / logged, as_needed)
