"""Errors that say what happened, what is kept and what to do next; for people and for programs."""

from __future__ import annotations

import structlog
from flask import Flask, jsonify, make_response, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import DBAPIError, OperationalError
from werkzeug.exceptions import HTTPException, InternalServerError, ServiceUnavailable

from diary.language import N_
from diary.store.centres import CentreView
from diary.web.calling import only_centre
from diary.web.context import now
from diary.web.identity import on_team_side
from diary.web.language import gettext
from diary.web.today import is_night

log = structlog.get_logger()

# code → (machine name, what happened, what to do)
MESSAGES = {
    400: ("bad_request", N_("This request is not complete."), N_("Go back and try again.")),
    401: ("signed_out", N_("You are signed out."), N_("Sign in and try again.")),
    403: ("not_allowed", N_("You may not open this page."), N_("Go back to the start.")),
    404: ("not_found", N_("This page does not exist."), N_("Check the address or go back.")),
    405: ("wrong_method", N_("This page cannot do that."), N_("Go back to the start.")),
    413: ("too_large", N_("This is too much to send at once."), N_("Send it in smaller parts.")),
    415: ("not_json", N_("This page takes JSON only."), N_("Send it as application/json.")),
    429: ("too_many", N_("That was tried too often."), N_("Wait fifteen minutes and try again.")),
    500: (
        "our_fault",
        N_("Something went wrong on our side."),
        N_("What you had saved is kept. Try again in a minute."),
    ),
    503: (
        "not_available",
        N_("The diary cannot be reached for a moment."),
        N_("What you had saved is kept. Try again in a minute."),
    ),
}
RETRY_SECONDS = "10"


def install(app: Flask) -> None:
    """Answer every error of `app` in one form."""
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(DBAPIError, _database)


def error_body(code: str, message: str, fields: dict[str, str] | None = None) -> dict[str, object]:
    """Return the one shape of an API error; never give it the value that was sent."""
    error: dict[str, object] = {"code": code, "message": message}
    if fields:
        error["fields"] = fields
    return {"error": error}


def _database(error: DBAPIError) -> ResponseReturnValue:
    if isinstance(error, OperationalError) or error.connection_invalidated:
        log.warning("store.unavailable", error=type(error.orig).__name__)
        return _http(ServiceUnavailable())
    raise error


def _http(error: HTTPException) -> ResponseReturnValue:
    status = error.code or InternalServerError.code
    if error.response is not None:
        return error.response
    name, happened, todo = MESSAGES.get(status, MESSAGES[500 if status >= 500 else 400])
    if request.path.startswith("/api/"):
        response = jsonify(error_body(name, gettext(happened)))
    else:
        response = make_response(
            render_template(
                "errors/error.html",
                happened=gettext(happened),
                todo=gettext(todo),
                home="/team/" if on_team_side() else "/",
                team=on_team_side(),
                night=is_night(now()),
                centre=None if on_team_side() else _centre_to_call(status),
            )
        )
    response.status_code = status
    if status == ServiceUnavailable.code:
        response.headers["Retry-After"] = RETRY_SECONDS
    return response


def _centre_to_call(status: int) -> CentreView | None:
    """Return whom a patient can call; nobody where the store is what went wrong."""
    if status >= InternalServerError.code:
        return None
    try:
        return only_centre()
    except DBAPIError:
        return None
