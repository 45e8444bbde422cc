"""Connecting a phone: the code from the letter and the birth date, five guesses at most.

Guesses are counted for the code, whether it exists or not, and for the address they come from.
After five slips at one address (a whole hospital may share one) a guess there tells nothing any
more: every wrong one is too often. What is right still gets in, so that nobody's slips stand in
another's way (docs/adr/0014-guesses-at-codes.md).
"""

from __future__ import annotations

import secrets
from datetime import date

from flask import request

from diary.store import attempts, audit, phones
from diary.store.attempts import MOST_FAILURES
from diary.store.database import Unit
from diary.store.phones import PhoneOwner
from diary.store.tables import Action
from diary.web.context import access_point, writing
from diary.web.identity import PHONE_COOKIE

KIND = "activation"
TOKEN_BYTES = 32
# From here on nothing from an address is looked at: more than a waiting room can get wrong.
MOST_AT_ADDRESS = 50


class WrongGuess(Exception):  # noqa: N818 - reads as what it says
    """Every kind of wrong; `left` more guesses (perhaps 0) until it is too often."""

    def __init__(self, left: int) -> None:
        super().__init__(left)
        self.left = left


class TooManyGuesses(Exception):  # noqa: N818 - reads as what it says
    """Five wrong guesses in fifteen minutes, for this code or from this address."""


def activate_phone(code: str, birth_date: date) -> tuple[PhoneOwner, str]:
    """Connect the phone that asks; return whose it is and its new token.

    Raises WrongGuess and TooManyGuesses.
    """
    of_code, of_address = f"code:{phones.plain_code(code)}", f"address:{request.remote_addr}"
    # Counted before anything is looked at, so that parallel guesses count too.
    with writing(None) as unit:
        for_code = attempts.attempts_left(unit, KIND, of_code)
        at_address = attempts.attempts_left(unit, KIND, of_address, MOST_AT_ADDRESS)
        if not for_code or not at_address:
            raise TooManyGuesses
        noted = [
            attempts.note_attempt(unit, KIND, subject, succeeded=False)
            for subject in (of_code, of_address)
        ]
    # The same sum for a code that exists and one that does not: it must not tell them apart.
    left = min(for_code, at_address - (MOST_AT_ADDRESS - MOST_FAILURES)) - 1
    token = secrets.token_urlsafe(TOKEN_BYTES)
    with writing(None) as unit:
        owner = phones.activate(unit, code, birth_date, token)
        if owner is None and left >= 0:
            raise WrongGuess(left)
        if owner is None:
            raise TooManyGuesses
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
