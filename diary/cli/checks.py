"""What `diary doctor` looks at, one function per thing; each finding says what to do."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from cryptography.fernet import InvalidToken
from py_vapid import Vapid
from sqlalchemy import func, select
from sqlmodel import col

from diary.settings import Settings
from diary.store import figures, pulse
from diary.store.database import Database, Unit
from diary.store.tables import Patient, Staff


class Level(StrEnum):
    """How bad it is. Only a problem makes `diary doctor` fail."""

    FINE = "fine"
    WARNING = "warning"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: how it is, and what to do about it."""

    about: str
    level: Level
    said: str
    todo: str = ""


WEEK = timedelta(days=7)
SKEW_NOTED, SKEW_WRONG = timedelta(seconds=2), timedelta(seconds=30)
# Names to open: a second of work.
MOST_OPENED = 20_000
LITTLE_SPACE, NO_SPACE = 1_000_000_000, 100_000_000
START_WORKER = "start `diary worker` (or `diary serve --with-worker`), and see that it is restarted"


def settings_fit(settings: Settings) -> Iterator[Finding]:
    """Look at what the settings say, without asking anybody."""
    yield Finding("settings", Level.FINE, "complete")
    address = urlsplit(settings.base_url)
    if address.scheme == "https" or settings.demo:
        yield Finding("address", Level.FINE, f"patients reach the diary on {settings.base_url}")
    else:
        yield Finding(
            "address",
            Level.WARNING,
            f"{settings.base_url} is not https: phones then refuse notifications",
            "put a reverse proxy with TLS in front, and set DIARY_BASE_URL to its address",
        )
    yield _vapid(settings)


def _vapid(settings: Settings) -> Finding:
    try:
        for key in settings.push_keys:
            Vapid.from_string(private_key=key)
    except ValueError:
        return Finding(
            "push key",
            Level.PROBLEM,
            "DIARY_VAPID_PRIVATE_KEYS holds what is no key: notifications cannot be signed",
            "put the keys back from your copy of the settings; with a new one alone, phones connect"
            " again the next time they are opened",
        )
    return Finding("push key", Level.FINE, "notifications can be signed")


def clocks(database: Database, now: datetime) -> Finding:
    """Compare the clock of this machine with that of the database."""
    if database.is_sqlite:
        return Finding("clock", Level.FINE, "the database has the clock of this machine")
    with database.read(None, now=now) as unit:
        theirs: datetime = unit.session.execute(select(func.clock_timestamp())).scalar_one()
    skew = abs(theirs - now)
    seconds = round(skew.total_seconds())
    if skew < SKEW_NOTED:
        return Finding("clock", Level.FINE, "the same as that of the database")
    return Finding(
        "clock",
        Level.PROBLEM if skew >= SKEW_WRONG else Level.WARNING,
        f"{seconds} s away from that of the database: reminders go out at the wrong time",
        "let both machines follow a time server (NTP)",
    )


def keys_open_names(unit: Unit) -> Finding:
    """See whether the keys open what was sealed with them: all of it, of very many the ends.

    A key that was dropped shuts only what it sealed, of whenever that was: one patient in between
    is enough for a list that does not open.
    """
    patients = _sealed(unit, col(Patient.name), col(Patient.created_at))
    staff = _sealed(unit, col(Staff.totp_secret), col(Staff.created_at))
    tried, shut = 0, 0
    for sealed in (*patients, *staff):
        tried += 1
        try:
            unit.vault.open(sealed)
        except InvalidToken:
            shut += 1
    if shut:
        return Finding(
            "vault keys",
            Level.PROBLEM,
            f"{shut} of {tried} names and code apps cannot be opened: the key they were sealed"
            " with is missing",
            "put the old key back behind a comma in DIARY_VAULT_KEYS: it is in your copy of the"
            " settings",
        )
    return Finding("vault keys", Level.FINE, f"open all {tried} names and code apps looked at")


def _sealed(unit: Unit, column: Any, made_at: Any) -> Iterator[bytes]:
    """Yield the values of a sealed column; of more than MOST_OPENED the oldest and the newest."""
    total: int = unit.session.execute(select(func.count()).select_from(column.table)).scalar_one()
    if total <= MOST_OPENED:
        parts = [select(column)]
    else:
        half = MOST_OPENED // 2
        parts = [select(column).order_by(order).limit(half) for order in (made_at, made_at.desc())]
    for part in parts:
        rows = unit.session.execute(part.execution_options(yield_per=1000))
        yield from rows.scalars()


def worker(unit: Unit) -> Finding:
    """See whether a worker gets on with its work."""
    alive = [tick for tick in pulse.ticks(unit) if unit.now - tick.at <= pulse.SILENCE]
    if alive:
        names = ", ".join(tick.worker for tick in alive)
        return Finding("worker", Level.FINE, f"at work: {names}")
    last = pulse.last_tick(unit)
    if last is None:
        return Finding("worker", Level.PROBLEM, "none has ever worked here", START_WORKER)
    return Finding(
        "worker",
        Level.PROBLEM,
        f"none has got on since {shown(last)}: nobody is reminded",
        f"{START_WORKER}; if one runs, its log says why it does not get on",
    )


def standstills(unit: Unit) -> Finding:
    """Look for times in the past week in which nobody worked; the present one is `worker`'s."""
    past = [gap for gap in pulse.gaps(unit, unit.now - WEEK) if gap.until_at < unit.now]
    if not past:
        return Finding("standstills", Level.FINE, "none in the past week")
    when = "; ".join(f"{shown(gap.from_at)} – {shown(gap.until_at)}" for gap in past)
    return Finding(
        "standstills",
        Level.WARNING,
        f"nobody was reminded {when}",
        "find out why the worker stopped, and let the system start it again by itself; the charts"
        " and ledgers of the patients show the gap",
    )


def overdue(unit: Unit) -> Finding:
    """Look for reminders that should have left."""
    late = figures.overdue(unit, figures.OVERDUE)
    if late.since is None:
        return Finding("reminders", Level.FINE, "none is overdue")
    return Finding(
        "reminders",
        Level.PROBLEM,
        f"{late.count} overdue, the oldest since {shown(late.since)}",
        "a server that does not answer keeps them: see `worker` and `channels`, or start one"
        " more worker",
    )


def quarantined(unit: Unit) -> Finding:
    """Look for reminders that the code itself failed on."""
    poison = figures.done(unit).poison
    if not poison:
        return Finding("quarantine", Level.FINE, "empty")
    kinds = ", ".join(f"{number} × {kind}" for kind, number in sorted(poison.items()))
    return Finding(
        "quarantine",
        Level.PROBLEM,
        f"reminders of the last 24 hours that failed three times in our own code: {kinds}",
        "look for `reminder.quarantined` in the worker's log and report it to the makers;"
        " InvalidToken means that a key is missing in DIARY_VAULT_KEYS",
    )


def disk(database: Database) -> Finding:
    """See whether there is room for what is still to come."""
    path = database.engine.url.database
    if not database.is_sqlite or path is None:
        return Finding("disk", Level.FINE, "the database is on its own machine: look there")
    free = shutil.disk_usage(path).free
    said = f"{free / 1e9:.1f} GB free where the database is"
    if free >= LITTLE_SPACE:
        return Finding("disk", Level.FINE, said)
    return Finding(
        "disk",
        Level.PROBLEM if free < NO_SPACE else Level.WARNING,
        said,
        "make room: on a full disk no answer can be kept (phones keep theirs and try again)",
    )


def shown(at: datetime) -> str:
    """Return an instant for people, in the time of this machine."""
    return f"{at.astimezone():%Y-%m-%d %H:%M}"
