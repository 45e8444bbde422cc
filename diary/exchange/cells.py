"""Dates, times and numbers as people and spreadsheets write them in a cell."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from diary.language import N_
from diary.protocol.reading import FIRST_YEAR, LAST_YEAR

NOT_A_DATE = N_("This is no date. Write it as 31-12-2026 or 2026-12-31.")
NOT_A_TIME = N_("This is no date with a time. Write it as 31-12-2026 08:00.")
UNLIKELY_YEAR = N_("A year is between 1900 and 2199.")
SKIPPED_TIME = N_("The clock skipped this time on that day (summer time).")
NOT_MINUTES = N_("The difference with UTC is in whole minutes, such as 60 or 120.")

_DATE = (
    r"(?:(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})|(?P<d2>\d{1,2})-(?P<m2>\d{1,2})-(?P<y2>\d{4}))"
)
_TIME = r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:\.(?P<fraction>\d{1,6}))?)?"
_OFFSET = r"(?P<offset>Z|[+-]\d{2}:\d{2})?"
DATE = re.compile(_DATE, re.ASCII)
INSTANT = re.compile(f"{_DATE}[T ]{{1,2}}{_TIME}{_OFFSET}", re.ASCII)
FARTHEST_OFFSET = 24 * 60


class CellError(ValueError):
    """A cell does not hold what its column asks for; the message is a template for translation."""


def read_date(text: str) -> date:
    """Return the date in a cell: dd-mm-yyyy or yyyy-mm-dd, 1900 to 2199. Raises CellError."""
    found = DATE.fullmatch(text.strip())
    if found is None:
        raise CellError(NOT_A_DATE)
    return _date(found, NOT_A_DATE)


def read_instant(text: str, utc_minutes: str, zone: ZoneInfo) -> datetime:
    """Return the aware instant in a cell: a date and a wall-clock time.

    The offset is the one in the cell, else that of the cell `utc_minutes`, else the one of `zone`
    on that day: of an hour that occurs twice, the first. Raises CellError.
    """
    found = INSTANT.fullmatch(text.strip())
    if found is None:
        raise CellError(NOT_A_TIME)
    day = _date(found, NOT_A_TIME)
    fraction = (found["fraction"] or "").ljust(6, "0")
    try:
        local = datetime(  # noqa: DTZ001 - the zone follows below
            day.year,
            day.month,
            day.day,
            int(found["hour"]),
            int(found["minute"]),
            int(found["second"] or 0),
            int(fraction),
        )
    except ValueError as error:
        raise CellError(NOT_A_TIME) from error
    if found["offset"]:
        return local.replace(tzinfo=_offset_in(found["offset"]))
    if utc_minutes.strip():
        return local.replace(tzinfo=_offset_of(utc_minutes))
    return _on_the_wall(local, zone)


def write_date(day: date) -> str:
    """Return "31-12-2026"."""
    return f"{day:%d-%m-}{day.year:04d}"


def write_instant(instant: datetime) -> tuple[str, str]:
    """Return the cells "31-12-2026 08:00:00" and "60": wall clock, and minutes ahead of UTC."""
    clock = f"{instant:%H:%M:%S}" + (f".{instant:%f}" if instant.microsecond else "")
    offset = instant.utcoffset() or timedelta(0)
    return f"{write_date(instant.date())} {clock}", str(offset // timedelta(minutes=1))


def read_number(text: str) -> str:
    """Return the number in a cell with a decimal point: "7,5" and "7.5" are both "7.5"."""
    return text.strip().replace(",", ".", 1)


def _date(found: re.Match[str], message: str) -> date:
    year, month, day = (found[part] or found[f"{part}2"] for part in "ymd")
    try:
        read = date(int(year), int(month), int(day))
    except ValueError as error:
        raise CellError(message) from error
    if not FIRST_YEAR <= read.year <= LAST_YEAR:
        raise CellError(UNLIKELY_YEAR)
    return read


def _offset_in(text: str) -> timezone:
    if text == "Z":
        return UTC
    hours, minutes = int(text[1:3]), int(text[4:6])
    return _timezone((hours * 60 + minutes) * (-1 if text[0] == "-" else 1))


def _offset_of(text: str) -> timezone:
    if not re.fullmatch(r"[+-]?\d{1,4}", text.strip(), re.ASCII):
        raise CellError(NOT_MINUTES)
    return _timezone(int(text))


def _timezone(minutes: int) -> timezone:
    if abs(minutes) >= FARTHEST_OFFSET:
        raise CellError(NOT_MINUTES)
    return timezone(timedelta(minutes=minutes))


def _on_the_wall(local: datetime, zone: ZoneInfo) -> datetime:
    aware = local.replace(tzinfo=zone)
    there_and_back = aware.astimezone(UTC).astimezone(zone)
    if there_and_back.replace(tzinfo=None) != local:
        raise CellError(SKIPPED_TIME)
    return there_and_back
