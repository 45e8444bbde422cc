"""Urgent items go out to who is on duty: once over each channel, and never after they are taken."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import select, update
from sqlmodel import col

from diary.protocol.phases import PhaseKind
from diary.store.database import Unit
from diary.store.errors import NotFound
from diary.store.pathway_reading import patients_in_phases
from diary.store.tables import Centre, Channel, DutyNotice, NoticeState, Role
from diary.store.worklist import sources
from diary.store.worklist.items import Item, Key
from diary.store.worklist.marks import NOTHING_DONE, handlings

# Sent again after a failure that may pass, so often and so long after the last time.
MOST_ATTEMPTS = 10
AGAIN_AFTER = timedelta(minutes=2)
# A worker that died between claim and record: better twice than never, for an alarm.
CLAIM_LIVES = timedelta(minutes=5)
# The verdict of the last day of a switch-off comes after it.
LOOKS_BACK = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class DutyContact:
    """The mailbox and the mobile phone of who is on duty; None: none."""

    email: str | None = None
    mobile: str | None = None

    def address(self, channel: Channel) -> str | None:
        """Return where `channel` reaches who is on duty."""
        return {Channel.EMAIL: self.email, Channel.SMS: self.mobile}.get(channel)

    @property
    def channels(self) -> list[Channel]:
        """The channels over which somebody can be reached."""
        return [channel for channel in Channel if self.address(channel)]


@dataclass(frozen=True, slots=True)
class Notice:
    """One message to send: `number` counts the attempts from 1."""

    id: UUID
    channel: Channel
    attempts: int
    key: Key


def contact(unit: Unit) -> DutyContact:
    """Return whom the scope's centre sends urgent items to."""
    row = unit.session.execute(
        select(col(Centre.duty_email), col(Centre.duty_mobile)).where(
            col(Centre.id) == unit.within.centre_id
        )
    ).one()
    return DutyContact(*(None if sealed is None else unit.vault.open(sealed) for sealed in row))


def set_contact(unit: Unit, new: DutyContact) -> None:
    """Keep whom urgent items are sent to; for the administrator and the product itself."""
    scope = unit.within
    if scope.role not in {None, Role.ADMINISTRATOR}:
        raise NotFound
    seal = unit.vault.seal
    unit.session.execute(
        update(Centre)
        .where(col(Centre.id) == scope.centre_id)
        .values(
            duty_email=None if new.email is None else seal(new.email),
            duty_mobile=None if new.mobile is None else seal(new.mobile),
        )
    )


def claim(unit: Unit, channels: Collection[Channel]) -> list[Notice]:
    """Take what has to go out over `channels` now; send after the commit, then `record`.

    The scope is the product's, of one centre. An item that somebody took, put off or closed needs
    no message any more. Two workers never take the same one: the row is unique.
    """
    marks = handlings(unit)
    found = []
    for item in _urgent(unit):
        handling = marks.get(item.key, NOTHING_DONE)
        if handling.is_open(unit.now) and handling.owner_id is None:
            found += [made for channel in channels if (made := _claimed(unit, item, channel))]
    return found


def _urgent(unit: Unit) -> Iterator[Item]:
    yield from sources.reported(unit)
    # Of the verdicts only one is urgent, and few systems are off at a time.
    day = (unit.now - LOOKS_BACK).date()
    off = patients_in_phases(unit, day, [PhaseKind.SWITCH_OFF])
    yield from (item for item in sources.flagged_in(unit, off) if item.urgent)


def _claimed(unit: Unit, item: Item, channel: Channel) -> Notice | None:
    patient_id, kind, subject = item.key
    values = {
        "centre_id": unit.within.centre_id,
        "patient_id": patient_id,
        "kind": kind.value,
        "subject": subject,
        "channel": channel,
    }
    made = unit.session.execute(
        unit.insert(DutyNotice)
        .values(**values, id=uuid4(), state=NoticeState.CLAIMED, attempts=1, at=unit.now)
        .on_conflict_do_nothing()
        .returning(col(DutyNotice.id), col(DutyNotice.attempts))
    ).first()
    if made is None:
        due = (col(DutyNotice.retry_at) <= unit.now) | (
            col(DutyNotice.retry_at).is_(None) & (col(DutyNotice.at) <= unit.now - CLAIM_LIVES)
        )
        made = unit.session.execute(
            update(DutyNotice)
            .where(
                *(getattr(DutyNotice, name) == value for name, value in values.items()),
                col(DutyNotice.state) == NoticeState.CLAIMED,
                col(DutyNotice.attempts) < MOST_ATTEMPTS,
                due,
            )
            .values(attempts=col(DutyNotice.attempts) + 1, at=unit.now, retry_at=None)
            .returning(col(DutyNotice.id), col(DutyNotice.attempts))
        ).first()
    return None if made is None else Notice(made.id, channel, made.attempts, item.key)


def record(
    unit: Unit, notice: Notice, *, sent: bool, reason: str | None = None, again: bool = False
) -> None:
    """Write down what became of a notice; `again`: it may succeed later. `reason` is a code."""
    retry_at: datetime | None = None
    state = NoticeState.SENT if sent else NoticeState.FAILED
    if again and notice.attempts < MOST_ATTEMPTS:
        state, retry_at = NoticeState.CLAIMED, unit.now + AGAIN_AFTER
    unit.session.execute(
        update(DutyNotice)
        .where(
            col(DutyNotice.centre_id) == unit.within.centre_id,
            col(DutyNotice.id) == notice.id,
            col(DutyNotice.state) == NoticeState.CLAIMED,
            col(DutyNotice.attempts) == notice.attempts,
        )
        .values(state=state, retry_at=retry_at, reason=reason)
    )
