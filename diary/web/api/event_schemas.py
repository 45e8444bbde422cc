"""What comes in at the API beside scores: the kinds of diary events."""

import re
from datetime import date
from fractions import Fraction
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    model_validator,
)
from pydantic_core import PydanticCustomError

from diary.protocol.exact import read_exact
from diary.store.tables import EventKind
from diary.web.api.schemas import MOST_ENTRIES, AskedBy, EntryIn, Number, PhoneTime, Strict
from diary.web.symptoms import is_known

MOST_LISTED = 50
MOST_ATTACKS = 50
LEAST_DOSE, MOST_DOSE = Fraction(1, 2), Fraction(20)


def _as_day(value: object) -> object:
    """Let only YYYY-MM-DD through: pydantic would also take seconds since 1970."""
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII):
        return value
    raise PydanticCustomError("no_day", "no day")


def _as_count(value: Number) -> Number:
    count = read_exact(value)
    if not LEAST_DOSE <= count <= MOST_DOSE or (count * 2).denominator != 1:
        raise PydanticCustomError("no_count", "no count of pieces")
    return value


def _as_symptom(code: str) -> str:
    if not is_known(code):
        raise PydanticCustomError("no_symptom", "no symptom of the list")
    return code


DiaryDay = Annotated[date, BeforeValidator(_as_day)]
Count = Annotated[
    Number, AfterValidator(_as_count), Field(description="Pieces: 0.5 to 20, in halves")
]
Ten = Annotated[int, Field(strict=True, ge=0, le=10)]
Ids = Annotated[list[UUID], Field(default_factory=list, max_length=MOST_LISTED)]
Symptom = Annotated[str, AfterValidator(_as_symptom)]


class Event(Strict):
    """What every event has. `replaces` is the id of an event of the same kind it corrects.

    What is asked once a day (`medicines`, `evening`, `attack_day`) is corrected as it stands by
    now: the last that comes in counts. What the team typed over from paper is refused.
    """

    id: UUID = Field(description="Made on the phone: the same id again is the same event")
    measured_at: PhoneTime
    replaces: UUID | None = None
    withdrawn: Literal[False] = False
    pathway: AskedBy = None


class MedicinesIn(Event):
    """The daily tick: the regular medicines were taken, except these."""

    kind: Literal["medicines"]
    diary_day: DiaryDay
    not_taken: Ids
    patches_changed: Ids


class DoseIn(Event):
    """A dose of an as-needed medicine."""

    kind: Literal["dose"]
    medicine: UUID
    count: Count


class AttackIn(Event):
    """An attack. To stop one, send it again with `replaces` and `ended_at`."""

    kind: Literal["attack"]
    started_at: PhoneTime
    ended_at: PhoneTime | None = None
    intensity: Ten | None = None


class AttackDayIn(Event):
    """How many attacks there were on a day; 0 is an answer."""

    kind: Literal["attack_day"]
    diary_day: DiaryDay
    attacks: Annotated[int, Field(strict=True, ge=0, le=MOST_ATTACKS)]


class EveningIn(Event):
    """The questions of the evening, 0 to 10 each; at least one is answered."""

    kind: Literal["evening"]
    diary_day: DiaryDay
    sleep: Ten | None = None
    activity: Ten | None = None
    goal: Ten | None = None

    @model_validator(mode="after")
    def _answered(self) -> Self:
        if self.sleep is None and self.activity is None and self.goal is None:
            raise PydanticCustomError("no_answer", "no answer")
        return self


class SymptomsIn(Event):
    """The side-effect check; an empty list is "none of these"."""

    kind: Literal["symptoms"]
    symptoms: list[Symptom] = Field(max_length=MOST_LISTED)


class WithdrawalIn(BaseModel):
    """An event of any kind is taken back. What else is sent along is not looked at."""

    model_config = ConfigDict(extra="ignore")

    id: UUID
    kind: EventKind
    measured_at: PhoneTime
    replaces: UUID
    withdrawn: StrictBool
    pathway: AskedBy = None


EventIn = MedicinesIn | DoseIn | AttackIn | AttackDayIn | EveningIn | SymptomsIn | WithdrawalIn
SCHEMAS: dict[str, type[Event]] = {
    EventKind.MEDICINES: MedicinesIn,
    EventKind.DOSE: DoseIn,
    EventKind.ATTACK: AttackIn,
    EventKind.ATTACK_DAY: AttackDayIn,
    EventKind.EVENING: EveningIn,
    EventKind.SYMPTOMS: SymptomsIn,
}


class Batch(Strict):
    """A batch from the phone. `sent_at` is the phone's clock at the moment of sending.

    An item with a `kind` is a diary event, one without is a score. `owner` (from `GET /today`)
    binds the batch to the patient whose phone made it: it is refused as a whole, with 409, when
    the phone is another patient's by now.
    """

    sent_at: PhoneTime
    owner: UUID | None = None
    entries: list[EntryIn | EventIn] = Field(max_length=MOST_ENTRIES)
