"""What happens once on a pathway: the implantation, and its end."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import update

from diary.protocol.days import diary_day_of
from diary.protocol.messages import N_
from diary.store import pathways, prompts
from diary.store.database import Unit
from diary.store.errors import Conflict, Refused
from diary.store.pathways import PathwayView
from diary.store.tables import Pathway, table_of

IMPLANT_MEANWHILE = N_(
    "The date of implantation was changed to %(on)s while you were looking. "
    "Nothing was saved just now."
)
IMPLANT_TAKEN_OFF = N_(
    "The date of implantation was taken off while you were looking. Nothing was saved just now."
)
BEFORE_ALL = N_("The implantation cannot be before the first phase.")
ENDED_BEFORE = N_("This pathway was ended already. Nothing was saved just now.")

_PATHWAY = table_of(Pathway)


def place_implant(unit: Unit, pathway_id: UUID, on: date | None, seen: date | None) -> None:
    """Set the date of implantation, from which contacts and questionnaires are counted.

    None takes it off: it turned out otherwise. `seen` is what it was on the screen. Raises
    Conflict when it is another one now, Refused for a day before the first phase, NotFound
    outside the scope.
    """
    found = pathways.to_change(unit, pathway_id)
    if found.ended_at is not None:
        raise Refused("pathway_ended", pathways.ENDED)
    if found.implanted_on != seen:
        if found.implanted_on is None:
            raise Conflict(IMPLANT_TAKEN_OFF)
        raise Conflict(IMPLANT_MEANWHILE, {"on": found.implanted_on})
    if on is not None and (wrong := wrong_day(found, on)):
        raise Refused("implanted_on", wrong, fields={"implanted_on": wrong})
    _set(unit, found, {"implanted_on": on})
    pathways.bump(unit, found.id)


def wrong_day(found: PathwayView, on: date) -> str:
    """Return why `on` cannot be the day of implantation, "" when it can."""
    return BEFORE_ALL if found.phases and on < found.phases[0].first_day else ""


def end_pathway(unit: Unit, pathway_id: UUID, phases_version: int) -> None:
    """End a pathway: from now on nothing is asked, and a phase that runs ends today.

    A phase that was planned for later is never held. Raises Conflict when the phases are not at
    `phases_version` or it has ended already, NotFound outside the scope.
    """
    found = pathways.to_change(unit, pathway_id)
    if found.ended_at is not None:
        raise Conflict(ENDED_BEFORE)
    pathways.refuse_older(unit, found, phases_version)
    today = diary_day_of(unit.now, found.zone)
    for phase in found.phases:
        # One that ends before its plan already does so by itself.
        if phase.ended_on is None and phase.first_day <= today < phase.end:
            pathways.end_phase(unit, phase.id, today, phase.version)
    _set(unit, found, {"ended_at": unit.now})
    pathways.bump(unit, found.id)
    prompts.follow_phases(unit, found.patient_id)


def _set(unit: Unit, found: PathwayView, values: dict[str, object]) -> None:
    unit.session.execute(
        update(_PATHWAY)
        .where(_PATHWAY.c.centre_id == unit.within.centre_id, _PATHWAY.c.id == found.id)
        .values(values)
    )
