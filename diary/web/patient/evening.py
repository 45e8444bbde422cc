"""The questions of the evening: sleep, activities and the own goal, 0 to 10 each."""

from __future__ import annotations

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from diary.store.pathways import PathwayView
from diary.store.tables import EventKind
from diary.web.language import gettext as _
from diary.web.patient import events
from diary.web.patient.access import Visit, visit

NAMES = ("sleep", "activity", "goal")


def install(blueprint: Blueprint) -> None:
    """Add the page."""
    blueprint.add_url_rule("/evening", view_func=evening)
    blueprint.add_url_rule("/evening", view_func=save_evening, methods=["POST"])


def evening() -> ResponseReturnValue:
    """Ask what this centre asks in the evening."""
    with visit("patient.evening") as seen:
        pathway = events.asked(seen)
        if pathway is None or not pathway.evening:
            return events.to_start()
        return _page(seen, pathway)


def save_evening() -> ResponseReturnValue:
    """Store the answers; a question may be skipped, but not all of them."""
    with visit(None) as seen:
        pathway = events.asked(seen)
        if pathway is None or not pathway.evening:
            return events.to_start()
        given = {
            name: request.form.get(name, type=int) if name in pathway.evening else None
            for name in NAMES
        }
        if not any(answer is not None for answer in given.values()):
            return _page(seen, pathway, _("Choose at least one answer."))
        content = {"diary_day": events.today(seen, pathway), **given}
        return events.save(seen, pathway, events.Answer(EventKind.EVENING, content))


def _page(seen: Visit, pathway: PathwayView, problem: str | None = None) -> ResponseReturnValue:
    title = _("How was your day?")
    return events.form_page(seen, "evening", title, problem, asked=pathway.evening)
