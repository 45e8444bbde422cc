"""What is stated at intake, in the team's words."""

from __future__ import annotations

from collections.abc import Mapping

from diary.language import N_
from diary.protocol.eligibility import CriterionStatus
from diary.protocol.intake_facts import TeamRole, Technique, TreatmentResult
from diary.wording.words import Badge

STATUSES: Mapping[CriterionStatus, Badge] = {
    CriterionStatus.MET: Badge(N_("Met"), "✓", "good"),
    CriterionStatus.NOT_MET: Badge(N_("Not met"), "✗", "bad"),
    CriterionStatus.UNKNOWN: Badge(N_("Unknown"), "?", "warn"),
}
TECHNIQUES: Mapping[Technique, str] = {
    Technique.SCS: N_("Spinal cord (SCS)"),
    Technique.DRGS: N_("Dorsal root ganglion (DRGS)"),
    Technique.ONS: N_("Occipital nerve (ONS)"),
}
TEAM: Mapping[TeamRole, str] = {
    TeamRole.PAIN_SPECIALIST: N_("Pain specialist"),
    TeamRole.NEUROSURGEON: N_("Neurosurgeon"),
    TeamRole.PSYCHOLOGIST: N_("Clinical psychologist"),
    TeamRole.PSYCHIATRIST: N_("Psychiatrist"),
    TeamRole.NURSE_SPECIALIST: N_("Nurse specialist"),
    TeamRole.PHYSICIAN_ASSISTANT: N_("Physician assistant"),
    TeamRole.NURSE: N_("Nurse"),
}
RESULTS: Mapping[TreatmentResult, str] = {
    TreatmentResult.ENOUGH: N_("relieved the pain enough"),
    TreatmentResult.NOT_ENOUGH: N_("did not do enough"),
    TreatmentResult.NOT_TOLERATED: N_("was not tolerated"),
    TreatmentResult.NOT_POSSIBLE: N_("was not possible, or not wanted"),
    TreatmentResult.NOT_INDICATED: N_("was not indicated"),
}
# By the names in `diary.protocol.indications`.
FACTS: Mapping[str, str] = {
    "substance_misuse": N_("Substance misuse"),
    "pregnant": N_("Pregnant"),
    "clotting_disorder": N_("Clotting disorder"),
    "anticoagulant_cannot_stop": N_("Anticoagulant that cannot be stopped for a time"),
    "active_infection": N_("Active infection"),
    "life_expectancy_over_12_months": N_("Life expectancy of more than 12 months"),
    "intake_questionnaire_filled_in": N_("Intake questionnaire filled in"),
    "proms_filled_in": N_("PROMs filled in"),
    "bmi": N_("BMI (kg/m²)"),
    "med_mg": N_("Opioids before the intake, mg of oral morphine a day"),
    "active_psychiatric_disorder": N_("Active psychiatric disorder"),
    "referred_to_psychiatrist": N_("Referred to a psychiatrist"),
    "radicular_leg_pain": N_("Radicular neuropathic or nociplastic leg pain"),
    "leg_pain_dominates": N_("Leg pain dominates"),
    "back_operations": N_("Number of operations of the back"),
    "surgical_option": N_("There is a surgical option"),
    "radicular_arm_pain": N_("Radicular neuropathic or nociplastic arm pain"),
    "arm_pain_dominates": N_("Arm pain dominates"),
    "neck_operations": N_("Number of operations of the neck"),
    "crps_by_new_iasp": N_("CRPS by the new IASP criteria"),
    "foot_or_leg_pain_dominates": N_("Foot or leg pain dominates"),
    "pdn_by_neurologist_or_internist": N_("Diagnosis made by a neurologist or internist"),
    "pdn_in_the_legs": N_("Neuropathy in the legs"),
    "sfn_by_neurologist": N_("Diagnosis made by a neurologist"),
    "pain_in_limbs": N_("Pain score in the limbs"),
    "pain_elsewhere": N_("Pain score elsewhere"),
    "chronic_cluster_by_neurologist": N_("Chronic cluster headache, found by a neurologist"),
    "verapamil_failed": N_("Verapamil did not do enough"),
    "lithium_failed": N_("Lithium did not do enough"),
    "third_medicine_failed": N_("A third medicine did not do enough"),
    "attacks_a_week": N_("Attacks a week before the diary"),
    "mri_on": N_("Day of the MRI"),
    "headache_medication_overuse": N_("Overuse of headache medication"),
    "structural_lesion": N_("Structural lesion"),
    "destructive_c2_c3_surgery": N_("Destructive surgery of C2 or C3"),
}
