"""The patient's own medicines: the daily tick by exception, and an as-needed dose in two taps."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from diary.protocol.days import diary_day_of
from diary.store import medicines as own_medicines
from diary.store.pathways import PathwayView
from diary.store.tables import EventKind
from diary.web.language import gettext as _
from diary.web.medicines import medicine_label
from diary.web.patient import events
from diary.web.patient.access import Visit, visit

# What is swallowed at once: more is a second dose.
COUNTS = (("0.5", "½"), *((str(n), str(n)) for n in range(1, 7)))


@dataclass(frozen=True, slots=True)
class Listed:
    """A medicine on a page."""

    id: str
    label: str


@dataclass(frozen=True, slots=True)
class OwnList:
    """The medicines of today: regular ones, patches, and those for when it is needed."""

    regular: tuple[Listed, ...]
    patches: tuple[Listed, ...]
    as_needed: tuple[Listed, ...]


def install(blueprint: Blueprint) -> None:
    """Add both pages."""
    for name, show, store in (
        ("/medicines", medicines, save_medicines),
        ("/dose", dose, save_dose),
    ):
        blueprint.add_url_rule(name, view_func=show)
        blueprint.add_url_rule(name, view_func=store, methods=["POST"])


def own_list(seen: Visit, pathway: PathwayView) -> OwnList:
    """Return the medicines that are taken on the present diary day."""
    day = diary_day_of(seen.unit.now, pathway.zone)
    all_of_it = own_medicines.medicines(seen.unit, pathway.id)
    current = [one for one in all_of_it if one.is_current(day)]

    def listed(*, patch: bool, as_needed: bool) -> tuple[Listed, ...]:
        return tuple(
            Listed(str(one.id), medicine_label(one))
            for one in current
            if (one.is_patch, one.as_needed) == (patch, as_needed)
        )

    return OwnList(
        regular=listed(patch=False, as_needed=False),
        patches=listed(patch=True, as_needed=False),
        as_needed=listed(patch=False, as_needed=True),
    )


def medicines() -> ResponseReturnValue:
    """Ask which of the regular medicines were taken today."""
    with visit("patient.medicines") as seen:
        pathway = events.asked(seen)
        if pathway is None:
            return events.to_start()
        own = own_list(seen, pathway)
        title = _("Your medicines today")
        return events.form_page(seen, "medicines", title, regular=own.regular, patches=own.patches)


def save_medicines() -> ResponseReturnValue:
    """Store the tick of today: what has no tick was not taken."""
    with visit(None) as seen:
        pathway = events.asked(seen)
        if pathway is None:
            return events.to_start()
        own = own_list(seen, pathway)
        taken, changed = request.form.getlist("taken"), request.form.getlist("patch")
        content = {
            "diary_day": events.today(seen, pathway),
            "not_taken": [one.id for one in own.regular if one.id not in taken],
            "patches_changed": [one.id for one in own.patches if one.id in changed],
        }
        return events.save(seen, pathway, events.Answer(EventKind.MEDICINES, content))


def dose() -> ResponseReturnValue:
    """Ask which as-needed medicine was taken just now."""
    with visit("patient.dose") as seen:
        pathway = events.asked(seen)
        if pathway is None:
            return events.to_start()
        as_needed = own_list(seen, pathway).as_needed
        title = _("What did you take just now?")
        return events.form_page(seen, "dose", title, as_needed=as_needed, counts=COUNTS)


def save_dose() -> ResponseReturnValue:
    """Store a dose."""
    with visit(None) as seen:
        pathway = events.asked(seen)
        if pathway is None:
            return events.to_start()
        content = {
            "medicine": request.form.get("medicine"),
            "count": request.form.get("count", "1"),
        }
        return events.save(seen, pathway, events.Answer(EventKind.DOSE, content))
