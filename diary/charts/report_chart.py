"""The trend chart of a report: for print, in the language that is spoken."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from diary.charts.alt import alt_text
from diary.charts.readings import trend_data
from diary.charts.theme import Theme
from diary.charts.trend import ON_PAPER, trend_svg
from diary.protocol.cases import Assessment
from diary.wording.spoken import current, gettext


def drawn(
    assessment: Assessment,
    standstills: Iterable[tuple[datetime, datetime]],
    switched: Iterable[tuple[datetime, bool]],
) -> tuple[bytes, str]:
    """Return the chart of the primary site as SVG, empty without measurements, and in words.

    `standstills` and `switched` are those of `trend_data`.
    """
    data = trend_data(assessment, assessment.case.primary_site, None, standstills, switched)
    picture = trend_svg(data, gettext, current(), Theme.PRINT, ON_PAPER) if data.points else b""
    return picture, alt_text(data, gettext, current())
