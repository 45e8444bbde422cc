"""Every indication by its name: the six that are reimbursed, and the four that are not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from diary.protocol.indications.cluster import CLUSTER
from diary.protocol.indications.criteria import AskedFact, Indication
from diary.protocol.indications.crps import CRPS
from diary.protocol.indications.general import GENERAL
from diary.protocol.indications.neuropathy import PDN, SFN
from diary.protocol.indications.spine import FBSS, FNSS
from diary.protocol.messages import N_

REIMBURSED: Mapping[str, Indication] = {
    indication.name: indication for indication in (FBSS, FNSS, CRPS, PDN, SFN, CLUSTER)
}


@dataclass(frozen=True, slots=True)
class NotReimbursed:
    """A diagnosis for which stimulation is no part of insured care."""

    name: str
    source: str
    text: str


NOT_REIMBURSED: Mapping[str, NotReimbursed] = {
    one.name: one
    for one in (
        NotReimbursed("phn", "S3 l.30", N_("Postherpetic neuralgia")),
        NotReimbursed(
            "nerve_injury", "S3 l.31", N_("(Mono)neuropathy after injury of a nerve or plexus")
        ),
        NotReimbursed("angina", "S3 l.32", N_("Refractory angina pectoris")),
        NotReimbursed("pad", "S3 l.33", N_("Peripheral arterial disease, ischaemic pain")),
    )
}

_CRITERIA = (*GENERAL, *(c for known in REIMBURSED.values() for c in known.criteria))
FACTS: Mapping[str, AskedFact] = {fact.name: fact for c in _CRITERIA for fact in c.asks}
"""Everything that can be stated at intake, by name."""
TREATMENTS = frozenset(t.name for known in REIMBURSED.values() for t in known.treatments)
"""The names of all treatments that some indication wants to be considered."""
