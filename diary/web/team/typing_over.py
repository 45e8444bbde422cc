"""Typing a paper diary over: a day on one page, one save, and the next day opens."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from diary.charts.words import short_day
from diary.language import N_
from diary.protocol.days import diary_day_of
from diary.protocol.scales import Scale
from diary.store import diary_reading, diary_writing, event_reading, events, medicines
from diary.store.diary_writing import Status
from diary.store.errors import Conflict, Refused
from diary.store.events import NewEvent
from diary.store.pathways import lock
from diary.web.context import access_point
from diary.web.labels import site_label
from diary.web.language import current, day_short, gettext, ngettext
from diary.web.team import words
from diary.web.team.access import Opened, changing, looked_at, staff_scope
from diary.web.team.forms import Form, FormError, read_day
from diary.web.team.typing_events import EventSheet, Field
from diary.web.team.typing_groups import event_sheet
from diary.web.team.typing_sheet import Cell, Sheet, late_name, sheet_of, was_name

blueprint = Blueprint("typing", __name__, url_prefix="/patients/<uuid:patient_id>/typing")

MEANWHILE = N_("The diary changed while you saved. Look at this day again.")
URGENT = N_("Side effects were typed over: this report is urgent until somebody closes it.")
NONE_TYPED = N_("%(day)s: nothing was changed.")


@dataclass(frozen=True, slots=True)
class DayLink:
    """A day that can be typed, with how many of its moments have an answer."""

    day: date
    words: str
    answered: int
    planned: int
    phase: str


@blueprint.get("")
def start(patient_id: UUID) -> ResponseReturnValue:
    """Open the first day that has moments without an answer, or say that there is no day yet."""
    with looked_at(patient_id, "paper.read") as found:
        card, links = found.card, _links(found)
    if not links:
        return render_template("team/typing_none.html", card=card)
    first = next((link for link in links if link.answered < link.planned), links[0])
    return redirect(url_for("team.typing.sheet", patient_id=patient_id, day=first.day), 303)


@blueprint.get("/<day>")
def sheet(patient_id: UUID, day: str) -> ResponseReturnValue:
    """Show one day, with what has been typed before."""
    with looked_at(patient_id, "paper.read") as found:
        wanted = _day_in(found, day)
        return _page(found, *_sheets(found, wanted))


@blueprint.post("/<day>")
def save(patient_id: UUID, day: str) -> ResponseReturnValue:
    """Store what was typed for one day, whole or not at all, and open the next."""
    form = Form(request.form)
    try:
        with changing(patient_id, "paper.save") as found:
            wanted = _day_in(found, day)
            # First the lock: what is compared with must be what stands when the rows are made.
            lock(found.unit, found.pathway.id)
            said = _store(found, *_sheets(found, wanted), form)
            following = next((link.day for link in _links(found) if link.day > wanted), None)
    except (FormError, Refused, Conflict) as error:
        return _again(patient_id, day, form, error)
    _say(said, wanted)
    if following is None:
        flash(gettext(N_("This was the last day that can be typed over now.")), "")
    return redirect(
        url_for("team.typing.sheet", patient_id=patient_id, day=following or wanted), 303
    )


@dataclass(frozen=True, slots=True)
class _Saved:
    """What was stored: moments, other answers, and whether one of them is urgent."""

    moments: int
    others: int
    urgent: bool


def _store(found: Opened, typed: Sheet, rest: EventSheet, form: Form) -> _Saved:
    """Store the changes and return how many they are; raises FormError or Refused."""
    entries = typed.changes(form)
    others = rest.changes(form, _now(found))
    if typed.errors or rest.errors:
        raise FormError
    unit, pathway, typist = found.unit, found.pathway, staff_scope().staff_id
    outcomes = []
    if entries:
        outcomes += diary_writing.add_entries(
            unit, pathway, entries, access_point=access_point(), typed_by=typist
        )
    if others:
        outcomes += events.add_events(
            unit, pathway, others, access_point=access_point(), typed_by=typist
        )
    for outcome in outcomes:
        if outcome.status is not Status.STORED:
            raise Refused("entry", outcome.error or MEANWHILE, outcome.values)
    return _Saved(
        # Withdrawn and typed anew is one moment.
        moments=sum(not entry.withdrawn for entry in entries) or len(entries),
        others=len({_answer(event) for event in others}),
        urgent=any(event.body.get("symptoms") for event in others),
    )


def _answer(event: NewEvent) -> object:
    """Return what tells one answer of the page from another: a medicine's doses are one."""
    about = event.body.get("medicine") or event.body.get("started_at")
    return event.kind, about or (event.replaces_id if event.withdrawn else None)


