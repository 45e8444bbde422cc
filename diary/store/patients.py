"""Patients: enrolling, and who treats them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import insert, select, update
from sqlmodel import col

from diary.protocol.messages import N_
from diary.protocol.moments import Moment, check_plan
from diary.protocol.scales import Scale
from diary.protocol.versions import Parameters
from diary.store.database import Unit
from diary.store.errors import NotFound, Refused
from diary.store.pathways import moments_as_rows
from diary.store.protocol_versions import for_new, stored_version
from diary.store.relations import begin
from diary.store.scope import TREATING
from diary.store.tables import Pathway, Patient, Site, Staff, TreatmentRelation

OLDEST_YEARS = 125
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
LONGEST_TEXT = 200


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
    wrong = _wrong(unit, new)
    if wrong:
        raise Refused("enrolment", N_("Something is not right yet."), fields=wrong)
    patient_id = _insert_patient(unit, new)
    parameters = new.parameters or for_new(unit)
    unit.session.execute(
        insert(Pathway).values(
            centre_id=scope.centre_id,
            id=uuid4(),
            patient_id=patient_id,
            protocol=parameters.name,
            own_protocol=stored_version(parameters),
            timezone=new.timezone,
            indication=new.indication,
            scale=new.scale,
            sites=list(new.sites),
            primary_site=new.sites[0],
            moments=moments_as_rows(new.moments),
            med_table=parameters.med_table.value,
            pain_since=new.pain_since,
            started_at=unit.now,
        )
    )
    if scope.staff_id is not None:
        begin(unit, scope.staff_id, patient_id)
    return patient_id


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
    _treated_by_scope(unit, patient_id)
    colleague = select(col(Staff.id)).where(
        col(Staff.centre_id) == unit.within.centre_id,
        col(Staff.id) == staff_id,
        col(Staff.role).in_(TREATING),
        col(Staff.active),
    )
    if unit.session.execute(colleague).first() is None:
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
    plan = check_plan(new.moments)
    checks = {
        "name": (_is_text(new.name), N_("Fill in the name.")),
        "hospital_number": (_is_text(new.hospital_number), N_("Fill in the hospital number.")),
        "birth_date": (
            0 <= today.year - new.birth_date.year <= OLDEST_YEARS and new.birth_date < today,
            N_("Fill in a birth date in the past."),
        ),
        "email": (
            new.email is None or EMAIL.fullmatch(new.email.strip()) is not None,
            N_("Fill in an e-mail address like name@example.nl, or leave it empty."),
        ),
        "timezone": (is_zone(new.timezone), N_("Choose a time zone.")),
        "site_id": (
            unit.session.execute(site).first() is not None,
            N_("Choose a site of this centre."),
        ),
        "sites": (
            0 < len(new.sites) == len(set(new.sites)) and all(map(_is_text, new.sites)),
            N_("Choose at least one pain site, and each one once."),
        ),
        "moments": (not plan, plan[0] if plan else ""),
        "pain_since": (
            new.pain_since is None or new.birth_date <= new.pain_since <= today,
            N_("Fill in a date between the birth date and today."),
        ),
    }
    return {field: text for field, (right, text) in checks.items() if not right}


def _is_text(text: str) -> bool:
    return 0 < len(text.strip()) <= LONGEST_TEXT and text.isprintable()


def is_zone(name: str) -> bool:
    """Tell whether there is a time zone of this name."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True
