"""What patients say. Append-only: a correction or withdrawal is a new row (architecture 1)."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from diary.protocol.entries import Kind
from diary.protocol.scales import Scale, Source
from diary.store.tables.base import UtcDateTime, WholeNumber, points_at, words


class EntryRow(SQLModel, table=True):
    """One answer. `id` was made on the phone: the same id again is the same entry.

    Three times (protocol.md §1): measured at (phone, with its UTC offset), received at (server),
    and the phone's clock error in whole seconds (phone minus server) estimated at the sync.
    """

    __tablename__ = "entry"
    __table_args__ = (
        points_at("pathway", "pathway_id"),
        points_at("patient", "patient_id"),
        points_at("entry", "replaces_id"),
        points_at("phone", "phone_id"),
        points_at("staff", "typed_by"),
        # Two corrections of one entry cannot both stand.
        UniqueConstraint("centre_id", "replaces_id"),
        CheckConstraint("measured_at IS NOT NULL OR moment IS NOT NULL", name="when"),
        CheckConstraint("kind = 'extra' OR moment IS NOT NULL", name="moment"),
        CheckConstraint("NOT withdrawn OR replaces_id IS NOT NULL", name="withdrawn"),
        Index(None, "centre_id", "pathway_id", "diary_day"),
    )

    centre_id: UUID = Field(primary_key=True)
    id: UUID = Field(primary_key=True)
    patient_id: UUID
    pathway_id: UUID
    replaces_id: UUID | None = None
    # True: this row takes back the one it replaces.
    withdrawn: bool = False
    source: Source = Field(sa_type=words(Source, "source"))
    kind: Kind = Field(sa_type=words(Kind, "kind"))
    diary_day: date
    moment: str | None = None
    measured_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    utc_offset_minutes: int | None = None
    received_at: datetime = Field(sa_type=UtcDateTime)
    clock_error_seconds: int | None = None
    phone_id: UUID | None = None
    # The staff member who typed a paper entry over.
    typed_by: UUID | None = None
    # SHA-256 of the canonical body: the same id with another body is refused.
    body_hash: bytes
    note: bytes | None = None
    # The id it had in the file it was imported from, where that was no UUID.
    imported_as: str | None = None


class ScoreRow(SQLModel, table=True):
    """The score of one pain site in one entry, in halves of a point (NRS) or millimetre (VAS).

    Halves because paper may hold 7.5; an integer because SQLite would make a float of a decimal.
    """

    __tablename__ = "score"
    __table_args__ = (
        points_at("entry", "entry_id"),
        CheckConstraint(
            "halves = CAST(halves AS INTEGER) AND"
            " CASE scale WHEN 'nrs' THEN halves BETWEEN 0 AND 20"
            " ELSE halves BETWEEN 0 AND 200 AND halves % 2 = 0 END",
            name="on_scale",
        ),
    )

    centre_id: UUID = Field(primary_key=True)
    entry_id: UUID = Field(primary_key=True)
    site: str = Field(primary_key=True)
    scale: Scale = Field(sa_type=words(Scale, "scale"))
    halves: int = Field(sa_type=WholeNumber)


class CaseDetail(SQLModel, table=True):
    """A part of an imported case that no other table holds, kept exactly as it was read.

    `part` is the key of the case file ("attack_days", "attacks", "medication"); `value` one item
    of its list.
    """

    __tablename__ = "case_detail"
    __table_args__ = (points_at("pathway", "pathway_id"),)

    centre_id: UUID = Field(primary_key=True)
    pathway_id: UUID = Field(primary_key=True)
    part: str = Field(primary_key=True)
    position: int = Field(primary_key=True)
    value: dict[str, Any] = Field(sa_type=JSON)
