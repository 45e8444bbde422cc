"""`POST /api/v1/entries`: answers come in from a phone, perhaps days old, perhaps twice."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any, TypeVar
from uuid import UUID

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue
from pydantic import ValidationError
from spectree import Response

from diary.language import N_
from diary.protocol.exact import exact_text, read_exact
from diary.protocol.reading import FIRST_YEAR, LAST_YEAR
from diary.store import belonging, diary_writing, events, pathways
from diary.store.belonging import Incoming
from diary.store.database import Unit
from diary.store.diary_writing import NewEntry, Outcome
from diary.store.events import NewEvent
from diary.store.new_entries import Status
from diary.store.pathways import PathwayView
from diary.store.phones import PhoneOwner
from diary.web.api.access import phone_owner
from diary.web.api.bodies import NOT_RIGHT, read_body, reasons, refuse
from diary.web.api.documentation import SIGNED_IN, spec
from diary.web.api.event_reading import new_event, parse_event
from diary.web.api.event_schemas import Batch
from diary.web.api.schemas import BatchResult, EntryIn, Envelope, ErrorBody
from diary.web.context import access_point, now, writing
from diary.web.errors import error_body
from diary.web.language import gettext

blueprint = Blueprint("entries", __name__)

# The column is a 32-bit integer: 68 years.
LARGEST_ERROR = 2**31 - 1
# What is hashed in a form of its own; and the pathway, which an older version of the app that
# sent the same answer first did not tell.
UNHASHED = {"scores", "measured_at", "medication", "pathway"}

NO_DIARY = N_("Your diary is not ready yet. What you filled in stays on this phone.")
OTHER_PATIENT = N_("These answers belong to another diary.")
NO_CLOCK = N_("The clock of this phone is not right. Set the date and the time.")

OTHER_PATHWAY = N_("This answer belongs to an earlier diary. It cannot be saved here.")

Result = dict[str, Any]
Read = NewEntry | NewEvent | Result
Kind = TypeVar("Kind", bound=Incoming)


@blueprint.post("/entries")
@spec.validate(
    json=Batch,
    resp=Response(
        HTTP_200=BatchResult,
        HTTP_400=ErrorBody,
        HTTP_401=ErrorBody,
        HTTP_409=ErrorBody,
        HTTP_413=ErrorBody,
        HTTP_503=ErrorBody,
    ),
    security=SIGNED_IN,
    skip_validation=True,
)
def add() -> ResponseReturnValue:
    """Store a batch: one result for each entry, in order; a bad one never stops the others.

    The same id and content again is a `duplicate`; the same id with other content is `rejected`.
    What is answered with `stored` or `duplicate` is on disk.
    """
    owner = phone_owner()
    batch = read_body(Envelope)
    if batch.owner not in {None, owner.patient_id}:
        refuse(409, "other_patient", OTHER_PATIENT)
    read = [_read(item, batch.sent_at) for item in batch.entries]
    with writing(owner.scope) as unit:
        own = pathways.all_pathways(unit, owner.patient_id)
        if not own:
            refuse(409, "no_diary", NO_DIARY)
        outcomes = _store(unit, own, [one for one in read if not isinstance(one, dict)], owner)
    # Only now, after the commit, is anything acknowledged.
    return jsonify(results=[one if isinstance(one, dict) else outcomes[id(one)] for one in read])


def _store(
    unit: Unit, own: Sequence[PathwayView], new: Sequence[Incoming], owner: PhoneOwner
) -> dict[int, Result]:
    """Store each item in the pathway it belongs to; return the results by `id` of the item."""
    belongs = belonging.placed(unit, own, new)
    said: list[tuple[Incoming, Outcome]] = [
        # What names no pathway was placed by its time: only a wrong clock is before them all.
        (one, Outcome(one.id, Status.REJECTED, OTHER_PATHWAY if one.pathway_id else NO_CLOCK))
        for one, pathway in zip(new, belongs, strict=True)
        if pathway is None
    ]
    for pathway in own:
        some = [one for one, its in zip(new, belongs, strict=True) if its is pathway]
        scores = [_not_before(pathway, one) for one in some if isinstance(one, NewEntry)]
        others = [_not_before(pathway, one) for one in some if isinstance(one, NewEvent)]
        if scores:
            stored = diary_writing.add_entries(
                unit, pathway, scores, access_point=access_point(), phone_id=owner.phone_id
            )
            said += zip([one for one in some if isinstance(one, NewEntry)], stored, strict=True)
        if others:
            stored = events.add_events(
                unit, pathway, others, access_point=access_point(), phone_id=owner.phone_id
            )
            said += zip([one for one in some if isinstance(one, NewEvent)], stored, strict=True)
    return {id(one): _result(outcome) for one, outcome in said}


def _read(item: dict[str, Any], sent_at: datetime | None) -> Read:
    try:
        return _read_event(item, sent_at) if "kind" in item else _read_entry(item, sent_at)
    except ValidationError as error:
        return _rejected(_id_of(item), "not_right", gettext(NOT_RIGHT), reasons(error))


def _read_event(item: dict[str, Any], sent_at: datetime | None) -> NewEvent | Result:
    parsed = parse_event(item)
    for name in ("measured_at", "started_at", "ended_at", "diary_day"):
        given = getattr(parsed, name, None)
        if given is not None and not _is_year(given):
            return _no_clock(parsed.id, name)
    return new_event(parsed, _clock_error(parsed.measured_at, sent_at))


def _read_entry(item: dict[str, Any], sent_at: datetime | None) -> NewEntry | Result:
    entry = EntryIn.model_validate(item)
    if not _is_year(entry.measured_at):
        return _no_clock(entry.id, "measured_at")
    scores = {site: read_exact(score) for site, score in entry.scores.items()}
    return NewEntry(
        id=entry.id,
        measured_at=entry.measured_at,
        moment=entry.moment,
        scores=scores,
        late=entry.late,
        note=_note(entry),
        replaces_id=entry.replaces,
        withdrawn=entry.withdrawn,
        clock_error_seconds=_clock_error(entry.measured_at, sent_at),
        body_hash=_body_hash(entry),
        pathway_id=entry.pathway,
    )


def _no_clock(item_id: UUID, field: str) -> Result:
    said = gettext(NO_CLOCK)
    return _rejected(item_id, "time", said, {field: said})


def _is_year(given: date) -> bool:
    """Tell whether a time can be reckoned with; how wrong it is, is not judged here."""
    return FIRST_YEAR <= given.year <= LAST_YEAR


def _clock_error(measured_at: datetime, sent_at: datetime | None) -> int | None:
    """Return how far the phone's clock was ahead, in seconds; None when that is not known.

    A wrong clock is shown to the team, never corrected and never a reason to refuse an answer
    (protocol.md, section 1). One that was set right before the sending was ahead by at least as
    much as the answer is.
    """
    estimates = []
    if sent_at is not None and _is_year(sent_at):
        estimates.append(sent_at - now())
    if measured_at > now():
        estimates.append(measured_at - now())
    if not estimates:
        return None
    return max(-LARGEST_ERROR, min(LARGEST_ERROR, round(max(estimates).total_seconds())))


def _not_before(pathway: PathwayView, one: Kind) -> Kind:
    """Return the answer with a clock that was slow by at least as much as it is too early.

    A phone that starts at 1970 and is set right before the sending gives no other sign of it.
    """
    began = _began(pathway)
    measured_at = one.measured_at
    if measured_at is None or measured_at >= began:
        return one
    slow = max(-LARGEST_ERROR, round((measured_at - began).total_seconds()))
    known = one.clock_error_seconds
    return replace(one, clock_error_seconds=slow if known is None else min(known, slow))


def _began(pathway: PathwayView) -> datetime:
    """Return the instant before which nothing of a pathway was measured."""
    days = [phase.first_day for phase in pathway.phases]
    first = min([pathway.started_at.astimezone(pathway.zone).date(), *days])
    return datetime.combine(first, time.min, pathway.zone)


def _note(entry: EntryIn) -> str | None:
    """Return the note with the medication under it, a line of JSON each: kept word for word.

    What a phone sends with a score has no medicine of the patient's list to belong to; a dose that
    counts is a diary event.
    """
    lines = [entry.note] if entry.note else []
    lines += [
        "medication: " + json.dumps(medicine.model_dump(exclude_none=True, mode="json"))
        for medicine in entry.medication
    ]
    return "\n".join(lines) or None


def _body_hash(entry: EntryIn) -> bytes:
    """Return the hash of the content, however it was written: 7 and "7", any order of keys."""
    content = entry.model_dump(mode="json", exclude=UNHASHED)
    content["measured_at"] = entry.measured_at.isoformat()
    content["scores"] = {
        site: exact_text(read_exact(score)) for site, score in entry.scores.items()
    }
    content["medication"] = [
        medicine.model_dump(mode="json", exclude={"mg", "ug_per_h"})
        | {
            unit: exact_text(read_exact(dose))
            for unit, dose in (("mg", medicine.mg), ("ug_per_h", medicine.ug_per_h))
            if dose is not None
        }
        for medicine in entry.medication
    ]
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).digest()


def _id_of(item: dict[str, Any]) -> UUID | None:
    try:
        return UUID(item.get("id"))
    except (TypeError, ValueError, AttributeError):
        return None


def _result(outcome: Outcome) -> Result:
    if outcome.error is None:
        return {"id": str(outcome.id), "status": outcome.status.value}
    return _rejected(outcome.id, "refused", gettext(outcome.error) % outcome.values)


def _rejected(
    entry_id: UUID | None, code: str, message: str, fields: dict[str, str] | None = None
) -> Result:
    known = None if entry_id is None else str(entry_id)
    return {"id": known, "status": "rejected"} | error_body(code, message, fields)
