"""`GET /api/v1/today`: what the phone needs to ask without a network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue
from spectree import Response

from diary.protocol.days import diary_day_of
from diary.protocol.pathway import CLUSTER
from diary.protocol.scales import Source
from diary.store import (
    centres,
    diary_reading,
    event_reading,
    medicines,
    notices,
    pathways,
    silence,
)
from diary.store.answering import Asked
from diary.store.database import Unit
from diary.store.diary_reading import DayView, EntryView, MomentState
from diary.store.event_reading import EventView
from diary.store.medicines import MedicineView
from diary.store.pathways import PathwayView
from diary.store.tables import EventKind
from diary.web import language, today
from diary.web.api.access import phone_owner
from diary.web.api.documentation import SIGNED_IN, spec
from diary.web.api.schemas import ErrorBody, Plan
from diary.web.api.subscriptions import newest_key
from diary.web.context import reading
from diary.web.labels import late_question, moment_label, question, scale_ends, site_label
from diary.web.language import gettext
from diary.web.medicines import medicine_label
from diary.web.symptoms import symptoms_asked

blueprint = Blueprint("today", __name__)

# A phone without network for two weeks still knows what to ask.
DAYS = 14


@blueprint.get("/today")
@spec.validate(
    resp=Response(HTTP_200=Plan, HTTP_401=ErrorBody), security=SIGNED_IN, skip_validation=True
)
def plan() -> ResponseReturnValue:
    """Return the questions and the moments of the coming two weeks, without scores or names."""
    owner = phone_owner()
    with reading(owner.scope) as unit:
        pathway = pathways.pathway(unit, owner.patient_id)
        asked = pathway if pathway is not None and pathway.ended_at is None else None
        return jsonify(
            now=_utc(unit.now),
            owner=str(owner.patient_id),
            pathway=None if pathway is None else str(pathway.id),
            revision=pathway.revision if pathway else None,
            language=language.current(),
            timezone=owner.timezone if pathway is None else pathway.timezone,
            telephone=centres.centre(unit).phone_number,
            push_key=newest_key(),
            push_silent=silence.silent_since(unit, owner.patient_id) is not None,
            **_NOTHING if asked is None else _asked(unit, asked),
        )


_NOTHING: dict[str, Any] = {
    "scale": None,
    "ends": None,
    "day": None,
    **dict.fromkeys(("sites", "moments", "medicines", "evening", "symptoms", "entries"), ()),
    "attacks": False,
    "running_attack": None,
    "today": dict.fromkeys(("medicines", "evening", "attack_day"), False),
}


def _asked(unit: Unit, pathway: PathwayView) -> dict[str, Any]:
    day = diary_day_of(unit.now, pathway.zone)
    view = diary_reading.day(unit, pathway, day)
    own = medicines.medicines(unit, pathway.id)
    events = event_reading.standing(unit, [pathway.id], day).get(pathway.id, [])
    answers = [_entry(entry) for entry in view.entries if entry.stands]
    return {
        "scale": pathway.scale.value,
        "ends": asdict(scale_ends(pathway.protocol)),
        "sites": _sites(pathway),
        "moments": _moments(pathway, view, notices.prompt_ids(unit, pathway.id, day)),
        "entries": answers + [_event(one, own) for one in events if one.diary_day == day],
        "symptoms": [
            {"code": one.code, "label": one.label} for one in symptoms_asked(pathway.phase_on(day))
        ],
        **_events(pathway, day, own, events),
    }


def _sites(pathway: PathwayView) -> list[dict[str, str]]:
    return [
        {
            "name": site,
            "label": site_label(site),
            "question": question(site),
            "question_late": late_question(site),
        }
        for site in pathway.sites
    ]


def _moments(
    pathway: PathwayView, view: DayView, prompts: Mapping[Asked, UUID]
) -> list[dict[str, Any]]:
    states = {one.planned: one.state for one in view.moments}
    return [
        {
            "day": planned.diary_day.isoformat(),
            "moment": planned.moment.name,
            "label": moment_label(planned.moment.name),
            "at": _utc(planned.utc),
            "opens": _utc(planned.opens_utc),
            "closes": _utc(planned.closes_utc),
            "state": states.get(planned, MomentState.COMING).value,
            # As in the link of a reminder; None where nothing is laid out yet.
            "prompt": prompt.hex if prompt else None,
        }
        for planned in today.coming(pathway, view.diary_day, DAYS)
        for prompt in [prompts.get((planned.diary_day, planned.moment.name))]
    ]


def _entry(entry: EntryView) -> dict[str, Any]:
    """Return what the phone needs to change or take back an answer without a network."""
    return {
        "id": str(entry.id),
        "moment": entry.moment,
        "label": moment_label(entry.moment) if entry.moment else gettext("Extra measurement"),
        # Paper has no time of its own: then that at which it came in.
        "at": _utc(entry.measured_at or entry.received_at),
        "corrected": entry.replaces_id is not None,
        "paper": entry.source is Source.PAPER,
    }


def _event(event: EventView, own: Sequence[MedicineView]) -> dict[str, Any]:
    """Return the same of an event; what is not a dose is called by its kind, on the phone."""
    taken = (medicine for medicine in own if str(medicine.id) == event.body.get("medicine"))
    started = event.body.get("started_at")
    return {
        "id": str(event.id),
        "kind": event.kind.value,
        "moment": None,
        "label": next(map(medicine_label, taken), None),
        "at": _utc(datetime.fromisoformat(started) if started else event.measured_at),
        "corrected": event.corrects,
        "paper": event.source is Source.PAPER,
    }


def _events(
    pathway: PathwayView, day: date, own: Sequence[MedicineView], found: Sequence[EventView]
) -> dict[str, Any]:
    running = event_reading.running_attack(found)
    kinds = {event.kind for event in found if event.diary_day == day}
    return {
        "day": day.isoformat(),
        "medicines": [
            {
                "id": str(medicine.id),
                "label": medicine_label(medicine),
                "as_needed": medicine.as_needed,
                "patch": medicine.is_patch,
            }
            for medicine in own
            if medicine.is_current(day)
        ],
        "attacks": pathway.indication == CLUSTER,
        "running_attack": running
        and {"id": str(running.id), "started_at": running.body["started_at"]},
        "evening": pathway.evening if pathway.phase_on(day) else (),
        "today": {
            kind.value: kind in kinds
            for kind in (EventKind.MEDICINES, EventKind.EVENING, EventKind.ATTACK_DAY)
        },
    }


def _utc(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")
