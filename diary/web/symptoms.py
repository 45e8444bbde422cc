"""The alarm symptoms a patient is asked about in the trial and after the implant.

What a centre wants to hear at once about a lead or an implant: infection, a wound that opens,
pressure on the spinal cord or the nerves, leaking fluid, and a lead that moved or broke.
"""

from __future__ import annotations

from diary.language import N_
from diary.protocol.phases import PhaseKind
from diary.store.pathways import PhaseView
from diary.web.language import gettext

SYMPTOMS = {
    "fever": N_("Fever: 38.5 °C or higher, or chills"),
    "wound": N_("The wound is red, hot, swollen or open"),
    "wound_fluid": N_("Pus or clear fluid comes from the wound"),
    "weakness": N_("New weakness in an arm or a leg"),
    "numbness": N_("New numbness, also around the anus or the genitals"),
    "bladder": N_("You cannot hold or pass urine or stool"),
    "headache": N_("Severe headache when you sit up or stand"),
    "stiff_neck": N_("A stiff neck, or drowsy or confused"),
    "back_pain": N_("Sudden severe new pain in the back or neck"),
    "shocks": N_("Strange shocks, or the stimulation feels different at once"),
}
# Also while the system is off: wound and lead are still there.
ASKED_IN = frozenset(PhaseKind) - {PhaseKind.INTAKE}


def symptoms_asked(phase: PhaseView | None) -> list[dict[str, str]]:
    """Return the list for the patient, {"code", "label"}; empty when nothing was placed yet."""
    if phase is None or phase.kind not in ASKED_IN:
        return []
    return [{"code": code, "label": gettext(label)} for code, label in SYMPTOMS.items()]


def symptom_label(code: str) -> str:
    """Return a symptom in the reader's words; one that is not asked any more as its code."""
    return gettext(SYMPTOMS[code]) if code in SYMPTOMS else code
