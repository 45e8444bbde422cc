"""The trend chart: what one pain site did, and what the protocol compares.

Filled marks count, hollow ones do not; the four days of each weighted score are tinted and carry
the score above them; planned measurements that are missing stand as ticks under the axis, and
the time in which the system was down is hatched.
The picture has no title: the page it stands on has headings.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties

from diary.charts.above import draw_names, draw_window_scores, names_above
from diary.charts.axes import draw_day_axis, draw_now, draw_score_axis
from diary.charts.data import DayMean, Moment, TrendData
from diary.charts.gaps import draw_gaps
from diary.charts.legend import MARKS, LegendEntry, draw_legend, legend_rows
from diary.charts.medication import TRACK, draw_medication
from diary.charts.pen import Layer, Pen
from diary.charts.scale import Plot, lay_out
from diary.charts.svg import render
from diary.charts.switches import draw_switches
from diary.charts.theme import PALETTES, Theme
from diary.charts.words import Translate


@dataclass(frozen=True, slots=True)
class Size:
    """Width and height in CSS pixels."""

    width: int = 900
    height: int = 360

    @property
    def narrow(self) -> bool:
        """Tell whether it is a picture for a phone."""
        return self.width < 600

    @property
    def letters(self) -> int:
        """Return the size of the letters in pixels."""
        return 11 if self.narrow else 12

    @property
    def line(self) -> int:
        """Return the height of a line of words in pixels."""
        return self.letters + 6


WIDE = Size()
MIDDLE = Size(680, 340)
NARROW = Size(360, 320)
# The width of a page of A4: as much of it as a chart may take.
ON_PAPER = Size(680, 270)


def trend_svg(
    data: TrendData,
    translate: Translate,
    language: str,
    theme: Theme = Theme.LIGHT,
    size: Size = WIDE,
) -> bytes:
    """Return the trend chart of `data` as SVG; the same arguments give the same bytes."""
    return render(trend_figure(data, translate, language, theme, size))


def trend_figure(
    data: TrendData, translate: Translate, language: str, theme: Theme, size: Size
) -> Figure:
    """Return the trend chart of `data` as a figure at 72 dots an inch: one point is one pixel."""
    palette = PALETTES[theme]
    figure = Figure(figsize=(size.width / 72, size.height / 72), dpi=72, facecolor=palette.paper)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    axes.set_xlim(0, size.width)
    axes.set_ylim(0, size.height)
    axes.set_autoscale_on(False)

    font = FontProperties(family=["DejaVu Sans"], size=size.letters)
    plot, entries = place(data, translate, size)
    pen = Pen(axes, size.width, plot, data, palette, font, translate, language)
    _phases(pen)
    _windows(pen)
    draw_score_axis(pen)
    draw_day_axis(pen)
    draw_gaps(pen)
    draw_switches(pen)
    _missing(pen)
    _threshold(pen)
    _points(pen)
    _day_means(pen)
    draw_now(pen)
    draw_medication(pen, size.line * len(entries) + 4)
    draw_legend(axes, entries, palette, font, size.line * (len(entries) - 1) + 4)
    return figure


def place(
    data: TrendData, translate: Translate, size: Size
) -> tuple[Plot, list[list[LegendEntry]]]:
    """Return where everything lies on a picture of `size`: the plot, and the rows of the legend."""
    left = 34 if data.maximum <= 10 else 38
    right = size.width - (44 if data.threshold else 12)
    entries = legend_rows(data, translate, left, size.width - 8, size.letters)
    bottom = size.line * (len(entries) + 1) + 22 + (TRACK if data.opioids else 0)

    def laid_out(lines: int) -> Plot:
        return lay_out(data, left, right, bottom, size.height - lines * size.line - 6)

    plot = laid_out(2)
    if any(name.row for name in names_above(data, plot, translate, size.width, size.letters)):
        # Above the scores of the windows stand two rows of names then.
        plot = laid_out(3)
    return plot, entries


def _box(left: float, right: float, low: float, high: float) -> list[tuple[float, float]]:
    return [(left, low), (right, low), (right, high), (left, high)]


def _phases(pen: Pen) -> None:
    """Shade the days of each phase and put its name above; days still to come are lighter."""
    plot, now = pen.plot, pen.data.now
    here = plot.x(now)
    past, ahead = [], []
    for phase in pen.data.phases:
        left, right = plot.span(phase.first_day, phase.last_day)
        until = right if phase.last_day < now.day else max(left, min(here, right))
        if phase.first_day > now.day:
            until = left
        past.append(_box(left, until, plot.bottom, plot.top))
        ahead.append(_box(until, right, plot.bottom, plot.top))
    draw_names(pen)
    for boxes, colour in ((past, pen.palette.phase), (ahead, pen.palette.phase_ahead)):
        pen.axes.add_collection(PolyCollection(boxes, facecolors=colour, zorder=Layer.GROUND))


def _windows(pen: Pen) -> None:
    """Tint the four days of each weighted score: bounds as a band, the score as a thick line."""
    plot, palette = pen.plot, pen.palette
    tints, bands, scores, rims = [], [], [], []
    for window in pen.data.windows:
        left, right = plot.span(window.first_day, window.last_day)
        tints.append(_box(left, right, plot.bottom, plot.top))
        rims += [[(x, plot.bottom), (x, plot.top + 3)] for x in (left, right)]
        rims.append([(left, plot.top + 3), (right, plot.top + 3)])
        if window.low is not None and window.high is not None and window.low < window.high:
            bands.append(_box(left, right, plot.y(float(window.low)), plot.y(float(window.high))))
        if window.score is not None:
            y = plot.y(float(window.score))
            scores.append([(left, y), (right, y)])
    draw_window_scores(pen)
    axes = pen.axes
    axes.add_collection(PolyCollection(tints, facecolors=palette.window, zorder=Layer.GROUND))
    axes.add_collection(PolyCollection(bands, facecolors=palette.bounds, zorder=Layer.GROUND))
    axes.add_collection(
        LineCollection(rims, colors=palette.mean, linewidths=0.8, zorder=Layer.GRID)
    )
    axes.add_collection(
        LineCollection(scores, colors=palette.mean, linewidths=4, zorder=Layer.SCORES)
    )


def _missing(pen: Pen) -> None:
    plot = pen.plot
    ticks = [
        [(plot.x(at), plot.bottom - 6), (plot.x(at), plot.bottom - 14)]
        for at in pen.data.missing
        if plot.sees(at)
    ]
    pen.axes.add_collection(
        LineCollection(ticks, colors=pen.palette.missing, linewidths=1.6, zorder=Layer.MARKS)
    )


def _threshold(pen: Pen) -> None:
    """Draw the score at which the rule is just met, named at its end: what follows is no trial."""
    limit = pen.data.threshold
    if limit is None:
        return
    plot, colour = pen.plot, pen.palette.threshold
    left, right = plot.span(limit.first_day, limit.last_day)
    if all(phase.first_day <= limit.last_day for phase in pen.data.phases):
        right = plot.right + 4
    y = plot.y(float(limit.score))
    pen.axes.plot([left, right], [y, y], color=colour, lw=1.6, dashes=(6, 3), zorder=Layer.LINES)
    pen.text(right + 3, y + 4, f"{limit.percent} %", colour, "left")
    pen.text(right + 3, y - pen.size - 1, pen.shown(limit.shown), colour, "left")


def _points(pen: Pen) -> None:
    plot = pen.plot
    size = min(7.0, max(4.0, plot.day_width / 3.2))
    for mark, style in MARKS.items():
        points = [p for p in pen.data.points if p.mark is mark]
        if points:
            pen.axes.plot(
                [plot.x(p.at) for p in points],
                [plot.y(float(p.score)) for p in points],
                zorder=Layer.MARKS,
                **style.drawn(pen.palette, size),
            )


def _day_means(pen: Pen) -> None:
    """Join the means of days that follow each other; a day without a mean leaves a gap."""
    plot = pen.plot
    lines = [
        [(plot.x(Moment(mean.day, 0.5)), plot.y(float(mean.score))) for mean in run]
        for run in _unbroken(pen.data)
    ]
    # A day on its own has no line: a short one of its own shows it.
    lines = [
        run if len(run) > 1 else [(run[0][0] - 3, run[0][1]), (run[0][0] + 3, run[0][1])]
        for run in lines
    ]
    pen.axes.add_collection(
        LineCollection(lines, colors=pen.palette.mean, linewidths=1.8, zorder=Layer.LINES)
    )


def _unbroken(data: TrendData) -> Iterator[list[DayMean]]:
    run: list[DayMean] = []
    for mean in data.day_means:
        if run and mean.day - run[-1].day > timedelta(days=1):
            yield run
            run = []
        run.append(mean)
    if run:
        yield run
