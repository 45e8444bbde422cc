"""The trend chart of one pain site as an SVG file, drawn again only when something changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, abort, request, url_for
from flask.typing import ResponseReturnValue

from diary.charts.alt import alt_text, switched_line
from diary.charts.data import TrendData
from diary.charts.readings import trend_data
from diary.charts.svg import etag
from diary.charts.theme import Theme
from diary.charts.trend import MIDDLE, NARROW, ON_PAPER, WIDE, trend_svg
from diary.language import TEAM_LANGUAGES
from diary.protocol.cases import Assessment, assess
from diary.protocol.phases import PhaseKind
from diary.store import cases, pulse, switches
from diary.store.diary_reading import EntryView
from diary.store.pathways import PathwayView
from diary.web.labels import moment_label
from diary.web.language import current, gettext, speaking
from diary.web.team import words
from diary.web.team.access import looked_at
from diary.web.team.chart_points import Overlay, overlays

blueprint = Blueprint("trend", __name__, url_prefix="/patients/<uuid:patient_id>")

SIZES = {"wide": WIDE, "middle": MIDDLE, "narrow": NARROW}
PICTURES = {**SIZES, "paper": ON_PAPER}
# The picture needs the styles that matplotlib writes into it, and nothing else at all.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
SHOWN_PHASES = tuple(PhaseKind)


@dataclass(frozen=True, slots=True)
class Choice:
    """What of the diary is drawn: a pain site, one phase or all, and one moment or all."""

    site: str
    period: PhaseKind | None
    moment: str | None


@blueprint.get("/trend.svg")
def picture(patient_id: UUID) -> ResponseReturnValue:
    """Return the chart; 304 when the browser has it as it is now."""
    theme, size = request.args.get("theme", ""), request.args.get("size", "")
    language = request.args.get("language", current())
    if theme not in set(Theme) or size not in PICTURES or language not in TEAM_LANGUAGES:
        abort(404)
    with looked_at(patient_id, "patient.chart") as found:
        choice = chosen(found.pathway)
        # Ticks of missed measurements and the line of "now" move on with the hour.
        hour = found.unit.now.replace(minute=0, second=0, microsecond=0)
        gaps = pulse.standstills(found.unit, found.pathway, until=hour)
        key = etag(
            found.pathway.id,
            found.pathway.revision,
            hour,
            gaps,
            choice,
            theme,
            size,
            language,
        )
        response = Response(content_type="image/svg+xml")
        response.set_etag(key)
        if key in request.if_none_match:
            response.status_code = 304
        else:
            case = cases.case_in(found.unit, found.pathway, hour)
            switched = switches.standing(found.unit, found.pathway.id)
    if response.status_code != 304:
        data = _data(assess(case), choice, gaps, switched)
        with speaking(language):
            response.data = trend_svg(data, gettext, language, Theme(theme), PICTURES[size])
    response.headers["Content-Security-Policy"] = POLICY
    # Only this browser keeps it, and asks every time whether it still is so.
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def _data(
    assessment: Assessment,
    choice: Choice,
    gaps: Sequence[tuple[datetime, datetime]],
    switched: Sequence[tuple[datetime, bool]],
) -> TrendData:
    return trend_data(assessment, choice.site, choice.period, gaps, switched, choice.moment)


def chosen(pathway: PathwayView) -> Choice:
    """Return what the address asks for; what is not there is left out."""
    site, period, moment = (request.args.get(name, "") for name in ("site", "period", "moment"))
    return Choice(
        site if site in pathway.sites else pathway.primary_site,
        PhaseKind(period) if period in _periods(pathway) else None,
        moment if moment in _moments(pathway) else None,
    )


def _moments(pathway: PathwayView) -> list[str]:
    return [moment.name for moment in pathway.plan.moments]


def _periods(pathway: PathwayView) -> list[PhaseKind]:
    kinds = {phase.kind for phase in pathway.held}
    return [kind for kind in SHOWN_PHASES if kind in kinds]


@dataclass(frozen=True, slots=True)
class Link:
    """One choice of a control."""

    words: str
    url: str
    current: bool


@dataclass(frozen=True, slots=True)
class Figure:
    """The chart as it stands on the page, with its controls.

    `switched` stands beside the picture, which has no room for all of it. `overlays` lie over the
    picture and tell each point, for the sizes with room for a pointer.
    """

    alt: str
    switched: str
    sources: dict[str, str]
    controls: list[tuple[str, list[Link]]]
    overlays: list[Overlay]
    empty: bool


def figure(
    patient_id: UUID,
    pathway: PathwayView,
    assessment: Assessment,
    entries: Sequence[EntryView],
    gaps: Sequence[tuple[datetime, datetime]] = (),
    switched: Sequence[tuple[datetime, bool]] = (),
) -> Figure:
    """Return the chart of the choice at hand: an address for each theme and size, and words."""
    choice = chosen(pathway)
    data = _data(assessment, choice, gaps, switched)

    def link(label: str, **other: Any) -> Link:
        then = replace(choice, **other)
        address = url_for(
            "team.patient.page",
            patient_id=patient_id,
            site=then.site,
            period=then.period,
            moment=then.moment,
            _anchor="trend",
        )
        return Link(label, address, then == choice)

    everything = gettext("Everything")
    moments = [link(moment_label(name), moment=name) for name in _moments(pathway)]
    periods = [link(words.phase(kind), period=kind) for kind in _periods(pathway)]
    sites = [link(words.site(site), site=site) for site in pathway.sites]
    return Figure(
        alt=alt_text(data, gettext, current()),
        switched=switched_line(data, gettext, current()),
        sources={
            f"{size}_{theme.value}": url_for(
                "team.trend.picture",
                patient_id=patient_id,
                site=choice.site,
                period=choice.period,
                moment=choice.moment,
                theme=theme.value,
                size=size,
            )
            for size in SIZES
            for theme in (Theme.LIGHT, Theme.DARK)
        },
        controls=[
            (gettext("Pain site"), sites),
            (gettext("Period"), [link(everything, period=None), *periods]),
            (gettext("Moment"), [link(gettext("All moments"), moment=None), *moments]),
        ],
        overlays=overlays(data, pathway, entries, {"wide": WIDE, "middle": MIDDLE}),
        empty=not data.points,
    )
