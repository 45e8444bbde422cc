"""The times at which the stimulator was switched on or off, as lines from bottom to top."""

from __future__ import annotations

from collections.abc import Iterator

from diary.charts.data import Switch
from diary.charts.pen import Layer, Pen
from diary.charts.words import Translate, long_day

DASHES = (2, 2)


def draw_switches(pen: Pen) -> None:
    """Draw a dotted line at each switch, with what was done written along it."""
    plot = pen.plot
    for switch in pen.data.switches:
        if not plot.sees(switch.moment):
            continue
        x = plot.x(switch.moment)
        pen.axes.plot(
            [x, x],
            [plot.bottom, plot.top],
            color=pen.palette.ink,
            lw=1.2,
            dashes=DASHES,
            zorder=Layer.LINES,
        )
        pen.axes.text(
            x - 3,
            plot.bottom + 18,
            said(switch, pen.translate),
            color=pen.palette.ink,
            rotation=90,
            ha="right",
            va="bottom",
            fontproperties=pen.font,
        )


def said(switch: Switch, translate: Translate) -> str:
    """Return what was done, in two words."""
    _ = translate
    return _("switched on") if switch.on else _("switched off")


def in_words(switches: tuple[Switch, ...], translate: Translate, language: str) -> Iterator[str]:
    """Yield each time with its day, for who does not see the picture."""
    for switch in switches:
        yield f"{long_day(switch.at.date(), language)} {said(switch, translate)}"
