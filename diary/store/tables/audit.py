"""The access log after NEN 7513: append-only and hash-chained per centre."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from diary.store.tables.base import UtcDateTime, words
from diary.store.tables.centre import Role


class Action(StrEnum):
    """What was done with the data (NEN 7513: C, R, U, D, E)."""

    CREATE = "C"
    READ = "R"
    UPDATE = "U"
    DELETE = "D"
    EXECUTE = "E"


class AccessLog(SQLModel, table=True):
    """One event: who did what to whose data, from where, and on which ground."""

    __tablename__ = "access_log"
    __table_args__ = (Index(None, "centre_id", "patient_id", "at"),)

    centre_id: UUID = Field(primary_key=True)
    # Counts up by one within the centre: a gap is a sign of tampering.
    number: int = Field(primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime)
    event: str
    action: Action = Field(sa_type=words(Action, "action"))
    actor_id: UUID | None = None
    role: Role | None = Field(default=None, sa_type=words(Role, "role"))
    on_behalf_of: UUID | None = None
    access_point: str
    patient_id: UUID | None = None
    # What was touched: "entry 2f6c…", never its content.
    object: str | None = None
    authorised: bool
    treatment_relation: bool
    consent: bool
    emergency: bool = False
    previous_hash: bytes
    hash: bytes
