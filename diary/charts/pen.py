"""What the parts of a trend chart are drawn with, and in which order they lie on one another."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from matplotlib.axes import Axes
from matplotlib.font_manager import FontProperties

from diary.charts.data import TrendData
from diary.charts.scale import Plot
from diary.charts.theme import Palette
from diary.charts.words import Translate, number


class Layer(IntEnum):
    """What lies on what, the lowest first."""

    GROUND = 0
    GRID = 1
    SCORES = 2
    MARKS = 3
    LINES = 4


def guessed_width(text: str, letters: float) -> float:
    """Return about how wide `text` is in letters of so many pixels; a wide guess."""
    return 0.58 * letters * len(text)


@dataclass(frozen=True, slots=True)
class Pen:
    """Everything that the parts of the picture are drawn with."""

    axes: Axes
    width: int
    plot: Plot
    data: TrendData
    palette: Palette
    font: FontProperties
    translate: Translate
    language: str

    @property
    def size(self) -> float:
        """The size of the letters in pixels."""
        return float(self.font.get_size())

    def text(self, x: float, y: float, text: str, colour: str, align: str = "center") -> None:
        """Write `text` with its baseline at `y`."""
        self.axes.text(x, y, text, color=colour, ha=align, va="baseline", fontproperties=self.font)

    def width_of(self, text: str) -> float:
        """Return about how wide `text` is; a wide guess, as the reader's font is not known."""
        return guessed_width(text, self.size)

    def shown(self, text: str) -> str:
        """Return one of the protocol's rounded numbers as the reader writes it."""
        return number(text, self.language)
