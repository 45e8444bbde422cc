"""Test messages of the administrator: limited, and told what came of each."""

from __future__ import annotations

from flask import flash
from flask_login import current_user

from diary.language import N_
from diary.store import attempts
from diary.store.subscriptions import Tried
from diary.web.context import now, wiring, writing
from diary.web.language import gettext
from diary.web.team.access import staff_scope

TRYING = "try_out"
TOLD = {
    Tried.SENT: N_("A test is sent to %(address)s. Look whether it arrives."),
    Tried.GONE: N_("%(address)s was refused. Check the address."),
    Tried.LATER: N_("Nothing could be sent to %(address)s now. Try again later."),
    Tried.REFUSED: N_(
        "The test to %(address)s was refused. Check the address, and whether this channel is set "
        "up."
    ),
}


def try_out(where: str, language: str) -> None:
    """Send a test message to an e-mail address or a mobile number, and flash what came of it."""
    who = str(current_user.member.staff_id)
    with writing(staff_scope()) as unit:
        left = attempts.attempts_left(unit, TRYING, who)
        if left:
            attempts.note_attempt(unit, TRYING, who, succeeded=False)
    if not left:
        flash(gettext(N_("Many tests were sent. Wait 15 minutes.")), "warn")
        return
    # Outside the transaction: a provider may take seconds.
    send = wiring().try_out
    tried = Tried.REFUSED if send is None else send(where, language, now())
    text = gettext(TOLD[tried]) % {"address": where}
    flash(text, "good" if tried is Tried.SENT else "bad")
