"""The list of patients that the team works from, and finding somebody on it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select, true
from sqlmodel import col

from diary.protocol.days import diary_day_of
from diary.protocol.scales import Scale
from diary.store.asking import same_centre
from diary.store.database import Unit
from diary.store.pathway_reading import PhaseView, held, phases_of
from diary.store.tables import Pathway, Patient, Site


@dataclass(frozen=True, slots=True)
class ListedPatient:
    """A line of the team's list; `phase` is the running one, else the last, else the next.

    `site` is the name of the place of treatment; `ended_at` when the last pathway ended, None
    while one runs.
    """

    id: UUID
    name: str
    hospital_number: str
    site: str
    pathway_id: UUID
    indication: str | None
    scale: Scale
    primary_site: str
    timezone: str
    phase: PhaseView | None
    revision: int
    ended_at: datetime | None


def listed(unit: Unit, *, with_ended: bool = False) -> list[ListedPatient]:
    """Return the patients of the scope with an open pathway, by name; two queries, always.

    `with_ended`: those too whose last pathway has ended, each once.
    """
    which = true() if with_ended else col(Pathway.ended_at).is_(None)
    rows = unit.session.execute(
        select(
            col(Patient.id),
            col(Patient.name),
            col(Patient.hospital_number),
            col(Site.name).label("site"),
            col(Pathway.id).label("pathway_id"),
            col(Pathway.indication),
            col(Pathway.scale),
            col(Pathway.primary_site),
            col(Pathway.timezone),
            col(Pathway.revision),
            col(Pathway.ended_at),
        )
        .join(
            Pathway,
            (col(Pathway.centre_id) == col(Patient.centre_id))
            & (col(Pathway.patient_id) == col(Patient.id)),
        )
        .join(Site, same_centre(Patient, Site, "site_id"))
        .where(unit.within.sees(col(Patient.centre_id), col(Patient.id)), which)
        # As `pathway_reading`: the current one last, so that it is the one that stays.
        .order_by(col(Pathway.ended_at).is_(None), col(Pathway.started_at))
    )
    last = {row.id: row for row in rows}.values()
    phases = phases_of(unit, [row.pathway_id for row in last])
    found = [
        ListedPatient(
            id=row.id,
            name=unit.vault.open(row.name),
            hospital_number=unit.vault.open(row.hospital_number),
            site=row.site,
            pathway_id=row.pathway_id,
            indication=row.indication,
            scale=row.scale,
            primary_site=row.primary_site,
            timezone=row.timezone,
            phase=_shown(unit, row, phases.get(row.pathway_id, ())),
            revision=row.revision,
            ended_at=row.ended_at,
        )
        for row in last
    ]
    return sorted(found, key=lambda patient: (collated(patient.name), patient.id))


def searched(patients: Iterable[ListedPatient], text: str) -> list[ListedPatient]:
    """Return those in whose name or hospital number every word of `text` occurs.

    Names are sealed in the tables, so they are looked through here, once they are open. Capitals
    and accents do not matter, nor do signs within a number: "emile" finds Émile, and 12.34 the
    number 1234.
    """
    words = collated(text).split()
    return [patient for patient in patients if all(_has(patient, word) for word in words)]


def collated(name: str) -> str:
    """Return what a name is sorted and found by: Émile stands among the other names with an E."""
    letters = unicodedata.normalize("NFKD", name)
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).casefold()


def _has(patient: ListedPatient, word: str) -> bool:
    bare = _bare(word)
    return word in collated(patient.name) or bool(bare and bare in _bare(patient.hospital_number))


def _bare(number: str) -> str:
    return "".join(sign for sign in collated(number) if sign.isalnum())


def _shown(unit: Unit, row: Any, phases: tuple[PhaseView, ...]) -> PhaseView | None:
    """Return the phase a list shows: the running one, else the last one begun, else the next."""
    zone = ZoneInfo(row.timezone)
    today, phases = diary_day_of(unit.now, zone), held(phases, row.ended_at, zone)
    begun = [phase for phase in phases if phase.first_day <= today]
    if begun:
        return begun[-1]
    return phases[0] if phases else None
