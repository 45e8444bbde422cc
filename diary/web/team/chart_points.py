"""The points of the trend chart as links over the picture: hover or focus tells the entry.

An <img> takes no pointer and no focus. So a transparent drawing of the same size lies over it,
with one link for each point to its row in the table of all entries.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from diary.charts.data import Point, TrendData
from diary.charts.legend import mark_words
from diary.charts.trend import Size, place
from diary.charts.words import number
from diary.protocol.exact import decimal_text
from diary.store.diary_reading import EntryView
from diary.store.pathways import PathwayView
from diary.web.labels import moment_label
from diary.web.language import current, day_short, gettext, moment_in


@dataclass(frozen=True, slots=True)
class Spot:
    """One point: its place from the top left, where its words stand, and its row."""

    x: float
    y: float
    words: str
    row: str
    words_y: float
    # At which edge of its own words the point is: "start", "middle" or "end".
    anchor: str


@dataclass(frozen=True, slots=True)
class Overlay:
    """The points of a picture of `width` and `height` CSS pixels; `name` is that of its size."""

    name: str
    width: int
    height: int
    spots: list[Spot]


def row_of(entry: EntryView) -> str:
    """Return the name of an entry's row in the table."""
    return f"entry-{entry.id}"


def overlays(
    data: TrendData,
    pathway: PathwayView,
    entries: Sequence[EntryView],
    sizes: Mapping[str, Size],
) -> list[Overlay]:
    """Return the points that lie over each size of the picture of `data`, in time order."""
    known = {entry.imported_as or str(entry.id): entry for entry in entries}
    marks = mark_words(gettext)
    found = [
        (point, known[point.entry], _words(known[point.entry], point, marks[point.mark], pathway))
        for point in data.points
        if point.entry in known
    ]
    return [_overlay(name, size, data, found) for name, size in sizes.items()]


def _overlay(
    name: str, size: Size, data: TrendData, found: Sequence[tuple[Point, EntryView, str]]
) -> Overlay:
    plot, _legend = place(data, gettext, size)
    spots = []
    for point, entry, words in found:
        x, y = plot.x(point.at), size.height - plot.y(float(point.score))
        third = int(3 * x / size.width)
        spots.append(
            Spot(
                x=round(x, 1),
                y=round(y, 1),
                words=words,
                row=row_of(entry),
                # Above the point, unless that is above the plot.
                words_y=round(y - 13 if y - 28 > size.height - plot.top else y + 24, 1),
                anchor=("start", "middle", "end")[min(third, 2)],
            )
        )
    return Overlay(name, size.width, size.height, spots)


def _words(entry: EntryView, point: Point, mark: str, pathway: PathwayView) -> str:
    """Return day, time or moment, score, and whether it counts."""
    if entry.measured_at is None:
        moment = moment_label(entry.moment) if entry.moment else "–"
        when = f"{day_short(entry.diary_day)}, {moment.lower()}"
    else:
        when = moment_in(entry.measured_at, pathway.zone)
    score = number(decimal_text(point.score), current())
    return f"{when}: {score} ({mark})"
