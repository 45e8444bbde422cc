"""The access log → a CSV file, for an auditor; the words are codes, the same in every language."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC

from diary.exchange.spreadsheet import write_lines
from diary.store.access_log import Line

COLUMNS = (
    *("number", "at", "event", "action", "actor_id", "name", "role", "on_behalf_of"),
    *("access_point", "patient_id", "object"),
    *("authorised", "treatment_relation", "consent", "emergency"),
)


def write_log(lines: Iterable[Line]) -> bytes:
    """Return lines of the log as a CSV file; times are UTC, to the second."""
    return write_lines([COLUMNS, *([_cell(line, name) for name in COLUMNS] for line in lines)])


def _cell(line: Line, name: str) -> str:
    if name == "at":
        return f"{line.at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    value = getattr(line, name)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)
