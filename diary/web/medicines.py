"""Medicines in words: for the patient's list and for the team."""

from __future__ import annotations

from diary.language import N_
from diary.protocol.exact import decimal_text
from diary.store.medicines import MedicineView
from diary.store.tables import StrengthUnit
from diary.web.language import gettext, joined, number

FORM_WORDS = {
    "tablet": N_("tablet"),
    "capsule": N_("capsule"),
    "liquid": N_("drink or drops"),
    "patch": N_("patch"),
    "injection": N_("injection"),
    "spray": N_("spray"),
    "suppository": N_("suppository"),
    "other": N_("other form"),
}
ROUTE_WORDS = {
    "oral": N_("by mouth"),
    "patch": N_("patch on the skin"),
    "sc": N_("under the skin"),
    "iv": N_("into a vein"),
    "buccal": N_("in the cheek or under the tongue"),
    "nasal": N_("in the nose"),
    "rectal": N_("in the rectum"),
    "inhaled": N_("inhaled"),
    "skin": N_("on the skin, no patch"),
}


def strength(medicine: MedicineView) -> str:
    """Return "10 mg" or "25 µg an hour"."""
    amount = number(float(decimal_text(medicine.strength)))
    if medicine.unit is StrengthUnit.UG_PER_H:
        return gettext("%(amount)s µg an hour") % {"amount": amount}
    return f"{amount}\N{NO-BREAK SPACE}mg"


def medicine_label(medicine: MedicineView) -> str:
    """Return "Oxycodone 10 mg, tablet"."""
    substance = medicine.substance[:1].upper() + medicine.substance[1:]
    return joined(f"{substance} {strength(medicine)}", gettext(FORM_WORDS[medicine.form]))
