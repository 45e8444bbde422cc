"""Entries: answers of a patient, and how each is placed in the plan of moments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache
from zoneinfo import ZoneInfo

from diary.protocol.days import diary_day_of
from diary.protocol.moments import Moment, Plan, plan_of
from diary.protocol.scales import Scale, Source
from diary.protocol.versions import NVA_2020, Parameters


class Kind(StrEnum):
    """What an entry is in the plan. Only `scheduled` ones are ever counted by a verdict."""

    SCHEDULED = "scheduled"
    """Inside the window of its moment."""
    EXTRA = "extra"
    """The patient's own initiative, outside every window."""
    LATE = "late"
    """A moment filled in after its window closed."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One answer: scores per pain site, measured at an instant or, on paper, for a moment.

    It has `measured_at` (aware, with the phone's offset), or `diary_day` and `moment`. `kind`,
    and the day and the moment of a phone entry, follow from the plan where they are None.
    `scale` None means the pathway's. A withdrawn entry is kept and never counted.
    """

    id: str | None
    measured_at: datetime | None
    diary_day: date | None
    moment: str | None
    scores: Mapping[str, Fraction]
    scale: Scale | None = None
    kind: Kind | None = None
    source: str = Source.PHONE
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Placement:
    """Where an entry belongs: its diary day, its moment (None for an extra one) and its kind."""

    diary_day: date
    moment: str | None
    kind: Kind


def place(
    measured_at: datetime,
    moments: Sequence[Moment],
    zone: ZoneInfo,
    late: bool = False,
    moment: str | None = None,
    parameters: Parameters = NVA_2020,
) -> Placement:
    """Return the place of a phone entry measured at an aware instant.

    `late`: the patient says that a missed moment is filled in; `moment` names it, else it is the
    latest closed one of that diary day. Without `late`: scheduled inside a window (that of
    `moment`, when named), late for a named moment that has closed, else extra. A named moment
    that has not opened yet cannot be filled in afterwards: extra.
    """
    return place_in(plan_of(tuple(moments), zone, parameters), measured_at, late, moment)


def place_in(
    plan: Plan, measured_at: datetime, late: bool = False, moment: str | None = None
) -> Placement:
    """Do what `place` does, in a plan that is at hand."""
    instant = measured_at.astimezone(UTC)
    if moment is None and not late:
        return _placed(*plan.inside(instant))
    day, the_day = plan.around(instant)
    closed = None
    for planned in the_day:
        named = moment is None or planned.moment.name == moment
        if not named or instant < planned.opens_utc:
            continue
        if instant < planned.closes_utc and not late:
            return Placement(day, planned.moment.name, Kind.SCHEDULED)
        if instant >= planned.closes_utc or moment is not None:
            closed = planned.moment.name
    if closed is not None and (late or moment is not None):
        return Placement(day, closed, Kind.LATE)
    return Placement(day, None, Kind.EXTRA)


def label(entry: Entry, plan: Plan) -> Placement:
    """Return the place of an entry in `plan`; what the entry itself says comes first.

    An answer for a day and a moment (paper) is scheduled unless it says otherwise. One that says
    it is late without naming its moment fills the latest closed one. One for a moment that the
    plan does not have (any more) is extra: shown, and never counted as something planned.
    """
    moment, kind = entry.moment, entry.kind
    if moment is not None and moment not in plan.names:
        moment, kind = None, Kind.EXTRA
    if entry.measured_at is None:
        assert entry.diary_day is not None, "an entry has measured_at, or diary_day and moment"
        return _placement(entry.diary_day, moment, kind or Kind.SCHEDULED)
    if kind is None:
        if moment is None:
            return _placed(*plan.inside(entry.measured_at.astimezone(UTC)))
        return place_in(plan, entry.measured_at, moment=moment)
    if moment is None and kind is not Kind.EXTRA:
        return place_in(plan, entry.measured_at, late=kind is Kind.LATE)
    day = entry.diary_day or diary_day_of(entry.measured_at, plan.zone)
    return _placement(day, moment, kind)


@lru_cache(maxsize=4096)
def _placed(day: date, moment: str | None) -> Placement:
    """Return the place of an answer in the window of `moment`, or in none: one for equal ones."""
    return Placement(day, moment, Kind.EXTRA if moment is None else Kind.SCHEDULED)


def _placement(day: date, moment: str | None, kind: Kind) -> Placement:
    return Placement(day, None if kind is Kind.EXTRA else moment, kind)
