"""Complex regional pain syndrome (S3 l.457-579)."""

from __future__ import annotations

from diary.protocol.indications.criteria import Criterion, Indication, Treatment, flags, so
from diary.protocol.indications.intake import Intake
from diary.protocol.indications.treatments import (
    invasive,
    physiotherapy,
    psychosocial,
    two_co_analgesics,
)
from diary.protocol.intake_facts import Technique
from diary.protocol.messages import N_


def _drgs(intake: Intake) -> bool | None:
    technique = intake.case.intake.technique
    if technique is not Technique.DRGS:
        return None if technique is None else True
    return intake.flag("foot_or_leg_pain_dominates")


CRPS = Indication(
    "crps",
    "S3 l.17-18",
    N_("Complex regional pain syndrome"),
    frozenset({Technique.SCS, Technique.DRGS}),
    (
        so("crps_by_new_iasp", "S3 l.480", N_("CRPS by the new IASP criteria")),
        Criterion(
            "drgs_for_foot_or_leg",
            "S3 l.482",
            N_("DRGS only when foot or leg pain dominates"),
            _drgs,
            flags("foot_or_leg_pain_dominates"),
        ),
    ),
    (
        physiotherapy("S3 l.492"),
        Treatment(
            "anti_inflammatory",
            "S3 l.500",
            N_("Anti-inflammatory treatment: DMSO cream, or N-acetylcysteine"),
            N_("when auto-inflammation is suspected"),
        ),
        *two_co_analgesics("S3 l.524"),
        Treatment(
            "vasodilator",
            "S3 l.530",
            N_("At least one vasodilator"),
            N_("when vasomotor dysregulation is suspected"),
        ),
        Treatment(
            "spasmolytic",
            "S3 l.534",
            N_("At least one spasmolytic"),
            N_("when motor dysregulation is suspected"),
        ),
        psychosocial("S3 l.538"),
        invasive(
            "thoracic_block",
            "S3 l.549",
            N_("Thoracic sympathetic block (T2-3)"),
            N_("in the arm, when vasomotor dysregulation dominates"),
        ),
        invasive(
            "ketamine",
            "S3 l.559",
            N_("Low dose of ketamine into a vein"),
            N_("when neuropathic or nociplastic pain dominates"),
        ),
    ),
)
