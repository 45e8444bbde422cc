"""Diary events come in: medicines, attacks, the evening's questions, alarm symptoms.

As with the entries nothing is ever updated, and the same id again is the same event.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from diary.protocol.days import diary_day_of
from diary.protocol.messages import N_
from diary.protocol.scales import Source
from diary.store import batches
from diary.store.database import Unit
from diary.store.diary_writing import CHANGED_BEFORE, DAY_OVER, FROM_PAPER, NO_ORIGINAL
from diary.store.errors import NotFound, Refused
from diary.store.medicines import medicine_ids
from diary.store.new_entries import NO_TIME, USED_ID, Outcome, Status
from diary.store.pathways import PathwayView, bump, lock
from diary.store.tables import DiaryEvent, EventKind, table_of

NO_MEDICINE = N_("This medicine is not on your list.")
DAY_AHEAD = N_("This day has not come yet.")

# What has one answer a day: whoever corrects it means the day, not one of its rows.
ONCE_A_DAY = frozenset({EventKind.MEDICINES, EventKind.EVENING, EventKind.ATTACK_DAY})


@dataclass(frozen=True, slots=True)
class NewEvent:
    """One event as it came in; `body` is JSON, as its kind asks.

    `measured_at` is aware, with the phone's offset; from paper it is when it was typed over.
    `diary_day` is None for a kind that happens at a moment: then that moment decides. A
    correction has `replaces_id`, a withdrawal also `withdrawn` and an empty body. `pathway_id` is
    the pathway by whose plan it was asked, as far as the phone says so.
    """

    id: UUID
    kind: EventKind
    measured_at: datetime
    body: Mapping[str, Any]
    body_hash: bytes
    diary_day: date | None = None
    replaces_id: UUID | None = None
    withdrawn: bool = False
    clock_error_seconds: int | None = None
    pathway_id: UUID | None = None

    @property
    def medicines(self) -> set[UUID]:
        """Return the medicines it speaks of."""
        named = [self.body["medicine"]] if "medicine" in self.body else []
        for key in ("not_taken", "patches_changed"):
            named += self.body.get(key, ())
        return {UUID(one) for one in named}


@dataclass(frozen=True, slots=True)
class _Known:
    """What the rules need to know of a stored event."""

    patient_id: UUID
    pathway_id: UUID
    kind: EventKind
    body: Mapping[str, Any]
    diary_day: date
    measured_at: datetime
    source: Source
    withdrawn: bool
    body_hash: bytes


_FIELDS = tuple(_Known.__dataclass_fields__)
_EVENT = table_of(DiaryEvent).c
_KNOWN = select(_EVENT.id, _EVENT.replaces_id, *(_EVENT[name] for name in _FIELDS)).where(
    batches.under_ids(table_of(DiaryEvent))
)


def add_events(
    unit: Unit,
    pathway: PathwayView,
    events: Sequence[NewEvent],
    *,
    access_point: str,
    phone_id: UUID | None = None,
    typed_by: UUID | None = None,
) -> list[Outcome]:
    """Store a batch and return what became of each event, in order.

    The rules are those of `diary_writing.add_entries`; with `typed_by` they come from paper, and
    mend paper alone. What is asked once a day is corrected as it stands by now, also when another
    phone changed it meanwhile: the last that comes in counts, and no answer is lost. Raises
    NotFound outside the scope.
    """
    if lock(unit, pathway.id) != pathway.patient_id:
        raise NotFound
    batch = _Batch(unit, pathway, phone_id, typed_by)
    batch.look_up(events)
    outcomes = [batch.add(event) for event in events]
    batch.settle(outcomes, access_point)
    return outcomes


class _Batch:
    """The events of one transaction, one after the other: a later may correct an earlier."""

    def __init__(
        self, unit: Unit, pathway: PathwayView, phone_id: UUID | None, typed_by: UUID | None
    ) -> None:
        self.unit = unit
        self.pathway = pathway
        self.phone_id = phone_id
        self.typed_by = typed_by
        self.source = Source.PHONE if typed_by is None else Source.PAPER
        self.known: dict[UUID, _Known] = {}
        # What was replaced, by what.
        self.later: dict[UUID, UUID] = {}
        self.medicines: set[UUID] = set()

    def look_up(self, events: Iterable[NewEvent]) -> None:
        """Read what is stored under the ids of this batch, and the medicines it speaks of."""
        ids = {event.id for event in events}
        ids |= {event.replaces_id for event in events if event.replaces_id is not None}
        read: set[UUID] = set()
        # One query, and one more for each time that what is corrected was changed before.
        while to_read := ids - read:
            rows = self.unit.session.execute(
                _KNOWN, {"centre": self.unit.within.centre_id, "ids": list(to_read)}
            )
            read |= to_read
            for event_id, replaces_id, *rest in rows:
                self.known[event_id] = _Known(*rest)
                ids.add(event_id)
                if replaces_id is not None:
                    self.later[replaces_id] = event_id
        if any(event.medicines for event in events):
            self.medicines = medicine_ids(self.unit, self.pathway.id)

    def add(self, event: NewEvent) -> Outcome:
        """Store one event, or say why not."""
        known = self.known.get(event.id)
        if known is not None:
            same = known.patient_id == self.pathway.patient_id
            if same and known.body_hash == event.body_hash:
                return Outcome(event.id, Status.DUPLICATE)
            return Outcome(event.id, Status.REJECTED, USED_ID)
        event = self._as_it_stands(event)
        try:
            diary_day = self._checked(event)
        except Refused as refusal:
            return Outcome(event.id, Status.REJECTED, refusal.text, refusal.values)
        row = self._row(event, diary_day)
        add = batches.insert_once(table_of(DiaryEvent), self.unit.is_sqlite)
        if self.unit.session.execute(add, row).first() is None:
            return Outcome(event.id, Status.REJECTED, USED_ID)
        self.known[event.id] = _Known(**{name: row[name] for name in _FIELDS})
        if event.replaces_id is not None:
            self.later[event.replaces_id] = event.id
        return Outcome(event.id, Status.STORED)

    def settle(self, outcomes: Sequence[Outcome], access_point: str) -> None:
        """Count the change of the diary once, and log it."""
        if any(outcome.status is Status.STORED for outcome in outcomes):
            bump(self.unit, self.pathway.id)
        batches.log(
            self.unit,
            "events.add",
            self.pathway,
            outcomes,
            access_point=access_point,
            on_paper=self.typed_by is not None,
        )

    def _follows(self, event: NewEvent) -> bool:
        """Tell whether `event` corrects whatever its day says by now."""
        return self.source is Source.PHONE and event.kind in ONCE_A_DAY and not event.withdrawn

    def _as_it_stands(self, event: NewEvent) -> NewEvent:
        """Return `event` as a correction of what took the place of what it names."""
        while self._follows(event) and event.replaces_id in self.later:
            event = replace(event, replaces_id=self.later[event.replaces_id])
        return event

    def _checked(self, event: NewEvent) -> date:
        """Return the diary day the event belongs to; raises Refused with the reason."""
        if event.measured_at.utcoffset() is None:
            raise Refused("time", NO_TIME)
        if not event.medicines <= self.medicines:
            raise Refused("medicine", NO_MEDICINE)
        original = None
        if event.replaces_id is not None:
            original = self._original(event, event.replaces_id)
            if event.withdrawn:
                return original.diary_day
        today = diary_day_of(event.measured_at, self.pathway.zone)
        if event.diary_day is not None:
            if event.diary_day > today:
                raise Refused("day", DAY_AHEAD)
            if original is not None and original.diary_day != event.diary_day:
                raise Refused("replaces", NO_ORIGINAL)
            return event.diary_day
        if event.kind is EventKind.ATTACK:
            started_at = datetime.fromisoformat(event.body["started_at"])
            return diary_day_of(started_at, self.pathway.zone)
        return today if original is None else original.diary_day

    def _original(self, event: NewEvent, replaces_id: UUID) -> _Known:
        """Return the event that `event` may replace; raises Refused."""
        original = self.known.get(replaces_id)
        if (
            original is None
            or original.pathway_id != self.pathway.id
            or original.kind is not event.kind
        ):
            raise Refused("replaces", NO_ORIGINAL)
        # An answer that another phone took back meanwhile is answered anew.
        if replaces_id in self.later or (original.withdrawn and not self._follows(event)):
            raise Refused("changed", CHANGED_BEFORE)
        if self.source is Source.PAPER:
            # A slip in typing is found later; what the patient said on the phone stays.
            if original.source is not Source.PAPER:
                raise Refused("replaces", NO_ORIGINAL)
            return original
        if original.source is Source.PAPER:
            # And the other way round: what the team typed over is the team's to mend.
            raise Refused("paper", FROM_PAPER)
        # An attack that still runs is stopped whenever it stops.
        runs = event.kind is EventKind.ATTACK and original.body.get("ended_at") is None
        zone = self.pathway.zone
        today = diary_day_of(event.measured_at, zone)
        if not runs and today not in {diary_day_of(original.measured_at, zone), original.diary_day}:
            raise Refused("day_over", DAY_OVER)
        return original

    def _row(self, event: NewEvent, diary_day: date) -> dict[str, Any]:
        offset = event.measured_at.utcoffset()
        assert offset is not None
        return {
            "centre_id": self.unit.within.centre_id,
            "id": event.id,
            "patient_id": self.pathway.patient_id,
            "pathway_id": self.pathway.id,
            "kind": event.kind,
            "body": dict(event.body),
            "diary_day": diary_day,
            "measured_at": event.measured_at,
            "utc_offset_minutes": offset // timedelta(minutes=1),
            "received_at": self.unit.now,
            "clock_error_seconds": event.clock_error_seconds,
            "phone_id": self.phone_id,
            "source": self.source,
            "typed_by": self.typed_by,
            "replaces_id": event.replaces_id,
            "withdrawn": event.withdrawn,
            "urgent": bool(event.body.get("symptoms")),
            "body_hash": event.body_hash,
        }
