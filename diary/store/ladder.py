"""The ladder: which reminder goes out when, over which channel, until when."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, time, timedelta
from functools import cache, lru_cache
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    Select,
    Text,
    and_,
    bindparam,
    cast,
    exists,
    func,
    not_,
    or_,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import aliased
from sqlalchemy.sql.dml import ReturningInsert
from sqlmodel import col

from diary.protocol.reminding import LADDER, Quiet, Step, sendings
from diary.store.asking import same_centre, still_asked
from diary.store.database import Unit
from diary.store.silence import GRACE, silent
from diary.store.tables import (
    Centre,
    Channel,
    Pathway,
    Patient,
    Phone,
    Prompt,
    PushSubscription,
    Receipt,
    Reminder,
    ReminderState,
    table_of,
)
from diary.store.tables.base import UtcDateTime

# Planned no earlier than this: the channels and the answer are those of the last minute.
AHEAD = timedelta(minutes=2)
# No window is longer, so older prompts need no look at all.
LONGEST_WINDOW = timedelta(hours=24)

_CUSTOM = func.coalesce(col(Pathway.ladder), col(Centre.ladder))
_NOW, _AHEAD, _EARLIEST, _SILENT_BY = (
    bindparam(name, type_=UtcDateTime()) for name in ("now", "ahead", "earliest", "silent_by")
)


def _times(now: datetime) -> dict[str, datetime]:
    """Return what the queries are asked with."""
    return {
        "now": now,
        "ahead": now + AHEAD,
        "earliest": now - LONGEST_WINDOW,
        "silent_by": now - GRACE,
    }


def plan_ladder(unit: Unit) -> int:
    """Plan the reminders that fall due within two minutes; returns how many.

    Each patient has the own ladder and quiet hours, else the centre's (`protocol.reminding`): two
    statements for all of them, and only the prompts with steps to come are looked at. After a
    standstill only the latest step of an open window is planned: one catch-up, never two. A step
    that failed for good passes on to the patient's next channel at once.
    """
    return _insert(unit, _due(unit)) + _insert(unit, _passed_on(unit))


def steps_of(stored: str | None) -> Sequence[Step]:
    """Return a ladder as it is stored, in JSON; None: the product's own."""
    return LADDER if stored is None else _read(stored)


@lru_cache(maxsize=256)
def _read(stored: str) -> Sequence[Step]:
    return tuple(
        Step(timedelta(minutes=step["after"]), step["channel"] == "other")
        for step in json.loads(stored)
    )


@lru_cache(maxsize=256)
def quiet_of(start: str | None, end: str | None) -> Quiet | None:
    """Return quiet hours as they are stored ("HH:MM"); None when there are none."""
    if start is None or end is None or start == end:
        return None
    return Quiet(time.fromisoformat(start), time.fromisoformat(end))


def channels_of(
    push: bool, email: bool, sms: bool, preferred: Channel | None, *, silent: bool = False
) -> tuple[Channel, ...]:
    """Return the channels that are there, in the order in which a patient is reached.

    The phone itself, then the one the patient prefers, by itself e-mail, then what is left. A
    phone that seems to show nothing (`silence`) gives way to the next one, and comes second.
    """
    there = {Channel.WEB_PUSH: push, Channel.EMAIL: email, Channel.SMS: sms}
    others = [*([preferred] if preferred else []), Channel.EMAIL, Channel.SMS]
    others = [one for one in dict.fromkeys(others) if there[one] and one is not Channel.WEB_PUSH]
    order = [*others[:silent], Channel.WEB_PUSH, *others[silent:]]
    return tuple(channel for channel in dict.fromkeys(order) if there[channel])


def _is_there() -> dict[Channel, ColumnElement[bool]]:
    """Return whether a prompt's patient can be reached, by channel."""
    pushed = exists().where(
        col(PushSubscription.centre_id) == col(Prompt.centre_id),
        col(PushSubscription.patient_id) == col(Prompt.patient_id),
        col(PushSubscription.gone_at).is_(None),
        same_centre(PushSubscription, Phone, "phone_id"),
        col(Phone.revoked_at).is_(None),
    )
    return {
        Channel.WEB_PUSH: pushed,
        Channel.EMAIL: and_(col(Patient.email).is_not(None), col(Patient.email_off_at).is_(None)),
        Channel.SMS: and_(col(Patient.mobile).is_not(None), col(Patient.sms_off_at).is_(None)),
    }


def _reached(more: Iterable[Any]) -> Select[*tuple[Any, ...]]:
    """Return a query of prompts with how their patients are reminded, to be joined to Prompt."""
    return select(
        col(Prompt.centre_id),
        col(Prompt.id),
        col(Prompt.patient_id),
        col(Prompt.night),
        col(Pathway.timezone),
        func.coalesce(col(Pathway.quiet_from), col(Centre.quiet_from)).label("quiet_from"),
        func.coalesce(col(Pathway.quiet_until), col(Centre.quiet_until)).label("quiet_until"),
        col(Patient.fallback),
        *(there.label(channel.value) for channel, there in _is_there().items()),
        silent(col(Prompt.centre_id), col(Prompt.patient_id), _SILENT_BY).label("silent"),
        *more,
    )


