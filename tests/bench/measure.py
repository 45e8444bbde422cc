"""How a benchmark measures and what it says."""

from __future__ import annotations

import gc
import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Result:
    """One line of `make bench`.

    `ours` and `floor` are in one unit; `ratio` is ours / floor, `goal` the bound on it, and `ok`
    says whether the goal is met.
    """

    bench: str
    ours: float
    floor: float
    ratio: float
    goal: str
    ok: bool

    def line(self) -> str:
        """Return the result as one line of JSON."""
        return json.dumps(asdict(self))


def at_most(bench: str, ours: float, floor: float, times: float) -> Result:
    """Return a result that is in order when ours takes at most `times` the floor."""
    ratio = ours / floor
    return Result(bench, _round(ours), _round(floor), _round(ratio), f"<= {times}", ratio <= times)


def at_least(bench: str, ours: float, floor: float, times: float) -> Result:
    """Return a result that is in order when ours (a rate) reaches `times` the floor's."""
    ratio = ours / floor
    return Result(bench, _round(ours), _round(floor), _round(ratio), f">= {times}", ratio >= times)


def seconds_of_both(
    ours: Callable[[], object],
    floor: Callable[[], object],
    rounds: int = 7,
    before: Callable[[], object] = lambda: None,
) -> tuple[float, float]:
    """Return the best time of each in seconds, taken in turns so that noise meets both.

    `before` is done before each, and not measured.
    """
    best = [float("inf"), float("inf")]
    for _ in range(rounds):
        for index, work in enumerate((ours, floor)):
            before()
            gc.collect()
            started = time.perf_counter()
            work()
            best[index] = min(best[index], time.perf_counter() - started)
    return best[0], best[1]


def _round(value: float) -> float:
    return float(f"{value:.4g}")
