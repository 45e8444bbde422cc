"""My diary: pictures, weeks and days. No verdict, no limit, no praise or blame."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, abort
from flask.typing import ResponseReturnValue

from diary.web.patient.access import Visit, visit
from diary.web.patient.chart import shown_charts
from diary.web.patient.days import (
    Span,
    days_of,
    earlier_diaries,
    events_of,
    lines_of,
    neighbours,
    span_of,
    week_of,
)
from diary.web.today import read_today


def install(blueprint: Blueprint) -> None:
    """Add the pages of weeks and days."""
    blueprint.add_url_rule("/diary", view_func=diary)
    blueprint.add_url_rule("/diary/weeks/<day>", view_func=diary_week)
    blueprint.add_url_rule("/diary/days/<day>", view_func=diary_day)


def diary() -> ResponseReturnValue:
    """Show the pictures and this week."""
    with visit("patient.diary") as seen:
        span = span_of(seen)
        if span is None:
            return seen.page("diary", week=[], charts=[], waiting=False, latest=True)
        # What was measured before must not colour what is measured next.
        today = read_today(seen.unit, seen.pathway) if seen.pathway else None
        waiting = bool(today and today.open)
        charts = [] if waiting else shown_charts(seen)
        return _week(
            seen,
            span,
            span.today,
            charts=charts,
            waiting=waiting,
            latest=True,
            closed=earlier_diaries(seen),
        )


def diary_week(day: str) -> ResponseReturnValue:
    """Show the week of one day."""
    with visit("patient.diary_week") as seen:
        span, wanted = _wanted(seen, day)
        return _week(seen, span, wanted, charts=[], waiting=False, latest=False)


def diary_day(day: str) -> ResponseReturnValue:
    """Show one day: every moment, what was changed, and what was taken back."""
    with visit("patient.diary_day") as seen:
        span, wanted = _wanted(seen, day)
        earlier, later = neighbours(span, wanted, wanted)
        (view,) = days_of(seen, wanted, wanted)
        return seen.page(
            "diary_day",
            day=wanted,
            today=wanted == span.today,
            lines=lines_of(seen, view),
            events=events_of(seen, wanted),
            earlier=earlier,
            later=later,
        )


def _week(seen: Visit, span: Span, day: date, **values: object) -> str:
    week = week_of(seen, span, day)
    earlier, later = neighbours(span, week[0].day, week[-1].day)
    return seen.page("diary", week=week, earlier=earlier, later=later, **values)


def _wanted(seen: Visit, text: str) -> tuple[Span, date]:
    """Return the day in the address; 404 when it is none, or has no diary."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        abort(404)
    span = span_of(seen)
    if span is None or not span.holds(day) or day.isoformat() != text:
        abort(404)
    return span, day
