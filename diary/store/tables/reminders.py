"""Prompts, the reminders for them, and the worker's pulse."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from diary.store.tables.base import UtcDateTime, points_at, words


class Channel(StrEnum):
    """A way to reach a patient."""

    WEB_PUSH = "web_push"
    EMAIL = "email"
    SMS = "sms"


class Receipt(StrEnum):
    """What the provider says later about a message it had accepted."""

    DELIVERED = "delivered"
    FAILED = "failed"


class ReminderState(StrEnum):
    """Where a reminder stands; everything but planned and claimed is final.

    planned → claimed → sent | failed | unknown; planned → expired | cancelled.
    `unknown`: a worker died while it held the claim, so it may or may not have been sent.
    """

    PLANNED = "planned"
    CLAIMED = "claimed"
    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


class Prompt(SQLModel, table=True):
    """One planned measurement of one diary day, asked of one patient."""

    __table_args__ = (
        points_at("patient", "patient_id"),
        points_at("pathway", "pathway_id"),
        points_at("phase", "phase_id"),
        UniqueConstraint("centre_id", "pathway_id", "diary_day", "moment"),
        # What the worker looks for, over all centres: due and not answered.
        Index(
            "ix_prompt_unanswered",
            "due_at",
            postgresql_where=text("answered_at IS NULL AND cancelled_at IS NULL"),
            sqlite_where=text("answered_at IS NULL AND cancelled_at IS NULL"),
        ),
        Index(None, "centre_id", "patient_id", "closes_at"),
    )

    centre_id: UUID = Field(primary_key=True)
    id: UUID = Field(primary_key=True)
    patient_id: UUID
    pathway_id: UUID
    phase_id: UUID
    diary_day: date
    moment: str
    night: bool = False
    due_at: datetime = Field(sa_type=UtcDateTime)
    opens_at: datetime = Field(sa_type=UtcDateTime)
    closes_at: datetime = Field(sa_type=UtcDateTime)
    answered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    # The plan or the phase changed: this moment is no longer asked.
    cancelled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Reminder(SQLModel, table=True):
    """One step of the ladder for one prompt over one channel: sent at most once.

    A row that was never claimed may be deleted when the plan changes; others stay for ever.
    """

    __table_args__ = (
        points_at("prompt", "prompt_id"),
        points_at("patient", "patient_id"),
        UniqueConstraint("centre_id", "prompt_id", "step", "channel"),
        Index(
            "ix_reminder_unsent",
            "send_at",
            postgresql_where=text("state = 'planned'"),
            sqlite_where=text("state = 'planned'"),
        ),
        Index(
            "ix_reminder_claimed",
            "claimed_at",
            postgresql_where=text("state = 'claimed'"),
            sqlite_where=text("state = 'claimed'"),
        ),
        # The figures of the last day, over all centres.
        Index(
            "ix_reminder_done",
            "done_at",
            postgresql_where=text("done_at IS NOT NULL"),
            sqlite_where=text("done_at IS NOT NULL"),
        ),
        # Whether a patient's phone shows what the push service accepted.
        Index(
            "ix_reminder_pushed",
            "centre_id",
            "patient_id",
            "done_at",
            postgresql_where=text("channel = 'web_push' AND state = 'sent'"),
            sqlite_where=text("channel = 'web_push' AND state = 'sent'"),
        ),
        # A receipt comes back with the provider's reference alone.
        Index(
            "ix_reminder_provider_ref",
            "provider_ref",
            postgresql_where=text("provider_ref IS NOT NULL"),
            sqlite_where=text("provider_ref IS NOT NULL"),
        ),
    )

    centre_id: UUID = Field(primary_key=True)
    id: UUID = Field(primary_key=True)
    prompt_id: UUID
    patient_id: UUID
    step: int
    channel: Channel = Field(sa_type=words(Channel, "channel"))
    state: ReminderState = Field(
        default=ReminderState.PLANNED, sa_type=words(ReminderState, "state")
    )
    send_at: datetime = Field(sa_type=UtcDateTime)
    # From then on it is not sent: the next step takes over, or the window has closed.
    expires_at: datetime = Field(sa_type=UtcDateTime)
    attempts: int = 0
    claimed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    claimed_by: str | None = None
    done_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    # Why it failed, expired or was cancelled: a code, never a text with health data.
    reason: str | None = None
    # Reported by the phone: the notification was shown, and the question was opened from it.
    shown_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    opened_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    # The provider's own name for the message (SMS), and what became of it there.
    provider_ref: str | None = None
    receipt: Receipt | None = Field(default=None, sa_type=words(Receipt, "receipt"))
    receipt_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Pause(SQLModel, table=True):
    """A time in which a patient is not reminded; the moments stay, so what is missing is seen.

    Made by the patient when `made_by` is NULL. It ends by itself, or earlier at `ended_at`.
    """

    __table_args__ = (
        points_at("patient", "patient_id"),
        points_at("pathway", "pathway_id"),
        points_at("staff", "made_by"),
        points_at("staff", "ended_by"),
        CheckConstraint("until_at > from_at", name="length"),
        Index(None, "centre_id", "patient_id", "until_at"),
    )

    centre_id: UUID = Field(primary_key=True)
    id: UUID = Field(primary_key=True)
    patient_id: UUID
    pathway_id: UUID
    from_at: datetime = Field(sa_type=UtcDateTime)
    until_at: datetime = Field(sa_type=UtcDateTime)
    # Why, sealed: "in hospital" is health data.
    reason: bytes | None = None
    made_by: UUID | None = None
    made_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended_by: UUID | None = None


class WorkerTick(SQLModel, table=True):
    """The pulse of a worker process; /readyz looks at the youngest one."""

    __tablename__ = "worker_tick"

    worker: str = Field(primary_key=True)
    ticked_at: datetime = Field(sa_type=UtcDateTime)


class WorkerGap(SQLModel, table=True):
    """A standstill of all workers, of more than five minutes; nobody was reminded meanwhile."""

    __tablename__ = "worker_gap"
    __table_args__ = (
        CheckConstraint("until_at > from_at", name="length"),
        UniqueConstraint("from_at"),
    )

    id: UUID = Field(primary_key=True)
    from_at: datetime = Field(sa_type=UtcDateTime)
    until_at: datetime = Field(sa_type=UtcDateTime)
