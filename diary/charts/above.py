"""What is written above the days: the names of the phases, and under them the windows' scores."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from diary.charts.data import TrendData, Window, WindowRole
from diary.charts.pen import Pen, guessed_width
from diary.charts.scale import Plot
from diary.charts.words import Translate, phase_name

# The least room between the scores above two windows, in pixels.
BETWEEN = 4.0


@dataclass(frozen=True, slots=True)
class Name:
    """The name of a phase above its days, from `x` on, in the first row (0) or the second."""

    text: str
    x: float
    row: int


def names_above(
    data: TrendData, plot: Plot, translate: Translate, width: int, letters: float
) -> list[Name]:
    """Return where the names of the phases stand: a second row where they would meet."""
    found, free = [], [0.0, 0.0]
    for phase in data.phases:
        text = phase_name(phase.kind, translate)
        long = guessed_width(text, letters)
        left, _ = plot.span(phase.first_day, phase.last_day)
        x = max(0.0, min(left, width - long))
        row = 0 if x >= free[0] else 1
        free[row] = x + long
        found.append(Name(text, x, row))
    return found


def draw_names(pen: Pen) -> None:
    """Write the names of the phases, above the scores of the windows."""
    names = names_above(pen.data, pen.plot, pen.translate, pen.width, pen.size)
    rows = max((name.row for name in names), default=0)
    for name in names:
        y = pen.plot.top + pen.size + 14 + (rows - name.row) * (pen.size + 4)
        pen.text(name.x, y, name.text, pen.palette.ink, "left")


def draw_window_scores(pen: Pen) -> None:
    """Write the score above each window; neighbours give way to both sides, or lose their words."""
    spans = [pen.plot.span(one.first_day, one.last_day) for one in pen.data.windows]
    order = sorted(range(len(spans)), key=lambda index: spans[index])
    texts = {index: _window_text(pen, pen.data.windows[index], spans[index]) for index in order}
    middles = {index: sum(spans[index]) / 2 for index in order}

    def apart(one: int, other: int) -> float:
        halves = (pen.width_of(texts[one]) + pen.width_of(texts[other])) / 2
        return middles[other] - middles[one] - halves - BETWEEN

    for one, other in pairwise(order):
        if (short := -apart(one, other)) > 0:
            middles[one] -= short / 2
            middles[other] += short / 2
    crowded = {index for pair in pairwise(order) if apart(*pair) < -1 for index in pair}
    for index in order:
        text, middle = texts[index], middles[index]
        if index in crowded:
            text, middle = _window_score(pen, pen.data.windows[index]), sum(spans[index]) / 2
        half = pen.width_of(text) / 2
        middle = min(max(middle, half), pen.width - half)
        pen.text(middle, pen.plot.top + 7, text, pen.palette.mean)


def _window_text(pen: Pen, window: Window, span: tuple[float, float]) -> str:
    _, score = pen.translate, _window_score(pen, window)
    full = {
        WindowRole.BASELINE: _("baseline %(score)s"),
        WindowRole.TRIAL: _("trial %(score)s"),
        WindowRole.ON: _("on %(score)s"),
        WindowRole.OFF: _("off %(score)s"),
    }[window.role] % {"score": score}
    return full if pen.width_of(full) <= span[1] - span[0] + 24 else score


def _window_score(pen: Pen, window: Window) -> str:
    return pen.shown(window.shown) if window.shown is not None else "–"
