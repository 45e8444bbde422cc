"""Patients: enrolling, beginning another pathway, and who treats them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import select, update
from sqlmodel import col

from diary.protocol.messages import N_
from diary.protocol.moments import Moment
from diary.protocol.scales import Scale
from diary.protocol.versions import Parameters
from diary.store import pauses
from diary.store.beginning import NewPathway, insert_pathway, is_text, wrong_in
from diary.store.database import Unit
from diary.store.errors import NotFound, Refused
from diary.store.pathways import lock, pathway
from diary.store.relations import begin, may_treat, take_turns
from diary.store.scope import TREATING
from diary.store.tables import Patient, Site, TreatmentRelation

OLDEST_YEARS = 125
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
NOT_RIGHT = N_("Something is not right yet.")
STILL_OPEN = N_("A pathway of this patient runs. Another one can begin when it has ended.")


@dataclass(frozen=True, slots=True)
class Enrolment:
    """A patient and the pathway to begin; `sites` has the primary pain site first.

    Without `parameters` it starts with the version that the centre chose.
    """

    name: str
    hospital_number: str
    birth_date: date
    email: str | None
    language: str
    timezone: str
    site_id: UUID
    indication: str | None
    scale: Scale
    sites: tuple[str, ...]
    moments: tuple[Moment, ...]
    parameters: Parameters | None = None
    pain_since: date | None = None

    @property
    def pathway(self) -> NewPathway:
        """Return the part of it that begins."""
        return NewPathway(
            timezone=self.timezone,
            indication=self.indication,
            scale=self.scale,
            sites=self.sites,
            moments=self.moments,
            parameters=self.parameters,
            pain_since=self.pain_since,
        )


@dataclass(frozen=True, slots=True)
class PatientCard:
    """Who the patient is; opened for those in the scope only."""

    id: UUID
    name: str
    hospital_number: str
    birth_date: date
    email: str | None
    language: str
    timezone: str
    site_id: UUID
    since: datetime


def enrol(unit: Unit, new: Enrolment) -> UUID:
    """Make a patient, the pathway, and the treatment relation with the staff member of the scope.

    For treating staff, and for the product itself (then nobody is related yet). Raises Refused
    ("enrolment", with a text for each field at fault).
    """
    scope = unit.within
    if scope.role is not None and scope.role not in TREATING:
        raise NotFound
    if scope.staff_id is not None:
        # Who is let go meanwhile cannot begin to treat anybody.
        take_turns(unit)
        if not may_treat(unit, scope.staff_id):
            raise NotFound
    wrong = _wrong(unit, new)
    if wrong:
        raise Refused("enrolment", NOT_RIGHT, fields=wrong)
    patient_id = _insert_patient(unit, new)
    insert_pathway(unit, patient_id, new.pathway)
    if scope.staff_id is not None:
        begin(unit, scope.staff_id, patient_id)
    return patient_id


def begin_pathway(unit: Unit, patient_id: UUID, new: NewPathway) -> UUID:
    """Begin another pathway for a patient whose last one has ended, and return its id.

    The earlier ones stay as they are: they are read, and nothing in them is changed any more. A
    pause ends, so that it holds back no reminder of the new pathway. For who treats the patient,
    and for the product itself. Raises Refused ("pathway_open" while one runs, "pathway" with a
    text for each field at fault), NotFound outside the scope.
    """
    _treated_by_scope(unit, patient_id)
    known, last = card(unit, patient_id), pathway(unit, patient_id)
    if known is None or last is None:
        raise NotFound
    # Two nurses at once: the second waits here, and then sees what the first began.
    lock(unit, last.id)
    last = pathway(unit, patient_id) or last
    if last.ended_at is None:
        raise Refused("pathway_open", STILL_OPEN)
    wrong = wrong_in(new, known.birth_date, unit.now.date())
    if wrong:
        raise Refused("pathway", NOT_RIGHT, fields=wrong)
    pauses.resume(unit, last)
    return insert_pathway(unit, patient_id, new)


def card(unit: Unit, patient_id: UUID) -> PatientCard | None:
    """Return who the patient is, None outside the scope."""
    row = unit.session.execute(
        select(
            col(Patient.name),
            col(Patient.hospital_number),
            col(Patient.birth_date),
            col(Patient.email),
            col(Patient.language),
            col(Patient.timezone),
            col(Patient.site_id),
            col(Patient.created_at),
        ).where(
            unit.within.sees(col(Patient.centre_id), col(Patient.id)), col(Patient.id) == patient_id
        )
    ).one_or_none()
    if row is None:
        return None
    opened = unit.vault.open
    return PatientCard(
        id=patient_id,
        name=opened(row.name),
        hospital_number=opened(row.hospital_number),
        birth_date=date.fromisoformat(opened(row.birth_date)),
        email=None if row.email is None else opened(row.email),
        language=row.language,
        timezone=row.timezone,
        site_id=row.site_id,
        since=row.created_at,
    )


def relate(unit: Unit, staff_id: UUID, patient_id: UUID) -> None:
    """Let a colleague treat the patient too; related already: nothing changes.

    Raises NotFound when the scope does not see the patient or the person does not treat here.
    """
    take_turns(unit)
    _treated_by_scope(unit, patient_id)
    if not may_treat(unit, staff_id):
        raise NotFound
    begin(unit, staff_id, patient_id)


def end_relation(unit: Unit, staff_id: UUID, patient_id: UUID) -> None:
    """End a treatment relation from now on; NotFound outside the scope or without one."""
    _treated_by_scope(unit, patient_id)
    ended = unit.session.execute(
        update(TreatmentRelation)
        .where(
            col(TreatmentRelation.centre_id) == unit.within.centre_id,
            col(TreatmentRelation.staff_id) == staff_id,
            col(TreatmentRelation.patient_id) == patient_id,
            col(TreatmentRelation.until).is_(None),
        )
        .values(until=unit.now)
        .returning(col(TreatmentRelation.id))
    )
    if ended.first() is None:
        raise NotFound


def _treated_by_scope(unit: Unit, patient_id: UUID) -> None:
    scope = unit.within
    seen = select(col(Patient.id)).where(
        scope.sees(col(Patient.centre_id), col(Patient.id)), col(Patient.id) == patient_id
    )
    if scope.patient_id is not None or unit.session.execute(seen).first() is None:
        raise NotFound


def _insert_patient(unit: Unit, new: Enrolment) -> UUID:
    seal = unit.vault.seal
    number = new.hospital_number.strip()
    values = {
        "centre_id": unit.within.centre_id,
        "id": uuid4(),
        "site_id": new.site_id,
        "name": seal(new.name.strip()),
        "hospital_number": seal(number),
        "hospital_number_hash": unit.vault.digest(f"hospital_number:{number.casefold()}"),
        "birth_date": seal(new.birth_date.isoformat()),
        "email": None if new.email is None else seal(new.email.strip()),
        "language": new.language,
        "timezone": new.timezone,
        "created_at": unit.now,
    }
    made: UUID | None = unit.session.execute(
        unit.insert(Patient).values(values).on_conflict_do_nothing().returning(col(Patient.id))
    ).scalar_one_or_none()
    if made is None:
        text = N_("A patient with this hospital number is enrolled already.")
        raise Refused("enrolled_before", text, fields={"hospital_number": text})
    return made


def _wrong(unit: Unit, new: Enrolment) -> Mapping[str, str]:
    """Return a text for each field that is not right."""
    site = select(col(Site.id)).where(
        col(Site.centre_id) == unit.within.centre_id, col(Site.id) == new.site_id
    )
    today = unit.now.date()
    checks = {
        "name": (is_text(new.name), N_("Fill in the name.")),
        "hospital_number": (is_text(new.hospital_number), N_("Fill in the hospital number.")),
        "birth_date": (
            0 <= today.year - new.birth_date.year <= OLDEST_YEARS and new.birth_date < today,
            N_("Fill in a birth date in the past."),
        ),
        "email": (
            new.email is None or EMAIL.fullmatch(new.email.strip()) is not None,
            N_("Fill in an e-mail address like name@example.nl, or leave it empty."),
        ),
        "site_id": (
            unit.session.execute(site).first() is not None,
            N_("Choose a site of this centre."),
        ),
    }
    wrong = {field: text for field, (right, text) in checks.items() if not right}
    return {**wrong, **wrong_in(new.pathway, new.birth_date, today)}
