"""The trend chart of 30 days, against bare matplotlib drawing the same points."""

from __future__ import annotations

import io
from collections.abc import Iterator

from matplotlib.figure import Figure

from diary.charts.theme import Theme
from diary.charts.trend import WIDE, trend_svg
from tests.bench.measure import Result, at_most, seconds_of_both
from tests.charts.examples import patient


def run() -> Iterator[Result]:
    """Compare our chart, with phases, windows, words and legend, with the points alone."""
    data = patient(intake_days=4, gap=0, trial_days=26)
    days = [point.at.day.toordinal() + point.at.part for point in data.points]
    scores = [float(point.score) for point in data.points]

    def ours() -> None:
        trend_svg(data, str, "nl", Theme.LIGHT, WIDE)

    def floor() -> None:
        figure = Figure(figsize=(WIDE.width / 72, WIDE.height / 72))
        figure.subplots().plot(days, scores, "o")
        figure.savefig(io.BytesIO(), format="svg")

    yield at_most("trend chart, 30 days (s)", *seconds_of_both(ours, floor, rounds=15), times=1.5)
