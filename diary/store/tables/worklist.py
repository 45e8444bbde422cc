"""What the team did with the items of its worklist. The items themselves are never stored."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from diary.store.tables.base import UtcDateTime, WholeNumber, points_at, words
from diary.store.tables.reminders import Channel


class Act(StrEnum):
    """What a colleague did with an item."""

    TAKEN = "taken"
    SNOOZED = "snoozed"
    CLOSED = "closed"
    REOPENED = "reopened"


class WorklistMark(SQLModel, table=True):
    """One act on one item, append-only; `number` counts the acts on the same item from 1.

    An item is known by patient, kind and subject. Two colleagues who act on what they both saw
    would write the same number: the second one is told.
    """

    __tablename__ = "worklist_mark"
    __table_args__ = (
        points_at("patient", "patient_id"),
        points_at("staff", "by"),
        UniqueConstraint("centre_id", "patient_id", "kind", "subject", "number"),
        CheckConstraint("(act = 'snoozed') = (until IS NOT NULL)", name="until"),
        CheckConstraint("act <> 'closed' OR note IS NOT NULL", name="note"),
        CheckConstraint("number >= 1", name="number"),
        Index(None, "centre_id", "at"),
    )

    centre_id: UUID = Field(primary_key=True)
    id: UUID = Field(primary_key=True)
    patient_id: UUID
    kind: str
    subject: str
    number: int = Field(sa_type=WholeNumber)
    act: Act = Field(sa_type=words(Act, "act"))
    until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    # What was done, sealed: it may say anything.
    note: bytes | None = None
    by: UUID
    at: datetime = Field(sa_type=UtcDateTime)


class NoticeState(StrEnum):
    """Where a message to the team on duty stands; claimed means that it may have been sent."""

    CLAIMED = "claimed"
    SENT = "sent"
    FAILED = "failed"


class DutyNotice(SQLModel, table=True):
    """An urgent item was sent to who is on duty: at most once over each channel."""

    __tablename__ = "duty_notice"
    __table_args__ = (
        points_at("patient", "patient_id"),
        UniqueConstraint("centre_id", "patient_id", "kind", "subject", "channel"),
    )

    centre_id: UUID = Field(primary_key=True)
    id: UUID = Field(primary_key=True)
    patient_id: UUID
    kind: str
    subject: str
    channel: Channel = Field(sa_type=words(Channel, "channel"))
    state: NoticeState = Field(sa_type=words(NoticeState, "state"))
    attempts: int = Field(sa_type=WholeNumber)
    retry_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    at: datetime = Field(sa_type=UtcDateTime)
    # Why it failed: a code.
    reason: str | None = None