def _say(saved: _Saved, day: date) -> None:
    """Tell what was saved of a day."""
    moments, others = saved.moments, saved.others
    lines = {
        ngettext("%(day)s: %(num)d moment saved.", "%(day)s: %(num)d moments saved.", moments): (
            moments
        ),
        ngettext(
            "%(day)s: %(num)d other answer saved.", "%(day)s: %(num)d other answers saved.", others
        ): others,
    }
    if not moments and not others:
        flash(gettext(NONE_TYPED) % {"day": day_short(day)}, "")
    for words_, count in lines.items():
        if count:
            flash(words_ % {"day": day_short(day), "num": count}, "good")
    if saved.urgent:
        flash(gettext(URGENT), "warn")


def _again(patient_id: UUID, day: str, form: Form, error: Exception) -> ResponseReturnValue:
    """Show the form as it was typed over how things stand now, and what is the matter."""
    with looked_at(patient_id, "paper.read") as found:
        wanted = _day_in(found, day)
        typed, rest = _sheets(found, wanted)
        typed.changes(form)
        rest.changes(form, _now(found))
        typed.lay_over(form)
        rest.lay_over(form)
        refused = words.refusal(error) if isinstance(error, Refused | Conflict) else ""
        page = _page(found, typed, rest, refused)
    return page, 409 if found.earlier else 422


def _page(found: Opened, typed: Sheet, rest: EventSheet, refused: str = "") -> str:
    scale = found.pathway.scale
    errors = typed.errors | rest.errors
    open_rows = [row for row in typed.rows if not row.fixed]
    fields: list[Cell | Field] = [cell for row in open_rows for cell in row.cells]
    fields += [one for one in rest.fields if not one.gate or one.name in errors]
    first = next((cell for cell in fields if cell.name in errors), None)
    first = first or next((cell for cell in fields if not cell.value), None)
    links = _links(found)
    at = next(index for index, link in enumerate(links) if link.day == typed.diary_day)
    return render_template(
        "team/typing.html",
        card=found.card,
        sheet=typed,
        rest=rest,
        errors=errors,
        labels=typed.labels | rest.labels,
        site_headings=[site_label(site) for site in found.pathway.sites],
        focus=(first or fields[0]).name if fields else "",
        refused=refused,
        # The days of an earlier pathway are typed no more.
        phases=[
            (name, list(days))
            for name, days in groupby(links, lambda link: link.phase)
            if not found.earlier
        ],
        phase=links[at].phase,
        is_last=at == len(links) - 1,
        is_vas=scale is Scale.VAS,
        most=scale.maximum,
        late_name=late_name,
        was_name=was_name,
    )


def _sheets(found: Opened, day: date) -> tuple[Sheet, EventSheet]:
    """Return the form of one day: its scores, and what else the diary asks."""
    unit, pathway = found.unit, found.pathway
    stand = event_reading.standing(unit, [pathway.id], day).get(pathway.id, [])
    rest = event_sheet(
        pathway,
        day,
        medicines.medicines(unit, pathway.id),
        [event for event in stand if event.diary_day == day],
        _now(found),
    )
    return sheet_of(diary_reading.day(unit, pathway, day), pathway), rest


def _now(found: Opened) -> datetime:
    return found.unit.now.astimezone(found.pathway.zone)


def _day_in(found: Opened, text: str) -> date:
    """Return the day of an address: one of a phase, and begun."""
    try:
        day = read_day(text)
    except ValueError:
        abort(404)
    pathway = found.pathway
    if pathway.phase_on(day) is None or day > diary_day_of(found.unit.now, pathway.zone):
        abort(404)
    return day


def _links(found: Opened) -> list[DayLink]:
    """Return the days of all phases that have begun, in order; none after the pathway's end."""
    pathway = found.pathway
    today = diary_day_of(found.unit.now, pathway.zone)
    stands = {
        (entry.diary_day, entry.moment)
        for entry in diary_reading.entries(found.unit, pathway)
        if entry.stands and entry.moment is not None
    }
    answered = Counter(day for day, _moment in stands)
    links = []
    for phase in pathway.held:
        for offset in range((min(phase.end, today) - phase.first_day).days + 1):
            day = phase.first_day + timedelta(days=offset)
            links.append(
                DayLink(
                    day,
                    short_day(day, current()),
                    answered[day],
                    len(pathway.plan.day(day)),
                    words.phase(phase.kind),
                )
            )
    return links
