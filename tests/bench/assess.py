"""All verdicts of one patient, over a plain rolling mean of the same rows."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from diary.protocol.cases import assess, parse_case

from tests.bench.cases import month_case
from tests.bench.measure import Result, at_most, seconds_of_both

# Four days of six entries.
WINDOW = 24


def run() -> Iterator[Result]:
    """Compare `assess` with the rolling mean that a script would compute, exact as ours is."""
    raw = month_case()
    case = parse_case(raw)
    scores = [Fraction(entry["scores"]["leg"]) for entry in raw["entries"]]
    ours, floor = seconds_of_both(lambda: assess(case), lambda: rolling_means(scores))
    yield at_most("all verdicts, 30 days x 6 entries (s)", ours, floor, 10)


def rolling_means(scores: list[Fraction]) -> list[Fraction]:
    """Return, after every entry, the plain mean of the last four days' entries."""
    return [
        sum(scores[end - WINDOW : end], Fraction()) / WINDOW
        for end in range(WINDOW, len(scores) + 1)
    ]
