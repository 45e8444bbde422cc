"""Forms that keep what was typed: values as they came, and errors beside their fields."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from typing import TypeVar
from uuid import UUID

from werkzeug.datastructures import MultiDict

from diary.language import N_
from diary.protocol.reading import FIRST_YEAR, LAST_YEAR

T = TypeVar("T")

FILL_IN = N_("Fill this in.")
CHOOSE = N_("Choose one of these.")
BAD_DATE = N_("Fill in a date like 2026-03-31.")
UNLIKELY_DATE = N_("Check the year: a date is between 1900 and 2199.")
FAR_DATE = N_("Check the year: choose a day within two years of today.")
BAD_TIME = N_("Fill in a time like 08:00.")
BAD_NUMBER = N_("Fill in a whole number.")

# What a column of whole numbers holds.
MOST_COUNTED = 2**31 - 1
FARTHEST = timedelta(days=2 * 366)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_CLOCK = re.compile(r"\d{2}:\d{2}", re.ASCII)


class FormError(Exception):
    """What was sent cannot be saved; the transaction has to end before the form is shown again."""


@dataclass(slots=True)
class Form:
    """What a person sent. `errors` holds one message id for each field at fault."""

    sent: MultiDict[str, str]
    errors: dict[str, str] = field(default_factory=dict)

    def value(self, name: str) -> str:
        """Return the text of a field without spaces around it, "" when it was not sent."""
        return self.sent.get(name, "").strip()

    def values(self, name: str) -> list[str]:
        """Return all values of a field, for checkboxes."""
        return self.sent.getlist(name)

    def pairs(self) -> list[tuple[str, str]]:
        """Return everything that was sent, to send it along once more."""
        return list(self.sent.items(multi=True))

    def text(self, name: str, error: str = FILL_IN) -> str:
        """Return a text that has to be there."""
        found = self.value(name)
        if not found:
            self.errors[name] = error
        return found

    def choice(self, name: str, options: Mapping[str, object] | Sequence[str]) -> str:
        """Return one of `options`."""
        found = self.value(name)
        if found not in options:
            self.errors[name] = CHOOSE
        return found

    def day(self, name: str, *, required: bool = True) -> date | None:
        """Return a date from 1900 to 2199, None with an error noted when it is none."""
        found = self._read(name, read_day, BAD_DATE, required)
        if found is not None and not FIRST_YEAR <= found.year <= LAST_YEAR:
            self.errors[name] = UNLIKELY_DATE
            return None
        return found

    def planned_day(self, name: str, today: date, *, required: bool = True) -> date | None:
        """Return a date at most about two years from `today`, None with an error noted."""
        found = self.day(name, required=required)
        if found is not None and abs(found - today) > FARTHEST:
            self.errors[name] = FAR_DATE
            return None
        return found

    def clock(self, name: str, *, required: bool = True) -> time | None:
        """Return a time of hours and minutes, None with an error noted when it is none."""
        return self._read(name, _clock, BAD_TIME, required)

    def count(self, name: str) -> int | None:
        """Return a whole number that a column holds, None with an error noted when it is none."""
        return self._read(name, _count, BAD_NUMBER, required=True)

    def uuid(self, name: str) -> UUID | None:
        """Return an id that the page itself offered, None with an error noted otherwise."""
        return self._read(name, UUID, CHOOSE, required=True)

    def _read(self, name: str, read: Callable[[str], T], error: str, required: bool) -> T | None:
        text = self.value(name)
        if not text and not required:
            return None
        try:
            return read(text)
        except ValueError:
            self.errors[name] = error if text else FILL_IN
            return None


def read_day(text: str) -> date:
    """Return the date that `text` is, written like 2026-03-31; raises ValueError."""
    # Python reads weeks ("2026-W11-5") too, which nobody types on purpose.
    if _DAY.fullmatch(text) is None:
        raise ValueError
    return date.fromisoformat(text)


def _count(text: str) -> int:
    found = int(text)
    if abs(found) > MOST_COUNTED:
        raise ValueError
    return found


def _clock(text: str) -> time:
    # Seconds would tell two moments apart that look the same, a zone belongs to the patient.
    if _CLOCK.fullmatch(text) is None:
        raise ValueError
    return time.fromisoformat(text)
