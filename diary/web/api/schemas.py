"""What comes in at the API and what goes out: the border where everything is checked.

Tables do not validate (architecture.md, 4), so nothing passes here that is not of its type; what
is right on the patient's own scale and plan is judged by the protocol and the store.
"""

import re
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StringConstraints,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)

from diary.protocol.exact import LONGEST_NUMBER, read_exact
from diary.store.notices import Seen
from diary.store.tables import Channel

MOST_ENTRIES = 200
LONGEST_NOTE = 1000
MOST_MEDICINES = 10
MOST_STEPS = 10

_Name = Annotated[str, StringConstraints(min_length=1, max_length=40)]
_NumberText = Annotated[
    str,
    StringConstraints(pattern=r"^-?[0-9]+(\.[0-9]+)?$", max_length=LONGEST_NUMBER, strict=True),
]


def _readable(value: int | Decimal | str) -> int | Decimal | str:
    """Let only numbers through that can be read exactly: 1e30 is of the right type and none."""
    read_exact(value)
    return value


Number = Annotated[
    Annotated[int, Field(strict=True)] | Annotated[Decimal, Field(strict=True)] | _NumberText,
    AfterValidator(_readable),
    Field(description='A JSON number, or a string such as "7" or "7.5"; read exactly'),
]


def _as_written(value: object) -> object:
    """Let only ISO 8601 through: pydantic would also take seconds since 1970."""
    if isinstance(value, str) and re.match(r"\d{4}-\d{2}-\d{2}T", value):
        return value
    raise ValueError("no ISO 8601 time")


PhoneTime = Annotated[
    AwareDatetime,
    BeforeValidator(_as_written),
    Field(description="ISO 8601 with the phone's UTC offset"),
]


def _or_unknown(value: object, read: ValidatorFunctionWrapHandler) -> object:
    """Take a time that cannot be read for unknown: a phone's clock must not cost an answer."""
    try:
        return read(value)
    except ValidationError:
        return None


AskedBy = Annotated[
    UUID | None, Field(description="By whose questions it was asked: `pathway` of `GET /today`")
]


class Strict(BaseModel):
    """A body in which every key is known."""

    model_config = ConfigDict(extra="forbid")


class Medicine(Strict):
    """One dose: of a substance by a route, in mg, or in µg an hour for a patch."""

    substance: Annotated[str, StringConstraints(min_length=1, max_length=60)]
    route: Annotated[str, StringConstraints(min_length=1, max_length=20)]
    mg: Number | None = None
    ug_per_h: Number | None = None


class EntryIn(Strict):
    """One answer from the phone.

    `late` fills in a missed `moment` (the latest closed one when it is not named) of the diary day
    of `measured_at`. `replaces` is the id of an entry of the same diary day that this one corrects,
    or takes back when `withdrawn`.
    """

    id: UUID = Field(description="Made on the phone: the same id again is the same entry")
    measured_at: PhoneTime
    scores: dict[_Name, Number] = Field(
        default_factory=dict, max_length=20, description="Score by pain site"
    )
    late: StrictBool = False
    moment: _Name | None = None
    medication: list[Medicine] = Field(default_factory=list, max_length=MOST_MEDICINES)
    note: str | None = Field(default=None, max_length=LONGEST_NOTE)
    replaces: UUID | None = None
    withdrawn: StrictBool = False
    pathway: AskedBy = None


class Envelope(Strict):
    """A batch whose entries are still to be judged, each by itself."""

    sent_at: Annotated[PhoneTime | None, WrapValidator(_or_unknown)]
    owner: UUID | None = None
    entries: list[dict[str, Any]] = Field(max_length=MOST_ENTRIES)


class Problem(BaseModel):
    """What is wrong, in the user's language; `fields` names the keys at fault."""

    code: str
    message: str
    fields: dict[str, str] | None = None


class ErrorBody(BaseModel):
    """The one shape of an error."""

    error: Problem


class EntryResult(BaseModel):
    """What became of one entry; `id` is null when the entry had no readable one."""

    id: UUID | None
    status: Literal["stored", "duplicate", "rejected"]
    error: Problem | None = None


class BatchResult(BaseModel):
    """One result for each entry, in the order of the batch."""

    results: list[EntryResult]


