"""`GET /api/v1/today`: what the phone needs to ask without a network."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue
from spectree import Response

from diary.protocol.days import diary_day_of
from diary.store import diary_reading, pathways
from diary.store.database import Unit
from diary.store.diary_reading import MomentState
from diary.store.pathways import PathwayView
from diary.web import language, today
from diary.web.api.access import phone_owner
from diary.web.api.documentation import SIGNED_IN, spec
from diary.web.api.schemas import ErrorBody, Plan
from diary.web.context import reading
from diary.web.labels import late_question, moment_label, question, site_label

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
        asked = pathway is not None and pathway.ended_at is None
        return jsonify(
            owner=str(owner.patient_id),
            revision=pathway.revision if pathway else None,
            language=language.current(),
            timezone=owner.timezone if pathway is None else pathway.timezone,
            scale=pathway.scale.value if pathway and asked else None,
            sites=_sites(pathway) if pathway and asked else [],
            moments=_moments(unit, pathway) if pathway and asked else [],
        )


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


def _moments(unit: Unit, pathway: PathwayView) -> list[dict[str, Any]]:
    first = diary_day_of(unit.now, pathway.zone)
    states = {one.planned: one.state for one in diary_reading.day(unit, pathway, first).moments}
    return [
        {
            "day": planned.diary_day.isoformat(),
            "moment": planned.moment.name,
            "label": moment_label(planned.moment.name),
            "at": _utc(planned.utc),
            "opens": _utc(planned.opens_utc),
            "closes": _utc(planned.closes_utc),
            "state": states.get(planned, MomentState.COMING).value,
        }
        for planned in today.coming(pathway, first, DAYS)
    ]


def _utc(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")
