"""The language of a request, and words, dates and numbers in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time, format_timedelta
from babel.numbers import format_decimal
from flask import Blueprint, Flask, g, redirect, request
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from diary import language as languages
from diary.store import phones
from diary.web.context import over_tls, writing
from diary.web.identity import on_team_side

COOKIE = "diary_language"
YEAR = 365 * 24 * 3600

blueprint = Blueprint("language", __name__)


def install(app: Flask) -> None:
    """Teach the templates of `app` to speak: `_()`, `ngettext()` and the date filters."""
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]
    app.jinja_env.filters.update(
        day=day,
        day_short=day_short,
        clock=clock,
        moment_in=moment_in,
        number=number,
        inside=inside,
        joined=joined,
        left_to_right=left_to_right,
    )
    app.jinja_env.globals.update(
        language=current,
        languages=languages.LANGUAGES,
        team_languages=languages.TEAM_LANGUAGES,
        text_direction=text_direction,
    )
    app.register_blueprint(blueprint)


def current() -> str:
    """Return the language of this request: the person's own, the cookie's, or the browser's."""
    if "language" not in g:
        g.language = _choose()
    return str(g.language)


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Speak language `code` within the block, whoever asks."""
    before = current()
    g.language = code
    try:
        yield
    finally:
        g.language = before


def _choose() -> str:
    offered = languages.TEAM_LANGUAGES if on_team_side() else languages.LANGUAGES
    for wanted in (getattr(current_user, "language", None), request.cookies.get(COOKIE)):
        if wanted in offered:
            return str(wanted)
    return request.accept_languages.best_match(list(offered)) or "nl"


def text_direction() -> str:
    """Return "rtl" for a language written from right to left, else "ltr"."""
    return "rtl" if languages.is_right_to_left(current()) else "ltr"


def gettext(message: str) -> str:
    """Return `message` in the language of this request."""
    return languages.catalogue(current()).gettext(message)


def ngettext(singular: str, plural: str, count: int) -> str:
    """Return the form of the message that fits `count`."""
    return languages.catalogue(current()).ngettext(singular, plural, count)


_ = gettext


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
    pattern = languages.date_pattern(current(), "yMMMd")
    return format_date(value, pattern, locale=languages.locale(current()))


def clock(value: time | datetime) -> str:
    """Return "08:00", in the zone that the value carries.

    Twenty-four hours and Latin digits in every language, as on clocks and letters here.
    """
    return format_time(value, "HH:mm", locale=languages.locale(current()))


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


@blueprint.post("/language")
def choose() -> BaseResponse:
    """Remember the language a person picked, on this device and, when signed in, for ever."""
    wanted = languages.known(request.form.get("language"), otherwise=current())
    if current_user.is_authenticated:
        with writing(current_user.scope) as unit:
            phones.set_language(unit, wanted)
    response = redirect(own_path(request.form.get("back", "/")), 303)
    response.set_cookie(
        COOKIE, wanted, max_age=YEAR, httponly=True, samesite="Lax", secure=over_tls()
    )
    return response


def own_path(address: str) -> str:
    """Return `address` when it is a path of ours, else the start.

    Browsers read "//elsewhere" as another site, take a backslash for a slash and leave out tabs
    and line ends.
    """
    path = address.startswith("/") and not address.startswith("//")
    return address if path and address.isprintable() and "\\" not in address else "/"
