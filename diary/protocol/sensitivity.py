"""The sensitivity table: one rule under every way of computing (protocol.md, section 3)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import product

from diary.protocol.counting import SiteDiary
from diary.protocol.verdicts import Days, SensitivityRow, Status
from diary.protocol.versions import Mean, Parameters
from diary.protocol.weighted import Span, Weighed, weigh, window_totals

Judge = Callable[[Weighed, Weighed], tuple[Status, Fraction | None]]


def sensitivity_table(
    site: SiteDiary,
    baseline: Span | None,
    window: Span | None,
    night_counts: bool,
    judge: Judge,
    parameters: Parameters,
) -> tuple[SensitivityRow, ...]:
    """Return `judge`'s outcome under all combinations of mean, days, late and night.

    8 rows, or 16 when night measurements count by default. A span that is None gives no score.
    """
    nights = (True, False) if night_counts else (None,)
    scores: dict[tuple[Mean, Days, bool, bool | None], tuple[Weighed, Weighed]] = {}
    for days, late, night in product(Days, (False, True), nights):
        before, after = (
            span and window_totals(site, span, days, late, bool(night), parameters)
            for span in (baseline, window)
        )
        for mean in Mean:
            scores[mean, days, late, night] = (
                weigh(before, mean, parameters),
                weigh(after, mean, parameters),
            )
    return tuple(
        SensitivityRow(mean, days, late, night, *judge(*scores[mean, days, late, night]))
        for mean, days, late, night in product(Mean, Days, (False, True), nights)
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
