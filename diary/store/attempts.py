"""Guesses at passwords and codes, counted in the database so that every web process sees them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import delete, func, insert, select
from sqlmodel import col

from diary.store.database import Unit
from diary.store.tables import Attempt

MOST_FAILURES = 5
COUNTED_FOR = timedelta(minutes=15)
KEPT_FOR = timedelta(days=1)


def attempts_left(unit: Unit, kind: str, subject: str, most: int = MOST_FAILURES) -> int:
    """Return how many guesses (0 to `most`) are left for `subject`, a log-in name or an address.

    `kind` is what is guessed at: "login", "activation", "welcome" or "password". To count parallel
    guesses too, call this and `note_attempt(…, succeeded=False)` in one write unit *before* looking
    at the secret, and `note_attempt(…, succeeded=True)` when it was right: that wipes the slate.
    """
    digest = _digest(unit, kind, subject)
    if not unit.is_sqlite:
        # Two processes that count the same subject take turns.
        unit.session.execute(
            select(func.pg_advisory_xact_lock(int.from_bytes(digest[:8], signed=True)))
        )
    failures: int = unit.session.execute(
        select(func.count()).where(
            col(Attempt.subject_hash) == digest,
            col(Attempt.succeeded).is_(False),
            col(Attempt.at) > unit.now - COUNTED_FOR,
        )
    ).scalar_one()
    return max(0, most - failures)


def closed_until(unit: Unit, kind: str, subjects: Iterable[str]) -> dict[str, datetime]:
    """Return until when the door is closed to those of `subjects` for whom it is now."""
    by_digest = {_digest(unit, kind, subject): subject for subject in subjects}
    rows = unit.session.execute(
        select(col(Attempt.subject_hash), col(Attempt.at))
        .where(
            col(Attempt.subject_hash).in_(by_digest),
            col(Attempt.succeeded).is_(False),
            col(Attempt.at) > unit.now - COUNTED_FOR,
        )
        .order_by(col(Attempt.at).desc())
    )
    failures: dict[str, list[datetime]] = {}
    for digest, at in rows:
        failures.setdefault(by_digest[digest], []).append(at)
    return {
        subject: times[MOST_FAILURES - 1] + COUNTED_FOR
        for subject, times in failures.items()
        if len(times) >= MOST_FAILURES
    }


def note_attempt(unit: Unit, kind: str, subject: str, succeeded: bool) -> UUID:
    """Write one guess down; a right one clears the failures, and old ones are forgotten.

    Returns its id, for `take_back`.
    """
    digest = _digest(unit, kind, subject)
    old = col(Attempt.at) <= unit.now - COUNTED_FOR
    forgotten = (col(Attempt.succeeded).is_(False)) if succeeded else old
    unit.session.execute(delete(Attempt).where(col(Attempt.subject_hash) == digest, forgotten))
    attempt_id = uuid4()
    unit.session.execute(
        insert(Attempt).values(
            id=attempt_id, kind=kind, subject_hash=digest, at=unit.now, succeeded=succeeded
        )
    )
    return attempt_id


def take_back(unit: Unit, attempt_id: UUID) -> None:
    """Count one guess as none: it was right, which says nothing about the others."""
    unit.session.execute(delete(Attempt).where(col(Attempt.id) == attempt_id))


def forget_old(unit: Unit) -> None:
    """Delete the guesses of more than a day ago, of whomever; for the worker."""
    unit.session.execute(delete(Attempt).where(col(Attempt.at) <= unit.now - KEPT_FOR))


def _digest(unit: Unit, kind: str, subject: str) -> bytes:
    return unit.vault.digest(f"attempt:{kind}:{subject.strip().casefold()}")
