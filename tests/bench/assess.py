"""All verdicts of one patient, over a plain rolling mean of the same rows."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import partial

from diary.protocol.cases import Case, assess, parse_case
from tests.bench.cases import month_case, switch_off_case
from tests.bench.measure import Result, at_most, seconds_of_both

# Four days of six entries.
WINDOW = 24


def run() -> Iterator[Result]:
    """Compare `assess` with the rolling mean that a script would compute over the same rows.

    Once with fractions, exact as ours is, and once with floats, which is all that most scripts do.
    """
    case = parse_case(month_case())
    off = parse_case(switch_off_case())
    for name, judged, floor in (
        ("trial, over exact means", case, exact_means),
        ("trial, over means in floats", case, float_means),
        ("switch-off, over means in floats", off, float_means),
    ):
        ours, theirs = seconds_of_both(partial(assess, judged), partial(floor, judged))
        yield at_most(f"all verdicts, 30 days x 6 entries: {name} (s)", ours, theirs, 10)


def exact_means(case: Case) -> list[Fraction]:
    """Return, after every entry, the plain mean of the last four days' entries."""
    scores = [entry.scores["leg"] for entry in case.entries]
    return [
        sum(scores[end - WINDOW : end], Fraction()) / WINDOW
        for end in range(WINDOW, len(scores) + 1)
    ]


def float_means(case: Case) -> list[float]:
    """Return the same means, rounded as floats are."""
    scores = [float(entry.scores["leg"]) for entry in case.entries]
    return [sum(scores[end - WINDOW : end]) / WINDOW for end in range(WINDOW, len(scores) + 1)]
