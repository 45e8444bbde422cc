"""Sparklines: the day means of one patient on one line of a list.

Written by hand, since a list of 500 patients must not draw 500 figures; and with presentation
attributes only, so that it may stand inside a page whose policy forbids styles. The colour is that
of the text around it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from html import escape
from itertools import pairwise

from diary.charts.data import DayMean

# A longer silence than this is drawn as wide as this, in days: weeks lie between two phases.
LONGEST_SILENCE = 3
WIDTH, HEIGHT = 132, 28
# Whole numbers are quick to write; quarters of a pixel are fine enough for every screen.
_GRAIN = 4
_WIDE, _HIGH, _RIM = WIDTH * _GRAIN, HEIGHT * _GRAIN, 3 * _GRAIN
_ONE_DAY = timedelta(days=1)


def sparkline(
    means: Sequence[DayMean], maximum: int, label: str, threshold: float | None = None
) -> str:
    """Return an inline SVG of `means` (in time order) on the scale of 0 to `maximum`.

    `label` is what a screen reader says of it; `threshold` draws a dashed line at that score.
    Without means the picture is empty. Days that are missing leave a gap in the line.
    """
    head = (
        f'<svg class="sparkline" viewBox="0 0 {_WIDE} {_HIGH}" width="{WIDTH}"'
        f' height="{HEIGHT}" role="img" aria-label="{escape(label)}" fill="none"'
        f' stroke="currentColor" stroke-width="{_GRAIN * 1.5}" stroke-linejoin="round">'
    )
    parts = [head]
    if threshold is not None:
        y = _y(threshold, (_HIGH - 2 * _RIM) / maximum)
        parts.append(
            f'<path d="M0 {y}H{_WIDE}" stroke-width="4" stroke-dasharray="12 12" opacity=".55"/>'
        )
    if means:
        points = _points(means, maximum)
        x, y = points[-1]
        parts.append(f'<path d="{_path(means, points)}" stroke-linecap="round"/>')
        parts.append(f'<circle cx="{x}" cy="{y}" r="10" fill="currentColor" stroke="none"/>')
    parts.append("</svg>")
    return "".join(parts)


def _y(score: float, high: float) -> int:
    return round(_HIGH - _RIM - score * high)


def _points(means: Sequence[DayMean], maximum: int) -> list[tuple[int, int]]:
    """Return where every mean lies: each day as wide as another, long silences cut short."""
    days = [mean.day.toordinal() for mean in means]
    place, places = 0, [0]
    for before, day in pairwise(days):
        place += min(day - before, LONGEST_SILENCE)
        places.append(place)
    wide = (_WIDE - 2 * _RIM) / max(place, 1)
    high = (_HIGH - 2 * _RIM) / maximum
    return [
        (round(_RIM + at * wide), _y(float(mean.score), high))
        for at, mean in zip(places, means, strict=True)
    ]


def _path(means: Sequence[DayMean], points: Sequence[tuple[int, int]]) -> str:
    commands = []
    before = date.min
    for mean, (x, y) in zip(means, points, strict=True):
        joined = mean.day - before == _ONE_DAY
        # A zero-length step with round ends shows a day that stands alone as a dot.
        commands.append(f"L{x} {y}" if joined else f"M{x} {y}h0")
        before = mean.day
    return "".join(commands)
