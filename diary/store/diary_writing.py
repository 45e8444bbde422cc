"""Entries come in: from a phone, in batches, perhaps twice; or typed over from paper.

Nothing is ever updated: a correction or a withdrawal is a new row that points at the old one. The
id was made on the phone, so the same id again is the same entry.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select

from diary.protocol.days import diary_day_of
from diary.protocol.entries import Placement
from diary.protocol.messages import N_
from diary.protocol.scales import Source
from diary.store import batches
from diary.store.answering import mark_answered, reopen
from diary.store.database import Unit
from diary.store.errors import NotFound, Refused
from diary.store.new_entries import (
    USED_ID,
    NewEntry,
    Outcome,
    Status,
    check_form,
    content_hash,
    halves_of,
    place_of,
)
from diary.store.pathways import PathwayView, bump, lock
from diary.store.tables import EntryRow, ScoreRow, table_of

__all__ = ["NewEntry", "Outcome", "Status", "add_entries"]

NO_ORIGINAL = N_("The entry to change cannot be found.")
CHANGED_BEFORE = N_("This entry was changed already. Look at the diary for what it is now.")
FROM_PAPER = N_("This is from your paper diary. Is it wrong? Call your pain centre.")
DAY_OVER = N_("An entry can be changed until 04:00 of the next day. This one stays as it is.")


@dataclass(frozen=True, slots=True)
class _Known:
    """What the rules need to know of a stored entry."""

    placement: Placement
    patient_id: UUID
    pathway_id: UUID
    body_hash: bytes
    measured_at: datetime | None
    utc_offset_minutes: int | None
    source: Source
    withdrawn: bool


# The fields of `_Known` after its place, as the columns are called.
_REMEMBERED = (
    *("patient_id", "pathway_id", "body_hash", "measured_at"),
    *("utc_offset_minutes", "source", "withdrawn"),
)
_ENTRY = table_of(EntryRow).c
_KNOWN = select(
    _ENTRY.id,
    _ENTRY.replaces_id,
    _ENTRY.diary_day,
    _ENTRY.moment,
    _ENTRY.kind,
    *(_ENTRY[name] for name in _REMEMBERED),
).where(batches.under_ids(table_of(EntryRow)))
_ADD_SCORES = insert(table_of(ScoreRow))


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

    def look_up(self, entries: Iterable[NewEntry]) -> None:
        """Read what is stored already under the ids of this batch."""
        ids = {entry.id for entry in entries}
        ids |= {entry.replaces_id for entry in entries if entry.replaces_id is not None}
        rows = self.unit.session.execute(_KNOWN, {"centre": self.centre_id, "ids": list(ids)})
        for entry_id, replaces_id, day, moment, kind, *rest in rows:
            self.known[entry_id] = _Known(Placement(day, moment, kind), *rest)
            if replaces_id is not None:
                self.replaced.add(replaces_id)

    def add(self, entry: NewEntry) -> Outcome:
        """Store one entry if the rules allow it."""
        body_hash = entry.body_hash or content_hash(entry)
        known = self.known.get(entry.id)
        if known is not None:
            return self._seen_before(entry, known, body_hash)
        try:
            row, scores = self._checked(entry, body_hash)
        except Refused as refusal:
            return Outcome(entry.id, Status.REJECTED, refusal.text, refusal.values)
        add = batches.insert_once(table_of(EntryRow), self.unit.is_sqlite)
        if self.unit.session.execute(add, row).first() is None:
            return Outcome(entry.id, Status.REJECTED, USED_ID)
        if scores:
            self.unit.session.execute(_ADD_SCORES, scores)
        self._remember(row)
        return Outcome(entry.id, Status.STORED)

    def settle(self, outcomes: Sequence[Outcome], access_point: str) -> None:
        """Do what the batch as a whole brings with it: prompts, revision, access log."""
        if any(outcome.status is Status.STORED for outcome in outcomes):
            mark_answered(self.unit, self.pathway.id, self.answered)
            reopen(self.unit, self.pathway.id, self.withdrawn)
            bump(self.unit, self.pathway.id)
        batches.log(
            self.unit,
            "entries.add",
            self.pathway,
            outcomes,
            access_point=access_point,
            on_paper=self.typed_by is not None,
        )

    def _seen_before(self, entry: NewEntry, known: _Known, body_hash: bytes) -> Outcome:
        own = known.patient_id == self.pathway.patient_id
        if own and known.body_hash == body_hash:
            return Outcome(entry.id, Status.DUPLICATE)
        return Outcome(entry.id, Status.REJECTED, USED_ID)

    def _checked(
        self, entry: NewEntry, body_hash: bytes
    ) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        """Return the rows to insert; raises Refused with the reason."""
        check_form(entry)
        if entry.replaces_id is None:
            source, measured_at = entry.source, entry.measured_at
            offset = None if measured_at is None else measured_at.utcoffset()
            minutes = None if offset is None else offset // timedelta(minutes=1)
            halves = halves_of(entry, self.pathway, source)
            placement = place_of(entry, self.pathway, self.unit.now)
        else:
            original = self._original(entry.replaces_id, entry.measured_at or self.unit.now)
            source, measured_at = original.source, original.measured_at
            minutes, placement = original.utc_offset_minutes, original.placement
            halves = halves_of(entry, self.pathway, source)
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
            "utc_offset_minutes": minutes,
            "received_at": self.unit.now,
            "clock_error_seconds": entry.clock_error_seconds,
            "phone_id": self.phone_id,
            "typed_by": self.typed_by,
            "body_hash": body_hash,
            "note": None if entry.note is None else self.unit.vault.seal(entry.note),
        }
        key = {"centre_id": self.centre_id, "entry_id": entry.id, "scale": self.pathway.scale}
        return row, [key | {"site": site, "halves": value} for site, value in halves.items()]

    def _original(self, replaces_id: UUID, when: datetime) -> _Known:
        """Return the entry that a correction made at `when` may replace; raises Refused."""
        original = self.known.get(replaces_id)
        if original is None or original.pathway_id != self.pathway.id:
            raise Refused("replaces", NO_ORIGINAL)
        if replaces_id in self.replaced or original.withdrawn:
            raise Refused("changed", CHANGED_BEFORE)
        # What the team typed over is the team's to mend: a change from the phone would pass for
        # paper, and what a patient said on the phone is never changed by typing over.
        if self.typed_by is None and original.source is Source.PAPER:
            raise Refused("paper", FROM_PAPER)
        # A slip in typing paper over is found later than the day itself; a patient's own answer
        # is never changed from memory.
        typed_over = self.typed_by is not None and original.source is Source.PAPER
        day = original.placement.diary_day
        if not typed_over and diary_day_of(when, self.pathway.zone) != day:
            raise Refused("day_over", DAY_OVER)
        return original

    def _remember(self, row: Mapping[str, Any]) -> None:
        placement = Placement(row["diary_day"], row["moment"], row["kind"])
        self.known[row["id"]] = _Known(placement, *(row[name] for name in _REMEMBERED))
        if row["replaces_id"] is not None:
            self.replaced.add(row["replaces_id"])
        if placement.moment is not None:
            asked = (placement.diary_day, placement.moment)
            (self.withdrawn if row["withdrawn"] else self.answered).add(asked)
            (self.answered if row["withdrawn"] else self.withdrawn).discard(asked)
