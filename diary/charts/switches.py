"""The times at which the stimulator was switched on or off, as lines from bottom to top."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from diary.charts.data import Switch
from diary.charts.pen import Layer, Pen
from diary.charts.words import Translate, long_day

DASHES = (2, 2)
# Between a line and the words along it, and between words that stand above one another.
BESIDE, ABOVE = 3.0, 6.0
# Where words begin: above the ticks of what was missed.
GROUND = 18.0


@dataclass(frozen=True, slots=True)
class Label:
    """Words along a line, from `low` to `high`, on its left or its right; in pixels."""

    text: str
    line: float
    low: float
    high: float
    left: float
    right: float

    @property
    def is_left(self) -> bool:
        """Whether it stands left of its line."""
        return self.right < self.line

    def meets(self, other: Label) -> bool:
        """Tell whether two labels lie over one another."""
        across = self.left < other.right and other.left < self.right
        return across and self.low < other.high and other.low < self.high

    def crossed(self, lines: Iterable[float]) -> bool:
        """Tell whether one of the other lines goes through it."""
        return any(self.left <= x <= self.right for x in lines)


def draw_switches(pen: Pen) -> None:
    """Draw a dotted line at each switch on a day of the chart, with what was done along it."""
    plot = pen.plot
    seen = [switch for switch in pen.data.switches if plot.sees(switch.moment)]
    for switch in seen:
        x = plot.x(switch.moment)
        pen.axes.plot(
            [x, x],
            [plot.bottom, plot.top],
            color=pen.palette.ink,
            lw=1.2,
            dashes=DASHES,
            zorder=Layer.LINES,
        )
    for label in labels(pen, [(plot.x(one.moment), said(one, pen.translate)) for one in seen]):
        pen.axes.text(
            label.right if label.is_left else label.left,
            label.low,
            label.text,
            color=pen.palette.ink,
            rotation=90,
            ha="right" if label.is_left else "left",
            va="bottom",
            fontproperties=pen.font,
        )


def labels(pen: Pen, switches: Sequence[tuple[float, str]]) -> list[Label]:
    """Return where the words of each line stand: nowhere over one another.

    Left of the line, else right of it, else above what is there; rather through another line than
    over other words. What finds no room is left out: the words beside the picture have it.
    """
    placed: list[Label] = []
    lines = [x for x, _ in switches]
    for x, text in switches:
        free = [one for one in _rooms(pen, x, text) if not any(map(one.meets, placed))]
        clear = [one for one in free if not one.crossed(other for other in lines if other != x)]
        placed += (clear or free)[:1]
    return placed


def _rooms(pen: Pen, x: float, text: str) -> Iterator[Label]:
    """Yield the places along a line, the best first."""
    plot, wide, long = pen.plot, pen.size + 2, pen.width_of(text)
    low = plot.bottom + GROUND
    while low + long <= plot.top:
        for left in (x - BESIDE - wide, x + BESIDE):
            if plot.left <= left and left + wide <= plot.right:
                yield Label(text, x, low, low + long, left, left + wide)
        low += long + ABOVE


def said(switch: Switch, translate: Translate) -> str:
    """Return what was done, in two words."""
    _ = translate
    return _("switched on") if switch.on else _("switched off")


def in_words(switches: tuple[Switch, ...], translate: Translate, language: str) -> Iterator[str]:
    """Yield each time with its day, for who does not see it in the picture."""
    for switch in switches:
        yield f"{long_day(switch.at.date(), language)} {said(switch, translate)}"
