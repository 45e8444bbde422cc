"""The sensitivity table: one rule under every way of computing (protocol.md, section 3)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from itertools import product

from diary.protocol.verdicts import Days, SensitivityRow, Status
from diary.protocol.versions import Mean, Parameters

Outcome = tuple[Status, Fraction | None]
# Of the last four days taken in one way, with late measurements or not and with those of the night
# or not (None: there is no choice), by each kind of mean.
Outcomes = Callable[[Days, bool, bool | None], Mapping[Mean, Outcome]]


def sensitivity_table(night_counts: bool, outcomes: Outcomes) -> tuple[SensitivityRow, ...]:
    """Return a rule's outcome under all combinations of mean, days, late and night.

    8 rows, or 16 when night measurements count by default.
    """
    nights = (True, False) if night_counts else (None,)
    choices = list(product(Days, (False, True), nights))
    found = [outcomes(*choice) for choice in choices]
    return tuple(
        SensitivityRow(mean, *choice, *by_mean[mean])
        for mean in Mean
        for choice, by_mean in zip(choices, found, strict=True)
    )


def default_row(rows: Sequence[SensitivityRow], parameters: Parameters) -> SensitivityRow:
    """Return the row of the default method: the only one that gives the verdict."""
    return next(
        row
        for row in rows
        if row.mean is parameters.mean
        and row.days is Days.CALENDAR
        and not row.late
        and row.night is not False
    )
