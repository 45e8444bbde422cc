"""The axes of a trend chart: scores, days with their breaks, and where the data stop."""

from __future__ import annotations

from datetime import timedelta

from matplotlib.collections import LineCollection

from diary.charts.pen import Layer, Pen
from diary.charts.words import short_day


def draw_score_axis(pen: Pen) -> None:
    """Write the scores at the left, with a line across the days of each run."""
    plot, palette = pen.plot, pen.palette
    steps = range(0, plot.maximum + 1, plot.maximum // 5)
    lines = [
        [(run.left, plot.y(step)), (run.right, plot.y(step))] for step in steps for run in plot.runs
    ]
    pen.axes.add_collection(
        LineCollection(lines, colors=palette.grid, linewidths=0.8, zorder=Layer.GRID)
    )
    for step in steps:
        pen.text(plot.left - 6, plot.y(step) - 4, str(step), palette.quiet, "right")
    pen.text(plot.left - 6, plot.top + 12, pen.data.scale.upper(), palette.quiet, "right")


def draw_day_axis(pen: Pen) -> None:
    """Write the dates, as many as fit, and say how many days each break leaves out."""
    _ = pen.translate
    plot, palette = pen.plot, pen.palette
    ticks = []
    below = plot.bottom - 19 - pen.size
    for run in plot.runs:
        every = _label_step(plot.day_width, pen.width_of("29 mrt") + 10)
        free = 0.0
        for offset in range(run.days):
            x = run.left + offset * plot.day_width
            ticks.append([(x, plot.bottom), (x, plot.bottom - 3)])
            text = short_day(run.first + timedelta(days=offset), pen.language)
            middle = x + plot.day_width / 2
            if offset % every == 0 and middle - pen.width_of(text) / 2 >= free:
                pen.text(middle, below, text, palette.quiet)
                free = middle + pen.width_of(text) / 2
        ticks.append([(run.right, plot.bottom), (run.right, plot.bottom - 3)])
        ticks.append([(run.left, plot.bottom), (run.right, plot.bottom)])
    for left, right, days in plot.breaks():
        middle = (left + right) / 2
        pen.text(middle, plot.bottom + 20, "⋯", palette.quiet)
        pen.text(middle, plot.bottom + 6, _("%(days)d d") % {"days": days}, palette.quiet)
    pen.axes.add_collection(
        LineCollection(ticks, colors=palette.quiet, linewidths=0.8, zorder=Layer.GRID)
    )


def _label_step(day_width: float, needed: float) -> int:
    for step in (1, 2, 3, 4, 7, 14, 28):
        if step * day_width >= needed:
            return step
    return 28


def draw_now(pen: Pen) -> None:
    """Mark where the data stop, when the axis goes on after it."""
    _ = pen.translate
    plot, now = pen.plot, pen.data.now
    if not plot.sees(now):
        return
    x = plot.x(now)
    pen.axes.plot(
        [x, x],
        [plot.bottom, plot.top],
        color=pen.palette.quiet,
        lw=1,
        dashes=(1, 2),
        zorder=Layer.GRID,
    )
    pen.text(x + 3, plot.top - pen.size, _("now"), pen.palette.quiet, "left")
