"""`POST /api/v1/entries`: answers come in from a phone, perhaps days old, perhaps twice."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue
from pydantic import ValidationError
from spectree import Response

from diary.language import N_
from diary.protocol.exact import exact_text, read_exact
from diary.store import diary_writing, pathways
from diary.store.diary_writing import NewEntry, Outcome
from diary.web.api.access import phone_owner
from diary.web.api.bodies import NOT_RIGHT, read_body, reasons, refuse
from diary.web.api.documentation import SIGNED_IN, spec
from diary.web.api.schemas import (
    EARLIEST_YEAR,
    LATEST_YEAR,
    Batch,
    BatchResult,
    EntryIn,
    Envelope,
    ErrorBody,
)
from diary.web.context import access_point, now, writing
from diary.web.errors import error_body
from diary.web.language import gettext

blueprint = Blueprint("entries", __name__)

# How far a phone's clock may jump between answering and sending; more is a wrong clock.
FUTURE = timedelta(minutes=5)
# The column is a 32-bit integer: 68 years.
LARGEST_ERROR = 2**31 - 1

NO_DIARY = N_("Your diary is not ready yet. What you filled in stays on this phone.")
OTHER_PATIENT = N_("These answers belong to another diary.")
NO_CLOCK = N_("The clock of this phone is not right. Set the date and the time.")
AHEAD = N_("The time of this answer has not come yet. Check the clock of this phone.")

Result = dict[str, Any]


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
    if not EARLIEST_YEAR <= batch.sent_at.year <= LATEST_YEAR:
        refuse(400, "no_clock", NO_CLOCK, {"sent_at": gettext(NO_CLOCK)})
    results: list[Result | None] = []
    entries: list[NewEntry] = []
    for item in batch.entries:
        read = _read(item, batch.sent_at)
        results.append(None if isinstance(read, NewEntry) else read)
        if isinstance(read, NewEntry):
            entries.append(read)
    with writing(owner.scope) as unit:
        pathway = pathways.pathway(unit, owner.patient_id)
        if pathway is None:
            refuse(409, "no_diary", NO_DIARY)
        outcomes = diary_writing.add_entries(
            unit, pathway, entries, access_point=access_point(), phone_id=owner.phone_id
        )
    # Only now, after the commit, is anything acknowledged.
    told = iter(outcomes)
    return jsonify(results=[result or _result(next(told)) for result in results])


def _read(item: dict[str, Any], sent_at: datetime) -> NewEntry | Result:
    try:
        entry = EntryIn.model_validate(item)
    except ValidationError as error:
        return _rejected(_id_of(item), "not_right", gettext(NOT_RIGHT), reasons(error))
    error_text = _wrong_time(entry.measured_at, sent_at)
    if error_text is not None:
        return _rejected(entry.id, "time", error_text, {"measured_at": error_text})
    error_seconds = round((sent_at - now()).total_seconds())
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
        clock_error_seconds=max(-LARGEST_ERROR, min(LARGEST_ERROR, error_seconds)),
        body_hash=_body_hash(entry),
    )


def _wrong_time(measured_at: datetime, sent_at: datetime) -> str | None:
    """Return what is wrong with a time: it may be old and by a wrong clock, but not ahead of both.

    A wrong clock is shown to the team, never corrected (protocol.md, section 1).
    """
    if not EARLIEST_YEAR <= measured_at.year <= LATEST_YEAR:
        return gettext(NO_CLOCK)
    if measured_at > max(sent_at, now()) + FUTURE:
        return gettext(AHEAD)
    return None


def _note(entry: EntryIn) -> str | None:
    """Return the note with the medication under it, a line of JSON each: kept word for word.

    Medication gets tables of its own with the screen for it; until then it stays with its answer.
    """
    lines = [entry.note] if entry.note else []
    lines += [
        "medication: " + json.dumps(medicine.model_dump(exclude_none=True, mode="json"))
        for medicine in entry.medication
    ]
    return "\n".join(lines) or None


def _body_hash(entry: EntryIn) -> bytes:
    """Return the hash of the content, however it was written: 7 and "7", any order of keys."""
    content = entry.model_dump(mode="json", exclude={"scores", "measured_at", "medication"})
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
