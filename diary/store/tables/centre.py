"""The centre, its sites and the people who work there."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKeyConstraint, Index
from sqlmodel import Field, SQLModel

from diary.store.tables.base import UtcDateTime, points_at, words


class Role(StrEnum):
    """What a person may do (quality.md, security)."""

    PATIENT = "patient"
    NURSE = "nurse"
    CLINICIAN = "clinician"
    PSYCHOLOGIST = "psychologist"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"


class Centre(SQLModel, table=True):
    """One pain centre; two hospitals that cooperate are one centre with two sites (S3 l.824)."""

    id: UUID = Field(primary_key=True)
    name: str
    phone_number: str
    timezone: str = "Europe/Amsterdam"
    language: str = "nl"
    # [{"after": minutes, "channel": "first"|"other"}]; NULL: the product's own.
    ladder: list[dict[str, Any]] | None = Field(default=None, sa_type=JSON(none_as_null=True))
    # "HH:MM" in the patient's zone; between them nothing is sent. May cross midnight.
    quiet_from: str | None = None
    quiet_until: str | None = None
    # What a new patient gets, as a pathway holds it; NULL: the product's own.
    moments: list[dict[str, Any]] | None = Field(default=None, sa_type=JSON(none_as_null=True))
    evening: list[str] | None = Field(default=None, sa_type=JSON(none_as_null=True))
    # Which protocol version they start with; NULL: the product's own.
    protocol: str | None = None
    # Whom urgent items are sent to: the mailbox and the phone of who is on duty, sealed.
    duty_email: bytes | None = None
    duty_mobile: bytes | None = None
    created_at: datetime = Field(sa_type=UtcDateTime)


class Site(SQLModel, table=True):
    """A place where the centre treats patients."""

    __table_args__ = (ForeignKeyConstraint(["centre_id"], ["centre.id"]),)

    centre_id: UUID = Field(primary_key=True)
    id: UUID = Field(primary_key=True)
    name: str


class Staff(SQLModel, table=True):
    """Someone who signs in at the team's side; the password is argon2id, the TOTP secret sealed."""

    __table_args__ = (
        points_at("site", "site_id"),
        Index(None, "login", unique=True),
    )

    centre_id: UUID = Field(primary_key=True)
    id: UUID = Field(primary_key=True)
    site_id: UUID
    login: str
    name: str
    role: Role = Field(sa_type=words(Role, "role"))
    language: str = "nl"
    password_hash: str
    totp_secret: bytes
    # The last time step that was accepted: a code is good once (RFC 6238 §5.2). 0: none yet, of
    # this secret.
    totp_step: int = 0
    active: bool = True
    created_at: datetime = Field(sa_type=UtcDateTime)


class StaffSession(SQLModel, table=True):
    """A signed-in browser of a staff member, known by the hash of its token."""

    __tablename__ = "staff_session"
    __table_args__ = (points_at("staff", "staff_id"), Index(None, "token_hash", unique=True))

    centre_id: UUID = Field(primary_key=True)
    id: UUID = Field(primary_key=True)
    staff_id: UUID
    token_hash: bytes
    started_at: datetime = Field(sa_type=UtcDateTime)
    seen_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Attempt(SQLModel, table=True):
    """A log-in or code attempt, counted here so that every web process sees all of them.

    It stands outside the centres: before somebody is recognised there is no centre.
    """

    id: UUID = Field(primary_key=True)
    kind: str
    subject_hash: bytes = Field(index=True)
    at: datetime = Field(sa_type=UtcDateTime)
    succeeded: bool
