"""From the tables to the protocol's case: what every verdict is computed from."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime
from fractions import Fraction
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Select, bindparam, or_, select
from sqlmodel import col

from diary.protocol.entries import Entry
from diary.protocol.intake_facts import IntakeFacts
from diary.protocol.pathway import Case
from diary.protocol.pathway import Patient as CasePatient
from diary.protocol.questionnaires.filled_in import perceived_effect, quality_of_life
from diary.protocol.scales import Scale
from diary.store import questionnaire_reading
from diary.store.case_details import details_of
from diary.store.chunks import chunks
from diary.store.database import Unit
from diary.store.diary_reading import with_offset
from diary.store.event_cases import event_parts, merged
from diary.store.intake import facts_of
from diary.store.pathways import PathwayView, pathways_of
from diary.store.scope import Sight
from diary.store.tables import EntryRow, Patient, ScoreRow, table_of

# Making a Fraction takes longer than looking one up, and a diary has thousands.
_SCORES = [Fraction(halves, 2) for halves in range(201)]


def case_of(unit: Unit, patient_id: UUID, as_of: datetime) -> Case | None:
    """Return the patient's current (else last) pathway as the protocol judges it.

    Corrected entries are not in it, withdrawn ones are, marked so. None outside the scope.
    """
    found = cases_of(unit, [patient_id], as_of, intake=True)
    return found.get(patient_id)


def case_in(unit: Unit, pathway: PathwayView, as_of: datetime) -> Case:
    """Return a pathway that the caller has found within the scope as the protocol judges it."""
    return _cases(unit, [pathway], as_of, intake=True)[pathway.patient_id]


def cases_of(
    unit: Unit, patient_ids: Iterable[UUID], as_of: datetime, *, intake: bool = False
) -> dict[UUID, Case]:
    """Return the cases of the current (else last) pathways of every patient the scope sees.

    Six queries for each thousand, seven when there are diary events. With `intake` two more, for
    what the entry criteria need and no verdict: the facts stated then, and the date of birth.
    """
    found: dict[UUID, Case] = {}
    for some in chunks(patient_ids):
        found |= _cases(unit, pathways_of(unit, some).values(), as_of, intake)
    return found


def _cases(
    unit: Unit, pathways: Collection[PathwayView], as_of: datetime, intake: bool
) -> dict[UUID, Case]:
    """Return the cases of pathways of different patients within the scope, by patient."""
    ids = [pathway.id for pathway in pathways]
    entries = _entries(unit, ids, {pathway.id: pathway.scale for pathway in pathways})
    details = details_of(unit, ids)
    told = event_parts(unit, pathways)
    filled_in = questionnaire_reading.standing(unit, ids)
    stated = facts_of(unit, ids) if intake else {}
    births = _birth_dates(unit, [one.patient_id for one in pathways]) if intake else {}
    return {
        pathway.patient_id: Case(
            as_of=as_of,
            scale=pathway.scale,
            phases=tuple(view.phase for view in pathway.held),
            timezone=pathway.timezone,
            protocol=pathway.protocol,
            own_protocol=pathway.own_protocol,
            indication=pathway.indication,
            sites=pathway.sites,
            primary_site=pathway.primary_site,
            moments=pathway.moments,
            entries=tuple(entries.get(pathway.id, ())),
            **merged(details.get(pathway.id, {}), told.get(pathway.id, {})),
            quality_of_life=quality_of_life(filled_in.get(pathway.id, ())),
            perceived_effect=perceived_effect(filled_in.get(pathway.id, ())),
            med_table=pathway.med_table,
            implanted_on=pathway.implanted_on,
            patient=CasePatient(births.get(pathway.patient_id), pathway.pain_since),
            intake=stated.get(pathway.id, IntakeFacts()),
        )
        for pathway in pathways
    }


def _birth_dates(unit: Unit, patient_ids: list[UUID]) -> dict[UUID, date]:
    rows = unit.session.execute(
        select(col(Patient.id), col(Patient.birth_date)).where(
            unit.within.sees(col(Patient.centre_id), col(Patient.id)),
            col(Patient.id).in_(patient_ids),
        )
    )
    return {patient_id: date.fromisoformat(unit.vault.open(sealed)) for patient_id, sealed in rows}


_ENTRY, _SCORE = table_of(EntryRow), table_of(ScoreRow)
_LATER = _ENTRY.alias("later")


@cache
def _answers(sight: Sight) -> Select[Any]:
    # LEFT JOIN, although every answer has a score: it keeps SQLite, which knows nothing of how
    # the rows are spread, from beginning with all the scores of the centre.
    return (
        select(
            _ENTRY.c.pathway_id,
            _ENTRY.c.id,
            _SCORE.c.site,
            _SCORE.c.halves,
            _SCORE.c.scale,
            _ENTRY.c.imported_as,
            _ENTRY.c.measured_at,
            _ENTRY.c.utc_offset_minutes,
            _ENTRY.c.diary_day,
            _ENTRY.c.moment,
            _ENTRY.c.kind,
            _ENTRY.c.source,
            _LATER.c.withdrawn.label("taken_back"),
        )
        .outerjoin(
            _SCORE,
            (_SCORE.c.centre_id == _ENTRY.c.centre_id) & (_SCORE.c.entry_id == _ENTRY.c.id),
        )
        .outerjoin(
            _LATER,
            (_LATER.c.centre_id == _ENTRY.c.centre_id) & (_LATER.c.replaces_id == _ENTRY.c.id),
        )
        .where(
            sight.of(_ENTRY.c.centre_id, _ENTRY.c.patient_id),
            _ENTRY.c.pathway_id.in_(bindparam("some", expanding=True)),
            _ENTRY.c.withdrawn.is_(False),
            or_(_LATER.c.id.is_(None), _LATER.c.withdrawn),
        )
        .order_by(
            _ENTRY.c.diary_day,
            _ENTRY.c.measured_at.is_(None),
            _ENTRY.c.measured_at,
            _ENTRY.c.id,
        )
    )


def _entries(
    unit: Unit, pathway_ids: list[UUID], scales: dict[UUID, Scale]
) -> dict[UUID, list[Entry]]:
    """Return what stands and what was withdrawn, by pathway, in the order measured."""
    scope = unit.within
    rows = unit.session.execute(_answers(scope.sight), scope.values | {"some": pathway_ids})
    found: dict[UUID, list[Entry]] = {}
    last_id: UUID | None = None
    scores: dict[str, Fraction] = {}
    for row in rows:
        pathway_id, entry_id, site, halves = row[:4]
        # The rows of one entry follow one another.
        if entry_id != last_id:
            last_id, scores = entry_id, {}
            found.setdefault(pathway_id, []).append(_entry(row, scores, scales[pathway_id]))
        scores[site] = _SCORES[halves]
    return found


def _entry(row: Any, scores: dict[str, Fraction], scale: Scale) -> Entry:
    _, entry_id, _, _, own_scale, imported_as, measured_at, minutes, *rest = row
    diary_day, moment, kind, source, taken_back = rest
    return Entry(
        id=imported_as or str(entry_id),
        measured_at=with_offset(measured_at, minutes),
        diary_day=diary_day,
        moment=moment,
        scores=scores,
        scale=None if own_scale is scale else own_scale,
        kind=kind,
        source=source,
        withdrawn=bool(taken_back),
    )
