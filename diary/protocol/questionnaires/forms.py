"""What a questionnaire is made of, and how answers combine into a score."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

Combine = Callable[[Sequence[Fraction], int], Fraction | None]
"""From the points of the answered parts, and the number of all parts, to a value."""

MINUTES_IN_AN_HOUR = 60
MINUTES_IN_A_DAY = 1440


@dataclass(frozen=True, slots=True)
class Item:
    """One question; its answer is a number from `least` to `most`, as printed on the form.

    `steps` to a point: 1 takes whole numbers, 2 also halves, None any number. `reverse`: the points
    run against the answers. `blank`: what no answer is worth (None: it counts as missing).
    """

    name: str
    least: int
    most: int
    steps: int | None = 1
    reverse: bool = False
    blank: int | None = None

    def takes(self, answer: Fraction) -> bool:
        """Tell whether it is one of the answers."""
        on_a_step = self.steps is None or (answer * self.steps).denominator == 1
        return on_a_step and self.least <= answer <= self.most


@dataclass(frozen=True, slots=True)
class Band:
    """What scores mean from `least` on, up to the next band."""

    least: int
    text: str


@dataclass(frozen=True, slots=True)
class Scale:
    """A score from `least` to `most`, made of items or of earlier scales of the same form.

    At least `needed` of the `parts` must have points. `cuts` turn the value into points: one for
    each cut that it has reached, or that it stays below when `falling`.
    """

    name: str
    text: str
    parts: tuple[str, ...]
    combine: Combine
    needed: int
    least: Fraction | int
    most: Fraction | int
    bands: tuple[Band, ...] = ()
    cuts: tuple[int, ...] = ()
    falling: bool = False

    def band(self, value: Fraction | None) -> Band | None:
        """Return what a value means, None without a value or without bands."""
        reached = [band for band in self.bands if value is not None and value >= band.least]
        return reached[-1] if reached else None


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """A questionnaire; `source` is the line of S3 that asks for it and where its rules come from.

    `missing` says in words what happens to questions without an answer. `reported` are the scales
    that stand for the whole: a form that was scored elsewhere has these as its totals.
    """

    name: str
    title: str
    source: str
    missing: str
    items: tuple[Item, ...]
    scales: tuple[Scale, ...]
    reported: tuple[str, ...]

    @property
    def reported_scales(self) -> tuple[Scale, ...]:
        """The scales that stand for the whole, in the order of the form."""
        return tuple(scale for scale in self.scales if scale.name in self.reported)


def items(names: str, least: int, most: int) -> tuple[Item, ...]:
    """Return items with one range of answers; `names` are separated by blanks."""
    return tuple(Item(name, least, most) for name in names.split())


def names_of(some: Sequence[Item]) -> tuple[str, ...]:
    """Return the names of items: the parts of a scale."""
    return tuple(item.name for item in some)


def total(points: Sequence[Fraction], parts: int) -> Fraction:
    """Combine: the sum, a missing part counting as the mean of the others."""
    return sum(points, Fraction(0)) * parts / len(points)


def mean(points: Sequence[Fraction], _parts: int) -> Fraction:
    """Combine: the mean of the parts that were answered."""
    return sum(points, Fraction(0)) / len(points)


def percentage_of(most: int) -> Combine:
    """Return: the sum as a percentage of what the answered parts could give, `most` each."""

    def combine(points: Sequence[Fraction], _parts: int) -> Fraction:
        return 100 * sum(points, Fraction(0)) / (most * len(points))

    return combine


def weighted(constant: Fraction, weights: Sequence[Mapping[int, Fraction]]) -> Combine:
    """Return: a constant and the weight of each part's points; points without one weigh nothing.

    `weights` are in the order of the parts, all of which are needed.
    """

    def combine(points: Sequence[Fraction], _parts: int) -> Fraction:
        pairs = zip(weights, points, strict=True)
        return sum((table.get(int(point), Fraction(0)) for table, point in pairs), constant)

    return combine


def sleep_efficiency(points: Sequence[Fraction], _parts: int) -> Fraction | None:
    """Combine hours asleep, bed time and rising time (minutes after midnight): % of time in bed.

    None when the patient slept longer than the time in bed, which cannot be.
    """
    asleep, to_bed, rising = points
    in_bed = (rising - to_bed) % MINUTES_IN_A_DAY
    minutes = asleep * MINUTES_IN_AN_HOUR
    return 100 * minutes / in_bed if 0 < in_bed >= minutes else None
