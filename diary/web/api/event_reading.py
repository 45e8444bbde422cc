"""From an item of a batch, or the fields of a form, to an event that can be stored."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from pydantic_core import InitErrorDetails, PydanticCustomError, ValidationError

from diary.protocol.exact import decimal_text, read_exact
from diary.store.events import NewEvent
from diary.store.tables import EventKind
from diary.web.api.event_schemas import SCHEMAS, DoseIn, Event, WithdrawalIn

_COMMON = {"id", "kind", "measured_at", "diary_day", "replaces", "withdrawn", "pathway"}
_LISTS = ("not_taken", "patches_changed", "symptoms")


def parse_event(item: Mapping[str, Any]) -> Event | WithdrawalIn:
    """Return an item with a `kind` as what it is. Raises pydantic's ValidationError."""
    kind = item.get("kind")
    schema = SCHEMAS.get(kind) if isinstance(kind, str) else None
    if schema is None:
        unknown = PydanticCustomError("unknown_kind", "unknown kind")
        detail = InitErrorDetails(type=unknown, loc=("kind",), input=None)
        raise ValidationError.from_exception_data("Event", [detail])
    if item.get("withdrawn") is True:
        return WithdrawalIn.model_validate(item)
    return schema.model_validate(item)


def new_event(parsed: Event | WithdrawalIn, clock_error_seconds: int | None) -> NewEvent:
    """Return what `parse_event` gave as the store takes it."""
    kind = EventKind(parsed.kind) if isinstance(parsed, WithdrawalIn) else _kind(parsed)
    body = {} if isinstance(parsed, WithdrawalIn) else _body(parsed)
    diary_day = getattr(parsed, "diary_day", None)
    content = {
        "kind": kind,
        "measured_at": parsed.measured_at.isoformat(),
        "diary_day": diary_day and diary_day.isoformat(),
        "replaces": parsed.replaces and str(parsed.replaces),
        "withdrawn": parsed.withdrawn,
        "body": body,
    }
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return NewEvent(
        id=parsed.id,
        kind=kind,
        measured_at=parsed.measured_at,
        body=body,
        body_hash=hashlib.sha256(canonical.encode()).digest(),
        diary_day=diary_day,
        replaces_id=parsed.replaces,
        withdrawn=parsed.withdrawn,
        clock_error_seconds=clock_error_seconds,
        pathway_id=parsed.pathway,
    )


def _kind(parsed: Event) -> EventKind:
    return next(kind for kind in EventKind if SCHEMAS[kind] is type(parsed))


def _body(parsed: Event) -> dict[str, Any]:
    """Return what is kept as JSON: one form for the same content, however it was written."""
    body = parsed.model_dump(mode="json", exclude=_COMMON)
    for name in _LISTS:
        if name in body:
            body[name] = sorted(set(body[name]))
    if isinstance(parsed, DoseIn):
        body["count"] = decimal_text(read_exact(parsed.count))
    return body
