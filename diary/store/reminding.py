"""How one patient is reminded: the ladder, the quiet hours, the channels, and the moments."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import Text, cast, null, select, update
from sqlmodel import col

from diary.protocol.days import diary_day_of
from diary.protocol.messages import N_
from diary.protocol.moments import Moment, check_plan
from diary.protocol.reminding import Quiet
from diary.store import consents, prompts, reaching
from diary.store.beginning import LONGEST_TEXT
from diary.store.centre_settings import Custom, custom_of, stored_ladder
from diary.store.consents import ConsentView
from diary.store.database import Unit
from diary.store.errors import Conflict, NotFound, Refused
from diary.store.pathways import PathwayView, bump, moments_as_rows, to_change
from diary.store.patients import EMAIL
from diary.store.tables import Centre, Channel, Pathway, Patient, Purpose

MOBILE = re.compile(r"\+[1-9]\d{7,14}")
BAD_EMAIL = N_("Fill in an e-mail address like name@example.nl, or leave it empty.")
BAD_MOBILE = N_("Fill in a mobile number like +31 6 12345678, or leave it empty.")
BAD_CHANNEL = N_("Choose e-mail or SMS.")
MOMENTS_FIXED = N_(
    "The moments cannot be changed any more: days of the diary have been asked by them. "
    "Other moments now would judge those days by what nobody was asked."
)


@dataclass(frozen=True, slots=True)
class Reminding:
    """How a patient is reminded.

    `own` None: as the centre has it. The addresses are opened; `fallback` is the other channel
    the patient prefers, `email_off_at` and `sms_off_at` since when a channel is stopped.
    """

    centre: Custom
    own: Custom | None
    email: str | None
    mobile: str | None
    fallback: Channel | None
    email_off_at: datetime | None
    sms_off_at: datetime | None

    @property
    def used(self) -> Custom:
        """What holds now."""
        return self.own or self.centre


def reminding(unit: Unit, pathway: PathwayView) -> Reminding:
    """Return how the patient of a pathway is reminded; NotFound outside the scope."""
    row = unit.session.execute(
        select(
            cast(col(Pathway.ladder), Text).label("ladder"),
            col(Pathway.quiet_from),
            col(Pathway.quiet_until),
            cast(col(Centre.ladder), Text).label("centre_ladder"),
            col(Centre.quiet_from).label("centre_from"),
            col(Centre.quiet_until).label("centre_until"),
            col(Patient.email),
            col(Patient.mobile),
            col(Patient.fallback),
            col(Patient.email_off_at),
            col(Patient.sms_off_at),
        )
        .select_from(Pathway)
        .join(
            Patient,
            (col(Patient.centre_id) == col(Pathway.centre_id))
            & (col(Patient.id) == col(Pathway.patient_id)),
        )
        .join(Centre, col(Centre.id) == col(Pathway.centre_id))
        .where(
            unit.within.sees(col(Pathway.centre_id), col(Pathway.patient_id)),
            col(Pathway.id) == pathway.id,
        )
    ).one_or_none()
    if row is None:
        raise NotFound
    own = row.ladder is not None
    return Reminding(
        centre=custom_of(row.centre_ladder, row.centre_from, row.centre_until),
        own=custom_of(row.ladder, row.quiet_from, row.quiet_until) if own else None,
        email=_opened(unit, row.email),
        mobile=_opened(unit, row.mobile),
        fallback=row.fallback,
        email_off_at=row.email_off_at,
        sms_off_at=row.sms_off_at,
    )


def set_custom(unit: Unit, pathway: PathwayView, own: Custom | None) -> None:
    """Give a patient an own ladder and quiet hours; None: as the centre has it.

    It holds for what is not planned yet. Raises Refused for a ladder that is none, NotFound
    outside the scope and for a patient.
    """
    to_change(unit, pathway.id)
    values: dict[str, Any] = {"ladder": null(), "quiet_from": None, "quiet_until": None}
    if own is not None:
        # No quiet hours for this patient, although the centre has them: equal ones.
        quiet = own.quiet or Quiet(time(), time())
        values = {
            "ladder": stored_ladder(own.steps),
            "quiet_from": f"{quiet.start:%H:%M}",
            "quiet_until": f"{quiet.end:%H:%M}",
        }
    _update(unit, pathway, values)


def set_channels(
    unit: Unit,
    pathway: PathwayView,
    email: str | None,
    mobile: str | None,
    fallback: Channel | None,
) -> None:
    """Keep where else a patient is reached, and by which of both first; None: not there.

    A new address is on when the patient agreed to that channel, else off; one that is put right
    leaves the channel as it was, on (a patient agrees by turning it on) or stopped. Raises Refused
    with a text for each field at fault, NotFound outside the scope and for the patient.
    """
    # A colleague who writes down consent meanwhile waits, and sees the new address.
    to_change(unit, pathway.id)
    before = reminding(unit, pathway)
    number = check_addresses(email, mobile)
    if fallback is Channel.WEB_PUSH:
        raise Refused("channels", BAD_CHANNEL, fields={"fallback": BAD_CHANNEL})
    values: dict[str, Any] = {"fallback": fallback}
    agreed = consents.standing(consents.consents(unit, pathway.patient_id))
    if (email or None) != before.email:
        off = _off_from(unit, before.email, before.email_off_at, agreed.get(Purpose.EMAIL))
        values |= {"email": _sealed(unit, email), "email_off_at": off}
    if (number or None) != before.mobile:
        off = _off_from(unit, before.mobile, before.sms_off_at, agreed.get(Purpose.SMS))
        values |= {"mobile": _sealed(unit, number), "sms_off_at": off}
    unit.session.execute(
        update(Patient)
        .where(
            unit.within.sees(col(Patient.centre_id), col(Patient.id)),
            col(Patient.id) == pathway.patient_id,
        )
        .values(**values)
    )


def _off_from(
    unit: Unit, address: str | None, off_at: datetime | None, said: ConsentView | None
) -> datetime | None:
    """Return since when a new address is off, by what the patient last did and said of its channel.

    `address` is the one before, None when there was none, and `off_at` since when that was off.
    """
    if off_at is not None and off_at != reaching.NEVER_ASKED:
        return off_at
    if said is not None:
        return None if said.given else unit.now
    is_on = address is not None and off_at is None
    return None if is_on else reaching.NEVER_ASKED


def check_addresses(email: str | None, mobile: str | None) -> str | None:
    """Return a mobile number as the whole world dials it; Refused with a text for each field."""
    number = None if mobile is None else _international(mobile)
    fields = {}
    if email and (len(email) > LONGEST_TEXT or not EMAIL.fullmatch(email)):
        fields["email"] = BAD_EMAIL
    if number and not MOBILE.fullmatch(number):
        fields["mobile"] = BAD_MOBILE
    if fields:
        raise Refused("channels", next(iter(fields.values())), fields=fields)
    return number


def prefer(unit: Unit, patient_id: UUID, fallback: Channel) -> None:
    """Let a patient be reached by e-mail before SMS, or the other way round.

    NotFound outside the scope.
    """
    changed = unit.session.execute(
        update(Patient)
        .where(
            unit.within.sees(col(Patient.centre_id), col(Patient.id)),
            col(Patient.id) == patient_id,
        )
        .values(fallback=fallback)
        .returning(col(Patient.id))
    )
    if changed.first() is None:
        raise NotFound


def preferred(unit: Unit, patient_id: UUID) -> Channel | None:
    """Return the other channel a patient prefers, None when nothing was chosen."""
    chosen: Channel | None = unit.session.execute(
        select(col(Patient.fallback)).where(
            unit.within.sees(col(Patient.centre_id), col(Patient.id)),
            col(Patient.id) == patient_id,
        )
    ).scalar_one_or_none()
    return chosen


def may_change_moments(pathway: PathwayView, now: datetime) -> bool:
    """Tell whether the moments may still be changed: no diary day was asked by them yet.

    A pathway is judged by one plan of moments (protocol.md §1). Other moments half-way would turn
    measurements that were asked into extra ones, and days that were full into days with gaps.
    """
    today = diary_day_of(now, pathway.zone)
    return pathway.ended_at is None and all(phase.first_day > today for phase in pathway.phases)


def set_moments(unit: Unit, found: PathwayView, moments: Sequence[Moment], revision: int) -> None:
    """Change the moments before the first diary day begins; the prompts follow at once.

    Raises Conflict when the pathway is not at `revision` any more, Refused after the first day
    has begun or for a plan that is none, NotFound outside the scope and for a patient.
    """
    before = to_change(unit, found.id)
    if before.revision != revision:
        raise Conflict(N_("This diary was changed while you were looking at it. Look at it again."))
    if not may_change_moments(before, unit.now):
        raise Refused("moments_fixed", MOMENTS_FIXED, fields={"moments": MOMENTS_FIXED})
    few = len(moments) < before.parameters.moments_in_a_valid_day
    text = N_("A day counts with measurements at two moments: keep at least two times.")
    wrong = [*check_plan(moments), *([text] if few else [])]
    if wrong:
        raise Refused("moments", wrong[0], fields={"moments": wrong[0]})
    _update(unit, before, {"moments": moments_as_rows(moments)})
    bump(unit, before.id)
    prompts.follow_phases(unit, before.patient_id)


def _update(unit: Unit, pathway: PathwayView, values: dict[str, Any]) -> None:
    unit.session.execute(
        update(Pathway)
        .where(col(Pathway.centre_id) == unit.within.centre_id, col(Pathway.id) == pathway.id)
        .values(**values)
    )


def _international(number: str) -> str:
    """Return a mobile number as the whole world dials it; 06 is the Netherlands."""
    bare = re.sub(r"[\s\-().]", "", number)
    return re.sub(r"^00", "+", re.sub(r"^06", "+316", bare))


def _opened(unit: Unit, sealed: bytes | None) -> str | None:
    return None if sealed is None else unit.vault.open(sealed)


def _sealed(unit: Unit, text: str | None) -> bytes | None:
    return unit.vault.seal(text) if text else None
