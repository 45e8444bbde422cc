"""What a criterion is, and the ways in which one can be judged.

A judge says True (met), False (not met) or None (unknown). What is unknown is never taken for
a yes or a no.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from diary.protocol.indications.intake import Intake
from diary.protocol.intake_facts import Technique
from diary.protocol.messages import Caution

Judge = Callable[[Intake], bool | None]


class FactKind(StrEnum):
    """What is stated for a fact."""

    FLAG = "flag"
    """Yes or no."""
    NUMBER = "number"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class AskedFact:
    """Something that the team states at intake; a number has limits, both included."""

    name: str
    kind: FactKind
    least: int = 0
    most: int = 0


@dataclass(frozen=True, slots=True)
class Criterion:
    """A requirement of S3, in our own short words, met when what `text` says is so.

    `text` and `note` are templates for the parameters. `note` says where S3 is inconsistent and
    how it is read. `relative`: not meeting it is an argument, not a bar. `warn` gives what a reader
    of the judgement has to know.
    """

    name: str
    source: str
    text: str
    judge: Judge
    asks: tuple[AskedFact, ...] = ()
    note: str | None = None
    relative: bool = False
    warn: Callable[[Intake], tuple[Caution, ...]] | None = None


class Step(StrEnum):
    """The order in which treatments are considered."""

    CONSERVATIVE = "conservative"
    INVASIVE = "invasive"
    """When the conservative ones did too little."""


@dataclass(frozen=True, slots=True)
class Treatment:
    """A treatment to be considered before stimulation; `when` says for whom, None for all."""

    name: str
    source: str
    text: str
    when: str | None = None
    step: Step = Step.CONSERVATIVE


@dataclass(frozen=True, slots=True)
class Indication:
    """A reimbursed indication with its own criteria and treatments to consider first."""

    name: str
    source: str
    text: str
    techniques: frozenset[Technique]
    criteria: tuple[Criterion, ...]
    treatments: tuple[Treatment, ...]


def flags(*names: str) -> tuple[AskedFact, ...]:
    """Return facts that are stated as yes or no."""
    return tuple(AskedFact(name, FactKind.FLAG) for name in names)


def number(name: str, least: int, most: int) -> AskedFact:
    """Return a fact that is stated as a number from `least` to `most`."""
    return AskedFact(name, FactKind.NUMBER, least, most)


def all_so(*names: str) -> Judge:
    """Judge: each of these facts must be stated, and be so."""

    def judge(intake: Intake) -> bool | None:
        stated = [intake.flag(name) for name in names]
        if False in stated:
            return False
        return None if None in stated else True

    return judge


def none_so(*names: str) -> Judge:
    """Judge: each of these facts must be stated, and not be so."""

    def judge(intake: Intake) -> bool | None:
        stated = [intake.flag(name) for name in names]
        if True in stated:
            return False
        return None if None in stated else True

    return judge


def so(name: str, source: str, text: str, note: str | None = None) -> Criterion:
    """Return a criterion that is met when the fact of the same name is so."""
    return Criterion(name, source, text, all_so(name), flags(name), note)


def not_so(name: str, source: str, text: str, *facts: str) -> Criterion:
    """Return a criterion that is met when none of `facts` is so."""
    return Criterion(name, source, text, none_so(*facts), flags(*facts))


def at_least(value: Fraction | None, least: Fraction | int) -> bool | None:
    """Judge a number that may be unknown: the limit itself is enough."""
    return None if value is None else value >= least
