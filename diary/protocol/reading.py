"""Reading values of a case file: each problem is noted with its JSON pointer, reading goes on."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction
from typing import Any, Self, TypeVar

from diary.protocol.exact import NumberError, read_exact
from diary.protocol.messages import N_

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)
Path = tuple[str | int, ...]

# Dates outside of these are mistakes, and no arithmetic with days around them can overflow.
FIRST_YEAR, LAST_YEAR = 1900, 2199
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_LONGEST_TOKEN = 80

UNKNOWN = N_("unknown key")
A_NUMBER = N_("must be a number from %(least)d to %(most)d")
A_WHOLE_NUMBER = N_("must be a whole number from %(least)d to %(most)d")


class Wrong(ValueError):  # noqa: N818 - reads as what it says
    """What is wrong with a value: an English template, and what fills it.

    It reads as English by itself; who speaks another language translates `text` and fills it in.
    """

    def __init__(self, text: str, **values: object) -> None:
        super().__init__(text % values if values else text)
        self.text = text
        self.values = values


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one value; `pointer` is its JSON pointer (RFC 6901), "" the whole.

    `message` is English; `text`, filled with `values`, is the same as a message of the catalogues,
    "" where nobody but programs and their makers reads it.
    """

    pointer: str
    message: str
    text: str = ""
    values: Mapping[str, object] = field(default_factory=dict)

    @classmethod
    def of(cls, where: str, wrong: ValueError) -> Self:
        """Return the problem at pointer `where` that an error tells of."""
        if isinstance(wrong, Wrong):
            return cls(where, str(wrong), wrong.text, wrong.values)
        return cls(where, str(wrong))

    def __str__(self) -> str:
        return f"{self.pointer or '(the whole case)'}: {self.message}"


class DuplicateKeys(dict[str, Any]):
    """A JSON object in which a key stood more than once; `twice` says which."""

    def __init__(self, pairs: Sequence[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        names = [name for name, _ in pairs]
        self.twice = sorted({name for name in names if names.count(name) > 1})


def pointer(path: Path) -> str:
    """Return the JSON pointer of `path`, on one printable line whatever the keys are."""
    return "".join("/" + _token(str(part)) for part in path)


def _token(text: str) -> str:
    if len(text) > _LONGEST_TOKEN:
        text = text[: _LONGEST_TOKEN - 1] + "…"
    text = text.replace("~", "~0").replace("/", "~1")
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


class Reader:
    """Reads one case; collects every problem instead of stopping at the first."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def problem(self, path: Path, message: str | ValueError) -> None:
        """Note that the value at `path` is wrong; a text is a template without values."""
        # Without values it is never filled in: a key of the file may have a % in it.
        wrong = Wrong(message) if isinstance(message, str) else message
        self.problems.append(Problem.of(pointer(path), wrong))

    def fields(
        self,
        value: object,
        path: Path,
        required: Collection[str],
        optional: Collection[str],
        unknown: str = UNKNOWN,
    ) -> Mapping[str, Any]:
        """Return `value` as an object; notes unknown, doubled and missing keys.

        What is not an object gives an empty one, and only that is noted.
        """
        if not isinstance(value, dict):
            self.problem(path, N_("must be an object"))
            return {}
        if isinstance(value, DuplicateKeys):
            for key in value.twice:
                self.problem((*path, key), N_("stands there more than once"))
        for key in value:
            if key not in required and key not in optional:
                self.problem((*path, key), unknown)
        for key in required:
            if key not in value:
                self.problem((*path, key), N_("required"))
        return value

    def items(self, value: object, path: Path) -> Sequence[Any]:
        """Return `value` as a list; what is not one is noted and gives none."""
        if not isinstance(value, list):
            self.problem(path, "must be a list")
            return ()
        return value

    def attempt(self, value: object, path: Path, read: Callable[[Any], T]) -> T | None:
        """Return `read(value)`; a ValueError becomes a problem and gives None."""
        try:
            return read(value)
        except ValueError as error:
            self.problem(path, error)
            return None

    def optional(
        self, found: Mapping[str, Any], key: str, path: Path, read: Callable[[Any], T]
    ) -> T | None:
        """Return what `read` makes of `found[key]`; None where the key is missing or bad."""
        if key not in found:
            return None
        try:
            return read(found[key])
        except ValueError as error:
            self.problem((*path, key), error)
            return None


def a_text(value: object, longest: int = 80) -> str:
    """Return a printable text of 1 to `longest` characters. Raises ValueError."""
    if not isinstance(value, str) or not 0 < len(value) <= longest or not value.isprintable():
        raise Wrong(N_("must be a text of 1 to %(longest)d printable characters"), longest=longest)
    return value


def one_of(known: Collection[str]) -> Callable[[object], str]:
    """Return a reader of a text that must be one of `known`."""

    def read(value: object) -> str:
        if not isinstance(value, str) or value not in known:
            raise Wrong(N_("must be one of: %(known)s"), known=", ".join(known))
        return value

    return read


def a_choice(known: type[E]) -> Callable[[object], E]:
    """Return a reader of a text that must be a value of the enumeration `known`."""
    values = {member.value: member for member in known}
    name = one_of(values)
    return lambda value: values[name(value)]


def a_flag(value: object) -> bool:
    """Return true or false. Raises ValueError."""
    if not isinstance(value, bool):
        raise ValueError("must be true or false")
    return value


def a_day(value: object) -> date:
    """Return a date written YYYY-MM-DD. Raises ValueError."""
    if isinstance(value, str) and _DATE.fullmatch(value):
        try:
            day = date.fromisoformat(value)
        except ValueError:
            raise ValueError("there is no such date") from None
        if FIRST_YEAR <= day.year <= LAST_YEAR:
            return day
    raise ValueError(f"must be a date YYYY-MM-DD from {FIRST_YEAR} to {LAST_YEAR}")


def an_instant(value: object) -> datetime:
    """Return an ISO 8601 date and time with UTC offset; the offset is kept. Raises ValueError."""
    try:
        if not isinstance(value, str) or not _DATE.match(value):
            raise ValueError
        instant = datetime.fromisoformat(value)
        if not FIRST_YEAR <= instant.year <= LAST_YEAR:
            raise ValueError
    except ValueError:
        message = "must be a date and time such as 2026-03-02T08:04:00+01:00"
        raise ValueError(message) from None
    if instant.tzinfo is None:
        raise ValueError("needs its UTC offset, such as +01:00")
    return instant


def a_number(least: int, most: int, whole: bool = False) -> Callable[[object], Fraction]:
    """Return a reader of an exact number from `least` to `most`."""

    def read(value: object) -> Fraction:
        try:
            number = read_exact(value)
        except NumberError as error:
            raise Wrong(str(error)) from None
        if not least <= number <= most or (whole and number.denominator != 1):
            text = A_WHOLE_NUMBER if whole else A_NUMBER
            raise Wrong(text, least=least, most=most)
        return number

    return read
