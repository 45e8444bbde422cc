"""The language of a request, and words, dates and numbers in it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import Blueprint, Flask, g, redirect, request
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from diary import language as languages
from diary.store import phones
from diary.web.context import over_tls, writing
from diary.web.identity import on_team_side
from diary.wording import spoken
from diary.wording.spoken import (
    clock,
    current,
    day,
    day_short,
    duration,
    gettext,
    inside,
    joined,
    left_to_right,
    moment_in,
    ngettext,
    number,
    speaking,
    text_direction,
)

__all__ = [
    "clock",
    "current",
    "day",
    "day_short",
    "duration",
    "gettext",
    "in_one_language",
    "inside",
    "joined",
    "left_to_right",
    "moment_in",
    "ngettext",
    "number",
    "speaking",
    "text_direction",
]

P = ParamSpec("P")
R = TypeVar("R")

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


def _of_request() -> str:
    """Return the language of this request: the person's own, the cookie's, or the browser's."""
    if "language" not in g:
        g.language = _choose()
    return str(g.language)


# The words below the web ask here, whenever nobody has said a language.
spoken.ask(_of_request)


def _choose() -> str:
    offered = languages.TEAM_LANGUAGES if on_team_side() else languages.LANGUAGES
    for wanted in (getattr(current_user, "language", None), request.cookies.get(COOKIE)):
        if wanted in offered:
            return str(wanted)
    return request.accept_languages.best_match(list(offered)) or "nl"


def in_one_language(page: Callable[P, R]) -> Callable[P, R]:
    """Let `page` ask for the language once: a page of thousands of words asks for it as often."""

    @wraps(page)
    def spoken_page(*args: P.args, **kwargs: P.kwargs) -> R:
        with speaking(current()):
            return page(*args, **kwargs)

    return spoken_page


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
