"""The diary on paper: which sheets a booklet of one phase has, and what is asked on each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from diary.protocol.moments import PlannedMeasurement
from diary.store.pathways import PathwayView, PhaseView

# What fits on A5 in a size that can be read and written on: questions, not moments.
MOST_QUESTIONS = 10
FEW_QUESTIONS = 5


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page: a diary day, or a part of one that asks more than a page holds.

    `number` of `days` is the day's place in the phase, `part` of `parts` the page's in its day.
    """

    diary_day: date
    number: int
    days: int
    part: int
    parts: int
    moments: tuple[PlannedMeasurement, ...]
    roomy: bool


def sheets(pathway: PathwayView, phase: PhaseView) -> list[Sheet]:
    """Return the pages of the days of `phase`, in order; a moment is never cut in two.

    The moments come in the order of the diary day, so one at night is the last of its day.
    """
    days = (phase.end - phase.first_day).days + 1
    per_page = max(1, MOST_QUESTIONS // len(pathway.sites))
    found = []
    for number in range(days):
        day = phase.first_day + timedelta(days=number)
        parts = list(_parts(pathway.plan.day(day), per_page))
        found += [
            Sheet(
                diary_day=day,
                number=number + 1,
                days=days,
                part=index,
                parts=len(parts),
                moments=moments,
                roomy=len(moments) * len(pathway.sites) <= FEW_QUESTIONS,
            )
            for index, moments in enumerate(parts, start=1)
        ]
    return found


def _parts(
    moments: Sequence[PlannedMeasurement], most: int
) -> Iterator[tuple[PlannedMeasurement, ...]]:
    """Yield `moments` in parts of at most `most`, as even as can be."""
    parts = -(-len(moments) // most)
    for index in range(parts):
        yield tuple(moments[index * len(moments) // parts : (index + 1) * len(moments) // parts])
