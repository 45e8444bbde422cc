"""`POST /api/v1/devices`: connect a phone."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, abort, jsonify
from flask.typing import ResponseReturnValue
from spectree import Response

from diary.language import N_
from diary.web.activation import TooManyGuesses, WrongGuess, activate_phone
from diary.web.api.bodies import NOT_RIGHT, read_body, refuse
from diary.web.api.documentation import spec
from diary.web.api.schemas import Activated, Activation, ErrorBody
from diary.web.identity import set_phone_cookie
from diary.web.language import gettext

blueprint = Blueprint("devices", __name__)

WRONG = N_(
    "This code and this date of birth do not belong together, or the code no longer works. "
    "Check both. Call your pain centre for a new code."
)
NO_DATE = N_("This date does not exist.")


@blueprint.post("/devices")
@spec.validate(
    json=Activation,
    resp=Response(HTTP_200=Activated, HTTP_400=ErrorBody, HTTP_403=ErrorBody, HTTP_429=ErrorBody),
    skip_validation=True,
)
def connect() -> ResponseReturnValue:
    """Connect this phone to a diary: the answer sets its session cookie.

    403 for every kind of wrong; 429 after five wrong guesses in fifteen minutes.
    """
    body = read_body(Activation)
    try:
        birth_date = date.fromisoformat(body.birth_date)
    except ValueError:
        refuse(400, "not_right", NOT_RIGHT, {"birth_date": gettext(NO_DATE)})
    try:
        owner, token = activate_phone(body.code, birth_date)
    except TooManyGuesses:
        abort(429)
    except WrongGuess:
        refuse(403, "wrong_code", WRONG)
    response = jsonify(owner=str(owner.patient_id), language=owner.language)
    set_phone_cookie(response, token)
    return response
