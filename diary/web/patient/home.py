"""The start: where the patient is, what is done today, and one big button for what is open."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, make_response, request
from flask.typing import ResponseReturnValue

from diary.protocol.days import diary_day_of
from diary.store import diary_reading, travel
from diary.store.pathways import PathwayView
from diary.store.tables import EventKind
from diary.web.identity import PHONE_COOKIE, set_phone_cookie
from diary.web.language import day as day_words
from diary.web.language import gettext as _
from diary.web.patient import attacks, events, medicines, pausing, symptoms
from diary.web.patient.access import Visit, visit
from diary.web.today import Today, is_night, read_today

# What is asked once a day is asked from here on, until the diary day ends (static/js/start.js).
EVENING_FROM = 17


@dataclass(frozen=True, slots=True)
class Ways:
    """What can be done now beside scoring: each is shown only when it applies."""

    running: attacks.Running | None
    attacks: bool
    medicines: bool
    evening: bool
    dose: bool
    symptoms: bool


def install(blueprint: Blueprint) -> None:
    """Add the start page."""
    blueprint.add_url_rule("/", view_func=home)


def home() -> ResponseReturnValue:
    """Show today, or say calmly that nothing is asked."""
    with visit("patient.home") as seen:
        today = read_today(seen.unit, seen.pathway) if seen.pathway else None
        response = make_response(_home(seen, today) if today else _quiet(seen))
    # Set anew at every visit: a browser keeps no cookie longer than 400 days.
    set_phone_cookie(response, request.cookies[PHONE_COOKIE])
    return response


def _home(seen: Visit, today: Today) -> str:
    # The revision lets the phone see that the page is older than what it sent meanwhile.
    assert seen.pathway is not None
    return seen.page(
        "home",
        today=today,
        night=_dark(seen),
        revision=seen.pathway.revision,
        ways=_ways(seen, seen.pathway),
        paused=pausing.paused_until(seen),
        travel=travel.travel(seen.unit, seen.owner.patient_id),
        zone=seen.zone.key,
    )


def _ways(seen: Visit, pathway: PathwayView) -> Ways:
    today = diary_day_of(seen.unit.now, pathway.zone)
    done = {one.kind for one in events.standing(seen, pathway) if one.diary_day == today}
    own = medicines.own_list(seen, pathway)
    has_attacks = attacks.has_attacks(pathway)
    running = attacks.running(seen, pathway) if has_attacks else None
    local = seen.unit.now.astimezone(pathway.zone)
    # After midnight it is still the evening of the diary day.
    late = local.date() != today or local.hour >= EVENING_FROM
    return Ways(
        running=running,
        attacks=has_attacks and running is None,
        medicines=late and bool(own.regular or own.patches) and EventKind.MEDICINES not in done,
        evening=late and bool(pathway.evening) and EventKind.EVENING not in done,
        dose=bool(own.as_needed),
        symptoms=bool(symptoms.listed(seen, pathway)),
    )


def _dark(seen: Visit) -> bool:
    return is_night(seen.unit.now, seen.zone)


def _quiet(seen: Visit) -> str:
    """Return the page for when nothing is asked, with the reason."""
    pathway = seen.pathway
    if pathway is None:
        title = _("Your diary is not ready yet")
        lines = [
            _("Your pain centre is getting it ready."),
            _("You do not have to do anything now."),
        ]
        return seen.page("quiet", title=title, lines=lines, has_entries=False)
    has_entries = bool(diary_reading.entries(seen.unit, pathway))
    today = diary_day_of(seen.unit.now, pathway.zone)
    ahead = next((phase for phase in pathway.phases if phase.first_day > today), None)
    if pathway.ended_at is not None:
        title = _("Your diary is closed")
        lines = [_("Thank you for filling it in."), _("You can still look at your measurements.")]
    elif ahead is not None:
        title = _("Nothing to fill in now")
        lines = [_("You start on %(day)s.") % {"day": day_words(ahead.first_day)}]
    elif pathway.phases:
        title = _("Nothing to fill in now")
        lines = [_("This period is over."), _("Your pain centre tells you what comes next.")]
    else:
        title = _("Your diary is not ready yet")
        lines = [
            _("Your pain centre is getting it ready."),
            _("You do not have to do anything now."),
        ]
    return seen.page("quiet", title=title, lines=lines, has_entries=has_entries)
