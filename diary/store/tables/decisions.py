"""What the multidisciplinary team decided, and when the stimulator was switched."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from diary.protocol.deciding import Decided, PatientSaid
from diary.store.tables.base import UtcDateTime, points_at, words


class Decision(SQLModel, table=True):
    """One decision, append-only: a correction is a new one that points at the old."""

    __table_args__ = (
        points_at("patient", "patient_id"),
        points_at("pathway", "pathway_id"),
        points_at("decision", "replaces_id"),
        points_at("staff", "decided_by"),
        # Two corrections of one decision cannot both stand.
        UniqueConstraint("centre_id", "replaces_id"),
        Index(None, "centre_id", "patient_id"),
    )

    centre_id: UUID = Field(primary_key=True)
    id: UUID = Field(primary_key=True)
    patient_id: UUID
    pathway_id: UUID
    decided: Decided = Field(sa_type=words(Decided, "decided"))
    # The day of the meeting.
    met_on: date
    # [{"role", "name"}]: who was there, each with the own discipline.
    team: list[dict[str, str]] = Field(sa_type=JSON)
    patient_said: PatientSaid = Field(sa_type=words(PatientSaid, "patient_said"))
    # Sealed, as all that people write.
    reasons: bytes
    # Why it was recorded although something was missing that S3 asks for; sealed.
    exception: bytes | None = None
    replaces_id: UUID | None = None
    decided_by: UUID
    decided_at: datetime = Field(sa_type=UtcDateTime)
    # The whole result at `decided_at`, and the rows it was computed from (protocol/basis.py).
    result: dict[str, Any] = Field(sa_type=JSON)
    basis: dict[str, Any] = Field(sa_type=JSON)
    basis_hash: bytes
    # As long as the pathway has this revision, nothing can have changed.
    revision: int


class Position(StrEnum):
    """How the stimulator was set."""

    ON = "on"
    OFF = "off"


class StimulatorSwitch(SQLModel, table=True):
    """The stimulator was switched on or off; append-only, a mistake is taken back by a new row."""

    __tablename__ = "stimulator_switch"
    __table_args__ = (
        points_at("patient", "patient_id"),
        points_at("pathway", "pathway_id"),
        points_at("stimulator_switch", "replaces_id"),
        points_at("staff", "by"),
        UniqueConstraint("centre_id", "replaces_id"),
        CheckConstraint("NOT withdrawn OR replaces_id IS NOT NULL", name="withdrawn"),
        Index(None, "centre_id", "pathway_id"),
    )

    centre_id: UUID = Field(primary_key=True)
    id: UUID = Field(primary_key=True)
    patient_id: UUID
    pathway_id: UUID
    position: Position = Field(sa_type=words(Position, "position"))
    at: datetime = Field(sa_type=UtcDateTime)
    # Sealed.
    note: bytes | None = None
    replaces_id: UUID | None = None
    # True: this row takes back the one it replaces.
    withdrawn: bool = False
    by: UUID
    recorded_at: datetime = Field(sa_type=UtcDateTime)
