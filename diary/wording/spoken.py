"""The language that is spoken now, and words, dates and numbers in it.

Who makes a page or a file says the language once, by `speaking`; a request of the web is asked
through `ask` instead, when the first word is needed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_timedelta
from babel.numbers import format_decimal

from diary import language as languages

_said: ContextVar[str | None] = ContextVar("said", default=None)
_asked: list[Callable[[], str]] = []


def ask(whom: Callable[[], str]) -> None:
    """Let `whom` tell the language wherever nobody has said one."""
    _asked[:] = [whom]


def current() -> str:
    """Return the language that is spoken here; raises LookupError where nobody has said one."""
    said = _said.get()
    if said is not None:
        return said
    if not _asked:
        raise LookupError("no language was said: use speaking()")
    return _asked[0]()


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Speak language `code` within the block, whoever asks."""
    before = _said.set(code)
    try:
        yield
    finally:
        _said.reset(before)


def text_direction() -> str:
    """Return "rtl" for a language written from right to left, else "ltr"."""
    return "rtl" if languages.is_right_to_left(current()) else "ltr"


def gettext(message: str) -> str:
    """Return `message` in the language of this request."""
    return languages.catalogue(current()).gettext(message)


def ngettext(singular: str, plural: str, count: int) -> str:
    """Return the form of the message that fits `count`."""
    return languages.catalogue(current()).ngettext(singular, plural, count)


def inside(label: str) -> str:
    """Return a name as it stands inside a sentence: "ochtend". German names keep their capital."""
    first = label[:1]
    if current() == "de":
        return label
    if current() == "tr":
        first = {"I": "ı", "İ": "i"}.get(first, first)
    return first.lower() + label[1:]


def joined(*parts: str) -> str:
    """Return `parts` after one another with the comma of the language."""
    return ("، " if current() == "ar" else ", ").join(parts)


def left_to_right(text: str) -> str:
    """Return a telephone number or an address that keeps its order in a page from right to left."""
    return f"\u2066{text}\u2069" if languages.is_right_to_left(current()) else text


def day(value: date) -> str:
    """Return "zaterdag 21 november"."""
    pattern = languages.day_pattern(current())
    return format_date(value, pattern, locale=languages.locale(current()))


def day_short(value: date) -> str:
    """Return "21 nov 2026"."""
    return _day_short(value, current())


# A patient's page has the same few days hundreds of times.
@lru_cache(maxsize=4096)
def _day_short(value: date, language: str) -> str:
    pattern = languages.date_pattern(language, "yMMMd")
    return format_date(value, pattern, locale=languages.locale(language))


def clock(value: time | datetime) -> str:
    """Return "08:00", in the zone that the value carries.

    Twenty-four hours and Latin digits in every language, as on clocks and letters here.
    """
    return f"{value:%H:%M}"


def moment_in(value: datetime, zone: ZoneInfo) -> str:
    """Return "21 nov 2026 08:04" on the wall clock of `zone`."""
    local = value.astimezone(zone)
    return f"{day_short(local.date())} {clock(local)}"


def duration(seconds: int) -> str:
    """Return about how long that is: "2 uur", "3 dagen"."""
    return format_timedelta(seconds, locale=languages.locale(current()))


def number(value: float | int) -> str:
    """Return a number with the decimal sign of the language."""
    return format_decimal(value, locale=languages.locale(current()))
