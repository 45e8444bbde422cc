"""The trend chart in words, for who does not see it; from the same data as the picture."""

from __future__ import annotations

from collections.abc import Iterator

from diary.charts import gaps, switches
from diary.charts.data import Mark, TrendData, WindowRole
from diary.charts.words import Translate, long_day, number, site_name
from diary.protocol.shown import shown_number

_IN_TIME = frozenset({Mark.COUNTED, Mark.PAPER})


def alt_text(data: TrendData, translate: Translate, language: str) -> str:
    """Return two to eight sentences: from where to where, limit, period, what is missing."""
    return " ".join(_sentences(data, translate, language))


def switched_line(data: TrendData, translate: Translate, language: str) -> str:
    """Return when the stimulator was switched, "" when it was not.

    It stands beside the picture too: not every line in that has room for its words, and not every
    switch lies on a day of the picture.
    """
    _ = translate
    times = "; ".join(switches.in_words(data.switches, translate, language))
    return _("The stimulator: %(times)s.") % {"times": times} if times else ""


def _sentences(data: TrendData, translate: Translate, language: str) -> Iterator[str]:
    _ = translate
    yield _change(data, translate, language)
    if data.threshold is not None:
        yield _("The %(percent)d %% line lies at %(limit)s.") % {
            "percent": data.threshold.percent,
            "limit": number(data.threshold.shown, language),
        }
    if not data.points:
        yield _("There are no measurements yet.")
        return
    yield _("Period: %(first)s to %(last)s.") % {
        "first": long_day(data.points[0].at.day, language),
        "last": long_day(data.points[-1].at.day, language),
    }
    made = sum(point.mark in _IN_TIME for point in data.points)
    yield _(
        "Of %(planned)d planned measurements %(made)d were made in time;"
        " %(extra)d extra, %(late)d afterwards."
    ) % {
        "planned": made + len(data.missing),
        "made": made,
        "extra": sum(point.mark is Mark.EXTRA for point in data.points),
        "late": sum(point.mark in {Mark.LATE, Mark.PAPER_ASIDE} for point in data.points),
    }
    yield from _off(data, translate, language)
    if data.switches:
        yield switched_line(data, translate, language)
    known = [one.med_mg for one in data.opioids if one.med_mg is not None]
    if known:
        yield _("Opioids: at most %(most)s mg of oral morphine a day.") % {
            "most": number(shown_number(max(known)), language)
        }
    if data.gaps:
        yield _("The system was down and nothing was asked: %(periods)s.") % {
            "periods": "; ".join(gaps.period(gap, language) for gap in data.gaps)
        }


def _off(data: TrendData, translate: Translate, language: str) -> Iterator[str]:
    _ = translate
    shown = {w.role: number(w.shown, language) for w in data.windows if w.shown is not None}
    if WindowRole.ON in shown and WindowRole.OFF in shown:
        yield _("With the system on %(on)s, switched off %(off)s.") % {
            "on": shown[WindowRole.ON],
            "off": shown[WindowRole.OFF],
        }


def _change(data: TrendData, translate: Translate, language: str) -> str:
    _ = translate
    shown = {w.role: number(w.shown, language) for w in data.windows if w.shown is not None}
    values = {
        "site": site_name(data.site, translate),
        "scale": data.scale.upper(),
        "baseline": shown.get(WindowRole.BASELINE, ""),
        "trial": shown.get(WindowRole.TRIAL, ""),
    }
    if values["baseline"] and values["trial"]:
        return (
            _("Pain (%(site)s, %(scale)s) from %(baseline)s at baseline to %(trial)s in the trial.")
            % values
        )
    if values["baseline"]:
        return _("Pain (%(site)s, %(scale)s): baseline %(baseline)s.") % values
    return _("Pain (%(site)s, %(scale)s): no weighted score yet.") % values
