"""The sensitivity table: one rule under every way of computing (protocol.md, section 3)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import product

from diary.protocol.counting import SiteDiary, Total
from diary.protocol.verdicts import Days, SensitivityRow, Status
from diary.protocol.versions import Mean, Parameters
from diary.protocol.weighted import Span, Weighed, weigh, window_totals

Outcome = tuple[Status, Fraction | None]
Judge = Callable[[Weighed, Weighed], Outcome]
WindowTotals = tuple[Total, ...] | None


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
    outcomes: dict[tuple[Mean, Days, bool, bool | None], Outcome] = {}
    # Where nothing is missing, late or doubtful, most choices lead to the same measurements.
    judged: dict[tuple[WindowTotals, WindowTotals], dict[Mean, Outcome]] = {}
    for days, late, night in product(Days, (False, True), nights):
        before, after = pair = (
            baseline and window_totals(site, baseline, days, late, bool(night), parameters),
            window and window_totals(site, window, days, late, bool(night), parameters),
        )
        if pair not in judged:
            judged[pair] = {
                mean: judge(weigh(before, mean, parameters), weigh(after, mean, parameters))
                for mean in Mean
            }
        for mean in Mean:
            outcomes[mean, days, late, night] = judged[pair][mean]
    return tuple(
        SensitivityRow(mean, days, late, night, *outcomes[mean, days, late, night])
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
