"""A patient's pathway through the protocol, its plan of moments and its phases."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from diary.protocol.phases import PhaseKind
from diary.protocol.scales import Scale
from diary.store.tables.base import UtcDateTime, points_at, words


class Pathway(SQLModel, table=True):
    """One treatment with neuromodulation, from intake on.

    Scale, sites and protocol version are fixed when it starts (protocol.md §1, §11).
    """

    __table_args__ = (
        points_at("patient", "patient_id"),
        # A patient goes through one pathway at a time.
        Index(
            "uq_pathway_open",
            "centre_id",
            "patient_id",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
            sqlite_where=text("ended_at IS NULL"),
        ),
    )

    centre_id: UUID = Field(primary_key=True)
    id: UUID = Field(primary_key=True)
    patient_id: UUID
    protocol: str
    # The whole set when `protocol` is one of the centre's own; NULL: it is the product's.
    own_protocol: dict[str, Any] | None = Field(default=None, sa_type=JSON(none_as_null=True))
    timezone: str
    indication: str | None = None
    scale: Scale = Field(sa_type=words(Scale, "scale"))
    # Names of the pain sites, in the order in which the patient is asked.
    sites: list[str] = Field(sa_type=JSON)
    primary_site: str
    # [{"name", "time": "HH:MM", "night": bool}], as in a case file.
    moments: list[dict[str, Any]] = Field(sa_type=JSON)
    med_table: str = "nl-2019"
    # Which questions are asked in the evening; NULL: all of them.
    evening: list[str] | None = Field(default=None, sa_type=JSON)
    # How the patient is reminded; NULL: as the centre has it (`Centre.ladder`).
    ladder: list[dict[str, Any]] | None = Field(default=None, sa_type=JSON(none_as_null=True))
    quiet_from: str | None = None
    quiet_until: str | None = None
    pain_since: date | None = None
    implanted_on: date | None = None
    # One more with every change to the diary, the phases or the plan: caches look at this number.
    revision: int = 0
    started_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class PhaseRow(SQLModel, table=True):
    """One phase, in whole diary days of the pathway's zone, both ends included."""

    __tablename__ = "phase"
    __table_args__ = (
        points_at("pathway", "pathway_id"),
        UniqueConstraint("centre_id", "pathway_id", "kind", "first_day"),
        CheckConstraint("last_day >= first_day", name="days"),
        CheckConstraint("extended_to IS NULL OR extended_to > last_day", name="extended"),
        CheckConstraint(
            "ended_on IS NULL OR ended_on BETWEEN first_day AND COALESCE(extended_to, last_day)",
            name="ended",
        ),
    )

    centre_id: UUID = Field(primary_key=True)
    id: UUID = Field(primary_key=True)
    pathway_id: UUID
    kind: PhaseKind = Field(sa_type=words(PhaseKind, "kind"))
    first_day: date
    last_day: date
    extended_to: date | None = None
    ended_on: date | None = None
    # Why it was planned, sealed; a switch-off always says so.
    reason: bytes | None = None
    # Why it was ended early, sealed; always there when answered days fall outside it by that.
    end_reason: bytes | None = None
    # Counts the changes: who saves on an older number is told what changed.
    version: int = 1
    changed_by: UUID | None = None
    changed_at: datetime = Field(sa_type=UtcDateTime)
