"""Treatments that several indications have in common, in our own short words."""

from __future__ import annotations

from diary.protocol.indications.criteria import Step, Treatment
from diary.protocol.messages import N_

NOCICEPTIVE = N_("when a nociceptive part is suspected")
NEUROPATHIC = N_("when neuropathic or nociplastic pain is suspected")
PSYCHOSOCIAL = N_("when psychosocial factors are suspected")


def physiotherapy(source: str) -> Treatment:
    """Return exercise with a physiotherapist, for everybody."""
    return Treatment("physiotherapy", source, N_("Exercise programme with a physiotherapist"))


def nociceptive(source: str) -> Treatment:
    """Return the treatment of a nociceptive part."""
    text = N_("Treatment of the nociceptive part, or of its symptoms")
    return Treatment("nociceptive", source, text, NOCICEPTIVE)


def two_co_analgesics(source: str) -> tuple[Treatment, Treatment]:
    """Return the two kinds of co-analgesics of which each must have been considered."""
    return (
        Treatment("alpha2delta", source, N_("Alpha-2-delta ligand"), NEUROPATHIC),
        Treatment("tca_or_snri", source, N_("TCA or SNRI"), NEUROPATHIC),
    )


def psychosocial(source: str) -> Treatment:
    """Return psychological or multidisciplinary rehabilitation."""
    text = N_("Psychological treatment or multidisciplinary rehabilitation")
    return Treatment("psychosocial", source, text, PSYCHOSOCIAL)


def invasive(name: str, source: str, text: str, when: str) -> Treatment:
    """Return a treatment for when the conservative ones did too little."""
    return Treatment(name, source, text, when, Step.INVASIVE)
