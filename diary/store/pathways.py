"""Pathways and their phases: read by everybody, changed by the team under a version check."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from functools import cache
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import Select, bindparam, func, insert, select, update
from sqlmodel import col

from diary.protocol.messages import N_, Caution
from diary.protocol.moments import Moment, Plan, plan_of
from diary.protocol.phases import Phase, PhaseKind, check_phases
from diary.protocol.scales import Scale
from diary.protocol.versions import Parameters, version
from diary.store.chunks import chunks
from diary.store.database import Unit
from diary.store.errors import Conflict, NotFound, Refused
from diary.store.scope import Sight
from diary.store.tables import Pathway, PhaseRow, Role, table_of


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
    timezone: str
    indication: str | None
    scale: Scale
    sites: tuple[str, ...]
    primary_site: str
    moments: tuple[Moment, ...]
    med_table: str
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
        return version(self.protocol)

    @property
    def plan(self) -> Plan:
        """The moments laid out over days; the same object for the same plan."""
        return plan_of(self.moments, self.zone, self.parameters)

    def phase_on(self, day: date) -> PhaseView | None:
        """Return the phase that diary day `day` lies in."""
        return next((p for p in self.phases if p.first_day <= day <= p.end), None)


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
            _PATHWAY.timezone,
            _PATHWAY.indication,
            _PATHWAY.scale,
            _PATHWAY.sites,
            _PATHWAY.primary_site,
            _PATHWAY.moments,
            _PATHWAY.med_table,
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
        select(_PATHWAY.patient_id)
        .where(
            sight.of(_PATHWAY.centre_id, _PATHWAY.patient_id),
            _PATHWAY.id == bindparam("pathway"),
        )
        .with_for_update(key_share=True)
    )


def pathway(unit: Unit, patient_id: UUID) -> PathwayView | None:
    """Return the patient's current pathway (else the last one), None outside the scope."""
    return pathways_of(unit, [patient_id]).get(patient_id)


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


def patients_in_phases(unit: Unit, from_day: date) -> list[UUID]:
    """Return the patients of the scope with a phase that ends on `from_day` or later."""
    end = func.coalesce(col(PhaseRow.ended_on), col(PhaseRow.extended_to), col(PhaseRow.last_day))
    rows = unit.session.execute(
        select(col(Pathway.patient_id))
        .join(
            PhaseRow,
            (col(PhaseRow.centre_id) == col(Pathway.centre_id))
            & (col(PhaseRow.pathway_id) == col(Pathway.id)),
        )
        .where(
            unit.within.sees(col(Pathway.centre_id), col(Pathway.patient_id)),
            col(Pathway.ended_at).is_(None),
            end >= from_day,
        )
        .distinct()
        .order_by(col(Pathway.patient_id))
    )
    return list(rows.scalars())


def start_phase(
    unit: Unit, pathway_id: UUID, kind: PhaseKind, first_day: date, last_day: date
) -> UUID:
    """Plan a phase from `first_day` to `last_day`, both included.

    Raises Refused with the protocol's code when the days are impossible, the phase overlaps
    another one or its kind may not come twice; NotFound outside the scope.
    """
    before = _to_change(unit, pathway_id)
    new = PhaseView(uuid4(), kind, first_day, last_day, None, None, 1)
    _check(before, (*before.phases, new), new)
    unit.session.execute(
        insert(PhaseRow).values(
            centre_id=unit.within.centre_id,
            id=new.id,
            pathway_id=pathway_id,
            kind=kind,
            first_day=first_day,
            last_day=last_day,
            version=1,
            changed_by=unit.within.staff_id,
            changed_at=unit.now,
        )
    )
    bump(unit, pathway_id)
    return new.id


def extend_phase(unit: Unit, phase_id: UUID, extended_to: date, version: int) -> list[Caution]:
    """Extend a trial, once, to the later last day `extended_to`.

    Returns the protocol's cautions (other than 7 to 14 days, S3 l.186). Raises Conflict when
    the phase is not at `version` any more, Refused when it cannot be extended so.
    """
    before, phase = _phase_to_change(unit, phase_id, version)
    if phase.kind is not PhaseKind.TRIAL:
        raise Refused("not_a_trial", N_("Only a trial can be extended."))
    if phase.extended_to is not None:
        raise Refused("extended_before", N_("A trial can be extended once. This one was."))
    if phase.ended_on is not None:
        raise Refused("phase_ended", N_("This phase has ended."))
    return _change(unit, before, phase, replace(phase, extended_to=extended_to))


