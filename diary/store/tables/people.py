"""Patients, who treats them, and their phones."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from diary.store.tables.base import UtcDateTime, WholeNumber, points_at, words
from diary.store.tables.reminders import Channel


class Patient(SQLModel, table=True):
    """A patient; everything that tells who it is stands sealed (MultiFernet)."""

    __table_args__ = (
        points_at("site", "site_id"),
        UniqueConstraint("centre_id", "hospital_number_hash"),
    )

    centre_id: UUID = Field(primary_key=True)
    id: UUID = Field(primary_key=True)
    site_id: UUID
    name: bytes
    hospital_number: bytes
    # Sealing gives another text each time; the hash keeps one patient from being enrolled twice.
    hospital_number_hash: bytes
    birth_date: bytes
    email: bytes | None = None
    mobile: bytes | None = None
    # By which other channel than the phone's own; NULL: e-mail, else SMS.
    fallback: Channel | None = Field(default=None, sa_type=words(Channel, "fallback"))
    # The patient turned this channel off, by one click in a message.
    email_off_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    sms_off_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    language: str = "nl"
    timezone: str = "Europe/Amsterdam"
    # The phone stood on another time: where, when that was answered, and whether to call.
    travel_zone: str | None = None
    travel_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    travel_call: bool | None = None
    created_at: datetime = Field(sa_type=UtcDateTime)


class TreatmentRelation(SQLModel, table=True):
    """A staff member treats a patient: the only ground on which a diary may be read."""

    __tablename__ = "treatment_relation"
    __table_args__ = (
        points_at("staff", "staff_id"),
        points_at("patient", "patient_id"),
        # Once at a time for each pair.
        Index(
            "uq_treatment_relation_current",
            "centre_id",
            "staff_id",
            "patient_id",
            unique=True,
            postgresql_where=text("until IS NULL"),
            sqlite_where=text("until IS NULL"),
        ),
    )

    centre_id: UUID = Field(primary_key=True)
    id: UUID = Field(primary_key=True)
    staff_id: UUID
    patient_id: UUID
    since: datetime = Field(sa_type=UtcDateTime)
    until: datetime | None = Field(default=None, sa_type=UtcDateTime)


class ActivationCode(SQLModel, table=True):
    """A single-use code from the letter; good together with the birth date, for seven days."""

    __tablename__ = "activation_code"
    __table_args__ = (points_at("patient", "patient_id"), Index(None, "code_hash", unique=True))

    centre_id: UUID = Field(primary_key=True)
    id: UUID = Field(primary_key=True)
    patient_id: UUID
    code_hash: bytes
    created_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Phone(SQLModel, table=True):
    """An activated phone (or browser) of a patient, known by the hash of its token."""

    __table_args__ = (points_at("patient", "patient_id"), Index(None, "token_hash", unique=True))

    centre_id: UUID = Field(primary_key=True)
    id: UUID = Field(primary_key=True)
    patient_id: UUID
    token_hash: bytes
    activated_at: datetime = Field(sa_type=UtcDateTime)
    seen_at: datetime = Field(sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    # History and settings are open on it until then, without asking for the PIN again.
    unlocked_until: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Pin(SQLModel, table=True):
    """The PIN of a patient, on every phone the same; without a row none is chosen yet."""

    __table_args__ = (
        points_at("patient", "patient_id"),
        CheckConstraint("failures BETWEEN 0 AND 5", name="failures"),
    )

    centre_id: UUID = Field(primary_key=True)
    patient_id: UUID = Field(primary_key=True)
    pin_hash: bytes
    # Wrong guesses in a row. At five it is locked, until the team takes the PIN away.
    failures: int = Field(default=0, sa_type=WholeNumber)
    chosen_at: datetime = Field(sa_type=UtcDateTime)


class PushSubscription(SQLModel, table=True):
    """Where Web Push reaches a phone; the address is sealed, its hash finds it again."""

    __tablename__ = "push_subscription"
    __table_args__ = (
        points_at("phone", "phone_id"),
        points_at("patient", "patient_id"),
        Index(None, "centre_id", "endpoint_hash", unique=True),
        Index(None, "centre_id", "patient_id"),
    )

    centre_id: UUID = Field(primary_key=True)
    id: UUID = Field(primary_key=True)
    phone_id: UUID
    patient_id: UUID
    endpoint: bytes
    endpoint_hash: bytes
    p256dh: str
    auth: bytes
    # Of the public key that the phone subscribed with: the same key has to sign.
    vapid_hash: str | None = None
    created_at: datetime = Field(sa_type=UtcDateTime)
    renewed_at: datetime = Field(sa_type=UtcDateTime)
    # Since when the phone tells which reminders it showed (`store.silence`).
    reports_since: datetime | None = Field(default=None, sa_type=UtcDateTime)
    # The push service said that this address is gone (404, 410).
    gone_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
