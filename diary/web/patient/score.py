"""Scoring: one question a page for each pain site, without JavaScript too.

Answers that are not saved yet travel in hidden fields, never in an address: addresses are logged.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from uuid import UUID, uuid4

from flask import Blueprint, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from diary.language import N_
from diary.protocol.days import diary_day_of
from diary.protocol.scales import Scale, ScoreError, Source, parse_score
from diary.store import diary_reading, diary_writing
from diary.store.diary_reading import EntryView, MomentState
from diary.store.diary_writing import NewEntry, Outcome
from diary.store.pathways import PathwayView
from diary.web.context import access_point
from diary.web.labels import late_question, question
from diary.web.language import clock, gettext, joined, text_direction
from diary.web.patient.access import Visit, visit
from diary.web.patient.reminded import reminded
from diary.web.patient.views import changeable, find_entry
from diary.web.today import read_today

_ = gettext

# The picture of the line: 280 pixels wide, the line itself from 10 to 270 (static/icons/line.svg).
LINE_WIDTH, LINE_FROM, LINE_LENGTH = 280, 10, 260
# A place on it, in pixels, has no more digits than this on any screen.
LONGEST_PLACE = 5

NO_MARK = N_("Put a mark on the line first.")
NO_NUMBER = N_("Fill in a whole number from 0 to 100.")
NOT_ON_SCALE = N_("Choose one of the answers.")


@dataclass(frozen=True, slots=True)
class Answering:
    """What the form carries: the entry's id, what it is for, and the answers so far."""

    id: UUID
    moment: str | None
    replaces: UUID | None
    answers: Mapping[str, Fraction]

    @property
    def kept(self) -> dict[str, str]:
        """Return the hidden fields of the next page."""
        fields = {"id": str(self.id)}
        if self.moment:
            fields["moment"] = self.moment
        if self.replaces:
            fields["replaces"] = str(self.replaces)
        return fields | {f"score.{site}": str(score) for site, score in self.answers.items()}


@dataclass(frozen=True, slots=True)
class Question:
    """The question on the page: its words, and what stands above it."""

    text: str
    step: str
    earlier: bool


def install(blueprint: Blueprint) -> None:
    """Add the score pages."""
    blueprint.add_url_rule("/score", view_func=score)
    blueprint.add_url_rule("/score", view_func=save_score, methods=["POST"])


def score() -> ResponseReturnValue:
    """Ask the first question: for the open moment, a missed one (`moment`), or an extra one."""
    with visit(None) as seen:
        pathway = _asked(seen)
        if pathway is None:
            return redirect(url_for("patient.home"), 303)
        today = read_today(seen.unit, pathway)
        over = reminded(seen, pathway, today)
        if over is not None:
            return over
        missed = today.missed(request.args.get("moment")) if today else None
        done = _done_now(seen, pathway)
        if done is not None and missed is None and "extra" not in request.args:
            return seen.page("already", answered=done.id if changeable(seen, done) else None)
        answering = Answering(uuid4(), missed.name if missed else None, None, {})
        return ask(seen, pathway, answering)


def save_score() -> ResponseReturnValue:
    """Take one answer; ask the next question, or save when it was the last."""
    with visit(None) as seen:
        pathway = _asked(seen)
        if pathway is None:
            return redirect(url_for("patient.home"), 303)
        answering = _read_form(pathway)
        if "back" in request.form:
            earlier = dict(list(answering.answers.items())[:-1])
            return ask(seen, pathway, _with(answering, earlier))
        site = next((s for s in pathway.sites if s not in answering.answers), None)
        if site is not None:
            value = _read_score(pathway.scale)
            if isinstance(value, str):
                return ask(seen, pathway, answering, value), 422
            answering = _with(answering, {**answering.answers, site: value})
        if len(answering.answers) < len(pathway.sites):
            return ask(seen, pathway, answering)
        return _save(seen, pathway, answering)


def ask(seen: Visit, pathway: PathwayView, answering: Answering, problem: str | None = None) -> str:
    """Return the page with the next question; earlier scores are never on it."""
    number = len(answering.answers)
    words = late_question if answering.moment else question
    return seen.page(
        "score",
        scale=pathway.scale.value,
        kept=answering.kept,
        problem=gettext(problem) if problem else None,
        no_pain_at="right" if text_direction() == "rtl" else "left",
        question=Question(
            words(pathway.sites[number]), _step(seen, pathway, answering), number > 0
        ),
    )


