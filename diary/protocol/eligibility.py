"""Who may be offered neuromodulation (S3 l.12-33, l.58-63, l.128-178, l.276-796).

Every criterion is met, not met or unknown, judged on the first intake day. The software shows
what is known; the patient and the team decide.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache

from diary.protocol.counting import Diary
from diary.protocol.days import ONE_DAY
from diary.protocol.indications.criteria import Criterion, Indication, Judge, Treatment
from diary.protocol.indications.general import GENERAL
from diary.protocol.indications.intake import Intake
from diary.protocol.indications.known import NOT_REIMBURSED, REIMBURSED
from diary.protocol.intake_facts import TreatmentRecord, TreatmentResult
from diary.protocol.messages import N_, Caution
from diary.protocol.pathway import Case
from diary.protocol.shown import shown_number
from diary.protocol.versions import Parameters, PerScale


class CriterionStatus(StrEnum):
    """Whether a criterion is met, as far as is known."""

    MET = "met"
    NOT_MET = "not_met"
    UNKNOWN = "unknown"


_STATUS = {
    True: CriterionStatus.MET,
    False: CriterionStatus.NOT_MET,
    None: CriterionStatus.UNKNOWN,
}


@dataclass(frozen=True, slots=True)
class CriterionFinding:
    """A criterion and whether the patient meets it. `values` fill the criterion's templates.

    `cautions` are what a reader of the status has to know.
    """

    criterion: Criterion
    status: CriterionStatus
    values: Mapping[str, object]
    cautions: tuple[Caution, ...]

    @property
    def english(self) -> str:
        """The criterion in English."""
        return self.criterion.text % self.values

    @property
    def english_note(self) -> str | None:
        """Where S3 is inconsistent, in English; None where it is not."""
        note = self.criterion.note
        return None if note is None else note % self.values


@dataclass(frozen=True, slots=True)
class TreatmentFinding:
    """A treatment to be considered first, and its last record (None: none is at hand)."""

    treatment: Treatment
    record: TreatmentRecord | None


@dataclass(frozen=True, slots=True)
class Eligibility:
    """All criteria in the order of S3, and the checklist of earlier treatments."""

    criteria: tuple[CriterionFinding, ...]
    treatments: tuple[TreatmentFinding, ...]


def eligibility(case: Case, diary: Diary) -> Eligibility:
    """Judge every criterion for the case's indication; `diary` holds its entries in their places.

    Without one of the six indications only the general criteria are judged.
    """
    known = REIMBURSED.get(case.indication or "")
    treatments = _treatments(case, known)
    criteria = [
        _reimbursed(case.indication),
        *GENERAL,
        *(_of_indication(known, treatments) if known else ()),
    ]
    values = parameter_values(case.parameters)
    intake = Intake(case, diary)
    return Eligibility(
        tuple(_find(criterion, intake, values) for criterion in criteria),
        treatments,
    )


def _find(criterion: Criterion, intake: Intake, values: Mapping[str, str]) -> CriterionFinding:
    cautions = criterion.warn(intake) if criterion.warn else ()
    return CriterionFinding(criterion, _STATUS[criterion.judge(intake)], values, cautions)


@lru_cache(maxsize=64)
def parameter_values(parameters: Parameters) -> Mapping[str, str]:
    """Return what fills the templates of criteria: numbers by name, two for a value per scale."""
    values = {}
    for name in (field.name for field in fields(parameters)):
        value = getattr(parameters, name)
        if isinstance(value, PerScale):
            values[f"{name}_nrs"] = _plain(value.nrs)
            values[f"{name}_vas"] = _plain(value.vas)
        elif isinstance(value, int | Fraction):
            values[name] = _plain(Fraction(value))
    return values


def _plain(value: Fraction) -> str:
    return str(value) if value.denominator == 1 else shown_number(value)


def _reimbursed(name: str | None) -> Criterion:
    known, other = REIMBURSED.get(name or ""), NOT_REIMBURSED.get(name or "")
    found = known or other
    return Criterion(
        "indication",
        found.source if found else "S3 l.12-33",
        N_("An indication that is reimbursed"),
        _always(True if known else False if other else None),
    )


def _of_indication(
    known: Indication, treatments: tuple[TreatmentFinding, ...]
) -> tuple[Criterion, ...]:
    return (
        Criterion(
            "technique",
            known.source,
            N_("A technique that is reimbursed for this indication"),
            lambda intake: _technique(intake, known),
        ),
        *known.criteria,
        Criterion(
            "last_resort",
            "S3 l.58-63",
            N_("All other treatments were considered, and none did enough"),
            _always(_last_resort(treatments)),
        ),
    )


def _always(found: bool | None) -> Judge:
    return lambda _: found


def _technique(intake: Intake, known: Indication) -> bool | None:
    """Judge the technique; DRGS is for nothing but CRPS (S3 l.12-22, l.982)."""
    technique = intake.case.intake.technique
    return None if technique is None else technique in known.techniques


def _treatments(case: Case, known: Indication | None) -> tuple[TreatmentFinding, ...]:
    """Return the checklist with the latest record of each treatment, as known at `as_of`."""
    today = case.finished + ONE_DAY
    latest: dict[str, TreatmentRecord] = {}
    for record in sorted(case.intake.treatments, key=lambda record: (record.on, record.result)):
        if record.on <= today:
            latest[record.treatment] = record
    to_consider = known.treatments if known else ()
    return tuple(TreatmentFinding(one, latest.get(one.name)) for one in to_consider)


def _last_resort(treatments: tuple[TreatmentFinding, ...]) -> bool | None:
    results = [found.record and found.record.result for found in treatments]
    if TreatmentResult.ENOUGH in results:
        return False
    return None if None in results else True