def _with_settings(query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    return (
        query.join(Patient, same_centre(Prompt, Patient, "patient_id"))
        .join(Pathway, same_centre(Prompt, Pathway, "pathway_id"))
        .join(Centre, col(Centre.id) == col(Prompt.centre_id))
    )


def _channels(row: Any) -> tuple[Channel, ...]:
    return channels_of(row.web_push, row.email, row.sms, row.fallback, silent=row.silent)


def _channel_of(row: Any, other: bool) -> Channel:
    """Return by which channel a step goes out: the first one, or the patient's other one.

    Past a phone that shows nothing it is always a channel that this prompt did not have yet.
    """
    channels = _channels(row)
    if row.silent:
        return next((c for c in channels if not getattr(row, f"{c.value}_had")), channels[0])
    return channels[1] if other and len(channels) > 1 else channels[0]


@cache
def _due_query() -> Select[*tuple[Any, ...]]:
    """Return the query of prompts with steps that are due and not there yet.

    Built once: putting it together takes ten times as long as a round without anything to plan.
    """
    own = and_(
        col(Reminder.centre_id) == col(Prompt.centre_id),
        col(Reminder.prompt_id) == col(Prompt.id),
    )
    latest = select(func.coalesce(func.max(col(Reminder.step)), -1)).where(own).scalar_subquery()
    count = func.coalesce(func.json_array_length(_CUSTOM), len(LADDER))
    query = _reached(
        [
            col(Prompt.due_at),
            col(Prompt.closes_at),
            cast(_CUSTOM, Text).label("ladder"),
            latest.label("latest"),
            *(
                exists().where(own, col(Reminder.channel) == channel).label(f"{channel.value}_had")
                for channel in Channel
            ),
        ],
    ).where(
        col(Prompt.due_at) <= _AHEAD,
        col(Prompt.due_at) > _EARLIEST,
        still_asked(_NOW),
        or_(*_is_there().values()),
        latest < count - 1,
    )
    return _with_settings(query)


def _due(unit: Unit) -> Iterator[dict[str, Any]]:
    """Yield the steps that are due and not there yet."""
    for row in unit.session.execute(_due_query(), _times(unit.now)).all():
        quiet = quiet_of(row.quiet_from, row.quiet_until)
        zone = ZoneInfo(row.timezone)
        for one in sendings(
            steps_of(row.ladder), quiet, zone, row.due_at, row.closes_at, night=row.night
        ):
            is_due = one.send_at <= unit.now + AHEAD and one.expires_at > unit.now
            if is_due and one.step > row.latest:
                channel = _channel_of(row, one.other)
                yield _planned(row, one.step, channel, one.send_at, one.expires_at)


@cache
def _failed_query() -> Select[*tuple[Any, ...]]:
    """Return the query of steps that failed for good, with what is left to try."""
    other = aliased(Reminder)
    same_step = and_(
        col(other.centre_id) == col(Reminder.centre_id),
        col(other.prompt_id) == col(Reminder.prompt_id),
        col(other.step) == col(Reminder.step),
    )
    tried = {
        channel: exists().where(same_step, col(other.channel) == channel) for channel in Channel
    }
    query = (
        _reached(
            [
                col(Reminder.step),
                col(Reminder.expires_at),
                *(done.label(f"{channel.value}_tried") for channel, done in tried.items()),
            ],
        )
        .join(Reminder, same_centre(Reminder, Prompt, "prompt_id"))
        .where(
            # Without it every prompt of all time without an answer would be looked at.
            col(Prompt.due_at) > _EARLIEST,
            _failed(Reminder),
            col(Reminder.expires_at) > _NOW,
            still_asked(_NOW),
            or_(*(and_(there, ~tried[channel]) for channel, there in _is_there().items())),
            # Another channel has it already, or may have sent it.
            ~exists().where(same_step, not_(_failed(other))),
        )
    )
    return _with_settings(query)


def _passed_on(unit: Unit) -> Iterator[dict[str, Any]]:
    """Yield for each step that failed for good the same step by the next channel, if any."""
    for row in unit.session.execute(_failed_query(), _times(unit.now)).all():
        quiet = quiet_of(row.quiet_from, row.quiet_until)
        agreed = row.night and row.step == 0
        if quiet and not agreed and quiet.holds(unit.now, ZoneInfo(row.timezone)):
            continue
        channel = next(c for c in _channels(row) if not getattr(row, f"{c.value}_tried"))
        yield _planned(row, row.step, channel, unit.now, row.expires_at)


def _failed(reminder: Any) -> ColumnElement[bool]:
    """Return whether it was refused, or accepted and then, says its receipt, not delivered."""
    return or_(
        col(reminder.state) == ReminderState.FAILED,
        func.coalesce(col(reminder.receipt), "") == Receipt.FAILED,
    )


def _planned(
    prompt: Any, step: int, channel: Channel, send_at: datetime, expires_at: datetime
) -> dict[str, Any]:
    new_id: UUID = uuid4()
    return {
        "centre_id": prompt.centre_id,
        "id": new_id,
        "prompt_id": prompt.id,
        "patient_id": prompt.patient_id,
        "step": step,
        "channel": channel,
        "state": ReminderState.PLANNED,
        "send_at": send_at,
        "expires_at": expires_at,
        "attempts": 0,
    }


@cache
def _new(is_sqlite: bool) -> ReturningInsert[Any]:
    """Return the insert of a planned reminder; of one that another worker planned: nothing."""
    made = (sqlite.insert if is_sqlite else postgresql.insert)(table_of(Reminder))
    return made.on_conflict_do_nothing().returning(table_of(Reminder).c.id)


def _insert(unit: Unit, rows: Iterator[dict[str, Any]]) -> int:
    """Insert planned reminders; those another worker planned meanwhile are left alone."""
    planned = list(rows)
    if not planned:
        return 0
    # Past the session: these rows are no objects that it has to know.
    return len(unit.session.connection().execute(_new(unit.is_sqlite), planned).all())
