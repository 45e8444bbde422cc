"""Connecting a phone: the code from the letter and the birth date, five guesses at most."""

from __future__ import annotations

import secrets
from datetime import date

from flask import request

from diary.store import attempts, audit, phones
from diary.store.database import Unit
from diary.store.phones import PhoneOwner
from diary.store.tables import Action
from diary.web.context import access_point, writing
from diary.web.identity import PHONE_COOKIE

KIND = "activation"
TOKEN_BYTES = 32


class TooManyGuesses(Exception):  # noqa: N818 - reads as what it says
    """Five wrong guesses in fifteen minutes, for this code or from this address."""


def activate_phone(code: str, birth_date: date) -> tuple[PhoneOwner, str] | None:
    """Connect the phone that asks; return whose it is and its new token.

    None for every kind of wrong. Raises TooManyGuesses.
    """
    subjects = (f"code:{phones.plain_code(code)}", f"address:{request.remote_addr}")
    # Counted before anything is looked at, so that parallel guesses count too.
    with writing(None) as unit:
        if not all(attempts.attempts_left(unit, KIND, subject) for subject in subjects):
            raise TooManyGuesses
        noted = [
            attempts.note_attempt(unit, KIND, subject, succeeded=False) for subject in subjects
        ]
    token = secrets.token_urlsafe(TOKEN_BYTES)
    with writing(None) as unit:
        owner = phones.activate(unit, code, birth_date, token)
        if owner is None:
            return None
        # This guess only: one's own code must not buy five more guesses at another's.
        for attempt_id in noted:
            attempts.take_back(unit, attempt_id)
        earlier = phones.give_up_phone(unit, request.cookies.get(PHONE_COOKIE, ""))
        if earlier is not None:
            _log(unit, earlier, "phone.revoke")
        _log(unit, owner, "phone.activate")
    return owner, token


def _log(unit: Unit, owner: PhoneOwner, event: str) -> None:
    audit.log(
        unit.enter(owner.scope),
        event,
        Action.EXECUTE,
        access_point=access_point(),
        patient_id=owner.patient_id,
        object=f"phone {owner.phone_id}",
    )
