"""One entry: what was saved, changing it, taking it back. Nothing disappears."""

from __future__ import annotations

from uuid import UUID, uuid4

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from diary.store.diary_reading import EntryView
from diary.web.language import gettext as _
from diary.web.patient import score
from diary.web.patient.access import Visit, visit
from diary.web.patient.views import changeable, find_entry, shown
from diary.web.today import next_words, read_today


def install(blueprint: Blueprint) -> None:
    """Add the pages of one entry."""
    blueprint.add_url_rule("/saved/<uuid:entry_id>", view_func=saved)
    blueprint.add_url_rule("/entries/<uuid:entry_id>/correct", view_func=correct)
    blueprint.add_url_rule(
        "/entries/<uuid:entry_id>/withdraw", view_func=withdraw, methods=["GET", "POST"]
    )


def saved(entry_id: UUID) -> ResponseReturnValue:
    """Say what was saved, when, and what comes next."""
    with visit("patient.saved") as seen:
        entry = find_entry(seen, entry_id)
        # It may wait on the phone still, or was changed since: the start shows how things are.
        if entry is None or not entry.stands or seen.pathway is None:
            return redirect(url_for("patient.home"), 303)
        today = read_today(seen.unit, seen.pathway)
        return seen.page(
            "saved",
            entry=shown(seen, entry),
            with_answers=seen.may_show(entry.received_at),
            changeable=changeable(seen, entry),
            open_now=today.open if today else None,
            next=next_words(seen.pathway, seen.unit.now),
        )


def correct(entry_id: UUID) -> ResponseReturnValue:
    """Ask the questions again; the new answers take the place of the old."""
    with visit("patient.correct") as seen:
        entry = _own(seen, entry_id)
        if _of_earlier(seen, entry):
            return redirect(url_for("patient.saved", entry_id=entry.id), 303)
        if not changeable(seen, entry):
            return too_late(seen)
        assert seen.pathway is not None
        return score.ask(seen, seen.pathway, score.Answering(uuid4(), None, entry.id, {}))


def withdraw(entry_id: UUID) -> ResponseReturnValue:
    """Ask whether it should really be taken back, then do it."""
    # Storing writes its own row of the access log.
    with visit(None if request.method == "POST" else "patient.withdraw") as seen:
        entry = _own(seen, entry_id)
        if request.method == "POST":
            return _take_back(seen, entry)
        if _of_earlier(seen, entry):
            return redirect(url_for("patient.saved", entry_id=entry.id), 303)
        if not changeable(seen, entry):
            return too_late(seen)
        may = seen.may_show(entry.received_at)
        return seen.page("withdraw", entry=shown(seen, entry), new_id=uuid4(), with_answers=may)


def _take_back(seen: Visit, entry: EntryView) -> ResponseReturnValue:
    """Take an entry back; the store judges whether that may be, so a double tap is no mistake."""
    assert seen.pathway is not None
    try:
        new_id = UUID(request.form["id"])
    except ValueError:
        abort(400)
    answering = score.Answering(new_id, None, entry.id, {})
    if score.store(seen, seen.pathway, answering, withdrawn=True).error is not None:
        return too_late(seen)
    flash(_("You took the measurement back."))
    return redirect(url_for("patient.home"), 303)


def _own(seen: Visit, entry_id: UUID) -> EntryView:
    entry = find_entry(seen, entry_id)
    if entry is None:
        abort(404)
    return entry


def _of_earlier(seen: Visit, entry: EntryView) -> bool:
    """Tell whether an entry is in an earlier diary: there it is read, and not changed."""
    return seen.pathway is not None and entry.pathway_id != seen.pathway.id


def too_late(seen: Visit) -> ResponseReturnValue:
    """Say that something can no longer be changed, and what to do when it is wrong."""
    page = seen.page(
        "quiet",
        title=_("This stays as it is"),
        lines=[
            _("You can change it until 04:00 at night of the same day."),
            _("Did you change it before? Then the last one counts."),
            _("Is it really wrong? Call your pain centre."),
        ],
        has_entries=True,
    )
    return page, 409
