"""The trend chart of a report: for print, in the language that is spoken."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from diary.charts.alt import alt_text, switched_line
from diary.charts.data import TrendData
from diary.charts.readings import trend_data
from diary.charts.theme import Theme
from diary.charts.trend import ON_PAPER, trend_svg
from diary.protocol.cases import Assessment
from diary.wording.spoken import current, gettext


@dataclass(frozen=True, slots=True)
class ReportChart:
    """The chart of the primary pain site; drawn only when it is asked for."""

    data: TrendData

    @classmethod
    def of(
        cls,
        assessment: Assessment,
        standstills: Iterable[tuple[datetime, datetime]],
        switched: Iterable[tuple[datetime, bool]],
    ) -> Self:
        """Return the chart of an assessment; the rest is as `trend_data` has it."""
        site = assessment.case.primary_site
        return cls(trend_data(assessment, site, None, standstills, switched))

    @property
    def empty(self) -> bool:
        """Whether there is no measurement to draw."""
        return not self.data.points

    def alt(self) -> str:
        """Return the chart in words."""
        return alt_text(self.data, gettext, current())

    def switched(self) -> str:
        """Return when the stimulator was switched, "" when it was not."""
        return switched_line(self.data, gettext, current())

    def svg(self) -> bytes:
        """Return the chart as SVG."""
        return trend_svg(self.data, gettext, current(), Theme.PRINT, ON_PAPER)
