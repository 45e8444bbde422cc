"""Diary events on pages: saving one from a form, what was saved, taking it back.

A form says the same as the phone's own item (`static/js/events.js`): the same code reads both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import ValidationError

from diary.protocol.days import diary_day_of
from diary.protocol.scales import Source
from diary.store import event_reading, events
from diary.store.diary_writing import NO_ORIGINAL
from diary.store.event_reading import EventView
from diary.store.new_entries import Outcome
from diary.store.pathways import PathwayView, lock
from diary.store.tables import EventKind
from diary.web.api.event_reading import new_event, parse_event
from diary.web.context import access_point
from diary.web.language import gettext as _
from diary.web.patient.access import Visit, visit
from diary.web.patient.entries import too_late
from diary.web.patient.event_words import changeable, shown


@dataclass(frozen=True, slots=True)
class Answer:
    """What a form says: the kind of event and its own fields (static/js/events.js, `READ`)."""

    kind: EventKind
    content: Mapping[str, Any]


def install(blueprint: Blueprint) -> None:
    """Add the pages of one event."""
    blueprint.add_url_rule("/events/<uuid:event_id>", view_func=saved_event)
    blueprint.add_url_rule(
        "/events/<uuid:event_id>/withdraw", view_func=withdraw_event, methods=["GET", "POST"]
    )


def asked(seen: Visit) -> PathwayView | None:
    """Return the patient's pathway while it asks anything."""
    pathway = seen.pathway
    return pathway if pathway is not None and pathway.ended_at is None else None


def standing(seen: Visit, pathway: PathwayView) -> list[EventView]:
    """Return today's events as they stand, and the attacks of every day."""
    today = diary_day_of(seen.unit.now, pathway.zone)
    return event_reading.standing(seen.unit, [pathway.id], today).get(pathway.id, [])


def today(seen: Visit, pathway: PathwayView) -> str:
    """Return the present diary day as events carry it."""
    return diary_day_of(seen.unit.now, pathway.zone).isoformat()


def local_now(seen: Visit, pathway: PathwayView) -> str:
    """Return the present instant on the patient's clock, as events carry it."""
    return seen.unit.now.astimezone(pathway.zone).isoformat()


def to_start() -> ResponseReturnValue:
    """Lead to the start: nothing is asked now."""
    return redirect(url_for("patient.home"), 303)


def form_page(
    seen: Visit, form: str, title: str, problem: str | None = None, **values: object
) -> ResponseReturnValue:
    """Return the page of one form; 422 when something is wrong with what came in."""
    replaces = values.pop("replaces", None) or request.values.get("replaces")
    page = seen.page(
        "event",
        form=form,
        title=title,
        problem=problem,
        new_id=uuid4(),
        replaces=_own_id(replaces),
        **values,
    )
    return page, 200 if problem is None else 422


def save(
    seen: Visit, pathway: PathwayView, answer: Answer, without: Sequence[EventView] = ()
) -> ResponseReturnValue:
    """Store what a form said and lead to what was saved; a form sent twice counts once.

    What the answer says was not so (`without`) is taken back in the same batch, before it.
    """
    item = {
        "id": request.form.get("id"),
        "kind": answer.kind.value,
        "measured_at": local_now(seen, pathway),
        **answer.content,
    }
    replaces = answer.content.get("replaces") or request.form.get("replaces")
    replaces = replaces or _said_before(seen, pathway, answer.kind)
    gone = [_withdrawal(seen, pathway, one.id, one.kind.value, str(uuid4())) for one in without]
    outcome = _store(seen, pathway, *gone, item | ({"replaces": replaces} if replaces else {}))
    found = _find(seen, pathway, outcome.id)
    if outcome.error is None or found is not None:
        # Sent twice, perhaps a minute later: it is there.
        return redirect(url_for("patient.saved_event", event_id=outcome.id), 303)
    return _refused(seen, outcome)


