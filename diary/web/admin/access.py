"""Opening the centre's own affairs: never a patient's, and never without a line in the log."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask import abort

from diary.store import audit
from diary.store.database import Unit
from diary.store.errors import NotFound
from diary.store.tables import Action
from diary.web.context import access_point, reading, writing
from diary.web.team.access import staff_scope


@contextmanager
def looked_at(
    event: str, action: Action = Action.READ, *, touched: str | None = None
) -> Iterator[Unit]:
    """Open the centre for reading; the log line is written before the page leaves.

    However long it reads, no answer of a patient waits for it.
    """
    try:
        with reading(staff_scope()) as unit:
            yield unit
    except NotFound:
        abort(404)
    with writing(staff_scope()) as unit:
        audit.log(unit, event, action, access_point=access_point(), object=touched)


@contextmanager
def changing(
    event: str, action: Action = Action.UPDATE, *, touched: str | None = None
) -> Iterator[Unit]:
    """Open the centre for a change, which is logged in the same transaction."""
    try:
        with writing(staff_scope()) as unit:
            yield unit
            audit.log(unit, event, action, access_point=access_point(), object=touched)
    except NotFound:
        abort(404)
