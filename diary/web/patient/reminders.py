"""How reminders reach the patient: the e-mail address, and a test through the real channel."""

from __future__ import annotations

from flask import Blueprint, abort, request
from flask.typing import ResponseReturnValue

from diary.language import N_
from diary.store import attempts, audit, reaching, subscriptions
from diary.store.beginning import LONGEST_TEXT
from diary.store.patients import EMAIL
from diary.store.subscriptions import Subscription, Tried
from diary.store.tables import Action, Channel
from diary.web.context import access_point, now, wiring
from diary.web.language import current
from diary.web.language import gettext as _
from diary.web.patient.access import Visit, visit
from diary.web.patient.settings import settings_page
from diary.web.patient.told import back_to

TRYING = "try_out"
TOLD = {
    Tried.SENT: N_("The test is sent. It arrives within a minute."),
    Tried.GONE: N_("This phone no longer takes reminders. Turn them on again below."),
    Tried.LATER: N_("The test could not be sent now. Try again later."),
    Tried.REFUSED: N_("The test could not be sent. Call your pain centre."),
}
# Where in the settings each channel stands (templates/patient/_reminders.html).
PUSH_PLACE = "reminders"
PLACES = {"email": "by-email", "sms": "by-sms"}
CHANNELS = {channel.value: channel for channel in (Channel.EMAIL, Channel.SMS)}
CHANGED = {
    (Channel.EMAIL, "yes"): N_("You get reminders by e-mail now."),
    (Channel.EMAIL, "no"): N_("You get no more reminders by e-mail."),
    (Channel.SMS, "yes"): N_("You get reminders by text message now."),
    (Channel.SMS, "no"): N_("You get no more reminders by text message."),
}
NOWHERE = N_("There is nowhere to send a test to yet.")
TOO_OFTEN = N_("You sent many tests. Wait fifteen minutes.")
NO_EMAIL = N_("This is not an e-mail address. Look at it once more.")


def install(blueprint: Blueprint) -> None:
    """Add what the forms in the settings do."""
    blueprint.add_url_rule("/settings/email", view_func=email, methods=["POST"])
    blueprint.add_url_rule("/settings/channel", view_func=channel, methods=["POST"])
    blueprint.add_url_rule("/settings/test", view_func=try_reminder, methods=["POST"])


def email() -> ResponseReturnValue:
    """Keep the e-mail address for reminders; an empty one takes it away."""
    written = request.form.get("email", "").strip()
    if written and (not EMAIL.fullmatch(written) or len(written) > LONGEST_TEXT):
        with visit("patient.settings") as seen:
            return settings_page(seen, typed=written, email_problem=_(NO_EMAIL)), 422
    with visit("patient.email", Action.UPDATE) as seen:
        subscriptions.set_email(seen.unit, seen.owner.patient_id, written or None)
        if written:
            # Whoever fills in where to send e-mails wants them.
            reaching.resume(seen.unit, seen.owner.patient_id, Channel.EMAIL)
    words = _("Your e-mail address is saved.") if written else _("Your e-mail address is gone.")
    return back_to(PLACES["email"], words, "good")


def channel() -> ResponseReturnValue:
    """Stop the e-mails or the text messages, or let them come again."""
    chosen, on = CHANNELS.get(request.form.get("channel", "")), request.form.get("on")
    if chosen is None or on not in {"yes", "no"}:
        abort(400)
    with visit(f"patient.{'resume' if on == 'yes' else 'stop'}_{chosen}", Action.UPDATE) as seen:
        change = reaching.resume if on == "yes" else reaching.stop
        change(seen.unit, seen.owner.patient_id, chosen)
    return back_to(PLACES[chosen.value], _(CHANGED[chosen, on]), "good")


def try_reminder() -> ResponseReturnValue:
    """Send a test to this phone, or by e-mail, and say what came of it."""
    place = PLACES.get(request.form.get("channel", ""), PUSH_PLACE)
    with visit(None) as seen:
        where = _address(seen)
        if where is None:
            return back_to(place, _(NOWHERE), "warn")
        subject = str(seen.owner.patient_id)
        if not attempts.attempts_left(seen.unit, TRYING, subject):
            return back_to(place, _(TOO_OFTEN), "warn")
        attempts.note_attempt(seen.unit, TRYING, subject, succeeded=False)
    # Outside the transaction: a push service may take seconds.
    try_out = wiring().try_out
    tried = Tried.REFUSED if try_out is None else try_out(where, current(), now())
    with visit(None) as seen:
        if tried is Tried.GONE and isinstance(where, Subscription):
            subscriptions.gone(seen.unit, where.id)
        audit.log(
            seen.unit,
            "patient.try_reminder",
            Action.EXECUTE,
            access_point=access_point(),
            patient_id=seen.owner.patient_id,
            object=tried.value,
        )
    return back_to(place, _(TOLD[tried]), "good" if tried is Tried.SENT else "bad")


def _address(seen: Visit) -> Subscription | str | None:
    chosen = CHANNELS.get(request.form.get("channel", ""))
    if chosen is not None:
        return reaching.address(seen.unit, seen.owner.patient_id, chosen)
    return subscriptions.of_phone(seen.unit, seen.owner)
