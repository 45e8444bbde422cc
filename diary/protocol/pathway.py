"""A case: everything that the protocol knows of one patient's pathway, as plain records."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from functools import cached_property
from zoneinfo import ZoneInfo

from diary.protocol.days import ONE_DAY, diary_day_of
from diary.protocol.entries import Entry
from diary.protocol.intake_facts import IntakeFacts
from diary.protocol.moments import DEFAULT_MOMENTS, Moment, Plan, plan_of
from diary.protocol.opioid_tables import TABLES
from diary.protocol.phases import Phase, PhaseKind
from diary.protocol.scales import Scale
from diary.protocol.versions import NVA_2020, Parameters, version

CASE_FORMAT = "diary-case/1"
INDICATIONS = ("fbss", "fnss", "crps", "pdn", "sfn", "cluster")
CLUSTER = "cluster"
SITES = ("leg", "back", "arm", "neck", "foot", "hand", "head", "other")
MED_TABLES = tuple(TABLES)


@dataclass(frozen=True, slots=True)
class AttackDay:
    """A diary day for which the patient confirmed the number of attacks; 0 is an answer."""

    diary_day: date
    attacks: int


@dataclass(frozen=True, slots=True)
class Attack:
    """One attack of cluster headache; it lasted until `ended_at`, or `minutes` long."""

    started_at: datetime
    ended_at: datetime | None = None
    minutes: Fraction | None = None
    intensity: Fraction | None = None


@dataclass(frozen=True, slots=True)
class QualityOfLife:
    """The two SF-12 summary scores (about 0 to 100, 50 is the population's mean) of one day."""

    on: date
    pcs: Fraction
    mcs: Fraction


@dataclass(frozen=True, slots=True)
class PerceivedEffect:
    """The global perceived effect on one day: 1 (fully recovered) to 7 (worse than ever)."""

    on: date
    effect: int


@dataclass(frozen=True, slots=True)
class Medication:
    """A medicine taken on a diary day: a dose in mg, or a patch worn in micrograms per hour.

    `as_needed`: a dose that the patient took because of the pain, not one of every day.
    """

    diary_day: date
    substance: str
    route: str
    mg: Fraction | None = None
    ug_per_h: Fraction | None = None
    as_needed: bool = False


@dataclass(frozen=True, slots=True)
class Patient:
    """What the entry criteria need to know of the patient."""

    birth_date: date | None = None
    pain_since: date | None = None


@dataclass(frozen=True, kw_only=True)
class Case:
    """One pathway as it stood at `as_of` (aware). The first site is the primary one by default.

    Nothing after `as_of` is known to a verdict: a diary day counts when it has finished by then.
    `protocol` names a version of the product, unless `own_protocol` is a centre's own set.
    """

    as_of: datetime
    scale: Scale
    phases: tuple[Phase, ...]
    timezone: str = "Europe/Amsterdam"
    protocol: str = NVA_2020.name
    own_protocol: Parameters | None = None
    indication: str | None = None
    sites: tuple[str, ...] = ("leg",)
    primary_site: str = "leg"
    moments: tuple[Moment, ...] = DEFAULT_MOMENTS
    entries: tuple[Entry, ...] = ()
    attack_days: tuple[AttackDay, ...] = ()
    attacks: tuple[Attack, ...] = ()
    quality_of_life: tuple[QualityOfLife, ...] = ()
    perceived_effect: tuple[PerceivedEffect, ...] = ()
    medication: tuple[Medication, ...] = ()
    med_table: str = NVA_2020.med_table.value
    implanted_on: date | None = None
    patient: Patient = Patient()
    intake: IntakeFacts = field(default_factory=IntakeFacts)

    @cached_property
    def zone(self) -> ZoneInfo:
        """The patient's time zone."""
        return ZoneInfo(self.timezone)

    @cached_property
    def parameters(self) -> Parameters:
        """The parameters of the case's protocol version."""
        return self.own_protocol or version(self.protocol)

    @cached_property
    def plan(self) -> Plan:
        """The moments laid out over days."""
        return plan_of(self.moments, self.zone, self.parameters)

    @cached_property
    def finished(self) -> date:
        """The last diary day that has finished at `as_of`."""
        return diary_day_of(self.as_of, self.zone) - ONE_DAY

    def phase(self, kind: PhaseKind) -> Phase | None:
        """Return the first phase of `kind`, or None when there is none."""
        return next((phase for phase in self.phases if phase.kind is kind), None)
