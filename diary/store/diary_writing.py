"""Entries come in: from a phone, in batches, perhaps twice; or typed over from paper.

Nothing is ever updated: a correction or a withdrawal is a new row that points at the old one. The
id was made on the phone, so the same id again is the same entry.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select
from sqlmodel import col

from diary.protocol.days import diary_day_of
from diary.protocol.entries import Kind, Placement, place_in
from diary.protocol.messages import N_
from diary.protocol.scales import ScoreError, Source, parse_score
from diary.store import audit
from diary.store.database import Unit
from diary.store.errors import NotFound, Refused
from diary.store.pathways import PathwayView, bump, lock
from diary.store.prompts import mark_answered, reopen
from diary.store.tables import Action, EntryRow, ScoreRow

LONGEST_NOTE = 2000


@dataclass(frozen=True, slots=True)
class NewEntry:
    """One answer as it came in.

    It has `measured_at` (aware, with the phone's offset), or `diary_day` and `moment` (paper). A
    correction has `replaces_id` and new scores, a withdrawal `replaces_id` and `withdrawn`; their
    `measured_at` is when the patient corrected, and day, moment, kind and measured-at of the
    stored row stay those of the original. `body_hash` is that of the body as sent (None: of this
    content).
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


@dataclass(frozen=True, slots=True)
class _Known:
    """What the rules need to know of a stored entry."""

    patient_id: UUID
    pathway_id: UUID
    body_hash: bytes
    placement: Placement
    measured_at: datetime | None
    utc_offset_minutes: int | None
    source: Source
    withdrawn: bool


_USED_ID = N_("This entry cannot be saved. Please enter it again.")
_NO_ORIGINAL = N_("The entry to change cannot be found.")
_CHANGED_BEFORE = N_("This entry was changed already. Look at the diary for what it is now.")
_DAY_OVER = N_("An entry can be changed until 04:00 of the next day. This one stays as it is.")
_NO_SCORE = N_("A score is needed.")
_OTHER_SITE = N_("This pain site is not in the diary.")
_NO_TIME = N_("The time of the entry is needed, with its offset.")
_NO_SUCH_MOMENT = N_("This moment is not in the diary.")
_LONG_NOTE = N_("The note is too long: at most %(most)d characters.")
_NOT_YET = N_("This moment has not come yet.")


def add_entries(
    unit: Unit,
    pathway: PathwayView,
    entries: Sequence[NewEntry],
    *,
    access_point: str,
    phone_id: UUID | None = None,
    typed_by: UUID | None = None,
) -> list[Outcome]:
    """Store a batch and return what became of each entry, in order.

    A bad one is rejected with the reason and stops no other. The same id with the same body is
    a duplicate; with another body, or of another patient, it is rejected without telling which.
    Answered prompts are marked and their reminders cancelled in the same transaction. Raises
    NotFound when the pathway lies outside the scope.
    """
    if lock(unit, pathway.id) != pathway.patient_id:
        raise NotFound
    batch = _Batch(unit, pathway, phone_id, typed_by)
    batch.look_up(entries)
    outcomes = [batch.add(entry) for entry in entries]
    batch.settle(outcomes, access_point)
    return outcomes


class _Batch:
    """The entries of one transaction, taken one after the other: a later may correct an earlier."""

    def __init__(
        self, unit: Unit, pathway: PathwayView, phone_id: UUID | None, typed_by: UUID | None
    ) -> None:
        self.unit = unit
        self.pathway = pathway
        self.phone_id = phone_id
        self.typed_by = typed_by
        self.centre_id = unit.within.centre_id
        self.known: dict[UUID, _Known] = {}
        self.replaced: set[UUID] = set()
        self.answered: set[tuple[date, str]] = set()
        self.withdrawn: set[tuple[date, str]] = set()
        self.clashed = False

    def look_up(self, entries: Iterable[NewEntry]) -> None:
        """Read what is stored already under the ids of this batch."""
        ids = {entry.id for entry in entries}
        ids |= {entry.replaces_id for entry in entries if entry.replaces_id is not None}
        for known_id, known in _known(self.unit, ids):
            self.known[known_id] = known
        rows = self.unit.session.execute(
            select(col(EntryRow.replaces_id)).where(
                col(EntryRow.centre_id) == self.centre_id, col(EntryRow.replaces_id).in_(ids)
            )
        )
        self.replaced = {replaced for replaced in rows.scalars() if replaced is not None}

    def add(self, entry: NewEntry) -> Outcome:
        """Store one entry if the rules allow it."""
        body_hash = entry.body_hash or content_hash(entry)
        known = self.known.get(entry.id)
        if known is not None:
            return self._seen_before(entry, known, body_hash)
        try:
            row, scores = self._checked(entry)
        except Refused as refusal:
            return Outcome(entry.id, Status.REJECTED, refusal.text, refusal.values)
        row["body_hash"] = body_hash
        # Another patient's transaction may hold the same id: then nothing is inserted.
        inserted = self.unit.session.execute(
            self.unit.insert(EntryRow)
            .values(row)
            .on_conflict_do_nothing()
            .returning(col(EntryRow.id))
        )
        if inserted.first() is None:
            self.clashed = True
            return Outcome(entry.id, Status.REJECTED, _USED_ID)
        if scores:
            self.unit.session.execute(insert(ScoreRow), scores)
        self._remember(entry, row)
        return Outcome(entry.id, Status.STORED)

    def settle(self, outcomes: Sequence[Outcome], access_point: str) -> None:
        """Do what the batch as a whole brings with it: prompts, revision, access log."""
        counts = {status: sum(o.status is status for o in outcomes) for status in Status}
        if counts[Status.STORED]:
            mark_answered(self.unit, self.pathway.id, self.answered)
            reopen(self.unit, self.pathway.id, self.withdrawn)
            bump(self.unit, self.pathway.id)
        if counts[Status.STORED] or counts[Status.REJECTED]:
            said = ", ".join(f"{count} {status}" for status, count in counts.items() if count)
            audit.log(
                self.unit,
                "entries.add",
                Action.CREATE,
                access_point=access_point,
                patient_id=self.pathway.patient_id,
                object=f"pathway {self.pathway.id}: {said}",
                authorised=not self.clashed,
                on_behalf_of=None if self.typed_by is None else self.pathway.patient_id,
            )

    def _seen_before(self, entry: NewEntry, known: _Known, body_hash: bytes) -> Outcome:
        own = known.patient_id == self.pathway.patient_id
        if own and known.body_hash == body_hash:
            return Outcome(entry.id, Status.DUPLICATE)
        self.clashed = True
        return Outcome(entry.id, Status.REJECTED, _USED_ID)

    def _checked(self, entry: NewEntry) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        """Return the rows to insert; raises Refused with the reason."""
        _check_times(entry)
        if entry.note is not None and len(entry.note) > LONGEST_NOTE:
            raise Refused("note", _LONG_NOTE, {"most": LONGEST_NOTE})
        original = None if entry.replaces_id is None else self._original(entry)
        source = entry.source if original is None else original.source
        scores = self._scores(entry, source)
        if original is None:
            placement = self._place(entry)
            measured_at, offset = entry.measured_at, _offset_minutes(entry.measured_at)
        else:
            placement = original.placement
            measured_at, offset = original.measured_at, original.utc_offset_minutes
        note = None if entry.note is None else self.unit.vault.seal(entry.note)
        row = {
            "centre_id": self.centre_id,
            "id": entry.id,
            "patient_id": self.pathway.patient_id,
            "pathway_id": self.pathway.id,
            "replaces_id": entry.replaces_id,
            "withdrawn": entry.withdrawn,
            "source": source,
            "kind": placement.kind,
            "diary_day": placement.diary_day,
            "moment": placement.moment,
            "measured_at": measured_at,
            "utc_offset_minutes": offset,
            "received_at": self.unit.now,
            "clock_error_seconds": entry.clock_error_seconds,
            "phone_id": self.phone_id,
            "typed_by": self.typed_by,
            "note": note,
        }
        return row, scores

    def _scores(self, entry: NewEntry, source: Source) -> list[dict[str, Any]]:
        if entry.withdrawn:
            return []
        if not entry.scores:
            raise Refused("scores", _NO_SCORE)
        rows = []
        for site, value in entry.scores.items():
            if site not in self.pathway.sites:
                raise Refused("site", _OTHER_SITE)
            try:
                score = parse_score(value, self.pathway.scale, source)
            except ScoreError as error:
                raise Refused("score", error.text, error.values) from None
            rows.append(
                {
                    "centre_id": self.centre_id,
                    "entry_id": entry.id,
                    "site": site,
                    "scale": self.pathway.scale,
                    "halves": int(score * 2),
                }
            )
        return rows

    def _place(self, entry: NewEntry) -> Placement:
        plan = self.pathway.plan
        if entry.moment is not None and entry.moment not in {m.name for m in plan.moments}:
            raise Refused("moment", _NO_SUCH_MOMENT)
        if entry.measured_at is not None:
            return place_in(plan, entry.measured_at, entry.late, entry.moment)
        if entry.diary_day is None or entry.moment is None:
            raise Refused("time", _NO_TIME)
        planned = next(p for p in plan.day(entry.diary_day) if p.moment.name == entry.moment)
        if planned.opens_utc > self.unit.now:
            raise Refused("moment", _NOT_YET)
        kind = Kind.LATE if entry.late else Kind.SCHEDULED
        return Placement(entry.diary_day, entry.moment, kind)

    def _original(self, entry: NewEntry) -> _Known:
        assert entry.replaces_id is not None
        original = self.known.get(entry.replaces_id)
        if original is None or original.pathway_id != self.pathway.id:
            raise Refused("replaces", _NO_ORIGINAL)
        if entry.replaces_id in self.replaced or original.withdrawn:
            raise Refused("changed", _CHANGED_BEFORE)
        # A slip in typing paper over is found later than the day itself; a patient's own answer
        # is never changed from memory.
        typed_over = self.typed_by is not None and original.source is Source.PAPER
        when = entry.measured_at or self.unit.now
        day = original.placement.diary_day
        if not typed_over and diary_day_of(when, self.pathway.zone) != day:
            raise Refused("day_over", _DAY_OVER)
        return original

    def _remember(self, entry: NewEntry, row: Mapping[str, Any]) -> None:
        placement = Placement(row["diary_day"], row["moment"], row["kind"])
        self.known[entry.id] = _Known(
            self.pathway.patient_id,
            self.pathway.id,
            row["body_hash"],
            placement,
            row["measured_at"],
            row["utc_offset_minutes"],
            row["source"],
            row["withdrawn"],
        )
        if entry.replaces_id is not None:
            self.replaced.add(entry.replaces_id)
        if placement.moment is not None:
            asked = (placement.diary_day, placement.moment)
            (self.withdrawn if entry.withdrawn else self.answered).add(asked)
            (self.answered if entry.withdrawn else self.withdrawn).discard(asked)


def _known(unit: Unit, ids: Iterable[UUID]) -> Iterable[tuple[UUID, _Known]]:
    rows = unit.session.execute(
        select(
            col(EntryRow.id),
            col(EntryRow.patient_id),
            col(EntryRow.pathway_id),
            col(EntryRow.body_hash),
            col(EntryRow.diary_day),
            col(EntryRow.moment),
            col(EntryRow.kind),
            col(EntryRow.measured_at),
            col(EntryRow.utc_offset_minutes),
            col(EntryRow.source),
            col(EntryRow.withdrawn),
        ).where(col(EntryRow.centre_id) == unit.within.centre_id, col(EntryRow.id).in_(ids))
    )
    for entry_id, patient_id, pathway_id, body_hash, day, moment, kind, *rest in rows:
        yield (
            entry_id,
            _Known(patient_id, pathway_id, body_hash, Placement(day, moment, kind), *rest),
        )


def _check_times(entry: NewEntry) -> None:
    if entry.measured_at is not None and entry.measured_at.utcoffset() is None:
        raise Refused("time", _NO_TIME)


def _offset_minutes(measured_at: datetime | None) -> int | None:
    offset = None if measured_at is None else measured_at.utcoffset()
    return None if offset is None else offset // timedelta(minutes=1)


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
