"""A reminder was opened: its link says which, and leads to its own question or says why not.

`/score?p=<prompt>&s=<step>&c=<channel>`; in the app without a network static/js/pages.js does this.
"""

from __future__ import annotations

from uuid import UUID

from flask import request

from diary.protocol.days import diary_day_of
from diary.store import diary_reading, notices
from diary.store.notices import AskedPrompt, Notice, Seen
from diary.store.pathways import PathwayView
from diary.store.tables import Channel
from diary.web.patient.access import Visit
from diary.web.patient.views import changeable
from diary.web.today import Today

LONGEST_STEP = 2


def reminded(seen: Visit, pathway: PathwayView, today: Today | None) -> str | None:
    """Note that a reminder was opened; return a page when its moment is not to be asked."""
    prompt_id = _prompt()
    if prompt_id is None:
        return None
    notice = _notice(seen, prompt_id)
    if notice is not None:
        notices.note(seen.unit, seen.owner.patient_id, [notice])
    asked = notices.asked_by(seen.unit, seen.owner.patient_id, prompt_id)
    if asked is None or asked.cancelled:
        return None
    if asked.answered:
        return seen.page("already", answered=_answer(seen, pathway, asked))
    if seen.unit.now < asked.closes_at:
        return None
    missed = today.missed(asked.moment) if today and _is_today(seen, pathway, asked) else None
    return seen.page(
        "closed",
        missed=missed.name if missed else None,
        open_now=today is not None and today.open is not None,
    )


def _prompt() -> UUID | None:
    try:
        return UUID(request.args.get("p"))
    except (TypeError, ValueError):
        return None


def _notice(seen: Visit, prompt_id: UUID) -> Notice | None:
    step, channel = request.args.get("s", ""), request.args.get("c")
    if not (step.isascii() and step.isdigit() and len(step) <= LONGEST_STEP):
        return None
    if channel not in {one.value for one in Channel}:
        return None
    return Notice(prompt_id, int(step), Channel(channel), Seen.OPENED, seen.unit.now)


def _is_today(seen: Visit, pathway: PathwayView, asked: AskedPrompt) -> bool:
    return asked.diary_day == diary_day_of(seen.unit.now, pathway.zone)


def _answer(seen: Visit, pathway: PathwayView, asked: AskedPrompt) -> UUID | None:
    """Return the answer that may still be changed, None when its day is over."""
    if not _is_today(seen, pathway, asked):
        return None
    moments = diary_reading.day(seen.unit, pathway, asked.diary_day).moments
    answers = (one.entry for one in moments if one.planned.moment.name == asked.moment)
    return next((one.id for one in answers if one is not None and changeable(seen, one)), None)