class Activation(Strict):
    """The code from the letter and the patient's birth date."""

    code: str = Field(min_length=1, max_length=40)
    birth_date: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$", examples=["1958-03-27"])]


class Activated(BaseModel):
    """The phone is connected; the answer sets the session cookie."""

    owner: UUID
    language: str


class PushKeys(Strict):
    """The keys of a browser's push subscription, in URL-safe base64."""

    p256dh: str = Field(min_length=80, max_length=100, pattern=r"^[A-Za-z0-9_-]+=*$")
    auth: str = Field(min_length=16, max_length=32, pattern=r"^[A-Za-z0-9_-]+=*$")


class Subscription(Strict):
    """A browser's push subscription, as `PushSubscription.toJSON()` gives it.

    With `key`, our own key that it was made with (`options.applicationServerKey`, base64url).
    """

    model_config = ConfigDict(extra="ignore")

    endpoint: str = Field(min_length=10, max_length=1000, pattern=r"^https?://")
    keys: PushKeys
    key: str | None = Field(default=None, pattern=r"^[A-Za-z0-9_-]{87}$")


class PushKey(BaseModel):
    """What a browser subscribes with (`applicationServerKey`), url-safe base64."""

    key: str


class NotificationReport(Strict):
    """That a reminder (`step` of the ladder for `prompt`, over `channel`) was shown or opened."""

    prompt: UUID
    step: int = Field(ge=0, lt=MOST_STEPS)
    channel: Channel = Channel.WEB_PUSH
    event: Seen
    at: AwareDatetime


class NotificationReports(Strict):
    """What a phone reports of its reminders; old ones too, once there is a network again."""

    notifications: list[NotificationReport] = Field(max_length=100)


class PlannedMoment(BaseModel):
    """One planned measurement; instants in UTC. `prompt` is what its reminders are called by."""

    day: str
    moment: str
    label: str
    at: datetime
    opens: datetime
    closes: datetime
    state: Literal["coming", "open", "answered", "late", "missed"]
    prompt: str | None


class SiteQuestion(BaseModel):
    """A pain site and how to ask about it, in the patient's language."""

    name: str
    label: str
    question: str
    question_late: str


class ListedMedicine(BaseModel):
    """A medicine of the patient's own list."""

    id: UUID
    label: str
    as_needed: bool
    patch: bool


class RunningAttack(BaseModel):
    """An attack that was started and not stopped yet."""

    id: UUID
    started_at: datetime


class SymptomQuestion(BaseModel):
    """An alarm symptom, in the patient's language."""

    code: str
    label: str


class Done(BaseModel):
    """What of the questions of the present diary day was answered."""

    medicines: bool
    evening: bool
    attack_day: bool


class TodaysEntry(BaseModel):
    """An answer or an event (`kind`) of the present diary day that stands; without what it says.

    What the team typed over (`paper`) is not the patient's to change or take back.
    """

    id: UUID
    kind: str | None = None
    moment: str | None
    label: str | None
    at: datetime
    corrected: bool
    paper: bool


class ScaleEnds(BaseModel):
    """What 0 and the highest score mean, in the patient's language and by the protocol version."""

    least: str
    most: str


class Plan(BaseModel):
    """What the phone needs to ask without a network; no scores and no names in it.

    `now` is the diary's clock; a phone that differs much says so. `revision` counts the changes
    of the diary: a page of an older one is out of date. `pathway` goes along with every answer: one
    that was asked before another pathway began belongs to that one for ever. `telephone` is the
    centre's. `symptoms` is empty until something was placed. A push address that was made with
    another key than `push_key` is made anew, and so is one that shows nothing of what it is sent
    (`push_silent`).
    """

    now: datetime
    owner: UUID
    pathway: UUID | None
    revision: int | None
    language: str
    timezone: str
    scale: Literal["nrs", "vas"] | None
    ends: ScaleEnds | None
    sites: list[SiteQuestion]
    moments: list[PlannedMoment]
    telephone: str
    push_key: str
    push_silent: bool
    day: str | None
    medicines: list[ListedMedicine]
    attacks: bool
    running_attack: RunningAttack | None
    evening: list[Literal["sleep", "activity", "goal"]]
    symptoms: list[SymptomQuestion]
    today: Done
    entries: list[TodaysEntry]