def end_phase(unit: Unit, phase_id: UUID, ended_on: date, version: int) -> list[Caution]:
    """End a phase early: `ended_on` becomes its last day.

    Raises Conflict when the phase is not at `version` any more, Refused for a day outside it.
    """
    before, phase = _phase_to_change(unit, phase_id, version)
    return _change(unit, before, phase, replace(phase, ended_on=ended_on))


def bump(unit: Unit, pathway_id: UUID) -> None:
    """Count one change of the pathway; caches of its charts and verdicts look at the number."""
    unit.session.execute(_BUMP, {"centre": unit.within.centre_id, "pathway": pathway_id})


def lock(unit: Unit, pathway_id: UUID) -> UUID | None:
    """Make writers of one pathway take turns; returns its patient, None outside the scope.

    SQLite has one writer anyway.
    """
    scope = unit.within
    patient_id: UUID | None = unit.session.execute(
        _lock(scope.sight), scope.values | {"pathway": pathway_id}
    ).scalar_one_or_none()
    return patient_id


def moments_as_rows(moments: Sequence[Moment]) -> list[dict[str, Any]]:
    """Return a plan as it is stored: as in a case file."""
    return [{"name": m.name, "time": f"{m.time:%H:%M}", "night": m.night} for m in moments]


def _view(row: Any, phases: tuple[PhaseView, ...]) -> PathwayView:
    columns = row._asdict()
    columns["sites"] = tuple(row.sites)
    columns["moments"] = tuple(
        Moment(m["name"], time.fromisoformat(m["time"]), m["night"]) for m in row.moments
    )
    return PathwayView(**columns, phases=phases)


def _to_change(unit: Unit, pathway_id: UUID) -> PathwayView:
    patient_id = None if unit.within.role is Role.PATIENT else lock(unit, pathway_id)
    found = None if patient_id is None else pathway(unit, patient_id)
    if found is None or found.id != pathway_id:
        raise NotFound
    return found


def _phase_to_change(unit: Unit, phase_id: UUID, version: int) -> tuple[PathwayView, PhaseView]:
    pathway_id = unit.session.execute(
        select(col(PhaseRow.pathway_id)).where(
            col(PhaseRow.centre_id) == unit.within.centre_id, col(PhaseRow.id) == phase_id
        )
    ).scalar_one_or_none()
    if pathway_id is None:
        raise NotFound
    found = _to_change(unit, pathway_id)
    phase = next(p for p in found.phases if p.id == phase_id)
    if phase.version != version:
        raise Conflict(
            N_(
                "Somebody changed this phase while you were looking at it. "
                "It now runs from %(first_day)s to %(end)s. Nothing of yours was saved."
            ),
            {"first_day": phase.first_day, "end": phase.end},
        )
    return found, phase


def _change(unit: Unit, before: PathwayView, old: PhaseView, new: PhaseView) -> list[Caution]:
    after = tuple(new if phase.id == old.id else phase for phase in before.phases)
    cautions = _check(before, after, new)
    unit.session.execute(
        update(PhaseRow)
        .where(col(PhaseRow.centre_id) == unit.within.centre_id, col(PhaseRow.id) == new.id)
        .values(
            extended_to=new.extended_to,
            ended_on=new.ended_on,
            version=old.version + 1,
            changed_by=unit.within.staff_id,
            changed_at=unit.now,
        )
    )
    bump(unit, before.id)
    return cautions


def _check(before: PathwayView, phases: Sequence[PhaseView], changed: PhaseView) -> list[Caution]:
    """Refuse what the protocol does not allow; return its cautions about the changed phase."""
    # The changed one last, so that what is wrong with two phases is said of that one.
    others = [phase.phase for phase in phases if phase.id != changed.id]
    findings = check_phases([*others, changed.phase], before.parameters)
    own = [finding for finding in findings if finding.index == len(others)]
    for finding in own:
        if finding.blocks:
            raise Refused(finding.message.code, finding.message.text, finding.message.values)
    return [finding.message for finding in own]
