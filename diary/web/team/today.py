"""Today: what there is to do for the patients one treats, most urgent first, and closing it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from diary.language import N_
from diary.protocol.days import ONE_DAY
from diary.store import audit
from diary.store.errors import Conflict, Refused
from diary.store.tables import Action
from diary.store.worklist import marks
from diary.store.worklist.items import ItemKind, Key
from diary.store.worklist.today import Closed, KeptForWorklist, Line, Worklist, worklist
from diary.web.context import access_point, now, reading, writing
from diary.web.language import day_short, duration, gettext, moment_in
from diary.web.team import item_words, words
from diary.web.team.access import changing, staff_scope
from diary.web.team.forms import Form

blueprint = Blueprint("today", __name__)

_KEY = "team.worklist"
MORNING = time(8)
HOUR = timedelta(hours=1)
PUT_OFF = {
    "hour": N_("for an hour"),
    "tomorrow": N_("until tomorrow at 8:00"),
    "week": N_("for a week"),
}
# What is urgent waits for a short while only (`marks.LONGEST_URGENT_SNOOZE`).
PUT_OFF_URGENT = {"hour": PUT_OFF["hour"]}
DONE = {
    "take": N_("This is yours now."),
    "snooze": N_("It is put off and comes back by itself."),
    "close": N_("It is closed. You can open it again for a day, below."),
    "reopen": N_("It is on the list again."),
}


@dataclass(frozen=True, slots=True)
class ShownItem:
    """An item in the reader's words; `wrong` is what is not right about what was just sent."""

    anchor: str
    kind: str
    subject: str
    number: int
    word: str
    tone: str
    shape: str
    reason: str
    patient: str
    patient_url: str
    act_url: str
    action: str
    action_url: str
    since: str
    how_long: str
    owner: str
    mine: bool
    closes_itself: bool
    urgent: bool
    put_off: list[tuple[str, str]]
    note: str
    until: str
    why: str
    wrong: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ShownAsleep:
    """An item that was put off: by whom, until when and why, and how to take it back."""

    kind: str
    subject: str
    number: int
    word: str
    tone: str
    shape: str
    patient: str
    patient_url: str
    act_url: str
    owner: str
    until: str
    note: str


@dataclass(frozen=True, slots=True)
class ShownClosed:
    """An item that was closed lately."""

    kind: str
    subject: str
    number: int
    word: str
    patient: str
    patient_url: str
    act_url: str
    closed: str
    note: str


def page(
    sent: Form | None = None, refused: str = "", key: Key | None = None
) -> tuple[str, int] | str:
    """Show the worklist; what could not be saved keeps its text beside its item."""
    scope = staff_scope()
    with writing(scope) as unit:
        audit.log(
            unit,
            "worklist.read",
            Action.READ,
            access_point=access_point(),
            treatment_relation=True,
        )
    with reading(scope) as unit:
        found = worklist(unit, current_app.extensions.setdefault(_KEY, KeptForWorklist()))
        notes = {c.key: unit.vault.open(c.handling.sealed_note or b"") for c in found.closed}
        asleep = [_asleep(line, unit.vault.open) for line in found.asleep]
    html = render_template(
        "team/today.html",
        items=[_shown(line, sent if line.item.key == key else None) for line in found.lines],
        urgent=sum(line.item.urgent for line in found.lines),
        patients=_patients(found),
        asleep=asleep,
        urgent_asleep=sum(line.item.urgent for line in found.asleep),
        closed=[_closed(one, notes[one.key]) for one in found.closed],
        longest=marks.LONGEST_NOTE,
        refused=refused,
    )
    return (html, 409 if not sent or not sent.errors else 422) if refused else html


