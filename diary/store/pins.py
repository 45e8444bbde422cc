"""The PIN that keeps history and settings of a patient for the patient's own eyes.

Five digits, one PIN for all phones of a patient. Five wrong guesses in a row lock it, until the
team takes it away; then the patient chooses a new one. Only a keyed hash is kept: without the
vault's pepper the hundred thousand PINs cannot be tried on a stolen database.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlmodel import col

from diary.protocol.messages import N_
from diary.store.database import Unit
from diary.store.errors import NotFound, Refused
from diary.store.phones import PhoneOwner
from diary.store.tables import Phone, Role
from diary.store.tables.people import Pin

LENGTH = 5
MOST_FAILURES = 5
# So long after the last use it is asked again.
IDLE = timedelta(minutes=10)
TOUCH_AFTER = timedelta(minutes=1)


class Lock(StrEnum):
    """How history and settings stand on a phone."""

    NO_PIN = "no_pin"
    OPEN = "open"
    SHUT = "shut"
    BLOCKED = "blocked"


@dataclass(frozen=True, slots=True)
class PinView:
    """What the team sees of a PIN: when it was chosen, and whether it is locked."""

    chosen_at: datetime
    blocked: bool


def is_pin(text: str) -> bool:
    """Tell whether `text` is five digits (0 to 9, as on every keypad)."""
    return len(text) == LENGTH and text.isascii() and text.isdigit()


def lock_of(unit: Unit, phone: PhoneOwner) -> Lock:
    """Return how it stands on `phone`; in a write unit, being open is prolonged."""
    row = unit.session.execute(
        select(col(Pin.failures), col(Phone.unlocked_until))
        .join(
            Phone,
            (col(Phone.centre_id) == col(Pin.centre_id))
            & (col(Phone.patient_id) == col(Pin.patient_id)),
        )
        .where(
            unit.within.sees(col(Pin.centre_id), col(Pin.patient_id)),
            col(Phone.id) == phone.phone_id,
        )
    ).one_or_none()
    if row is None:
        return Lock.NO_PIN
    if row.unlocked_until is not None and row.unlocked_until > unit.now:
        if unit.writable and unit.now + IDLE - row.unlocked_until >= TOUCH_AFTER:
            _keep_open(unit, phone)
        return Lock.OPEN
    return Lock.BLOCKED if row.failures >= MOST_FAILURES else Lock.SHUT


def choose(unit: Unit, phone: PhoneOwner, pin: str) -> None:
    """Make `pin` the patient's and open this phone; the other phones have to ask for it.

    Raises Refused("pin_set") when there is one already and this phone is not open (so nobody gets
    in by choosing another), Refused("pin_weak") for one that anybody guesses, and ValueError for
    what is no PIN.
    """
    if not is_pin(pin):
        raise ValueError("a PIN has five digits")
    if lock_of(unit, phone) in {Lock.SHUT, Lock.BLOCKED}:
        raise Refused("pin_set", N_("You have a PIN already. Fill it in first."))
    if _is_weak(pin):
        raise Refused("pin_weak", N_("Others guess this easily. Choose other digits."))
    values = {"pin_hash": _hash(unit, phone.patient_id, pin), "failures": 0, "chosen_at": unit.now}
    unit.session.execute(
        unit.insert(Pin)
        .values(centre_id=phone.centre_id, patient_id=phone.patient_id, **values)
        .on_conflict_do_update(index_elements=["centre_id", "patient_id"], set_=values)
    )
    _shut_all(unit, phone.centre_id, phone.patient_id)
    _keep_open(unit, phone)


def enter(unit: Unit, phone: PhoneOwner, pin: str) -> int | None:
    """Try `pin`: None when it is right and this phone is open, else how many tries are left.

    The guess is counted before it is looked at, in the same transaction: guesses side by side
    wait for one another.
    """
    own = (
        unit.within.sees(col(Pin.centre_id), col(Pin.patient_id)),
        col(Pin.patient_id) == phone.patient_id,
    )
    row = unit.session.execute(
        update(Pin)
        .where(*own, col(Pin.failures) < MOST_FAILURES)
        .values(failures=col(Pin.failures) + 1)
        .returning(col(Pin.pin_hash), col(Pin.failures))
    ).one_or_none()
    if row is None:
        return 0
    if not hmac.compare_digest(row.pin_hash, _hash(unit, phone.patient_id, pin)):
        return MOST_FAILURES - int(row.failures)
    unit.session.execute(update(Pin).where(*own).values(failures=0))
    _keep_open(unit, phone)
    return None


def shut(unit: Unit, phone: PhoneOwner) -> None:
    """Ask for the PIN again on this phone, from now on."""
    _keep_open(unit, phone, how_long=None)


def view(unit: Unit, patient_id: UUID) -> PinView | None:
    """Return how the patient's PIN stands; None when there is none, and outside the scope."""
    row = unit.session.execute(
        select(col(Pin.chosen_at), col(Pin.failures)).where(
            unit.within.sees(col(Pin.centre_id), col(Pin.patient_id)),
            col(Pin.patient_id) == patient_id,
        )
    ).one_or_none()
    return None if row is None else PinView(row.chosen_at, row.failures >= MOST_FAILURES)


def reset(unit: Unit, patient_id: UUID) -> None:
    """Take the PIN away, so that the patient chooses a new one; for the team.

    Raises NotFound when there is none, outside the scope, and for the patient's own scope.
    """
    if unit.within.role is Role.PATIENT:
        raise NotFound
    gone = unit.session.execute(
        delete(Pin)
        .where(
            unit.within.sees(col(Pin.centre_id), col(Pin.patient_id)),
            col(Pin.patient_id) == patient_id,
        )
        .returning(col(Pin.centre_id))
    ).scalar_one_or_none()
    if gone is None:
        raise NotFound
    _shut_all(unit, gone, patient_id)


def _is_weak(pin: str) -> bool:
    steps = {int(after) - int(before) for before, after in pairwise(pin)}
    return len(steps) == 1 and steps <= {-1, 0, 1}


def _keep_open(unit: Unit, phone: PhoneOwner, how_long: timedelta | None = IDLE) -> None:
    unit.session.execute(
        update(Phone)
        .where(
            unit.within.sees(col(Phone.centre_id), col(Phone.patient_id)),
            col(Phone.id) == phone.phone_id,
        )
        .values(unlocked_until=None if how_long is None else unit.now + how_long)
    )


def _shut_all(unit: Unit, centre_id: UUID, patient_id: UUID) -> None:
    unit.session.execute(
        update(Phone)
        .where(col(Phone.centre_id) == centre_id, col(Phone.patient_id) == patient_id)
        .values(unlocked_until=None)
    )


def _hash(unit: Unit, patient_id: UUID, pin: str) -> bytes:
    return unit.vault.digest(f"pin:{patient_id}:{pin}")
