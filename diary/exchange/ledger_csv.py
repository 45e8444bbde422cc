"""The ledger of reminders → a CSV file, for a spreadsheet or a study (docs/ledger.md)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime

from diary.exchange.spreadsheet import write_lines
from diary.store.ledger import Line, Step

# The words are codes, the same in every language: a file is compared with others of later years.
COLUMNS = (
    *("diary_day", "moment", "due_at", "opens_at", "closes_at", "state", "why", "answered_at"),
    *("step", "channel", "reminder_state", "reason", "attempts", "send_at", "claimed_at"),
    *("accepted_at", "shown_at", "opened_at", "receipt", "receipt_at", "delivery"),
)
NO_STEP: Sequence[str] = ("",) * 13


def write_ledger(lines: Iterable[Line], now: datetime) -> bytes:
    """Return the ledger as CSV: a row for each reminder, and one for a prompt without any.

    Instants in UTC, ISO 8601; nothing that tells whose it is.
    """
    return write_lines([COLUMNS, *(row for line in lines for row in _rows(line, now))])


def _rows(line: Line, now: datetime) -> Iterator[Sequence[str]]:
    prompt = (
        line.diary_day.isoformat(),
        line.moment,
        _instant(line.due_at),
        _instant(line.opens_at),
        _instant(line.closes_at),
        line.fate.state.value,
        line.fate.why.value if line.fate.why else "",
        _instant(line.answered_at),
    )
    if not line.steps:
        yield (*prompt, *NO_STEP)
    for step in line.steps:
        yield (*prompt, *_step(step, closed=line.closes_at <= now))


def _step(step: Step, *, closed: bool) -> Sequence[str]:
    return (
        str(step.step + 1),
        step.channel.value,
        step.state.value,
        step.reason or "",
        str(step.attempts),
        _instant(step.send_at),
        _instant(step.claimed_at),
        _instant(step.accepted_at),
        _instant(step.shown_at),
        _instant(step.opened_at),
        step.receipt.value if step.receipt else "",
        _instant(step.receipt_at),
        step.delivery(closed=closed).value,
    )


def _instant(at: datetime | None) -> str:
    return "" if at is None else f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
