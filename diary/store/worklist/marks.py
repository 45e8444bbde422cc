"""What colleagues did with the items: taken, put off, closed with what was done, opened again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlmodel import col

from diary.protocol.messages import N_
from diary.store.database import Unit
from diary.store.errors import Conflict, NotFound, Refused
from diary.store.scope import TREATING
from diary.store.tables import Act, Patient, Staff, WorklistMark
from diary.store.worklist.items import URGENT, ItemKind, Key

LONGEST_NOTE = 2000
LONGEST_SNOOZE = timedelta(days=14)
# Fever or pain that comes back does not wait until tomorrow, and no colleague sees it meanwhile.
LONGEST_URGENT_SNOOZE = timedelta(hours=1)
# What is due once a year is closed for a year.
REMEMBERED = timedelta(days=400)

NO_NOTE = N_("Fill in what was done.")
LONG_NOTE = N_("This is too long.")
CHANGED = N_("Something was done with this meanwhile. Look at the list again.")
BAD_SNOOZE = N_("It can be put off for two weeks at most.")
BAD_URGENT_SNOOZE = N_("It is urgent: it can be put off for an hour at most.")
NO_URGENT_REASON = N_("It is urgent: fill in why it can wait.")


@dataclass(frozen=True, slots=True)
class Handling:
    """How an item stands. `number` is that of the last act, 0 when nobody did anything yet."""

    number: int = 0
    owner_id: UUID | None = None
    owner: str = ""
    snoozed_until: datetime | None = None
    closed_at: datetime | None = None
    closed_by: str = ""
    sealed_note: bytes | None = None

    def is_open(self, now: datetime) -> bool:
        """Whether it belongs on the list now."""
        asleep = self.snoozed_until is not None and self.snoozed_until > now
        return self.closed_at is None and not asleep


NOTHING_DONE = Handling()


def handlings(unit: Unit) -> dict[Key, Handling]:
    """Return how every item stands with which somebody in the scope did something; one query."""
    rows = unit.session.execute(
        select(
            col(WorklistMark.patient_id),
            col(WorklistMark.kind),
            col(WorklistMark.subject),
            col(WorklistMark.number),
            col(WorklistMark.act),
            col(WorklistMark.until),
            col(WorklistMark.note),
            col(WorklistMark.at),
            col(WorklistMark.by),
            col(Staff.name),
        )
        .join(
            Staff,
            (col(Staff.centre_id) == col(WorklistMark.centre_id))
            & (col(Staff.id) == col(WorklistMark.by)),
        )
        .where(
            unit.within.sees(col(WorklistMark.centre_id), col(WorklistMark.patient_id)),
            col(WorklistMark.at) > unit.now - REMEMBERED,
        )
        .order_by(col(WorklistMark.number))
    )
    found: dict[Key, Handling] = {}
    for row in rows:
        key = (row.patient_id, ItemKind(row.kind), row.subject)
        found[key] = _after(found.get(key, NOTHING_DONE), row)
    return found


def _after(before: Handling, row: Any) -> Handling:
    """Return how an item stands after one more act."""
    mine = {"number": row.number, "owner_id": row.by, "owner": row.name}
    match row.act:
        case Act.TAKEN:
            return replace(before, **mine, snoozed_until=None, sealed_note=None)
        case Act.SNOOZED:
            return replace(before, **mine, snoozed_until=row.until, sealed_note=row.note)
        case Act.CLOSED:
            return replace(
                before,
                number=row.number,
                closed_at=row.at,
                closed_by=row.name,
                sealed_note=row.note,
            )
    return Handling(**mine)


def take(unit: Unit, key: Key, number: int) -> None:
    """Make the item the own one. `number` is that of the last act the page showed.

    All four raise NotFound outside the scope, and Conflict when a colleague was first.
    """
    _mark(unit, key, number, Act.TAKEN)


def snooze(unit: Unit, key: Key, number: int, until: datetime, reason: str = "") -> None:
    """Put the item off until an instant within two weeks; it is the own one then.

    An urgent one within an hour, and with a reason. Raises Refused.
    """
    urgent, reason = key[1] in URGENT, reason.strip()
    longest = LONGEST_URGENT_SNOOZE if urgent else LONGEST_SNOOZE
    if not unit.now < until <= unit.now + longest:
        wrong = BAD_URGENT_SNOOZE if urgent else BAD_SNOOZE
        raise Refused("until", wrong, fields={"until": wrong})
    if urgent and not reason:
        raise Refused("reason", NO_URGENT_REASON, fields={"reason": NO_URGENT_REASON})
    if len(reason) > LONGEST_NOTE:
        raise Refused("reason", LONG_NOTE, fields={"reason": LONG_NOTE})
    told = unit.vault.seal(reason) if reason else None
    _mark(unit, key, number, Act.SNOOZED, until=until, note=told)


def close(unit: Unit, key: Key, number: int, note: str) -> None:
    """Close the item with what was done; Refused without a word."""
    note = note.strip()
    wrong = NO_NOTE if not note else LONG_NOTE if len(note) > LONGEST_NOTE else None
    if wrong is not None:
        raise Refused("note", wrong, fields={"note": wrong})
    _mark(unit, key, number, Act.CLOSED, note=unit.vault.seal(note))


def reopen(unit: Unit, key: Key, number: int) -> None:
    """Put a closed item on the list again; what was written stays written."""
    _mark(unit, key, number, Act.REOPENED)


def _mark(unit: Unit, key: Key, number: int, act: Act, **more: object) -> None:
    scope = unit.within
    patient_id, kind, subject = key
    if scope.role not in TREATING or scope.staff_id is None:
        raise NotFound
    seen = select(col(Patient.id)).where(
        scope.sees(col(Patient.centre_id), col(Patient.id)), col(Patient.id) == patient_id
    )
    if unit.session.execute(seen).first() is None:
        raise NotFound
    if handling_of(unit, key).number != number:
        raise Conflict(CHANGED)
    made = unit.session.execute(
        unit.insert(WorklistMark)
        .values(
            centre_id=scope.centre_id,
            id=uuid4(),
            patient_id=patient_id,
            kind=kind.value,
            subject=subject,
            number=number + 1,
            act=act,
            by=scope.staff_id,
            at=unit.now,
            **more,
        )
        .on_conflict_do_nothing()
        .returning(col(WorklistMark.id))
    )
    if made.first() is None:
        raise Conflict(CHANGED)


def handling_of(unit: Unit, key: Key) -> Handling:
    """Return how one item stands."""
    return handlings(unit).get(key, NOTHING_DONE)


def closed_since(marks: Mapping[Key, Handling], since: datetime) -> list[tuple[Key, Handling]]:
    """Return what was closed after `since`, latest first."""
    found = [
        (key, mark)
        for key, mark in marks.items()
        if mark.closed_at is not None and mark.closed_at > since
    ]
    return sorted(found, key=lambda pair: pair[1].closed_at or since, reverse=True)
