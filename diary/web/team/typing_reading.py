"""What a nurse types on the number keys, read: yes or no, numbers, times, ticked lines."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from typing import TypeVar
from zoneinfo import ZoneInfo

from diary.language import N_
from diary.protocol.days import DAY_STARTS, ONE_DAY, wall_clock
from diary.protocol.exact import read_exact
from diary.web.api.event_schemas import MOST_ATTACKS, MOST_DOSE
from diary.web.team.forms import Form

NO_FLAG = N_("Fill in 1 (yes) or 0 (no), or leave it empty.")
NO_TEN = N_("Fill in a whole number from 0 to 10, or leave it empty.")
NO_COUNT = N_("Fill in how many: 0 to 20, halves too (0,5).")
NO_ATTACKS = N_("Fill in how many: 0 to 50.")
NO_CLOCK = N_("Fill in a time such as 14:30; 1430 will do.")
NO_LINES = N_("Fill in the numbers of the ticked lines, or 0 for none of these.")
TO_COME = N_("This time has not come yet.")
TOO_LONG = N_("Check the times: this attack would last more than 12 hours.")
LONGEST_ATTACK = timedelta(hours=12)

T = TypeVar("T")
Errors = dict[str, str]
_CLOCK = re.compile(r"(\d{1,2})[:.,]?(\d{2})?", re.ASCII)
_BETWEEN = re.compile(r"[\s.,+]+")


class UnreadError(ValueError):
    """What was typed is no such answer; its text says what would be."""


def read_field(form: Form, name: str, read: Callable[[str], T], errors: Errors) -> T | None:
    """Return what a field says; None, and what is wrong in `errors`, when it says nothing."""
    try:
        return read(form.value(name))
    except UnreadError as error:
        errors[name] = str(error)
        return None


def text_of(value: int | None) -> str:
    """Return a whole number as it stands in a field."""
    return "" if value is None else str(value)


def flag(text: str) -> bool | None:
    """Return what 1 and 0 mean; None when nothing was typed."""
    if text not in ("", "0", "1"):
        raise UnreadError(NO_FLAG)
    return None if not text else text == "1"


def ten(text: str) -> int | None:
    """Return a whole number from 0 to 10."""
    return _whole(text, 10, NO_TEN)


def attack_count(text: str) -> int | None:
    """Return how many attacks a day had."""
    return _whole(text, MOST_ATTACKS, NO_ATTACKS)


def pieces(text: str) -> Fraction:
    """Return a number of pieces, in halves; nothing typed is none."""
    if not text:
        return Fraction(0)
    try:
        found = read_exact(text.replace(",", "."))
    except ValueError:
        raise UnreadError(NO_COUNT) from None
    if not Fraction(0) <= found <= MOST_DOSE or (found * 2).denominator != 1:
        raise UnreadError(NO_COUNT)
    return found


def lines(text: str, listed: Mapping[int, str]) -> list[str] | None:
    """Return which of `listed` were ticked, by their numbers; 0 is none of them."""
    if not text:
        return None
    most = max(listed, default=0)
    numbers = [_whole(part, most, NO_LINES) for part in _BETWEEN.split(text) if part]
    if numbers == [0]:
        return []
    if not numbers or not all(number in listed for number in numbers):
        raise UnreadError(NO_LINES)
    return sorted({listed[number] for number in numbers if number})


def clock(text: str) -> time | None:
    """Return a time of day: 14:30, 14.30, 1430, 930 or 9."""
    if not text:
        return None
    digits = text if not text.isdecimal() or len(text) < 3 else f"{text[:-2]}:{text[-2:]}"
    match = _CLOCK.fullmatch(digits)
    try:
        if match is None:
            raise ValueError
        return time(int(match[1]), int(match[2] or 0))
    except ValueError:
        raise UnreadError(NO_CLOCK) from None


def began(at: time, day: date, zone: ZoneInfo, now: datetime) -> datetime:
    """Return the instant of a time on diary day `day`, on the patient's clock."""
    found = wall_clock(day + ONE_DAY if at < DAY_STARTS else day, at, zone).astimezone(zone)
    if found > now:
        raise UnreadError(TO_COME)
    return found


def ended(at: time, start: datetime, zone: ZoneInfo, now: datetime) -> datetime:
    """Return the first instant from `start` on at which the clock shows `at`."""
    found = wall_clock(start.date(), at, zone).astimezone(zone)
    if found < start:
        found = wall_clock(start.date() + ONE_DAY, at, zone).astimezone(zone)
    if found - start > LONGEST_ATTACK:
        raise UnreadError(TOO_LONG)
    if found > now:
        raise UnreadError(TO_COME)
    return found


def _whole(text: str, most: int, error: str) -> int | None:
    if not text:
        return None
    if not re.fullmatch(r"\d{1,3}", text, re.ASCII) or int(text) > most:
        raise UnreadError(error)
    return int(text)
