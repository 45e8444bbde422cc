"""What a patient agreed to and withdrew: when it was said, and who wrote it down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import select

from diary.protocol.days import diary_day_of
from diary.protocol.messages import N_
from diary.store import pathways, reaching
from diary.store.database import Unit
from diary.store.errors import Refused
from diary.store.pathways import PathwayView
from diary.store.tables import Channel, Consent, Purpose, Staff, table_of

AHEAD = N_("Choose today or an earlier day.")

_CHANNELS = {Purpose.EMAIL: Channel.EMAIL, Purpose.SMS: Channel.SMS}
_CONSENTS, _STAFF = table_of(Consent), table_of(Staff).c
_CONSENT = _CONSENTS.c


@dataclass(frozen=True, slots=True)
class ConsentView:
    """The patient agreed (`given`) or withdrew it on `said_on`; `by` wrote it down."""

    purpose: Purpose
    number: int
    given: bool
    said_on: date
    by: str
    at: datetime


def consents(unit: Unit, patient_id: UUID) -> list[ConsentView]:
    """Return all that a patient in the scope agreed to and withdrew, the latest first."""
    rows = unit.session.execute(
        select(
            _CONSENT.purpose,
            _CONSENT.number,
            _CONSENT.given,
            _CONSENT.said_on,
            _STAFF.name,
            _CONSENT.at,
        )
        .join(
            _STAFF.name.table, (_STAFF.centre_id == _CONSENT.centre_id) & (_STAFF.id == _CONSENT.by)
        )
        .where(
            unit.within.sees(_CONSENT.centre_id, _CONSENT.patient_id),
            _CONSENT.patient_id == patient_id,
        )
        .order_by(_CONSENT.at.desc(), _CONSENT.purpose, _CONSENT.number.desc())
    )
    return [ConsentView(*row) for row in rows]


def standing(known: list[ConsentView]) -> Mapping[Purpose, ConsentView]:
    """Return the latest of each purpose; what was never spoken of is not in it."""
    found: dict[Purpose, ConsentView] = {}
    for view in known:
        if view.purpose not in found or found[view.purpose].number < view.number:
            found[view.purpose] = view
    return found


def record(unit: Unit, found: PathwayView, said: Mapping[Purpose, bool], said_on: date) -> None:
    """Write down what the patient said on a day; what is as it was is not written again.

    A no stops the channel. A yes turns it on that was off for want of one; what the patient
    stopped stays so, until a no was written down in between. Raises Refused for a day to come,
    NotFound outside the scope and for the patient.
    """
    pathways.to_change(unit, found.id)
    if said_on > diary_day_of(unit.now, found.zone):
        raise Refused("consent", AHEAD, fields={"said_on": AHEAD})
    before = standing(consents(unit, found.patient_id))
    for purpose, given in said.items():
        last, channel = before.get(purpose), _CHANNELS.get(purpose)
        says_the_same = last is not None and last.given == given
        if not says_the_same:
            _write_down(unit, found, purpose, given, said_on, last)
        if channel is None:
            continue
        waits = reaching.stopped_at(unit, found.patient_id, channel) == reaching.NEVER_ASKED
        changes_mind = last is not None and not says_the_same
        if given and (waits or changes_mind):
            reaching.resume(unit, found.patient_id, channel)
        elif not given and not says_the_same:
            reaching.stop(unit, found.patient_id, channel)


def _write_down(
    unit: Unit,
    found: PathwayView,
    purpose: Purpose,
    given: bool,
    said_on: date,
    last: ConsentView | None,
) -> None:
    unit.session.execute(
        _CONSENTS.insert().values(
            centre_id=unit.within.centre_id,
            id=uuid4(),
            patient_id=found.patient_id,
            purpose=purpose,
            number=1 if last is None else last.number + 1,
            given=given,
            said_on=said_on,
            by=unit.within.staff_id,
            at=unit.now,
        )
    )
