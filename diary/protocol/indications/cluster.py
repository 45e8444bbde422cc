"""Chronic cluster headache that no medicine helps: occipital stimulation (S3 l.734-796)."""

from __future__ import annotations

from diary.protocol.indications.criteria import (
    AskedFact,
    Criterion,
    FactKind,
    Indication,
    Treatment,
    all_so,
    at_least,
    flags,
    not_so,
    number,
    so,
)
from diary.protocol.indications.intake import Intake
from diary.protocol.indications.treatments import psychosocial
from diary.protocol.intake_facts import Technique
from diary.protocol.messages import N_
from diary.protocol.months import months_later

FAILED = ("verapamil_failed", "lithium_failed", "third_medicine_failed")


def _frequency(intake: Intake) -> bool | None:
    measured = intake.attacks_a_week
    found = intake.number("attacks_a_week") if measured is None else measured
    return at_least(found, intake.parameters.attacks_a_week_least)


def _mri(intake: Intake) -> bool | None:
    made, first_day = intake.day("mri_on"), intake.first_day
    # An MRI that was made later says nothing of an earlier one.
    if made is None or first_day is None or made > first_day:
        return None
    return months_later(made, intake.parameters.mri_months_most) >= first_day


CLUSTER = Indication(
    "cluster",
    "S3 l.22",
    N_("Chronic cluster headache that no medicine helps"),
    frozenset({Technique.ONS}),
    (
        so(
            "chronic_cluster_by_neurologist",
            "S3 l.748-752",
            N_("Diagnosis by an expert neurologist, by ICHD-III"),
        ),
        Criterion(
            "medicines_failed",
            "S3 l.739-741",
            N_(
                "Verapamil, lithium and one of methysergide, topiramate and gabapentin "
                "did not help enough"
            ),
            all_so(*FAILED),
            flags(*FAILED),
            N_(
                "By the definition they have failed; the list (l.760-766) only has them considered."
            ),
        ),
        Criterion(
            "attack_frequency",
            "S3 l.754",
            N_("At least %(attacks_a_week_least)s attacks a week"),
            _frequency,
            (number("attacks_a_week", 0, 1000),),
        ),
        Criterion(
            "mri",
            "S3 l.756",
            N_("MRI of at most %(mri_months_most)s months ago"),
            _mri,
            (AskedFact("mri_on", FactKind.DAY),),
        ),
        not_so(
            "no_medication_overuse",
            "S3 l.778",
            N_("No serious habituation to or overuse of acute headache medicine"),
            "headache_medication_overuse",
        ),
        not_so(
            "no_structural_lesion",
            "S3 l.780",
            N_("No intracranial or cervical vascular lesion that causes the headache"),
            "structural_lesion",
        ),
        not_so(
            "no_c2_c3_surgery",
            "S3 l.784",
            N_("No earlier destructive surgery of the C2 or C3 roots"),
            "destructive_c2_c3_surgery",
        ),
    ),
    (
        Treatment("verapamil", "S3 l.764", N_("Verapamil")),
        Treatment("lithium", "S3 l.764", N_("Lithium")),
        Treatment("third_medicine", "S3 l.764", N_("Methysergide, topiramate or gabapentin")),
        psychosocial("S3 l.768"),
    ),
)
