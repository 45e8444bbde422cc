"""The channels: which are set up, what became of the messages of the last day, and a test."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from diary.language import N_
from diary.store import centres, figures, reminding
from diary.store.errors import Refused
from diary.store.tables import Action, Channel, ReminderState
from diary.web.admin.access import changing, looked_at
from diary.web.admin.trying import try_out
from diary.web.context import wiring
from diary.web.language import gettext
from diary.web.team import words
from diary.web.team.forms import FILL_IN, Form

blueprint = Blueprint("channels", __name__, url_prefix="/channels")

# What the technical manager sets to turn a channel on.
NEEDED = {Channel.EMAIL: "DIARY_SMTP_HOST", Channel.SMS: "DIARY_SMS_URL"}
FAILED = (ReminderState.FAILED, ReminderState.UNKNOWN)


@dataclass(frozen=True, slots=True)
class State:
    """A channel in words, with the numbers of the last 24 hours; `needed`: the missing setting."""

    name: str
    set_up: bool
    needed: str
    sent: int
    failed: int


@blueprint.get("")
def page() -> ResponseReturnValue:
    """Show the state of every channel."""
    return _page(Form(MultiDict()))


@blueprint.post("/test")
def test() -> ResponseReturnValue:
    """Send a test message to an e-mail address or a mobile number."""
    form = Form(request.form)
    where = form.value("address")
    try:
        with changing("channel.test", Action.EXECUTE) as unit:
            language = centres.centre(unit).language
            as_mail = where if "@" in where else None
            number = reminding.check_addresses(as_mail, None if as_mail else where or None)
    except Refused as refusal:
        form.errors["address"] = refusal.text
        return _page(form)
    if not where:
        form.errors["address"] = FILL_IN
        return _page(form)
    try_out(number or where, language)
    return redirect(url_for("admin.channels.page"), 303)


def is_set_up(channel: Channel) -> bool:
    """Tell whether messages can go out over a channel, by the settings of the installation."""
    settings = wiring().settings
    there = {
        Channel.WEB_PUSH: True,
        Channel.EMAIL: bool(settings.smtp_host),
        Channel.SMS: bool(settings.sms_url),
    }
    return settings.demo or there[channel]


def _page(form: Form) -> ResponseReturnValue:
    with looked_at("channel.read") as unit:
        counts = figures.done(unit).counts
    states = [
        State(
            name=words.channel(channel.value),
            set_up=is_set_up(channel),
            needed=NEEDED.get(channel, ""),
            sent=counts[channel, ReminderState.SENT],
            failed=sum(counts[channel, state] for state in FAILED),
        )
        for channel in Channel
    ]
    page = render_template(
        "admin/channels.html",
        states=states,
        demo=wiring().settings.demo,
        form=form,
        labels={"address": gettext(N_("E-mail address or mobile number"))},
    )
    return page, 422 if form.errors else 200
