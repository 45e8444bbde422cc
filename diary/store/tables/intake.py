"""What the team writes beside the diary: notes, consent, and the facts of the intake."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from diary.store.tables.base import UtcDateTime, WholeNumber, points_at, words


class TeamNote(SQLModel, table=True):
    """A note of the team, append-only: a correction is a new one that points at the old."""

    __tablename__ = "team_note"
    __table_args__ = (
        points_at("patient", "patient_id"),
        points_at("team_note", "replaces_id"),
        points_at("staff", "by"),
        UniqueConstraint("centre_id", "replaces_id"),
        Index(None, "centre_id", "patient_id"),
    )

    centre_id: UUID = Field(primary_key=True)
    id: UUID = Field(primary_key=True)
    patient_id: UUID
    # Sealed: it may say anything.
    text: bytes
    replaces_id: UUID | None = None
    by: UUID
    at: datetime = Field(sa_type=UtcDateTime)


class Purpose(StrEnum):
    """What a patient agrees to, or no longer."""

    DATA = "data"
    EMAIL = "email"
    SMS = "sms"


class Consent(SQLModel, table=True):
    """The patient agreed to something, or withdrew it; append-only, the latest row holds."""

    __table_args__ = (
        points_at("patient", "patient_id"),
        points_at("staff", "by"),
        UniqueConstraint("centre_id", "patient_id", "purpose", "number"),
        CheckConstraint("number >= 1", name="number"),
    )

    centre_id: UUID = Field(primary_key=True)
    id: UUID = Field(primary_key=True)
    patient_id: UUID
    purpose: Purpose = Field(sa_type=words(Purpose, "purpose"))
    # Counts up from 1 for each purpose.
    number: int = Field(sa_type=WholeNumber)
    given: bool
    # The day on which the patient said so.
    said_on: date
    by: UUID
    at: datetime = Field(sa_type=UtcDateTime)


class IntakeRecord(SQLModel, table=True):
    """All that is stated at intake, as it stood after a change; append-only, the latest holds."""

    __tablename__ = "intake_record"
    __table_args__ = (
        points_at("patient", "patient_id"),
        points_at("pathway", "pathway_id"),
        points_at("staff", "by"),
        # Two who change the same one cannot both be next.
        UniqueConstraint("centre_id", "pathway_id", "number"),
        CheckConstraint("number >= 1", name="number"),
    )

    centre_id: UUID = Field(primary_key=True)
    id: UUID = Field(primary_key=True)
    patient_id: UUID
    pathway_id: UUID
    number: int = Field(sa_type=WholeNumber)
    # As the `intake_facts` of a case file.
    facts: dict[str, Any] = Field(sa_type=JSON)
    # NULL: it came with an imported case.
    by: UUID | None = None
    at: datetime = Field(sa_type=UtcDateTime)