def _done_now(seen: Visit, pathway: PathwayView) -> EntryView | None:
    """Return the answer of the moment of this hour: a reminder of it does not ask again."""
    today = diary_day_of(seen.unit.now, pathway.zone)
    moments = diary_reading.day(seen.unit, pathway, today).moments
    states = {moment.state for moment in moments}
    if MomentState.OPEN in states:
        return None
    return next(
        (
            moment.entry
            for moment in moments
            if moment.entry is not None
            and moment.state is MomentState.ANSWERED
            and moment.planned.opens_utc <= seen.unit.now < moment.planned.closes_utc
        ),
        None,
    )


def _asked(seen: Visit) -> PathwayView | None:
    pathway = seen.pathway
    return pathway if pathway is not None and pathway.ended_at is None else None


def _step(seen: Visit, pathway: PathwayView, answering: Answering) -> str:
    """Return what stands above the question: for which moment, and which question of how many."""
    today = read_today(seen.unit, pathway)
    parts = []
    if today and answering.replaces is None:
        moment = today.missed(answering.moment) if answering.moment else today.open
        named = joined(moment.label, clock(moment.at)) if moment else _("Extra measurement")
        parts.append(named)
    if answering.replaces is not None:
        parts.append(_("You change a measurement"))
    if len(pathway.sites) > 1:
        place = {"at": len(answering.answers) + 1, "all": len(pathway.sites)}
        parts.append(_("Question {at} of {all}").format(**place))
    return " · ".join(parts)


def _with(answering: Answering, answers: Mapping[str, Fraction]) -> Answering:
    return Answering(answering.id, answering.moment, answering.replaces, answers)


def _read_form(pathway: PathwayView) -> Answering:
    form = request.form
    try:
        answers = {
            site: parse_score(form[f"score.{site}"], pathway.scale, Source.PHONE)
            for site in pathway.sites
            if f"score.{site}" in form
        }
        replaces = form.get("replaces")
        return Answering(
            UUID(form["id"]), form.get("moment"), UUID(replaces) if replaces else None, answers
        )
    except (ScoreError, ValueError):
        # Hidden fields are ours: somebody changed them.
        abort(400)


def _read_score(scale: Scale) -> Fraction | str:
    """Return the answer that was just given, or what is wrong with it."""
    form = request.form
    if scale is Scale.NRS:
        written, wrong = form.get("score", ""), NOT_ON_SCALE
    elif _is_place(form.get("place.x", "")) and _is_place(form.get("place.y", "")):
        x, y = int(form["place.x"]), int(form["place.y"])
        # Pressed by a key instead of tapped: browsers then say 0,0, which is no place on the line.
        if x == y == 0:
            return NO_MARK
        # Where people read from right to left, "no pain" stands at the right end.
        from_no_pain = LINE_WIDTH - x if form.get("no_pain_at") == "right" else x
        written, wrong = str(_millimetres(from_no_pain)), NO_MARK
    else:
        written, wrong = form.get("millimetres", "").strip(), NO_NUMBER
    try:
        return parse_score(written, scale, Source.PHONE)
    except ScoreError:
        return wrong


def _is_place(written: str) -> bool:
    return written.isascii() and written.isdigit() and len(written) <= LONGEST_PLACE


def _millimetres(x: int) -> int:
    return max(0, min(100, round((x - LINE_FROM) * 100 / LINE_LENGTH)))


def _save(seen: Visit, pathway: PathwayView, answering: Answering) -> ResponseReturnValue:
    outcome = store(seen, pathway, answering)
    if outcome.error is None:
        return redirect(url_for("patient.saved", entry_id=answering.id), 303)
    own = find_entry(seen, answering.id)
    if own is not None and own.stands:
        # They went back in the browser and answered again: that is a change, so ask it as one.
        return redirect(url_for("patient.correct", entry_id=own.id), 303)
    again = Answering(uuid4(), answering.moment, answering.replaces, {})
    return ask(seen, pathway, again, gettext(outcome.error) % outcome.values), 422


def store(
    seen: Visit, pathway: PathwayView, answering: Answering, *, withdrawn: bool = False
) -> Outcome:
    """Store what the form says, measured now on our own clock; a form sent twice counts once."""
    content = json.dumps({**answering.kept, "withdrawn": withdrawn}, sort_keys=True)
    entry = NewEntry(
        id=answering.id,
        measured_at=seen.unit.now.astimezone(pathway.zone),
        moment=answering.moment,
        scores=answering.answers,
        late=answering.moment is not None,
        replaces_id=answering.replaces,
        withdrawn=withdrawn,
        clock_error_seconds=0,
        body_hash=hashlib.sha256(content.encode()).digest(),
    )
    (outcome,) = diary_writing.add_entries(
        seen.unit, pathway, [entry], access_point=access_point(), phone_id=seen.owner.phone_id
    )
    return outcome
