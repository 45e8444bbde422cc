"""Typing a paper diary over: a day on one page, one save, and the next day opens."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from diary.charts.words import short_day
from diary.language import N_
from diary.protocol.days import diary_day_of
from diary.protocol.scales import Scale
from diary.store import diary_reading, diary_writing
from diary.store.diary_writing import Status
from diary.store.errors import Conflict, Refused
from diary.store.pathways import lock
from diary.web.context import access_point
from diary.web.labels import site_label
from diary.web.language import current, day_short, gettext, ngettext
from diary.web.team import words
from diary.web.team.access import Opened, changing, looked_at, staff_scope
from diary.web.team.forms import Form, FormError, read_day
from diary.web.team.typing_sheet import Sheet, late_name, sheet_of, was_name

blueprint = Blueprint("typing", __name__, url_prefix="/patients/<uuid:patient_id>/typing")

MEANWHILE = N_("The diary changed while you saved. Look at this day again.")
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
        return _page(found, sheet_of(_view(found, wanted), found.pathway))


@blueprint.post("/<day>")
def save(patient_id: UUID, day: str) -> ResponseReturnValue:
    """Store what was typed for one day, whole or not at all, and open the next."""
    form = Form(request.form)
    try:
        with changing(patient_id, "paper.save") as found:
            wanted = _day_in(found, day)
            # First the lock: what is compared with must be what stands when the rows are made.
            lock(found.unit, found.pathway.id)
            typed = sheet_of(_view(found, wanted), found.pathway)
            count = _store(found, typed, form)
            following = next((link.day for link in _links(found) if link.day > wanted), None)
    except (FormError, Refused, Conflict) as error:
        return _again(patient_id, day, form, error)
    said = ngettext("%(day)s: %(num)d moment saved.", "%(day)s: %(num)d moments saved.", count)
    said = said if count else gettext(NONE_TYPED)
    flash(said % {"day": day_short(wanted), "num": count}, "good" if count else "")
    if following is None:
        flash(gettext(N_("This was the last day that can be typed over now.")), "")
    return redirect(
        url_for("team.typing.sheet", patient_id=patient_id, day=following or wanted), 303
    )


def _store(found: Opened, typed: Sheet, form: Form) -> int:
    """Store the changes and return how many moments they are; raises FormError or Refused."""
    new = typed.changes(form)
    if typed.errors:
        raise FormError
    if not new:
        return 0
    outcomes = diary_writing.add_entries(
        found.unit,
        found.pathway,
        new,
        access_point=access_point(),
        typed_by=staff_scope().staff_id,
    )
    for outcome in outcomes:
        if outcome.status is not Status.STORED:
            raise Refused("entry", outcome.error or MEANWHILE, outcome.values)
    # Withdrawn and typed anew is one moment.
    return sum(not entry.withdrawn for entry in new) or len(new)


def _again(patient_id: UUID, day: str, form: Form, error: Exception) -> ResponseReturnValue:
    """Show the form as it was typed over how things stand now, and what is the matter."""
    with looked_at(patient_id, "paper.read") as found:
        wanted = _day_in(found, day)
        typed = sheet_of(_view(found, wanted), found.pathway)
        typed.changes(form)
        typed.lay_over(form)
        refused = words.refusal(error) if isinstance(error, Refused | Conflict) else ""
        page = _page(found, typed, refused)
    return page, 422


def _page(found: Opened, typed: Sheet, refused: str = "") -> str:
    scale = found.pathway.scale
    open_rows = [row for row in typed.rows if not row.fixed]
    fields = [cell for row in open_rows for cell in row.cells]
    first = next((cell for cell in fields if cell.name in typed.errors), None)
    first = first or next((cell for cell in fields if not cell.value), None)
    links = _links(found)
    at = next(index for index, link in enumerate(links) if link.day == typed.diary_day)
    return render_template(
        "team/typing.html",
        card=found.card,
        sheet=typed,
        site_headings=[site_label(site) for site in found.pathway.sites],
        focus=(first or fields[0]).name if fields else "",
        refused=refused,
        phases=[(name, list(days)) for name, days in groupby(links, lambda link: link.phase)],
        phase=links[at].phase,
        is_last=at == len(links) - 1,
        is_vas=scale is Scale.VAS,
        most=scale.maximum,
        late_name=late_name,
        was_name=was_name,
    )


def _view(found: Opened, day: date) -> diary_reading.DayView:
    return diary_reading.day(found.unit, found.pathway, day)


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
    """Return the days of all phases that have begun, in order."""
    pathway = found.pathway
    today = diary_day_of(found.unit.now, pathway.zone)
    stands = {
        (entry.diary_day, entry.moment)
        for entry in diary_reading.entries(found.unit, pathway)
        if entry.stands and entry.moment is not None
    }
    answered = Counter(day for day, _moment in stands)
    links = []
    for phase in pathway.phases:
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
