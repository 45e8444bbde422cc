"""A pause of the reminders, by the patient; and by which other channel the patient is reached."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from flask import Blueprint, abort, request
from flask.typing import ResponseReturnValue

from diary.language import N_
from diary.protocol.days import diary_day_of
from diary.store import pauses, reminding
from diary.store.tables import Action, Channel
from diary.web.language import day
from diary.web.language import gettext as _
from diary.web.patient.access import Visit, visit
from diary.web.patient.told import back_to

# A longer pause is the centre's to make.
DAYS_AHEAD = 14
ANOTHER_DAY = N_("Choose a day from the list.")
PAUSED = N_("You get no reminders until %(day)s.")
RESUMED = N_("You get reminders again.")
CHOSEN = N_("Your choice is saved.")


@dataclass(frozen=True, slots=True)
class Pausing:
    """The pause that runs, in words, or the days until which there can be one."""

    until: str
    days: list[tuple[str, str]]


def install(blueprint: Blueprint) -> None:
    """Add what the forms in the settings do."""
    blueprint.add_url_rule("/settings/pause", view_func=pause, methods=["POST"])
    blueprint.add_url_rule("/settings/resume", view_func=resume, methods=["POST"])
    blueprint.add_url_rule("/settings/prefer", view_func=prefer, methods=["POST"])


def paused_until(seen: Visit) -> str:
    """Return in words until which day nothing is sent, "" when there is no pause."""
    running = pauses.running(seen.unit, seen.owner.patient_id)
    return "" if running is None else day(diary_day_of(running.until_at, seen.zone))


def pausing(seen: Visit) -> Pausing:
    """Return what the settings show of the pause."""
    days = [(one.isoformat(), day(one)) for one in _days_ahead(seen)]
    return Pausing(paused_until(seen), days)


def pause() -> ResponseReturnValue:
    """Send nothing until a day of the list; it ends by itself on that day."""
    with visit("patient.pause", Action.UPDATE) as seen:
        wanted = request.form.get("until")
        chosen = next((one for one in _days_ahead(seen) if one.isoformat() == wanted), None)
        if chosen is not None and seen.pathway is not None:
            pauses.pause(seen.unit, seen.pathway, chosen)
    if chosen is None:
        return back_to("pause", _(ANOTHER_DAY), "bad")
    return back_to("pause", _(PAUSED) % {"day": day(chosen)}, "good")


def resume() -> ResponseReturnValue:
    """End the pause now."""
    with visit("patient.resume", Action.UPDATE) as seen:
        if seen.pathway is not None:
            pauses.resume(seen.unit, seen.pathway)
    return back_to("pause", _(RESUMED), "good")


def prefer() -> ResponseReturnValue:
    """Choose e-mail or text messages for when the phone cannot be reached."""
    chosen = request.form.get("channel")
    if chosen not in {Channel.EMAIL.value, Channel.SMS.value}:
        abort(400)
    with visit("patient.prefer", Action.UPDATE) as seen:
        reminding.prefer(seen.unit, seen.owner.patient_id, Channel(chosen))
    return back_to("if-nothing", _(CHOSEN), "good")


def _days_ahead(seen: Visit) -> list[date]:
    today = diary_day_of(seen.unit.now, seen.zone)
    return [today + timedelta(days=count) for count in range(1, DAYS_AHEAD + 1)]
