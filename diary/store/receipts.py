"""What an SMS gateway says afterwards: the message arrived, or it never will.

For the callback of the gateway; the unit has no scope, for nobody is signed in.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select, update
from sqlmodel import col

from diary.store.database import Unit
from diary.store.tables import Centre, Channel, Receipt, Reminder, ReminderState

# Longer than a network keeps trying to deliver; what comes later tells nobody anything.
FRESH = timedelta(days=3)


def note_receipt(unit: Unit, reminder_id: UUID, receipt: Receipt) -> bool:
    """Keep what became of the SMS of a reminder; False when there is none it can be of.

    Only of one that was sent in the last three days, and never "failed" after "delivered".
    """
    # The centres first: the keys begin with them.
    of = col(Reminder.centre_id).in_(select(col(Centre.id))) & (col(Reminder.id) == reminder_id)
    return _note(unit, of, receipt)


def note_receipt_of(unit: Unit, provider_ref: str, receipt: Receipt) -> bool:
    """Keep a receipt that names the message as the gateway does; see `note_receipt`."""
    return _note(unit, col(Reminder.provider_ref) == provider_ref, receipt)


def _note(unit: Unit, which: ColumnElement[bool], receipt: Receipt) -> bool:
    changed = unit.session.execute(
        update(Reminder)
        .where(
            which,
            col(Reminder.channel) == Channel.SMS,
            # A claim too: a receipt may be faster than our own book-keeping.
            col(Reminder.state).in_(
                (ReminderState.CLAIMED, ReminderState.SENT, ReminderState.UNKNOWN)
            ),
            col(Reminder.claimed_at) > unit.now - FRESH,
            or_(col(Reminder.receipt).is_(None), col(Reminder.receipt) != Receipt.DELIVERED),
        )
        .values(receipt=receipt, receipt_at=unit.now)
        .returning(col(Reminder.id))
    )
    return changed.first() is not None
