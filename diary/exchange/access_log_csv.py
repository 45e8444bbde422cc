"""The access log → a CSV file, for an auditor; the words are codes, the same in every language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC

from diary.exchange.spreadsheet import more_lines, write_lines
from diary.store.access_log import Line

COLUMNS = (
    *("number", "at", "event", "action", "actor_id", "name", "role", "on_behalf_of"),
    *("access_point", "patient_id", "object"),
    *("authorised", "treatment_relation", "consent", "emergency"),
)


def write_log(parts: Iterable[Iterable[Line]]) -> Iterator[bytes]:
    """Yield lines of the log as a CSV file, a part at a time; times are UTC, to the second."""
    yield write_lines([COLUMNS])
    for lines in parts:
        yield more_lines([_cell(line, name) for name in COLUMNS] for line in lines)


def _cell(line: Line, name: str) -> str:
    if name == "at":
        return f"{line.at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    value = getattr(line, name)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)
