"""The hatched bands over the time in which the system was down and nobody was reminded.

Hatched by hand: matplotlib's own hatches are patterns, which some viewers of SVG leave out.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from matplotlib.axes import Axes
from matplotlib.collections import LineCollection

from diary.charts.data import Gap
from diary.charts.pen import Layer, Pen
from diary.charts.words import long_day

# Pixels: between two strokes, and the least width at which a band is still seen.
SPACING, LEAST = 6.0, 5.0

Stroke = list[tuple[float, float]]


def draw_gaps(pen: Pen) -> None:
    """Hatch the standstills of the system from the bottom of the plot to its top."""
    plot = pen.plot
    for gap in pen.data.gaps:
        left, right = plot.x(gap.start), plot.x(gap.end)
        more = max(0.0, LEAST - (right - left)) / 2
        hatch(pen.axes, left - more, right + more, plot.bottom, plot.top, pen.palette.gap)


def hatch(axes: Axes, left: float, right: float, low: float, high: float, colour: str) -> None:
    """Fill a box with rising strokes between two edges."""
    strokes = [[(x, low), (x, high)] for x in (left, right)]
    strokes += _rising(left, right, low, high)
    axes.add_collection(LineCollection(strokes, colors=colour, linewidths=0.9, zorder=Layer.SCORES))


def _rising(left: float, right: float, low: float, high: float) -> Iterator[Stroke]:
    """Yield strokes at 45 degrees that end at the edges of the box."""
    start = low - (right - left)
    while start < high:
        first, last = max(start, low), min(start + right - left, high)
        if last > first:
            yield [(left + first - start, first), (left + last - start, last)]
        start += SPACING


def period(gap: Gap, language: str) -> str:
    """Return from when to when, on the patient's clock."""
    first, last = (_instant(at, language) for at in (gap.from_at, gap.until_at))
    if gap.from_at.date() == gap.until_at.date():
        last = f"{gap.until_at:%H:%M}"
    return f"{first} – {last}"


def _instant(at: datetime, language: str) -> str:
    return f"{long_day(at.date(), language)} {at:%H:%M}"
