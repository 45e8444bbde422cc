"""Questionnaires that patients filled in on paper, as the team typed them over."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from diary.store.tables.base import UtcDateTime, WholeNumber, points_at, words


class Instrument(StrEnum):
    """Which questionnaire, by the name that the protocol scores it under (S3 l.860-876)."""

    GPE = "gpe"
    SF12 = "sf12"
    NRS = "nrs"
    BPI = "bpi"
    ODI = "odi"
    NDI = "ndi"
    HADS = "hads"
    CATASTROPHIZING = "catastrophizing"
    PSQI = "psqi"


class QuestionnaireResult(SQLModel, table=True):
    """One questionnaire of one day, append-only: a correction or withdrawal is a new row.

    Scores are computed from the answers at each reading; totals were computed elsewhere.
    """

    __tablename__ = "questionnaire_result"
    __table_args__ = (
        points_at("patient", "patient_id"),
        points_at("pathway", "pathway_id"),
        points_at("questionnaire_result", "replaces_id"),
        points_at("staff", "typed_by"),
        # Two corrections of one result cannot both stand.
        UniqueConstraint("centre_id", "replaces_id"),
        UniqueConstraint("centre_id", "pathway_id", "number"),
        CheckConstraint("number >= 1", name="number"),
        CheckConstraint(
            "CASE WHEN withdrawn THEN answers IS NULL AND totals IS NULL"
            " ELSE (answers IS NULL) <> (totals IS NULL) END",
            name="what",
        ),
        CheckConstraint("NOT withdrawn OR replaces_id IS NOT NULL", name="withdrawn"),
        CheckConstraint("(replaces_id IS NULL) = (reason IS NULL)", name="reason"),
    )

    centre_id: UUID = Field(primary_key=True)
    id: UUID = Field(primary_key=True)
    patient_id: UUID
    pathway_id: UUID
    # Counts up from 1 within the pathway: the order in which they came.
    number: int = Field(sa_type=WholeNumber)
    instrument: Instrument = Field(sa_type=words(Instrument, "instrument"))
    filled_in_on: date
    # Decimal numbers as text, by item or by scale; an item that was left empty is not there.
    answers: dict[str, str] | None = Field(default=None, sa_type=JSON(none_as_null=True))
    totals: dict[str, str] | None = Field(default=None, sa_type=JSON(none_as_null=True))
    replaces_id: UUID | None = None
    # True: this row takes back the one it replaces.
    withdrawn: bool = False
    # Why it was corrected or taken back, sealed: it may say anything.
    reason: bytes | None = None
    # NULL: it came with an imported case, or by the product itself.
    typed_by: UUID | None = None
    typed_at: datetime = Field(sa_type=UtcDateTime)
