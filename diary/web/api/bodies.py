"""Reading JSON at the border: exact numbers, clear refusals, never the value that was sent."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any, NoReturn, TypeVar

from flask import abort, jsonify, make_response, request
from pydantic import BaseModel, ValidationError

from diary.language import N_
from diary.web.errors import error_body
from diary.web.language import gettext

Body = TypeVar("Body", bound=BaseModel)

NOT_JSON = N_("This is no readable JSON.")
NOT_RIGHT = N_("This is not complete or not right.")
# What pydantic says, in our words: its own repeat the value that was sent.
_REASONS = {
    "missing": N_("This is needed."),
    "extra_forbidden": N_("This is not known here."),
    "too_long": N_("This is too much."),
    "string_too_long": N_("This is too long."),
    "timezone_aware": N_("A time with its offset is needed."),
    "unknown_kind": N_("This is not known here."),
    "no_day": N_("A day such as 2026-03-12 is needed."),
    "no_count": N_("A number from 0.5 to 20 is needed, in halves."),
    "no_symptom": N_("This is not on the list of symptoms."),
    "no_answer": N_("An answer is needed."),
    "less_than_equal": N_("This number is too high."),
    "greater_than_equal": N_("This number is too low."),
}
_OTHERWISE = N_("This is not of the right form.")


def refuse(status: int, code: str, message: str, fields: dict[str, str] | None = None) -> NoReturn:
    """End the request with `status` and the one shape of an error; `message` is translated."""
    response = jsonify(error_body(code, gettext(message), fields))
    abort(make_response(response, status))


def read_json() -> Any:
    """Return the body of the request; a number with a point is a Decimal."""
    if not request.is_json:
        abort(415)
    try:
        return json.loads(request.get_data(), parse_float=Decimal, parse_constant=_no_number)
    except (ValueError, RecursionError):
        refuse(400, "not_json", NOT_JSON)


def read_body(schema: type[Body]) -> Body:
    """Return the body of the request as `schema`, or end the request with 400."""
    try:
        return schema.model_validate(read_json())
    except ValidationError as error:
        refuse(400, "not_right", NOT_RIGHT, reasons(error))


def reasons(error: ValidationError) -> dict[str, str]:
    """Return a translated reason for each key at fault ("scores.leg")."""
    found = {}
    for detail in error.errors(include_url=False, include_input=False, include_context=False):
        # Keys that the sender made up are values too: only the first, known one is named.
        known = detail["loc"][:1] if detail["type"] != "extra_forbidden" else ()
        path = ".".join(str(part) for part in known) or "body"
        found[path] = gettext(_REASONS.get(detail["type"], _OTHERWISE))
    return found


def _no_number(_constant: str) -> NoReturn:
    raise ValueError("NaN and infinity are no numbers")
