"""What patients say besides scores, and the medicines of their own list.

Append-only like the entries: a correction or a withdrawal is a new row.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from diary.protocol.scales import Source
from diary.store.tables.base import UtcDateTime, points_at, words


class EventKind(StrEnum):
    """What a diary event is about."""

    MEDICINES = "medicines"
    DOSE = "dose"
    ATTACK = "attack"
    ATTACK_DAY = "attack_day"
    EVENING = "evening"
    SYMPTOMS = "symptoms"


class StrengthUnit(StrEnum):
    """In what the strength of one piece is given; a patch of an opioid in µg an hour."""

    MG = "mg"
    UG_PER_H = "ug_per_h"


class DiaryEvent(SQLModel, table=True):
    """One event. `id` was made on the phone: the same id again is the same event."""

    __tablename__ = "diary_event"
    __table_args__ = (
        points_at("pathway", "pathway_id"),
        points_at("patient", "patient_id"),
        points_at("diary_event", "replaces_id"),
        points_at("phone", "phone_id"),
        points_at("staff", "typed_by"),
        # Two corrections of one event cannot both stand.
        UniqueConstraint("centre_id", "replaces_id"),
        CheckConstraint("NOT withdrawn OR replaces_id IS NOT NULL", name="withdrawn"),
        CheckConstraint("NOT urgent OR kind = 'symptoms'", name="urgent"),
        CheckConstraint("(source = 'paper') = (typed_by IS NOT NULL)", name="typed_by"),
        Index(None, "centre_id", "pathway_id", "diary_day"),
        Index(
            "ix_diary_event_urgent",
            "centre_id",
            "patient_id",
            postgresql_where=text("urgent"),
            sqlite_where=text("urgent = 1"),
        ),
    )

    centre_id: UUID = Field(primary_key=True)
    id: UUID = Field(primary_key=True)
    patient_id: UUID
    pathway_id: UUID
    kind: EventKind = Field(sa_type=words(EventKind, "kind"))
    # What was said, without what stands in the other columns.
    body: dict[str, Any] = Field(sa_type=JSON)
    source: Source = Field(sa_type=words(Source, "source"))
    diary_day: date
    # On paper: when it was typed over.
    measured_at: datetime = Field(sa_type=UtcDateTime)
    utc_offset_minutes: int
    received_at: datetime = Field(sa_type=UtcDateTime)
    clock_error_seconds: int | None = None
    phone_id: UUID | None = None
    # The staff member who typed a paper diary over.
    typed_by: UUID | None = None
    replaces_id: UUID | None = None
    # True: this row takes back the one it replaces.
    withdrawn: bool = False
    # True: an alarm symptom was reported; the team sees it until somebody closes it.
    urgent: bool = False
    # SHA-256 of the canonical body: the same id with another body is refused.
    body_hash: bytes


class Medicine(SQLModel, table=True):
    """A medicine of a patient's own list. The team adds and stops it; it is never edited.

    Taken from `started_on` to `stopped_on`, both included; one that was entered by mistake is
    stopped on the day before it started.
    """

    __table_args__ = (
        points_at("pathway", "pathway_id"),
        points_at("patient", "patient_id"),
        CheckConstraint("unit = 'mg' OR route = 'patch'", name="patch_unit"),
        CheckConstraint(
            "CASE WHEN as_needed THEN times_a_day IS NULL AND patch_days IS NULL"
            " WHEN route = 'patch' THEN times_a_day IS NULL AND patch_days IS NOT NULL"
            " ELSE times_a_day IS NOT NULL AND patch_days IS NULL END",
            name="how_often",
        ),
        Index(None, "centre_id", "pathway_id"),
    )

    centre_id: UUID = Field(primary_key=True)
    id: UUID = Field(primary_key=True)
    patient_id: UUID
    pathway_id: UUID
    substance: str
    # A decimal number as text: SQLite would make a float of it.
    strength: str
    unit: StrengthUnit = Field(sa_type=words(StrengthUnit, "unit"))
    form: str
    route: str
    as_needed: bool
    # How many pieces a day, for a regular one that is no patch.
    times_a_day: int | None = None
    # After how many days a patch is changed.
    patch_days: int | None = None
    started_on: date
    stopped_on: date | None = None


class AlarmClosing(SQLModel, table=True):
    """A reported alarm symptom was dealt with: by whom, and what was done (sealed)."""

    __tablename__ = "alarm_closing"
    __table_args__ = (points_at("diary_event", "event_id"), points_at("staff", "closed_by"))

    centre_id: UUID = Field(primary_key=True)
    event_id: UUID = Field(primary_key=True)
    closed_at: datetime = Field(sa_type=UtcDateTime)
    closed_by: UUID
    note: bytes
