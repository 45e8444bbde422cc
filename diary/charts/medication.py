"""The opioids of each day, as a track of bars under the days of the chart."""

from __future__ import annotations

from matplotlib.collections import PolyCollection

from diary.charts.data import Moment
from diary.charts.pen import Layer, Pen
from diary.protocol.shown import shown_number

# Pixels: the room that the track takes, and the highest bar in it.
TRACK, HIGHEST = 40, 26
# Of the width of a day.
BAR = 0.5
# Stands where a bar would be when no table can tell how much it was.
PHYSICIAN = "?"


def draw_medication(pen: Pen, bottom: float) -> None:
    """Draw a bar for each day with opioids on the line at `bottom`; the highest one is named."""
    opioids, plot, palette = pen.data.opioids, pen.plot, pen.palette
    if not opioids:
        return
    known = [(one.day, one.med_mg) for one in opioids if one.med_mg is not None]
    most = max((amount for _day, amount in known), default=None)
    bars = []
    for day, amount in known:
        middle = plot.x(Moment(day, 0.5))
        half = plot.day_width * BAR / 2
        height = float(amount / most) * HIGHEST if most else 0.0
        left, right = middle - half, middle + half
        bars.append(
            [(left, bottom), (right, bottom), (right, bottom + height), (left, bottom + height)]
        )
    pen.axes.add_collection(PolyCollection(bars, facecolors=palette.gap, zorder=Layer.MARKS))
    for run in plot.runs:
        pen.axes.plot(
            [run.left, run.right], [bottom] * 2, color=palette.grid, lw=0.8, zorder=Layer.GRID
        )
    for one in opioids:
        if one.med_mg is None:
            pen.text(plot.x(Moment(one.day, 0.5)), bottom + 4, PHYSICIAN, palette.quiet)
    if most is not None:
        label = pen.shown(shown_number(most)).removesuffix(",0").removesuffix(".0")
        pen.text(plot.left - 6, bottom + HIGHEST - pen.size + 3, label, palette.quiet, "right")
