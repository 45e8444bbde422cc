"""Connecting a phone: the code from the letter and the birth date, five guesses at most."""

from __future__ import annotations

import secrets
from datetime import date

from flask import request

from diary.store import attempts, audit, phones
from diary.store.phones import PhoneOwner
from diary.store.tables import Action
from diary.web.context import access_point, writing

KIND = "activation"
TOKEN_BYTES = 32


class TooManyGuesses(Exception):  # noqa: N818 - reads as what it says
    """Five wrong guesses in fifteen minutes, for this code or from this address."""


def activate_phone(code: str, birth_date: date) -> tuple[PhoneOwner, str] | None:
    """Connect the phone that asks; return whose it is and its new token.

    None for every kind of wrong. Raises TooManyGuesses.
    """
    subjects = (
        "code:" + "".join(character for character in code if character.isalnum()),
        f"address:{request.remote_addr}",
    )
    # Counted before anything is looked at, so that parallel guesses count too.
    with writing(None) as unit:
        if not all(attempts.attempts_left(unit, KIND, subject) for subject in subjects):
            raise TooManyGuesses
        for subject in subjects:
            attempts.note_attempt(unit, KIND, subject, succeeded=False)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    with writing(None) as unit:
        owner = phones.activate(unit, code, birth_date, token)
        if owner is None:
            return None
        for subject in subjects:
            attempts.note_attempt(unit, KIND, subject, succeeded=True)
        audit.log(
            unit.enter(owner.scope),
            "phone.activate",
            Action.EXECUTE,
            access_point=access_point(),
            patient_id=owner.patient_id,
            object=f"phone {owner.phone_id}",
        )
    return owner, token
