"""Settings of the patient: reminders, language, the PIN, and disconnecting this phone."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from diary.store import phones, reaching, reminding, subscriptions
from diary.store.tables import Action, Channel
from diary.web.context import wiring
from diary.web.identity import PHONE_COOKIE
from diary.web.language import gettext as _
from diary.web.patient import pausing
from diary.web.patient.access import Visit, visit


def install(blueprint: Blueprint) -> None:
    """Add the settings and the page that disconnects."""
    blueprint.add_url_rule("/settings", view_func=settings)
    blueprint.add_url_rule("/settings/disconnect", view_func=disconnect, methods=["GET", "POST"])


def settings() -> ResponseReturnValue:
    """Show what can be set."""
    with visit("patient.settings") as seen:
        return settings_page(seen)


def settings_page(seen: Visit, *, typed: str = "", email_problem: str = "") -> str:
    """Return the settings; with what was `typed` as an e-mail address when that is a problem."""
    own = phones.phones(seen.unit, seen.owner.patient_id)
    this = next(phone for phone in own if phone.id == seen.owner.phone_id)
    known = wiring().settings
    return seen.page(
        "settings",
        email=subscriptions.email_address(seen.unit, seen.owner.patient_id),
        typed=typed,
        email_problem=email_problem,
        email_off=reaching.stopped_at(seen.unit, seen.owner.patient_id, Channel.EMAIL),
        mails=bool(known.smtp_host or known.demo),
        mobile=reaching.address(seen.unit, seen.owner.patient_id, Channel.SMS),
        sms_off=reaching.stopped_at(seen.unit, seen.owner.patient_id, Channel.SMS),
        texts=bool(known.sms_url or known.demo),
        preferred=reminding.preferred(seen.unit, seen.owner.patient_id),
        pausing=pausing.pausing(seen) if seen.pathway else None,
        pushed=subscriptions.of_phone(seen.unit, seen.owner) is not None,
        connected=this.activated_at.astimezone(seen.zone).date(),
    )


def disconnect() -> ResponseReturnValue:
    """Ask whether the phone should really be disconnected, then do it."""
    action = Action.DELETE if request.method == "POST" else Action.READ
    with visit("patient.disconnect", action) as seen:
        if request.method == "GET":
            return seen.page("disconnect")
        phones.revoke_phone(seen.unit, seen.owner.phone_id)
    flash(_("This phone is disconnected."))
    response = redirect(url_for("patient.activate"), 303)
    response.delete_cookie(PHONE_COOKIE)
    return response