def _said_before(seen: Visit, pathway: PathwayView, kind: EventKind) -> str | None:
    """Return today's own answer to what is asked once a day: another page may have stored it.

    This one takes its place, as in the app (`instead` in static/js/events.js).
    """
    if kind not in events.ONCE_A_DAY:
        return None
    # First the lock: of two that are sent at once, the second must see the first.
    lock(seen.unit, pathway.id)
    today, own_id = diary_day_of(seen.unit.now, pathway.zone), request.form.get("id")
    before = [
        str(one.id)
        for one in standing(seen, pathway)
        if (one.kind, one.diary_day, one.source) == (kind, today, Source.PHONE)
    ]
    # A form that is sent twice corrects nothing.
    return before[-1] if before and before[-1] != own_id else None


def saved_event(event_id: UUID) -> ResponseReturnValue:
    """Say what was saved; a symptom shows whom to call at once."""
    with visit("patient.saved_event") as seen:
        found = _find_in_any(seen, event_id)
        if found is None:
            return to_start()
        pathway, event = found
        ended = event.kind is EventKind.ATTACK and not event.runs
        unrated = ended and event.body.get("intensity") is None and pathway == asked(seen)
        return seen.page(
            "saved_event",
            entry=shown(seen, pathway, event),
            with_answers=seen.may_show(event.measured_at),
            alarm=bool(event.body.get("symptoms")),
            worst_of=event.id if unrated else None,
            new_id=uuid4(),
        )


def withdraw_event(event_id: UUID) -> ResponseReturnValue:
    """Ask whether it should really be taken back, then do it."""
    # Storing writes its own row of the access log.
    with visit(None if request.method == "POST" else "patient.withdraw_event") as seen:
        pathway = asked(seen)
        if pathway is None:
            return to_start()
        event = _find(seen, pathway, event_id)
        if request.method == "POST":
            return _take_back(seen, pathway, event_id)
        if event is None and _find_in_any(seen, event_id):
            # In an earlier diary it is read, and not changed.
            return redirect(url_for("patient.saved_event", event_id=event_id), 303)
        if event is None:
            abort(404)
        if not changeable(seen, pathway, event):
            return too_late(seen)
        return seen.page(
            "withdraw_event",
            entry=shown(seen, pathway, event),
            new_id=uuid4(),
            with_answers=seen.may_show(event.measured_at),
        )


def _take_back(seen: Visit, pathway: PathwayView, event_id: UUID) -> ResponseReturnValue:
    """Take an event back; the store judges whether that may be, so a double tap is no mistake."""
    form = request.form
    outcome = _store(
        seen, pathway, _withdrawal(seen, pathway, event_id, form.get("kind"), form.get("id"))
    )
    if outcome.error == NO_ORIGINAL:
        abort(404)
    if outcome.error is not None:
        return too_late(seen)
    flash(_("You took this back."))
    return to_start()


def _withdrawal(
    seen: Visit, pathway: PathwayView, event_id: UUID, kind: str | None, own_id: str | None
) -> dict[str, Any]:
    return {
        "id": own_id,
        "kind": kind,
        "measured_at": local_now(seen, pathway),
        "replaces": str(event_id),
        "withdrawn": True,
    }


def _store(seen: Visit, pathway: PathwayView, *items: Mapping[str, Any]) -> Outcome:
    """Store a batch and return what became of the last of it, which is what the form said."""
    try:
        new = [new_event(parse_event(item), 0) for item in items]
    except ValidationError:
        # The fields are ours: somebody changed them.
        abort(400)
    outcomes = events.add_events(
        seen.unit, pathway, new, access_point=access_point(), phone_id=seen.owner.phone_id
    )
    return outcomes[-1]


def _find(seen: Visit, pathway: PathwayView, event_id: UUID) -> EventView | None:
    return next((one for one in standing(seen, pathway) if one.id == event_id), None)


def _find_in_any(seen: Visit, event_id: UUID) -> tuple[PathwayView, EventView] | None:
    """Return an event with the diary it is in.

    What waited on the phone may be in an earlier one: in the one that asked it.
    """
    of_each = ((own, _find(seen, own, event_id)) for own in reversed(seen.pathways))
    return next(((own, event) for own, event in of_each if event), None)


def _refused(seen: Visit, outcome: Outcome) -> ResponseReturnValue:
    assert outcome.error is not None
    lines = [_(outcome.error) % outcome.values]
    return seen.page("quiet", title=_("Not saved"), lines=lines, has_entries=False), 422


def _own_id(written: object) -> str | None:
    try:
        return str(UUID(str(written))) if written else None
    except ValueError:
        return None
