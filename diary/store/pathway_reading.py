"""Pathways and their phases, as everybody reads them; who changes one takes its lock."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from functools import cache
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Select, Text, bindparam, cast, func, select, update
from sqlmodel import col

from diary.protocol.days import diary_day_of
from diary.protocol.moments import Moment, Plan, plan_of
from diary.protocol.phases import Phase, PhaseKind
from diary.protocol.scales import Scale
from diary.protocol.versions import Parameters, version
from diary.store.chunks import chunks
from diary.store.database import Unit
from diary.store.protocol_versions import own_version
from diary.store.scope import Sight
from diary.store.tables import Pathway, PhaseRow, table_of

# What may be asked in the evening beside the pain, in the order in which it is asked.
EVENING = ("sleep", "activity", "goal")


@dataclass(frozen=True, slots=True)
class PhaseView:
    """A phase in whole diary days; `version` goes along with a change of it."""

    id: UUID
    kind: PhaseKind
    first_day: date
    last_day: date
    extended_to: date | None
    ended_on: date | None
    version: int

    @property
    def phase(self) -> Phase:
        """Return it as the protocol knows it."""
        return Phase(self.kind, self.first_day, self.last_day, self.extended_to, self.ended_on)

    @property
    def end(self) -> date:
        """The last day, as extended or ended."""
        return self.phase.end


@dataclass(frozen=True, slots=True)
class PathwayView:
    """A patient's pathway with its plan and phases, these in time order."""

    id: UUID
    patient_id: UUID
    protocol: str
    own_protocol: Parameters | None
    timezone: str
    indication: str | None
    scale: Scale
    sites: tuple[str, ...]
    primary_site: str
    moments: tuple[Moment, ...]
    med_table: str
    evening: tuple[str, ...]
    pain_since: date | None
    implanted_on: date | None
    revision: int
    started_at: datetime
    ended_at: datetime | None
    phases: tuple[PhaseView, ...]

    @property
    def zone(self) -> ZoneInfo:
        """The time zone in which the patient lives by the plan."""
        return ZoneInfo(self.timezone)

    @property
    def parameters(self) -> Parameters:
        """The protocol version it started with."""
        return self.own_protocol or version(self.protocol)

    @property
    def plan(self) -> Plan:
        """The moments laid out over days; the same object for the same plan."""
        return plan_of(self.moments, self.zone, self.parameters)

    @property
    def phases_version(self) -> int:
        """A number that grows with every phase that is planned, extended or ended."""
        return sum(phase.version for phase in self.phases)

    @property
    def held(self) -> tuple[PhaseView, ...]:
        """The phases that were held or still will be, as far as they were."""
        return held(self.phases, self.ended_at, self.zone)

    def phase_on(self, day: date) -> PhaseView | None:
        """Return the phase, as it was held, that diary day `day` lies in."""
        return next((p for p in self.held if p.first_day <= day <= p.end), None)


def held(
    phases: tuple[PhaseView, ...], ended_at: datetime | None, zone: ZoneInfo
) -> tuple[PhaseView, ...]:
    """Return those of `phases` that were held or still will be, as far as they were.

    Of a pathway that ended at `ended_at`, nothing of a phase lies after that day: what was planned
    for later was never held, and no verdict is about it.
    """
    if ended_at is None:
        return phases
    last = diary_day_of(ended_at, zone)
    begun = (phase for phase in phases if phase.first_day <= last)
    return tuple(replace(one, ended_on=last) if one.end > last else one for one in begun)


_PATHWAY = table_of(Pathway).c
_PHASE = table_of(PhaseRow).c
_PHASES = (
    select(
        _PHASE.pathway_id,
        _PHASE.id,
        _PHASE.kind,
        _PHASE.first_day,
        _PHASE.last_day,
        _PHASE.extended_to,
        _PHASE.ended_on,
        _PHASE.version,
    )
    .where(
        _PHASE.centre_id == bindparam("centre"),
        _PHASE.pathway_id.in_(bindparam("some", expanding=True)),
    )
    .order_by(_PHASE.first_day)
)
_BUMP = (
    update(table_of(Pathway))
    .where(_PATHWAY.centre_id == bindparam("centre"), _PATHWAY.id == bindparam("pathway"))
    .values(revision=_PATHWAY.revision + 1)
)


@cache
def _pathways(sight: Sight) -> Select[Any]:
    return (
        select(
            _PATHWAY.id,
            _PATHWAY.patient_id,
            _PATHWAY.protocol,
            cast(_PATHWAY.own_protocol, Text).label("own_protocol"),
            _PATHWAY.timezone,
            _PATHWAY.indication,
            _PATHWAY.scale,
            _PATHWAY.sites,
            _PATHWAY.primary_site,
            _PATHWAY.moments,
            _PATHWAY.med_table,
            _PATHWAY.evening,
            _PATHWAY.pain_since,
            _PATHWAY.implanted_on,
            _PATHWAY.revision,
            _PATHWAY.started_at,
            _PATHWAY.ended_at,
        )
        .where(
            sight.of(_PATHWAY.centre_id, _PATHWAY.patient_id),
            _PATHWAY.patient_id.in_(bindparam("some", expanding=True)),
        )
        # The current one last, so that it is the one that stays.
        .order_by(_PATHWAY.ended_at.is_(None), _PATHWAY.started_at)
    )


