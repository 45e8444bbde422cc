"""Whom people can call who have no diary on their phone."""

from __future__ import annotations

from diary.store import centres
from diary.store.centres import CentreView
from diary.web.context import reading


def only_centre() -> CentreView | None:
    """Return the centre of this installation when there is only one.

    Where nobody is known yet, it is the one that people without a diary on their phone can call.
    """
    with reading(None) as unit:
        found = centres.all_centres(unit)
    return found[0] if len(found) == 1 else None
