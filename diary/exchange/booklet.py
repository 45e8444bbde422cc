"""The diary on paper: which sheets a booklet of one phase has, and what is asked on each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from diary.protocol.moments import PlannedMeasurement
from diary.protocol.pathway import CLUSTER
from diary.store.medicines import MedicineView
from diary.store.pathways import PathwayView, PhaseView

STYLES = "css/booklet.css"
# What fits on A5 in a size that can be read and written on: questions, not moments.
MOST_QUESTIONS = 10
FEW_QUESTIONS = 5
# Lines for attacks, boxes for doses: more of them on one day is rare, and can be written beside.
ATTACK_LINES = 8
DOSE_BOXES = 8
# Medicines under one heading; a longer list goes on under the next.
MOST_MEDICINES = 12

# Heights in millimetres, generous: what a page holds below its heading, and what each part takes.
PAGE = 176
MOMENT, QUESTION = 7.5, 13.5
HEADING, LINE, BOXES, EVENING_QUESTION = 12.5, 7.5, 14, 17
ATTACKS = 92
SYMPTOMS = 112


class Part(StrEnum):
    """What a day asks besides scores."""

    MEDICINES = "medicines"
    DOSES = "doses"
    ATTACKS = "attacks"
    EVENING = "evening"
    SYMPTOMS = "symptoms"


@dataclass(frozen=True, slots=True)
class Block:
    """One part on a page, with the medicines it lists."""

    part: Part
    height: float
    medicines: tuple[MedicineView, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page: a diary day, or a part of one that asks more than a page holds.

    `number` of `days` is the day's place in the phase, `part` of `parts` the page's in its day.
    """

    diary_day: date
    number: int
    days: int
    moments: tuple[PlannedMeasurement, ...] = ()
    blocks: tuple[Block, ...] = ()
    roomy: bool = False
    part: int = 1
    parts: int = 1


def sheets(
    pathway: PathwayView,
    phase: PhaseView,
    medicines: Sequence[MedicineView] = (),
    *,
    with_symptoms: bool = False,
) -> list[Sheet]:
    """Return the pages of the days of `phase`, in order; a moment is never cut in two.

    The moments come in the order of the diary day, so one at night is the last of its day; then
    what else the phone asks on that day, on the same page where it fits.
    """
    days = (phase.end - phase.first_day).days + 1
    found = []
    for number in range(days):
        day = phase.first_day + timedelta(days=number)
        asked = list(_blocks(pathway, medicines, day, with_symptoms))
        pages = _pages(Sheet(day, number + 1, days), pathway, asked)
        found += [
            replace(page, part=index, parts=len(pages)) for index, page in enumerate(pages, start=1)
        ]
    return found


def _pages(empty: Sheet, pathway: PathwayView, blocks: Sequence[Block]) -> list[Sheet]:
    """Return the pages of one day: its moments, then `blocks` from the last of those on."""
    sites = len(pathway.sites)
    per_page = max(1, MOST_QUESTIONS // sites)
    pages = [
        replace(empty, moments=moments, roomy=len(moments) * sites <= FEW_QUESTIONS)
        for moments in _parts(pathway.plan.day(empty.diary_day), per_page)
    ] or [empty]
    room = PAGE - len(pages[-1].moments) * (MOMENT + sites * QUESTION)
    for block in blocks:
        if block.height > room:
            pages.append(empty)
            room = PAGE
        pages[-1] = replace(pages[-1], blocks=(*pages[-1].blocks, block), roomy=False)
        room -= block.height
    return pages


def _blocks(
    pathway: PathwayView, medicines: Sequence[MedicineView], day: date, with_symptoms: bool
) -> Iterator[Block]:
    current = [one for one in medicines if one.is_current(day)]
    regular = [one for one in current if not one.as_needed]
    for some in _chunks(regular, MOST_MEDICINES):
        yield Block(Part.MEDICINES, HEADING + LINE * (len(some) + 2), tuple(some))
    for some in _chunks([one for one in current if one.as_needed], MOST_MEDICINES):
        yield Block(Part.DOSES, HEADING + BOXES * len(some), tuple(some))
    if pathway.indication == CLUSTER:
        yield Block(Part.ATTACKS, ATTACKS)
    if pathway.evening:
        yield Block(Part.EVENING, HEADING + EVENING_QUESTION * len(pathway.evening))
    if with_symptoms:
        yield Block(Part.SYMPTOMS, SYMPTOMS)


def _chunks(listed: Sequence[MedicineView], most: int) -> Iterator[Sequence[MedicineView]]:
    for start in range(0, len(listed), most):
        yield listed[start : start + most]


def _parts(
    moments: Sequence[PlannedMeasurement], most: int
) -> Iterator[tuple[PlannedMeasurement, ...]]:
    """Yield `moments` in parts of at most `most`, as even as can be."""
    parts = -(-len(moments) // most)
    for index in range(parts):
        yield tuple(moments[index * len(moments) // parts : (index + 1) * len(moments) // parts])
