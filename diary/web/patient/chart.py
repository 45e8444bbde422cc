"""The patient's own picture of each pain site: what was measured, and nothing that judges it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue

from diary.charts.data import TrendData
from diary.charts.readings import trend_data
from diary.charts.svg import etag
from diary.charts.theme import Theme
from diary.charts.trend import NARROW, trend_svg
from diary.language import N_
from diary.protocol.cases import Assessment, assess
from diary.store import cases
from diary.web.labels import site_label
from diary.web.language import current, day_short, number
from diary.web.language import gettext as _
from diary.web.patient.access import Visit, visit
from diary.web.security import PICTURE_POLICY

# What the team calls otherwise, in the words of the patient's own pages.
OWN_WORDS = {
    "Intake": N_("Measuring before the trial"),
    "Trial stimulation": N_("The trial period"),
    "Before switch-off": N_("Measuring with the system on"),
    "Switched off": N_("Measuring with the system off"),
    "Follow-up": N_("Measuring after the treatment"),
    "afterwards, does not count": N_("filled in later, does not count"),
    "day mean": N_("mean of the day"),
}


@dataclass(frozen=True, slots=True)
class ShownChart:
    """A picture of one pain site and what it shows, in words."""

    site: str
    label: str
    alt: str


def install(blueprint: Blueprint) -> None:
    """Add the pictures."""
    blueprint.add_url_rule("/diary/<site>.svg", view_func=chart)


def chart(site: str) -> ResponseReturnValue:
    """Return the picture of one pain site; 304 when the phone has it as it is now."""
    theme = request.args.get("theme", "")
    if theme not in set(Theme):
        abort(404)
    response = Response(content_type="image/svg+xml")
    with visit(None) as seen:
        if seen.pathway is None or site not in seen.pathway.sites:
            abort(404)
        hour = seen.unit.now.replace(minute=0, second=0, microsecond=0)
        key = etag(seen.pathway.id, seen.pathway.revision, hour, site, theme, current())
        response.set_etag(key)
        assessment = None if key in request.if_none_match else _assessment(seen, hour)
    if assessment is None:
        response.status_code = 304
    else:
        data = _without_judgement(trend_data(assessment, site))
        response.data = trend_svg(data, _own_words, current(), Theme(theme), NARROW)
    response.headers["Content-Security-Policy"] = PICTURE_POLICY
    # Only this phone keeps it, and asks every time whether it still is so.
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def shown_charts(seen: Visit) -> list[ShownChart]:
    """Return a picture for each pain site that has measurements."""
    if seen.pathway is None:
        return []
    assessment = _assessment(seen, seen.unit.now)
    found = ((site, trend_data(assessment, site)) for site in seen.pathway.sites)
    return [ShownChart(site, site_label(site), _alt(data)) for site, data in found if data.points]


def _assessment(seen: Visit, as_of: datetime) -> Assessment:
    case = cases.case_of(seen.unit, seen.owner.patient_id, as_of)
    assert case is not None, "the patient's own pathway is in the patient's own scope"
    return assess(case)


def _without_judgement(data: TrendData) -> TrendData:
    """Leave out what judges: weighted scores, the limit, what was not filled in, and opioids."""
    return replace(data, windows=(), threshold=None, missing=(), opioids=())


def _own_words(message: str) -> str:
    return _(OWN_WORDS.get(message, message))


def _alt(data: TrendData) -> str:
    scores = [point.score for point in data.points]
    return _(
        "Your pain from %(first)s to %(last)s: %(count)s measurements, "
        "the lowest %(least)s, the highest %(most)s."
    ) % {
        "first": day_short(data.points[0].at.day),
        "last": day_short(data.points[-1].at.day),
        "count": number(len(scores)),
        "least": number(float(min(scores))),
        "most": number(float(max(scores))),
    }
