"""How one patient is reminded: when, over which channel, and when not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from diary.language import N_
from diary.protocol.days import diary_day_of
from diary.protocol.reminding import MOST_STEPS
from diary.store import attempts, consents, pauses, reaching, reminding, subscriptions, travel
from diary.store.errors import Conflict, Refused
from diary.store.reminding import Reminding
from diary.store.subscriptions import Subscription, Tried
from diary.store.tables import Action, Channel
from diary.web.context import now, wiring
from diary.web.labels import moment_label
from diary.web.language import gettext
from diary.web.team import reminding_words, words
from diary.web.team.access import Opened, changing, looked_at
from diary.web.team.forms import Form, FormError
from diary.web.team.ladder_form import custom_fields, read_custom, sides
from diary.web.team.pathway_form import MOMENTS, read_moments

blueprint = Blueprint("reminding", __name__, url_prefix="/patients/<uuid:patient_id>/reminding")

CENTRE, OWN = "centre", "own"
TRYING = "try_out"
LABELS = {
    "ladder": N_("Reminders"),
    "quiet_from": N_("Quiet from"),
    "quiet_until": N_("Quiet until"),
    "email": N_("E-mail address"),
    "mobile": N_("Mobile number"),
    "fallback": N_("Other channel"),
    "moments": N_("Measuring moments"),
    "until": N_("First day with reminders again"),
    "reason": N_("Reason"),
}
TOLD = {
    Tried.SENT: N_("The test is sent. Ask the patient whether it arrives."),
    Tried.GONE: N_("This phone no longer takes reminders. Turn them on again on the phone."),
    Tried.LATER: N_("The test could not be sent now. Try again later."),
    Tried.REFUSED: N_(
        "The test was refused. Check the address, and whether this channel is set up."
    ),
}


@blueprint.get("")
def page(patient_id: UUID) -> ResponseReturnValue:
    """Show what is sent when, and the forms that change it."""
    return _look(patient_id, None)


@blueprint.post("/ladder")
def ladder(patient_id: UUID) -> ResponseReturnValue:
    """Keep an own ladder and quiet hours, or go by those of the centre."""
    form = Form(request.form)

    def save(found: Opened) -> None:
        own = form.choice("ladder", [CENTRE, OWN]) == OWN
        reminding.set_custom(found.unit, found.pathway, read_custom(form) if own else None)

    return _saved(patient_id, "reminding.ladder", form, save, N_("The reminders are saved."))


@blueprint.post("/channels")
def channels(patient_id: UUID) -> ResponseReturnValue:
    """Keep e-mail address, mobile number and which of both comes first."""
    form = Form(request.form)

    def save(found: Opened) -> None:
        chosen = form.choice("fallback", ["", Channel.EMAIL.value, Channel.SMS.value])
        _check(form)
        reminding.set_channels(
            found.unit,
            found.pathway,
            form.value("email") or None,
            form.value("mobile") or None,
            Channel(chosen) if chosen else None,
        )

    return _saved(patient_id, "reminding.channels", form, save, N_("The addresses are saved."))


@blueprint.post("/moments")
def moments(patient_id: UUID) -> ResponseReturnValue:
    """Change the moments, as long as no diary day was asked by them."""
    form = Form(request.form)

    def save(found: Opened) -> None:
        chosen, revision = read_moments(form), form.count("revision")
        _check(form)
        reminding.set_moments(found.unit, found.pathway, chosen, revision or 0)

    return _saved(patient_id, "reminding.moments", form, save, N_("The moments are saved."))


@blueprint.post("/pause")
def pause(patient_id: UUID) -> ResponseReturnValue:
    """Send nothing until a day, on which the reminders begin again by themselves."""
    form = Form(request.form)

    def save(found: Opened) -> None:
        until = form.day("until")
        if until is None:
            raise FormError
        pauses.pause(found.unit, found.pathway, until, form.value("reason"))

    return _saved(patient_id, "reminding.pause", form, save, N_("The reminders are paused."))


@blueprint.post("/resume")
def resume(patient_id: UUID) -> ResponseReturnValue:
    """End the pause now."""

    def save(found: Opened) -> None:
        pauses.resume(found.unit, found.pathway)

    done = N_("The pause is over. Reminders go out again.")
    return _saved(patient_id, "reminding.resume", Form(request.form), save, done)


@blueprint.post("/test")
def test(patient_id: UUID) -> ResponseReturnValue:
    """Send a test message over one channel and say what came of it."""
    channel = request.form.get("channel", "")
    if channel not in [one.value for one in Channel]:
        abort(400)
    with changing(patient_id, "reminding.test", Action.EXECUTE) as found:
        where, language = _address(found, Channel(channel)), found.card.language
        left = attempts.attempts_left(found.unit, TRYING, str(patient_id))
        if where is not None and left:
            attempts.note_attempt(found.unit, TRYING, str(patient_id), succeeded=False)
    if where is None or not left:
        none, many = N_("There is no such address."), N_("Many tests were sent. Wait 15 minutes.")
        flash(gettext(none if where is None else many), "warn")
        return _back(patient_id)
    # Outside the transaction: a provider may take seconds.
    try_out = wiring().try_out
    tried = Tried.REFUSED if try_out is None else try_out(where, language, now())
    flash(gettext(TOLD[tried]), "good" if tried is Tried.SENT else "bad")
    return _back(patient_id)


def _address(found: Opened, channel: Channel) -> Subscription | str | None:
    if channel is Channel.WEB_PUSH:
        return next(iter(subscriptions.subscriptions(found.unit, found.card.id)), None)
    return reaching.reachable(found.unit, channel, [found.card.id]).get(found.card.id)


def _saved(
    patient_id: UUID, event: str, form: Form, save: Callable[[Opened], None], done: str
) -> ResponseReturnValue:
    """Save inside one transaction, or show the page again with what is wrong."""
    try:
        with changing(patient_id, event) as found:
            save(found)
    except FormError:
        return _look(patient_id, form)
    except Refused as refusal:
        form.errors.update(refusal.fields)
        return _look(patient_id, form)
    except Conflict as conflict:
        return _look(patient_id, form, words.refusal(conflict))
    flash(gettext(done), "good")
    return _back(patient_id)


def _back(patient_id: UUID) -> ResponseReturnValue:
    return redirect(url_for("team.reminding.page", patient_id=patient_id), 303)


def _check(form: Form) -> None:
    if form.errors:
        raise FormError


def _filled(known: Reminding, found: Opened) -> MultiDict[str, str]:
    """Return what the forms hold before anybody changes them."""
    used = known.used
    values = {
        "ladder": OWN if known.own else CENTRE,
        "email": known.email or "",
        "mobile": known.mobile or "",
        "fallback": known.fallback.value if known.fallback else "",
        "revision": str(found.pathway.revision),
    }
    values |= custom_fields(used)
    values |= {f"time_{m.name}": f"{m.time:%H:%M}" for m in found.pathway.moments}
    return MultiDict(values)


def _look(patient_id: UUID, form: Form | None, problem: str = "") -> ResponseReturnValue:
    with looked_at(patient_id, "reminding.read") as found:
        known = reminding.reminding(found.unit, found.pathway)
        pushed = bool(subscriptions.subscriptions(found.unit, patient_id))
        listed = pauses.pauses_of(found.unit, [patient_id]).get(patient_id, [])
        running = pauses.running(found.unit, patient_id)
        away = travel.travel(found.unit, patient_id)
        said = consents.standing(consents.consents(found.unit, patient_id))
    pathway, at = found.pathway, found.unit.now
    today = diary_day_of(at, pathway.zone)
    settings = wiring().settings
    set_up = {
        Channel.WEB_PUSH: True,
        Channel.EMAIL: bool(settings.smtp_host or settings.demo),
        Channel.SMS: bool(settings.sms_url or settings.demo),
    }
    # What the centre cannot send is not promised.
    there = [one for one in reminding_words.channels_there(known, pushed) if set_up[one]]
    if problem and not found.earlier:
        # A colleague was first: how it is now has to be looked at anew.
        form = None
    if form is not None:
        # What was sent stands in its own form; the others hold what is kept.
        kept = _filled(known, found)
        sent = set(form.sent)
        form.sent = MultiDict([*form.sent.items(multi=True)])
        form.sent.update({name: value for name, value in kept.items() if name not in sent})
    page = render_template(
        "team/reminding.html",
        card=found.card,
        problem=problem,
        form=form or Form(_filled(known, found)),
        labels={name: gettext(label) for name, label in LABELS.items()},
        preview=reminding_words.preview(known, pathway, there, today),
        steps=range(MOST_STEPS),
        sides=sides(),
        others=[
            ("", gettext("what is there, e-mail first")),
            (Channel.EMAIL.value, words.channel(Channel.EMAIL.value)),
            (Channel.SMS.value, words.channel(Channel.SMS.value)),
        ],
        moments=[(moment.name, moment_label(moment.name)) for moment in MOMENTS],
        may_change_moments=reminding.may_change_moments(pathway, at)
        # What was typed when another pathway began is still shown.
        or (found.earlier and "revision" in request.form),
        off=reminding_words.off_lines(known, said, pathway.zone),
        set_up={"email": set_up[Channel.EMAIL], "mobile": set_up[Channel.SMS]},
        tests=[
            (channel.value, words.channel(channel.value))
            for channel, where in (
                (Channel.WEB_PUSH, pushed),
                (Channel.EMAIL, known.email and known.email_off_at is None),
                (Channel.SMS, known.mobile and known.sms_off_at is None),
            )
            if where
        ],
        reached=bool(there),
        away=away and reminding_words.travel_line(away, pathway),
        running=running and reminding_words.pause_line(running, pathway, True),
        pauses=[
            reminding_words.pause_line(one, pathway, running is not None and one.id == running.id)
            for one in reversed(listed)
        ],
        tomorrow=(today + timedelta(days=1)).isoformat(),
    )
    if found.earlier:
        return page, 409
    return page, 422 if problem or (form is not None and form.errors) else 200
