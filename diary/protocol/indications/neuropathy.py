"""Painful diabetic polyneuropathy (S3 l.580-667), small-fibre neuropathy (S3 l.668-733)."""

from __future__ import annotations

from diary.protocol.indications.criteria import (
    Criterion,
    Indication,
    Treatment,
    at_least,
    number,
    so,
)
from diary.protocol.indications.intake import Intake
from diary.protocol.indications.treatments import (
    NEUROPATHIC,
    invasive,
    nociceptive,
    physiotherapy,
    psychosocial,
)
from diary.protocol.intake_facts import Technique
from diary.protocol.messages import N_

LIMBS = frozenset({"leg", "foot", "arm", "hand"})
ELSEWHERE = frozenset({"back", "neck", "head", "other"})

PDN = Indication(
    "pdn",
    "S3 l.19",
    N_("Painful diabetic polyneuropathy"),
    frozenset({Technique.SCS}),
    (
        so(
            "pdn_by_neurologist_or_internist",
            "S3 l.597-599",
            N_("Diagnosis by a neurologist or an internist, by the guideline"),
        ),
        so(
            "pdn_in_the_legs",
            "S3 l.597",
            N_("Painful diabetic polyneuropathy of the legs or feet"),
            N_("The description (l.585-587) speaks of hands and feet, the criterion of the legs."),
        ),
    ),
    (
        physiotherapy("S3 l.607"),
        nociceptive("S3 l.613"),
        Treatment("snri", "S3 l.617", N_("SNRI, the first choice"), NEUROPATHIC),
        Treatment(
            "tca_or_antiepileptic",
            "S3 l.621",
            N_("TCA or gabapentinoid, the second choice"),
            NEUROPATHIC,
        ),
        Treatment(
            "carbamazepine_or_capsaicin",
            "S3 l.625",
            N_("Carbamazepine or capsaicin cream, the third choice"),
            NEUROPATHIC,
        ),
        psychosocial("S3 l.627"),
        invasive("tens", "S3 l.639", N_("TENS"), N_("when pain dominates")),
        invasive(
            "sympathetic_block",
            "S3 l.645",
            N_("Sympathetic block"),
            N_("when vasomotor dysregulation dominates"),
        ),
    ),
)


def _limb_pain(intake: Intake) -> bool | None:
    least = intake.parameters.limb_score_least.on(intake.case.scale)
    return at_least(intake.highest_score(LIMBS, "pain_in_limbs"), least)


def _pain_elsewhere(intake: Intake) -> bool | None:
    most = intake.parameters.elsewhere_score_most.on(intake.case.scale)
    highest = intake.highest_score(ELSEWHERE, "pain_elsewhere")
    return None if highest is None else highest <= most


SFN = Indication(
    "sfn",
    "S3 l.19",
    N_("Small-fibre neuropathy"),
    frozenset({Technique.SCS}),
    (
        so("sfn_by_neurologist", "S3 l.689", N_("Diagnosis by a neurologist, by the guideline")),
        Criterion(
            "limb_pain",
            "S3 l.691-693",
            N_(
                "Pain in arms or legs of NRS %(limb_score_least_nrs)s "
                "or VAS %(limb_score_least_vas)s mm, or more"
            ),
            _limb_pain,
            (number("pain_in_limbs", 0, 100),),
        ),
        Criterion(
            "pain_elsewhere",
            "S3 l.719-721",
            N_(
                "Pain elsewhere of at most NRS %(elsewhere_score_most_nrs)s "
                "or VAS %(elsewhere_score_most_vas)s mm"
            ),
            _pain_elsewhere,
            (number("pain_elsewhere", 0, 100),),
            N_("The standpunt prints VAS ≥40 mm beside NRS ≤4; it is read as at most 40 mm."),
        ),
    ),
    (
        physiotherapy("S3 l.699"),
        Treatment("snri", "S3 l.703", N_("SNRI"), NEUROPATHIC),
        Treatment("tca_or_alpha2delta", "S3 l.705", N_("TCA or alpha-2-delta ligand"), NEUROPATHIC),
        Treatment("capsaicin", "S3 l.707", N_("Capsaicin cream"), NEUROPATHIC),
        psychosocial("S3 l.709"),
    ),
)
