"""A case that was read from a file goes into an empty pathway, whole."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4, uuid5

from sqlalchemy import insert, select, update
from sqlmodel import col

from diary.protocol.case_writing import intake_to_json
from diary.protocol.counting import order_key
from diary.protocol.entries import Entry, label
from diary.protocol.messages import N_
from diary.protocol.pathway import Case
from diary.protocol.phases import Phase
from diary.store import intake, questionnaire_reading, questionnaires
from diary.store.case_details import store_details
from diary.store.database import Unit
from diary.store.errors import NotFound, Refused
from diary.store.event_reading import has_events
from diary.store.pathways import PathwayView, bump, moments_as_rows, pathway, to_change
from diary.store.protocol_versions import stored_version
from diary.store.tables import EntryRow, Pathway, PhaseRow, ScoreRow


def store_case(unit: Unit, patient_id: UUID, case: Case) -> None:
    """Store `case` as the patient's diary: plan, phases, entries and details.

    The pathway takes over the case's scale, sites, plan and protocol. A withdrawn entry becomes
    two rows, as if it was withdrawn here. An id that is no UUID is kept beside a made one.
    Raises NotFound outside the scope, Refused("not_empty") when the pathway has phases,
    entries, events or questionnaires, Refused("id_taken") when an id is in use,
    Refused("id_twice") when two entries have one, however each writes it.
    """
    seen = pathway(unit, patient_id)
    if seen is None:
        raise NotFound
    # As it is under the lock: somebody may have planned a phase while this import waited for it.
    found = to_change(unit, seen.id)
    _check_empty(unit, found)
    unit.session.execute(
        update(Pathway)
        .where(col(Pathway.centre_id) == unit.within.centre_id, col(Pathway.id) == found.id)
        .values(
            protocol=case.parameters.name,
            own_protocol=stored_version(case.parameters),
            timezone=case.timezone,
            indication=case.indication,
            scale=case.scale,
            sites=list(case.sites),
            primary_site=case.primary_site,
            moments=moments_as_rows(case.moments),
            med_table=case.med_table,
            pain_since=case.patient.pain_since,
            implanted_on=case.implanted_on,
        )
    )
    if case.phases:
        unit.session.execute(insert(PhaseRow), [_phase(unit, found, one) for one in case.phases])
    _store_entries(unit, found, case)
    store_details(unit, found.id, case)
    questionnaires.store_imported(unit, found, case)
    stated = intake_to_json(case.intake)
    if stated:
        intake.add(unit, found, stated, intake.intake(unit, found).number + 1)
    bump(unit, found.id)


def _check_empty(unit: Unit, found: PathwayView) -> None:
    entry = select(col(EntryRow.id)).where(
        col(EntryRow.centre_id) == unit.within.centre_id, col(EntryRow.pathway_id) == found.id
    )
    filled = unit.session.execute(entry.limit(1)).first() is not None
    # One that was withdrawn has its number too.
    typed = questionnaire_reading.results(unit, found.id)
    if found.phases or filled or has_events(unit, found.id) or typed:
        raise Refused("not_empty", N_("This diary is not empty. Import into a new one."))


def _phase(unit: Unit, found: PathwayView, phase: Phase) -> dict[str, Any]:
    return {
        "centre_id": unit.within.centre_id,
        "id": uuid4(),
        "pathway_id": found.id,
        "kind": phase.kind,
        "first_day": phase.first_day,
        "last_day": phase.last_day,
        "extended_to": phase.extended_to,
        "ended_on": phase.ended_on,
        "version": 1,
        "changed_by": unit.within.staff_id,
        "changed_at": unit.now,
    }


def _store_entries(unit: Unit, found: PathwayView, case: Case) -> None:
    entries = sorted(case.entries, key=order_key)
    _check_ids(entries)
    rows: list[dict[str, Any]] = []
    scores: list[dict[str, Any]] = []
    for number, entry in enumerate(entries):
        row = _entry(unit, found, case, entry, number)
        rows.append(row)
        scores += [
            {
                "centre_id": row["centre_id"],
                "entry_id": row["id"],
                "site": site,
                "scale": entry.scale or case.scale,
                "halves": int(score * 2),
            }
            for site, score in entry.scores.items()
        ]
    taken_back = [
        row | {"id": uuid5(row["id"], "withdrawn"), "replaces_id": row["id"], "withdrawn": True}
        for row, entry in zip(rows, entries, strict=True)
        if entry.withdrawn
    ]
    for part in (rows, taken_back):
        _insert_entries(unit, part)
    if scores:
        unit.session.execute(insert(ScoreRow), scores)


def _check_ids(entries: Sequence[Entry]) -> None:
    """Refuse two entries with one id: a UUID is the same in capitals and in small letters."""
    ids = [_as_uuid(entry.id) for entry in entries]
    given = [entry_id for entry_id in ids if entry_id is not None]
    if len(set(given)) < len(given):
        raise Refused("id_twice", N_("Two entries of the file have the same id."))


def _insert_entries(unit: Unit, rows: list[dict[str, Any]]) -> None:
    if not rows:
        return
    ids = [row["id"] for row in rows]
    for start in range(0, len(ids), 1000):
        taken = select(col(EntryRow.id)).where(
            col(EntryRow.centre_id) == unit.within.centre_id,
            col(EntryRow.id).in_(ids[start : start + 1000]),
        )
        if unit.session.execute(taken.limit(1)).first() is not None:
            raise Refused("id_taken", N_("The file holds entries that are stored already."))
    unit.session.execute(insert(EntryRow), rows)


def _entry(unit: Unit, found: PathwayView, case: Case, entry: Entry, number: int) -> dict[str, Any]:
    place = label(entry, case.plan)
    entry_id, imported_as = _identity(found, entry.id, number)
    offset = None if entry.measured_at is None else entry.measured_at.utcoffset()
    return {
        "centre_id": unit.within.centre_id,
        "id": entry_id,
        "patient_id": found.patient_id,
        "pathway_id": found.id,
        "replaces_id": None,
        "withdrawn": False,
        "source": entry.source,
        "kind": place.kind,
        "diary_day": place.diary_day,
        "moment": entry.moment or place.moment,
        "measured_at": entry.measured_at,
        "utc_offset_minutes": None if offset is None else offset // timedelta(minutes=1),
        "received_at": unit.now,
        # A phone never sends this entry again: any hash of its own will do.
        "body_hash": hashlib.sha256(f"imported:{entry_id}".encode()).digest(),
        "imported_as": imported_as,
    }


def _identity(found: PathwayView, text: str | None, number: int) -> tuple[UUID, str | None]:
    """Return the id to store an entry under, and its own id where that cannot be it.

    Of two answers to one moment that tell no time, the one with the lower id counts. Entries
    without an id come before all others and stay in their order: their ids begin with zeros and
    count up.
    """
    if text is None:
        return UUID(int=number << 80 | secrets.randbits(80)), None
    entry_id = _as_uuid(text)
    if entry_id is None:
        return uuid5(found.id, text), text
    return entry_id, None if str(entry_id) == text else text


def _as_uuid(text: str | None) -> UUID | None:
    try:
        return None if text is None else UUID(text)
    except ValueError:
        return None
