"""What the pain team states of a patient at intake, beside what the diary measures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction

Fact = bool | Fraction | date


class Technique(StrEnum):
    """How nerves are stimulated (S3 l.12-22)."""

    SCS = "scs"
    """Spinal cord stimulation."""
    DRGS = "drgs"
    """Dorsal root ganglion stimulation."""
    ONS = "ons"
    """Occipital nerve stimulation."""


class TeamRole(StrEnum):
    """The professions of the team that decides on the indication (S3 l.172-178)."""

    PAIN_SPECIALIST = "pain_specialist"
    NEUROSURGEON = "neurosurgeon"
    PSYCHOLOGIST = "psychologist"
    PSYCHIATRIST = "psychiatrist"
    NURSE_SPECIALIST = "nurse_specialist"
    PHYSICIAN_ASSISTANT = "physician_assistant"
    NURSE = "nurse"


class TreatmentResult(StrEnum):
    """What came of a treatment that was considered. Only the first one makes stimulation early."""

    ENOUGH = "enough"
    """It relieved the pain enough."""
    NOT_ENOUGH = "not_enough"
    NOT_TOLERATED = "not_tolerated"
    NOT_POSSIBLE = "not_possible"
    """A contra-indication, or the patient's own choice."""
    NOT_INDICATED = "not_indicated"
    """What the treatment is for was not found."""


@dataclass(frozen=True, slots=True)
class TreatmentRecord:
    """A treatment that was considered, the day on which that was settled, and what came of it."""

    treatment: str
    on: date
    result: TreatmentResult


@dataclass(frozen=True, slots=True)
class IntakeFacts:
    """Everything stated at intake; what is not there is unknown.

    `stated` holds yes or no, numbers and days by the names in `diary.protocol.indications`.
    """

    stated: Mapping[str, Fact] = field(default_factory=dict)
    technique: Technique | None = None
    team: tuple[TeamRole, ...] | None = None
    treatments: tuple[TreatmentRecord, ...] = ()
