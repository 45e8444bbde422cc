"""The pathways of one patient, each with the way to it (ADR 12)."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for

from diary.store.pathways import PathwayView
from diary.web.language import day_short, gettext
from diary.web.team import words
from diary.web.team.access import Opened


@dataclass(frozen=True, slots=True)
class PathwayLine:
    """A pathway in words; `here`: the page is about it."""

    words: str
    days: str
    state: str
    url: str
    here: bool


def pathway_lines(found: Opened) -> list[PathwayLine]:
    """Return every pathway of the opened patient, in time order."""
    return [_line(found, pathway) for pathway in found.pathways]


def _line(found: Opened, pathway: PathwayView) -> PathwayLine:
    ended_at, zone = pathway.ended_at, pathway.zone
    first = min(
        [pathway.started_at.astimezone(zone).date(), *(p.first_day for p in pathway.phases)]
    )
    days = gettext("since %(day)s") % {"day": day_short(first)}
    if ended_at is not None:
        days = f"{day_short(first)} – {day_short(ended_at.astimezone(zone).date())}"
    scale, site = pathway.scale.value.upper(), words.site(pathway.primary_site)
    return PathwayLine(
        words=f"{words.said(words.INDICATIONS, pathway.indication)}, {scale}, {site}",
        days=days,
        state=gettext("running") if ended_at is None else gettext("ended"),
        url=url_for(
            "team.patient.page",
            patient_id=found.card.id,
            pathway=None if pathway is found.pathways[-1] else pathway.id,
        ),
        here=pathway.id == found.pathway.id,
    )
