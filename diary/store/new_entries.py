"""An entry as it comes in, and the rules it must keep before it may be stored."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction
from uuid import UUID

from diary.protocol.entries import Kind, Placement, place_in
from diary.protocol.messages import N_
from diary.protocol.scales import ScoreError, Source, parse_score
from diary.store.errors import Refused
from diary.store.pathways import PathwayView

LONGEST_NOTE = 10_000

USED_ID = N_("This entry cannot be saved. Please enter it again.")
NO_SCORE = N_("A score is needed.")
OTHER_SITE = N_("This pain site is not in the diary.")
NO_TIME = N_("The time of the entry is needed, with its offset.")
NO_SUCH_MOMENT = N_("This moment is not in the diary.")
LONG_NOTE = N_("The note is too long: at most %(most)d characters.")
NOT_YET = N_("This moment has not come yet.")


@dataclass(frozen=True, slots=True)
class NewEntry:
    """One answer as it came in.

    It has `measured_at` (aware, with the phone's offset), or `diary_day` and `moment` (paper). A
    correction has `replaces_id` and new scores, a withdrawal `replaces_id` and `withdrawn`; their
    `measured_at` is when the patient corrected, and day, moment, kind and measured-at of the
    stored row stay those of the original. `body_hash` is that of the body as sent (None: of this
    content). `pathway_id` is the pathway by whose plan it was asked, as far as the phone says so.
    """

    id: UUID
    measured_at: datetime | None = None
    diary_day: date | None = None
    moment: str | None = None
    scores: Mapping[str, Fraction] = field(default_factory=dict)
    late: bool = False
    source: Source = Source.PHONE
    note: str | None = None
    replaces_id: UUID | None = None
    withdrawn: bool = False
    clock_error_seconds: int | None = None
    body_hash: bytes | None = None
    pathway_id: UUID | None = None


class Status(StrEnum):
    """What became of an entry."""

    STORED = "stored"
    DUPLICATE = "duplicate"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one entry of a batch; `error` is a template that `values` fill."""

    id: UUID
    status: Status
    error: str | None = None
    values: Mapping[str, object] = field(default_factory=dict)


def check_form(entry: NewEntry) -> None:
    """Raise Refused for a time without offset or a note without end."""
    if entry.measured_at is not None and entry.measured_at.utcoffset() is None:
        raise Refused("time", NO_TIME)
    if entry.note is not None and len(entry.note) > LONGEST_NOTE:
        raise Refused("note", LONG_NOTE, {"most": LONGEST_NOTE})


def halves_of(entry: NewEntry, pathway: PathwayView, source: Source) -> dict[str, int]:
    """Return the scores by pain site, in halves; none for a withdrawal. Raises Refused."""
    if entry.withdrawn:
        return {}
    if not entry.scores:
        raise Refused("scores", NO_SCORE)
    halves = {}
    for site, value in entry.scores.items():
        if site not in pathway.sites:
            raise Refused("site", OTHER_SITE)
        try:
            halves[site] = int(parse_score(value, pathway.scale, source) * 2)
        except ScoreError as error:
            raise Refused("score", error.text, error.values) from None
    return halves


def place_of(entry: NewEntry, pathway: PathwayView, now: datetime) -> Placement:
    """Return the place in the plan of an entry that corrects no other. Raises Refused."""
    plan = pathway.plan
    if entry.moment is not None and entry.moment not in {m.name for m in plan.moments}:
        raise Refused("moment", NO_SUCH_MOMENT)
    if entry.measured_at is not None:
        return place_in(plan, entry.measured_at, entry.late, entry.moment)
    if entry.diary_day is None or entry.moment is None:
        raise Refused("time", NO_TIME)
    planned = next(p for p in plan.day(entry.diary_day) if p.moment.name == entry.moment)
    if planned.opens_utc > now:
        raise Refused("moment", NOT_YET)
    return Placement(entry.diary_day, entry.moment, Kind.LATE if entry.late else Kind.SCHEDULED)


def content_hash(entry: NewEntry) -> bytes:
    """Return what tells one answer from another; never what differs between two tries."""
    content = {
        "measured_at": entry.measured_at and entry.measured_at.isoformat(),
        "diary_day": entry.diary_day and entry.diary_day.isoformat(),
        "moment": entry.moment,
        "scores": {site: str(score) for site, score in entry.scores.items()},
        "late": entry.late,
        "source": entry.source,
        "note": entry.note,
        "replaces_id": entry.replaces_id and str(entry.replaces_id),
        "withdrawn": entry.withdrawn,
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).digest()
