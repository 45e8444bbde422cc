"""The sets of protocol parameters that a centre made."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, UniqueConstraint
from sqlmodel import Field, SQLModel

from diary.store.tables.base import UtcDateTime, points_at


class ProtocolVersion(SQLModel, table=True):
    """A centre's own protocol version, append-only: another value is a new one with a new name."""

    __tablename__ = "protocol_version"
    __table_args__ = (points_at("staff", "added_by"), UniqueConstraint("centre_id", "name"))

    centre_id: UUID = Field(primary_key=True)
    id: UUID = Field(primary_key=True)
    name: str
    # As in a case file: {"name", "parameters", "deviates_from"}.
    body: dict[str, Any] = Field(sa_type=JSON)
    added_by: UUID
    added_at: datetime = Field(sa_type=UtcDateTime)
