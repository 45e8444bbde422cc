"""Where a day and a score lie on the picture: days of the diary in full, long silences cut out."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from diary.charts.data import Moment, TrendData

# Between two phases often lie weeks without a diary. Up to so many days stay to scale; a longer
# silence becomes a break of a fixed width that says how long it is.
LONGEST_SILENCE = 4
_BREAK_PX = 46.0


@dataclass(frozen=True, slots=True)
class Run:
    """Days that follow each other on the axis, from `first` up to and including `last`."""

    first: date
    last: date
    left: float
    right: float

    @property
    def days(self) -> int:
        """Return how many days the run has."""
        return (self.last - self.first).days + 1


@dataclass(frozen=True, slots=True)
class Plot:
    """The drawing area in pixels from the bottom left, with its runs of days and its scale."""

    left: float
    right: float
    bottom: float
    top: float
    maximum: int
    runs: tuple[Run, ...]

    @property
    def day_width(self) -> float:
        """Return the width of one day in pixels."""
        return (self.runs[0].right - self.runs[0].left) / self.runs[0].days

    def x(self, at: Moment) -> float:
        """Return the pixel of a moment; in a break it is the run's edge before it."""
        index = bisect_right(self.runs, at.day, key=lambda run: run.first) - 1
        run = self.runs[max(index, 0)]
        along = (at.day - run.first).days + at.part
        return run.left + min(max(along, 0.0), run.days) * self.day_width

    def span(self, first: date, last: date) -> tuple[float, float]:
        """Return the left and right edge of the whole days `first` to `last`."""
        return self.x(Moment(first, 0.0)), self.x(Moment(last, 1.0))

    def y(self, score: float) -> float:
        """Return the pixel of a score."""
        return self.bottom + score / self.maximum * (self.top - self.bottom)

    def breaks(self) -> list[tuple[float, float, int]]:
        """Return left edge, right edge and number of days of every cut-out silence."""
        return [
            (before.right, after.left, (after.first - before.last).days - 1)
            for before, after in pairwise(self.runs)
        ]

    def sees(self, at: Moment) -> bool:
        """Tell whether a moment lies on the axis."""
        return any(run.first <= at.day <= run.last for run in self.runs)


def lay_out(data: TrendData, left: float, right: float, bottom: float, top: float) -> Plot:
    """Return the plot of `data` inside the given edges; every day gets the same width."""
    spans = _spans(data)
    days = sum((last - first).days + 1 for first, last in spans)
    gap = min(_BREAK_PX, (right - left) / 8)
    day_width = (right - left - gap * (len(spans) - 1)) / days
    runs, x = [], left
    for first, last in spans:
        width = ((last - first).days + 1) * day_width
        runs.append(Run(first, last, x, x + width))
        x += width + gap
    return Plot(left, right, bottom, top, data.maximum, tuple(runs))


def _spans(data: TrendData) -> list[tuple[date, date]]:
    days = sorted(set(_days(data))) or [data.now.day]
    spans = [(days[0], days[0])]
    for day in days[1:]:
        if (day - spans[-1][1]).days - 1 > LONGEST_SILENCE:
            spans.append((day, day))
        spans[-1] = (spans[-1][0], day)
    return spans


def _days(data: TrendData) -> Iterable[date]:
    for phase in data.phases:
        for offset in range((phase.last_day - phase.first_day).days + 1):
            yield phase.first_day + timedelta(days=offset)
    for point in data.points:
        yield point.at.day
