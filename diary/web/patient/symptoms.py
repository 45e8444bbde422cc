"""The check for side effects: any of them shows at once whom to call."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from diary.language import N_
from diary.protocol.days import diary_day_of
from diary.store.pathways import PathwayView
from diary.store.tables import EventKind
from diary.web.language import gettext as _
from diary.web.patient import events
from diary.web.patient.access import Visit, visit
from diary.web.symptoms import Symptom, symptoms_asked

CONTRADICTS = N_("You ticked something. Send it to your pain centre. Or take the tick away first.")


def install(blueprint: Blueprint) -> None:
    """Add the page."""
    blueprint.add_url_rule("/symptoms", view_func=symptoms)
    blueprint.add_url_rule("/symptoms", view_func=save_symptoms, methods=["POST"])


def listed(seen: Visit, pathway: PathwayView) -> list[Symptom]:
    """Return what is asked in the present phase."""
    return symptoms_asked(pathway.phase_on(diary_day_of(seen.unit.now, pathway.zone)))


def symptoms() -> ResponseReturnValue:
    """Ask for side effects."""
    with visit("patient.symptoms") as seen:
        pathway = events.asked(seen)
        if pathway is None or not listed(seen, pathway):
            return events.to_start()
        return _page(seen, pathway)


def save_symptoms() -> ResponseReturnValue:
    """Store what was ticked; "none of these" is an answer too, forgetting to tick is not.

    Both at once may be a slip of the finger on a report that a nurse has to see: it is asked again.
    """
    with visit(None) as seen:
        pathway = events.asked(seen)
        if pathway is None or not listed(seen, pathway):
            return events.to_start()
        ticked = request.form.getlist("symptom")
        none = request.form.get("report") == "none"
        if not ticked and not none:
            return _page(seen, pathway, _("Tick what you have, or choose None of these."))
        if ticked and none:
            return _page(seen, pathway, _(CONTRADICTS), ticked)
        answer = events.Answer(EventKind.SYMPTOMS, {"symptoms": ticked})
        return events.save(seen, pathway, answer)


def _page(
    seen: Visit, pathway: PathwayView, problem: str | None = None, ticked: Sequence[str] = ()
) -> ResponseReturnValue:
    return events.form_page(
        seen,
        "symptoms",
        _("Do you have any of these?"),
        problem,
        listed=listed(seen, pathway),
        ticked=ticked,
        telephone=seen.centre.phone_number,
    )
