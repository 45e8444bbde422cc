"""What an SMS gateway says afterwards: the message arrived, or it never will.

For the callback of the gateway; the unit has no scope, for nobody is signed in.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, or_, select, update
from sqlmodel import col

from diary.store.database import Unit
from diary.store.tables import Centre, Channel, Receipt, Reminder, ReminderState, table_of

# Longer than a network keeps trying to deliver; what comes later tells nobody anything.
FRESH = timedelta(days=3)

# Put together once: gateways report on every message, often twice.
_REMINDER = table_of(Reminder).c
_NOTE = (
    update(table_of(Reminder))
    .where(
        _REMINDER.channel == Channel.SMS,
        # A claim too: a receipt may be faster than our own book-keeping.
        _REMINDER.state.in_((ReminderState.CLAIMED, ReminderState.SENT, ReminderState.UNKNOWN)),
        _REMINDER.claimed_at > bindparam("fresh"),
        or_(_REMINDER.receipt.is_(None), _REMINDER.receipt != Receipt.DELIVERED),
    )
    .values(receipt=bindparam("said"), receipt_at=bindparam("now"))
    .returning(_REMINDER.id)
)
# The centres first: the keys begin with them.
_NOTE_BY_ID = _NOTE.where(
    _REMINDER.centre_id.in_(select(col(Centre.id))), _REMINDER.id == bindparam("reminder")
)
_NOTE_BY_NAME = _NOTE.where(_REMINDER.provider_ref == bindparam("ref"))


def note_receipt(unit: Unit, reminder_id: UUID, receipt: Receipt) -> bool:
    """Keep what became of the SMS of a reminder; False when there is none it can be of.

    Only of one that was sent in the last three days, and never "failed" after "delivered".
    """
    return _note(unit, _NOTE_BY_ID, receipt, {"reminder": reminder_id})


def note_receipt_of(unit: Unit, provider_ref: str, receipt: Receipt) -> bool:
    """Keep a receipt that names the message as the gateway does; see `note_receipt`."""
    return _note(unit, _NOTE_BY_NAME, receipt, {"ref": provider_ref})


def _note(unit: Unit, noting: Any, receipt: Receipt, which: dict[str, UUID | str]) -> bool:
    asked = {"said": receipt, "now": unit.now, "fresh": unit.now - FRESH} | which
    return unit.session.execute(noting, asked).first() is not None
