"""The shapes of the marks, and the legend that names the ones a picture holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes
from matplotlib.font_manager import FontProperties

from diary.charts.data import Mark, TrendData
from diary.charts.gaps import hatch
from diary.charts.medication import PHYSICIAN
from diary.charts.theme import Palette
from diary.charts.words import Translate


@dataclass(frozen=True, slots=True)
class MarkStyle:
    """A shape, the name of its colour in the palette, and whether it is filled."""

    shape: str
    colour: str
    filled: bool
    scale: float = 1.0

    def drawn(self, palette: Palette, size: float) -> dict[str, Any]:
        """Return matplotlib's arguments for marks of `size` pixels."""
        colour = getattr(palette, self.colour)
        return {
            "linestyle": "none",
            "marker": self.shape,
            "markersize": size * self.scale,
            # A rim in the colour of the ground keeps marks apart that lie on one another.
            "markeredgecolor": palette.paper if self.filled else colour,
            "markerfacecolor": colour if self.filled else palette.paper,
            "markeredgewidth": 0.7 if self.filled else 1.3,
        }


# In drawing order: what counts lies on top.
MARKS: Mapping[Mark, MarkStyle] = {
    Mark.EXTRA: MarkStyle("^", "extra", filled=False, scale=1.05),
    Mark.LATE: MarkStyle("s", "late", filled=False, scale=0.9),
    Mark.ASIDE: MarkStyle("o", "counted", filled=False, scale=0.9),
    Mark.PAPER_ASIDE: MarkStyle("D", "on_paper", filled=False, scale=0.85),
    Mark.PAPER: MarkStyle("D", "on_paper", filled=True, scale=0.95),
    Mark.COUNTED: MarkStyle("o", "counted", filled=True),
}


@dataclass(frozen=True, slots=True)
class LegendEntry:
    """One sample with its words, placed from the left edge."""

    x: float
    words: str
    sample: Mark | str


_SAMPLE_PX = 20.0
_GAP_PX = 14.0


def legend_rows(
    data: TrendData, translate: Translate, left: float, right: float, size: float
) -> list[list[LegendEntry]]:
    """Return the legend of what `data` holds, in rows that fit between `left` and `right`."""
    rows: list[list[LegendEntry]] = [[]]
    x = left
    for sample, words in _samples(data, translate):
        width = _SAMPLE_PX + 0.54 * size * len(words)
        if x + width > right and rows[-1]:
            rows.append([])
            x = left
        rows[-1].append(LegendEntry(x, words, sample))
        x += width + _GAP_PX
    return rows


def _samples(data: TrendData, translate: Translate) -> Sequence[tuple[Mark | str, str]]:
    _ = translate
    held = {point.mark for point in data.points}
    samples: list[tuple[Mark | str, str]] = [
        pair for pair in mark_words(translate).items() if pair[0] in held
    ]
    if data.day_means:
        samples.append(("mean", _("from day to day") if data.one_moment else _("day mean")))
    if data.windows:
        samples.append(("window", _("weighted score")))
    if data.missing:
        samples.append(("missing", _("missed")))
    if data.gaps:
        samples.append(("gap", _("system down, not asked")))
    if data.opioids:
        samples.append(("opioids", _("opioids, mg of oral morphine a day")))
    if any(one.med_mg is None for one in data.opioids):
        samples.append(("physician", _("a physician judges")))
    return samples


def mark_words(translate: Translate) -> dict[Mark, str]:
    """Return what each mark says of a measurement, in the order of the legend."""
    _ = translate
    return {
        Mark.COUNTED: _("counts"),
        Mark.PAPER: _("paper, counts"),
        Mark.PAPER_ASIDE: _("paper, does not count"),
        Mark.ASIDE: _("in time, does not count"),
        Mark.EXTRA: _("extra, does not count"),
        Mark.LATE: _("afterwards, does not count"),
    }


def draw_legend(
    axes: Axes,
    rows: Sequence[Sequence[LegendEntry]],
    palette: Palette,
    font: FontProperties,
    top: float,
) -> None:
    """Draw `rows` downwards, the first with its baseline at `top`."""
    line = font.get_size() + 6
    for number, row in enumerate(rows):
        y = top - number * line
        for entry in row:
            _sample(axes, entry, palette, font, y + 4)
            axes.text(entry.x + _SAMPLE_PX, y, entry.words, color=palette.ink, fontproperties=font)


def _sample(
    axes: Axes, entry: LegendEntry, palette: Palette, font: FontProperties, y: float
) -> None:
    if isinstance(entry.sample, Mark):
        axes.plot([entry.x + 9], [y], **MARKS[entry.sample].drawn(palette, 7))
    elif entry.sample == "gap":
        hatch(axes, entry.x + 2, entry.x + 16, y - 5, y + 5, palette.gap)
    elif entry.sample == "opioids":
        axes.plot([entry.x + 9] * 2, [y - 5, y + 5], color=palette.gap, lw=7)
    elif entry.sample == "physician":
        axes.text(
            entry.x + 9, y - 4, PHYSICIAN, color=palette.quiet, ha="center", fontproperties=font
        )
    elif entry.sample == "missing":
        axes.plot([entry.x + 9] * 2, [y - 4, y + 4], color=palette.missing, lw=1.6)
    else:
        width = 4 if entry.sample == "window" else 1.8
        axes.plot([entry.x + 2, entry.x + 16], [y, y], color=palette.mean, lw=width)
