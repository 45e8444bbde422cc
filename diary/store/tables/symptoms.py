"""What a centre changed in the list of alarm symptoms."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from diary.store.tables.base import UtcDateTime, WholeNumber, points_at


class SymptomWording(SQLModel, table=True):
    """How a symptom is asked from a moment on, append-only: old reports keep their words."""

    __tablename__ = "symptom_wording"
    __table_args__ = (
        points_at("staff", "changed_by"),
        UniqueConstraint("centre_id", "code", "number"),
        CheckConstraint("number >= 1", name="number"),
    )

    centre_id: UUID = Field(primary_key=True)
    id: UUID = Field(primary_key=True)
    code: str
    # Counts the changes of this symptom: of two at once the second is refused.
    number: int = Field(sa_type=WholeNumber)
    asked: bool
    # {"nl": …}; a language that is not there is as the product has it, else as in Dutch.
    texts: dict[str, str] = Field(sa_type=JSON)
    changed_by: UUID
    changed_at: datetime = Field(sa_type=UtcDateTime)