@blueprint.post("/patients/<uuid:patient_id>/worklist")
def act(patient_id: UUID) -> ResponseReturnValue:
    """Take, put off, close or open again one item."""
    form = Form(request.form)
    done = form.choice("act", DONE)
    kind = form.choice("kind", [kind.value for kind in ItemKind])
    number, subject = form.count("number"), form.text("subject")
    if form.errors or number is None:
        return page(Form(MultiDict()), gettext(N_("Nothing was saved. Try it once more.")))
    key: Key = (patient_id, ItemKind(kind), subject)
    try:
        with changing(patient_id, f"worklist.{done}") as found:
            match done:
                case "take":
                    marks.take(found.unit, key, number)
                case "snooze":
                    until = _until(form, found.unit.now, found.pathway.zone)
                    marks.snooze(found.unit, key, number, until, form.value("reason"))
                case "close":
                    marks.close(found.unit, key, number, form.value("note"))
                case _:
                    marks.reopen(found.unit, key, number)
    except Refused as error:
        form.errors.update(error.fields)
        return page(form, words.refusal(error), key)
    except Conflict as error:
        return page(None, words.refusal(error), key)
    flash(gettext(DONE[done]), "good")
    return redirect(url_for("team.home"), 303)


def _until(form: Form, at: datetime, zone: ZoneInfo) -> datetime:
    match form.value("until"):
        case "hour":
            return at + HOUR
        case "week":
            return at + 7 * ONE_DAY
    tomorrow = at.astimezone(zone).date() + ONE_DAY
    return datetime.combine(tomorrow, MORNING, zone)


def _shown(line: Line, sent: Form | None) -> ShownItem:
    item, patient, handling = line.item, line.patient, line.handling
    zone = ZoneInfo(patient.timezone)
    said = item_words.said(item.kind)
    return ShownItem(
        anchor=f"{item.kind.value}-{item.patient_id}",
        kind=item.kind.value,
        subject=item.subject,
        number=handling.number,
        word=gettext(said.word),
        tone=said.tone,
        shape=said.shape,
        reason=item_words.reason(item, zone),
        patient=patient.name,
        patient_url=url_for("team.patient.page", patient_id=patient.id),
        act_url=url_for("team.today.act", patient_id=patient.id),
        action=gettext(said.action),
        action_url=item_words.action_url(item),
        since=_since(item.since.astimezone(zone), zone),
        how_long=duration(max(int((now() - item.since).total_seconds()), 0)),
        owner=handling.owner,
        mine=handling.owner_id == staff_scope().staff_id,
        closes_itself=item.kind is ItemKind.ALARM,
        urgent=item.urgent,
        put_off=[
            (name, gettext(words_))
            for name, words_ in (PUT_OFF_URGENT if item.urgent else PUT_OFF).items()
        ],
        note=sent.value("note") if sent else "",
        until=sent.value("until") if sent else "",
        why=sent.value("reason") if sent else "",
        wrong={name: gettext(text) for name, text in sent.errors.items()} if sent else {},
    )


def _asleep(line: Line, unseal: Callable[[bytes], str]) -> ShownAsleep:
    item, patient, handling = line.item, line.patient, line.handling
    assert handling.snoozed_until is not None
    said = item_words.said(item.kind)
    return ShownAsleep(
        kind=item.kind.value,
        subject=item.subject,
        number=handling.number,
        word=gettext(said.word),
        tone=said.tone,
        shape=said.shape,
        patient=patient.name,
        patient_url=url_for("team.patient.page", patient_id=patient.id),
        act_url=url_for("team.today.act", patient_id=patient.id),
        owner=handling.owner,
        until=moment_in(handling.snoozed_until, ZoneInfo(patient.timezone)),
        note="" if handling.sealed_note is None else unseal(handling.sealed_note),
    )


def _since(local: datetime, zone: ZoneInfo) -> str:
    """Return since when; what began with a day has no hour."""
    return day_short(local.date()) if local.time() == time() else moment_in(local, zone)


def _closed(closed: Closed, note: str) -> ShownClosed:
    patient_id, kind, subject = closed.key
    handling = closed.handling
    assert handling.closed_at is not None
    zone = ZoneInfo(closed.patient.timezone)
    return ShownClosed(
        kind=kind.value,
        subject=subject,
        number=handling.number,
        word=gettext(item_words.said(kind).word),
        patient=closed.patient.name,
        patient_url=url_for("team.patient.page", patient_id=patient_id),
        act_url=url_for("team.today.act", patient_id=patient_id),
        closed=f"{moment_in(handling.closed_at, zone)}, {handling.closed_by}",
        note=note,
    )


def _patients(found: Worklist) -> int:
    return len({line.patient.id for line in found.lines})
