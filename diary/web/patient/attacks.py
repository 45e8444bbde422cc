"""Attacks of cluster headache: one big button to start, one to stop, and "no attacks today"."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, request
from flask.typing import ResponseReturnValue

from diary.protocol.days import diary_day_of
from diary.protocol.pathway import CLUSTER
from diary.protocol.scales import Source
from diary.store.event_reading import EventView, running_attack
from diary.store.pathways import PathwayView
from diary.store.tables import EventKind
from diary.web.language import clock, day, joined
from diary.web.language import gettext as _
from diary.web.patient import events
from diary.web.patient.access import Visit, visit


@dataclass(frozen=True, slots=True)
class Running:
    """The attack that has not stopped; `since` in words, with the day when that is not today."""

    id: UUID
    since: str


def install(blueprint: Blueprint) -> None:
    """Add the page, and the question how bad an attack was."""
    blueprint.add_url_rule("/attacks", view_func=attacks)
    blueprint.add_url_rule("/attacks", view_func=save_attack, methods=["POST"])
    blueprint.add_url_rule("/attacks/<uuid:event_id>/worst", view_func=worst, methods=["POST"])


def has_attacks(pathway: PathwayView) -> bool:
    """Tell whether this patient is asked for attacks."""
    return pathway.indication == CLUSTER


def running(seen: Visit, pathway: PathwayView) -> Running | None:
    """Return the attack that has not stopped."""
    found = running_attack(events.standing(seen, pathway))
    if found is None:
        return None
    started = datetime.fromisoformat(found.body["started_at"]).astimezone(pathway.zone)
    of_today = diary_day_of(started, pathway.zone) == diary_day_of(seen.unit.now, pathway.zone)
    since = clock(started) if of_today else joined(day(started.date()), clock(started))
    return Running(found.id, since)


def attacks() -> ResponseReturnValue:
    """Show the button that fits: to start, or to stop."""
    with visit("patient.attacks") as seen:
        pathway = events.asked(seen)
        if pathway is None or not has_attacks(pathway):
            return events.to_start()
        return events.form_page(seen, "attacks", _("Attacks"), running=running(seen, pathway))


def save_attack() -> ResponseReturnValue:
    """Store the start or the end of an attack, or how many there were today."""
    with visit(None) as seen:
        pathway = events.asked(seen)
        if pathway is None or not has_attacks(pathway):
            return events.to_start()
        said = request.form.get("attacks")
        number = 0 if said == "sure" else request.form.get("attacks", type=int)
        if number is not None:
            logged = _of_today(seen, pathway) if number == 0 else []
            on_paper = any(one.source is Source.PAPER for one in logged)
            if on_paper or (logged and said != "sure"):
                return _contradicts(seen, on_paper=on_paper)
            content = {"diary_day": events.today(seen, pathway), "attacks": number}
            answer = events.Answer(EventKind.ATTACK_DAY, content)
            # A day has no fewer attacks than stand on it (store/event_cases): what was confirmed
            # is what counts only once they are taken back.
            return events.save(seen, pathway, answer, without=logged)
        if "attack" not in request.form:
            abort(400)
        found = running_attack(events.standing(seen, pathway))
        stops = request.form["attack"] == "stop"
        if stops is not (found is not None):
            # Started or stopped already, on this page or another phone: the page shows how it is.
            return events.form_page(seen, "attacks", _("Attacks"), running=running(seen, pathway))
        content = _ended(found, seen, pathway) if found else _started(seen, pathway)
        return events.save(seen, pathway, events.Answer(EventKind.ATTACK, content))


def worst(event_id: UUID) -> ResponseReturnValue:
    """Add to an attack that is over how bad it was."""
    with visit(None) as seen:
        pathway = events.asked(seen)
        if pathway is None:
            return events.to_start()
        found = next((one for one in events.standing(seen, pathway) if one.id == event_id), None)
        if found is None or found.kind is not EventKind.ATTACK or found.runs:
            abort(404)
        content = {**found.body, "intensity": request.form.get("worst", type=int)}
        answer = events.Answer(EventKind.ATTACK, content | {"replaces": str(event_id)})
        return events.save(seen, pathway, answer)


def _of_today(seen: Visit, pathway: PathwayView) -> list[EventView]:
    """Return the attacks that stand in the diary day of now."""
    today = diary_day_of(seen.unit.now, pathway.zone)
    standing = events.standing(seen, pathway)
    return [one for one in standing if one.kind is EventKind.ATTACK and one.diary_day == today]


def _contradicts(seen: Visit, *, on_paper: bool) -> ResponseReturnValue:
    """Ask once more after "No attacks today"; what the team typed over is not taken back here."""
    problem = _("You wrote down an attack today. Were there none all the same?")
    if on_paper:
        problem = _("Your paper diary has an attack of today. Is it wrong? Call your pain centre.")
    title = _("Attacks")
    return events.form_page(seen, "attacks", title, problem, running=None, on_paper=on_paper)


def _started(seen: Visit, pathway: PathwayView) -> dict[str, Any]:
    now = events.local_now(seen, pathway)
    return {"started_at": now, "ended_at": None, "intensity": None}


def _ended(found: EventView, seen: Visit, pathway: PathwayView) -> dict[str, Any]:
    now = events.local_now(seen, pathway)
    return {**found.body, "ended_at": now, "replaces": str(found.id)}