@cache
def _lock(sight: Sight) -> Select[Any]:
    return (
        select(_PATHWAY.id, _PATHWAY.patient_id)
        .where(
            sight.of(_PATHWAY.centre_id, _PATHWAY.patient_id),
            _PATHWAY.id.in_(bindparam("some", expanding=True)),
        )
        # In one order for all: no two of them wait for each other.
        .order_by(_PATHWAY.id)
        .with_for_update(key_share=True)
    )


def pathway(unit: Unit, patient_id: UUID) -> PathwayView | None:
    """Return the patient's current pathway (else the last one), None outside the scope."""
    return pathways_of(unit, [patient_id]).get(patient_id)


def all_pathways(unit: Unit, patient_id: UUID) -> tuple[PathwayView, ...]:
    """Return every pathway of one patient, the current (else the last) one at the end.

    In two queries; none outside the scope.
    """
    scope = unit.within
    rows = unit.session.execute(_pathways(scope.sight), scope.values | {"some": [patient_id]}).all()
    phases = phases_of(unit, [row.id for row in rows])
    return tuple(_view(row, phases.get(row.id, ())) for row in rows)


def pathways_of(unit: Unit, patient_ids: Iterable[UUID]) -> dict[UUID, PathwayView]:
    """Return the current (else last) pathway of every patient the scope sees, in two queries."""
    found: dict[UUID, PathwayView] = {}
    scope = unit.within
    for some in chunks(patient_ids):
        rows = unit.session.execute(_pathways(scope.sight), scope.values | {"some": some}).all()
        latest = {row.patient_id: row for row in rows}
        phases = phases_of(unit, [row.id for row in latest.values()])
        for patient_id, row in latest.items():
            found[patient_id] = _view(row, phases.get(row.id, ()))
    return found


def phases_of(unit: Unit, pathway_ids: Sequence[UUID]) -> dict[UUID, tuple[PhaseView, ...]]:
    """Return the phases of pathways that the caller has found within the scope, in time order."""
    found: dict[UUID, list[PhaseView]] = {}
    for some in chunks(pathway_ids):
        rows = unit.session.execute(_PHASES, {"centre": unit.within.centre_id, "some": some})
        for pathway_id, *phase in rows:
            found.setdefault(pathway_id, []).append(PhaseView(*phase))
    return {pathway_id: tuple(phases) for pathway_id, phases in found.items()}


def patients_in_phases(
    unit: Unit, from_day: date, kinds: Collection[PhaseKind] = tuple(PhaseKind)
) -> list[UUID]:
    """Return the patients of the scope with a phase of `kinds` that ends on `from_day` or later.

    Two queries, not a join: as long as PostgreSQL has no statistics (after an import or a restore)
    it takes both tables for a row or two, and goes through all phases once for each pathway.
    """
    end = func.coalesce(col(PhaseRow.ended_on), col(PhaseRow.extended_to), col(PhaseRow.last_day))
    phases = unit.session.execute(
        select(col(PhaseRow.pathway_id)).where(
            col(PhaseRow.centre_id) == unit.within.centre_id,
            col(PhaseRow.kind).in_(kinds),
            end >= from_day,
        )
    )
    running = set(phases.scalars())
    pathways = unit.session.execute(
        select(col(Pathway.id), col(Pathway.patient_id)).where(
            unit.within.sees(col(Pathway.centre_id), col(Pathway.patient_id)),
            col(Pathway.ended_at).is_(None),
        )
    )
    return sorted({patient_id for pathway_id, patient_id in pathways if pathway_id in running})


def bump(unit: Unit, pathway_id: UUID) -> None:
    """Count one change of the pathway; caches of its charts and verdicts look at the number."""
    unit.session.execute(_BUMP, {"centre": unit.within.centre_id, "pathway": pathway_id})


def lock(unit: Unit, pathway_id: UUID) -> UUID | None:
    """Make writers of one pathway take turns; returns its patient, None outside the scope.

    SQLite has one writer anyway.
    """
    return lock_all(unit, [pathway_id]).get(pathway_id)


def lock_all(unit: Unit, pathway_ids: Sequence[UUID]) -> dict[UUID, UUID]:
    """Do as `lock` for several pathways at once; returns the patients of those in the scope."""
    scope = unit.within
    rows = unit.session.execute(_lock(scope.sight), scope.values | {"some": pathway_ids})
    return {row.id: row.patient_id for row in rows}


def moments_as_rows(moments: Sequence[Moment]) -> list[dict[str, Any]]:
    """Return a plan as it is stored: as in a case file."""
    return [{"name": m.name, "time": f"{m.time:%H:%M}", "night": m.night} for m in moments]


def moments_from_rows(rows: Sequence[dict[str, Any]]) -> tuple[Moment, ...]:
    """Return a plan from how it is stored."""
    return tuple(Moment(m["name"], time.fromisoformat(m["time"]), m["night"]) for m in rows)


def _view(row: Any, phases: tuple[PhaseView, ...]) -> PathwayView:
    columns = row._asdict()
    columns["own_protocol"] = own_version(row.own_protocol)
    columns["sites"] = tuple(row.sites)
    columns["evening"] = EVENING if row.evening is None else tuple(row.evening)
    columns["moments"] = moments_from_rows(row.moments)
    return PathwayView(**columns, phases=phases)
