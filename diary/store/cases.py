"""From the tables to the protocol's case: what every verdict is computed from."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta, timezone
from fractions import Fraction
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from diary.protocol.entries import Entry
from diary.protocol.pathway import Case
from diary.protocol.pathway import Patient as CasePatient
from diary.protocol.scales import Scale
from diary.store.case_details import details_of
from diary.store.chunks import chunks
from diary.store.database import Unit
from diary.store.pathways import pathways_of
from diary.store.tables import EntryRow, Patient, ScoreRow

# Making a Fraction takes longer than looking one up, and a diary has thousands.
_SCORES = [Fraction(halves, 2) for halves in range(201)]


def case_of(unit: Unit, patient_id: UUID, as_of: datetime) -> Case | None:
    """Return the patient's pathway as the protocol judges it, None outside the scope.

    Corrected entries are not in it, withdrawn ones are, marked so.
    """
    return cases_of(unit, [patient_id], as_of).get(patient_id)


def cases_of(unit: Unit, patient_ids: Iterable[UUID], as_of: datetime) -> dict[UUID, Case]:
    """Return the cases of every patient the scope sees; five queries for each thousand."""
    found: dict[UUID, Case] = {}
    for some in chunks(patient_ids):
        pathways = pathways_of(unit, some)
        ids = [pathway.id for pathway in pathways.values()]
        entries = _entries(unit, ids, {pathway.id: pathway.scale for pathway in pathways.values()})
        details = details_of(unit, ids)
        births = _birth_dates(unit, some)
        for patient_id, pathway in pathways.items():
            found[patient_id] = Case(
                as_of=as_of,
                scale=pathway.scale,
                phases=tuple(view.phase for view in pathway.phases),
                timezone=pathway.timezone,
                protocol=pathway.protocol,
                indication=pathway.indication,
                sites=pathway.sites,
                primary_site=pathway.primary_site,
                moments=pathway.moments,
                entries=tuple(entries.get(pathway.id, ())),
                **details.get(pathway.id, {}),
                med_table=pathway.med_table,
                implanted_on=pathway.implanted_on,
                patient=CasePatient(births.get(patient_id), pathway.pain_since),
            )
    return found


def _birth_dates(unit: Unit, patient_ids: list[UUID]) -> dict[UUID, date]:
    rows = unit.session.execute(
        select(col(Patient.id), col(Patient.birth_date)).where(
            unit.within.sees(col(Patient.centre_id), col(Patient.id)),
            col(Patient.id).in_(patient_ids),
        )
    )
    return {patient_id: date.fromisoformat(unit.vault.open(sealed)) for patient_id, sealed in rows}


def _entries(
    unit: Unit, pathway_ids: list[UUID], scales: dict[UUID, Scale]
) -> dict[UUID, list[Entry]]:
    """Return what stands and what was withdrawn, by pathway, in the order measured."""
    later = aliased(EntryRow)
    rows = unit.session.execute(
        select(
            col(EntryRow.pathway_id),
            col(EntryRow.id),
            col(ScoreRow.site),
            col(ScoreRow.halves),
            col(ScoreRow.scale),
            col(EntryRow.imported_as),
            col(EntryRow.measured_at),
            col(EntryRow.utc_offset_minutes),
            col(EntryRow.diary_day),
            col(EntryRow.moment),
            col(EntryRow.kind),
            col(EntryRow.source),
            col(later.withdrawn).label("taken_back"),
        )
        .join(
            ScoreRow,
            (col(ScoreRow.centre_id) == col(EntryRow.centre_id))
            & (col(ScoreRow.entry_id) == col(EntryRow.id)),
        )
        .outerjoin(
            later,
            (col(later.centre_id) == col(EntryRow.centre_id))
            & (col(later.replaces_id) == col(EntryRow.id)),
        )
        .where(
            unit.within.sees(col(EntryRow.centre_id), col(EntryRow.patient_id)),
            col(EntryRow.pathway_id).in_(pathway_ids),
            or_(col(later.id).is_(None), col(later.withdrawn)),
        )
        .order_by(col(EntryRow.diary_day), col(EntryRow.measured_at), col(EntryRow.id))
    )
    scores: dict[UUID, dict[str, Fraction]] = {}
    found: dict[UUID, list[Entry]] = {}
    for row in rows:
        pathway_id, entry_id, site, halves = row[:4]
        known = scores.get(entry_id)
        if known is None:
            known = scores[entry_id] = {}
            entry = _entry(row, known, scales[pathway_id])
            found.setdefault(pathway_id, []).append(entry)
        known[site] = _SCORES[halves]
    return found


def _entry(row: Any, scores: dict[str, Fraction], scale: Scale) -> Entry:
    measured_at = row.measured_at
    if measured_at is not None and row.utc_offset_minutes is not None:
        offset = timezone(timedelta(minutes=row.utc_offset_minutes))
        measured_at = measured_at.astimezone(offset)
    return Entry(
        id=row.imported_as or str(row.id),
        measured_at=measured_at,
        diary_day=row.diary_day,
        moment=row.moment,
        scores=scores,
        scale=None if row.scale is scale else row.scale,
        kind=row.kind,
        source=row.source,
        withdrawn=bool(row.taken_back),
    )
