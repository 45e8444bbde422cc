"""How many patients a centre has to treat (S3 l.824-848, l.1000-1005).

Two hospitals that work together are one centre with two sites (S3 l.923, l.1050): their patients
are counted together, each once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from diary.protocol.intake_facts import Technique
from diary.protocol.versions import NVA_2020, Parameters


class ProcedureKind(StrEnum):
    """An operation for neuromodulation."""

    TRIAL = "trial"
    """Placing leads for a trial."""
    ALL_IN_ONE = "all_in_one"
    """Leads and stimulator in one operation."""
    REVISION = "revision"
    BATTERY = "battery"
    """Placing or changing the stimulator (battery) alone."""
    REMOVAL = "removal"


# l.828 leaves battery placements and changes out; of the rest, l.1003 names these and no removals.
COUNTED = frozenset({ProcedureKind.TRIAL, ProcedureKind.ALL_IN_ONE, ProcedureKind.REVISION})


@dataclass(frozen=True, slots=True)
class Procedure:
    """An operation of a patient, by an identity that is the same at every site of the centre."""

    patient: str
    on: date
    site: str
    kind: ProcedureKind
    technique: Technique


class NormStatus(StrEnum):
    """Whether a centre meets a norm."""

    MET = "met"
    NOT_MET = "not_met"
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True, slots=True)
class Norm:
    """A norm of a calendar year: `found` unique patients, where `needed` or more are asked."""

    name: str
    source: str
    needed: int
    found: int
    status: NormStatus


@dataclass(frozen=True, slots=True)
class CentreYear:
    """A centre's unique patients in one calendar year, and the norms it meets.

    A patient who was treated at two sites counts at both, and once for the centre.
    """

    year: int
    patients: int
    ons_patients: int
    by_site: Mapping[str, int]
    norms: tuple[Norm, ...]


def centre_year(
    procedures: Iterable[Procedure],
    year: int,
    has_partner: bool,
    parameters: Parameters = NVA_2020,
) -> CentreYear:
    """Return the norms of a centre in `year`; `procedures` are those of all of its sites.

    At least 20 unique patients (S3 l.824); with fewer than 50 a partner centre (l.830); at least
    10 with occipital stimulation in a centre that does it (l.844-848). Battery placements and
    changes do not count. `has_partner`: the centre works together with another one.
    """
    counted = [one for one in procedures if one.on.year == year and one.kind in COUNTED]
    patients = _unique(counted)
    ons_patients = _unique(one for one in counted if one.technique is Technique.ONS)
    sites = sorted({one.site for one in counted})
    least, partner = parameters.centre_patients_least, parameters.partner_below
    least_ons = parameters.ons_patients_least
    return CentreYear(
        year,
        patients,
        ons_patients,
        {site: _unique(one for one in counted if one.site == site) for site in sites},
        (
            Norm("patients", "S3 l.824-828", least, patients, _status(patients >= least)),
            Norm(
                "partner",
                "S3 l.830-842",
                partner,
                patients,
                _status(has_partner or patients >= partner),
            ),
            Norm(
                "ons_patients",
                "S3 l.844-848",
                least_ons,
                ons_patients,
                _status(ons_patients >= least_ons) if ons_patients else NormStatus.NOT_APPLICABLE,
            ),
        ),
    )


def _unique(procedures: Iterable[Procedure]) -> int:
    return len({one.patient for one in procedures})


def _status(met: bool) -> NormStatus:
    return NormStatus.MET if met else NormStatus.NOT_MET
