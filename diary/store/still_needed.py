"""How often a patient still has to measure today, for the day to count; for the last reminder."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Text, and_, bindparam, cast, func, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from diary.protocol.pathway import CLUSTER
from diary.protocol.versions import version
from diary.store.asking import same_centre
from diary.store.database import Unit
from diary.store.protocol_versions import own_version
from diary.store.tables import Pathway, Prompt

_OWN = cast(col(Pathway.own_protocol), Text)


@cache
def _days() -> Select[*tuple[Any, ...]]:
    """Return the query for how far the days of some prompts are; the worker asks it all day."""
    day = aliased(Prompt)
    waits = and_(
        col(day.answered_at).is_(None),
        col(day.cancelled_at).is_(None),
        col(day.closes_at) > bindparam("now"),
    )
    return (
        select(
            col(Prompt.id),
            col(Pathway.protocol),
            _OWN,
            func.count(col(day.answered_at)),
            func.count().filter(waits),
        )
        .join(Pathway, same_centre(Prompt, Pathway, "pathway_id"))
        .join(
            day,
            and_(
                col(day.centre_id) == col(Prompt.centre_id),
                col(day.pathway_id) == col(Prompt.pathway_id),
                col(day.diary_day) == col(Prompt.diary_day),
            ),
        )
        .where(
            col(Prompt.centre_id).in_(bindparam("centres", expanding=True)),
            col(Prompt.id).in_(bindparam("prompts", expanding=True)),
            or_(col(Pathway.indication).is_(None), col(Pathway.indication) != CLUSTER),
        )
        .group_by(col(Prompt.id), col(Pathway.protocol), _OWN)
    )


def still_needed(
    unit: Unit, centre_ids: Collection[UUID], prompt_ids: Sequence[UUID]
) -> dict[UUID, int]:
    """Return for these prompts how many answers their diary day lacks; one query.

    Counted by moments, as the protocol does (§2). A prompt is left out when its day is complete,
    when too little of it is left, and where no score is computed from days (cluster headache).
    The unit may be without scope: the worker asks for many centres at once.
    """
    if not prompt_ids:
        return {}
    asked = {"centres": list(centre_ids), "prompts": list(prompt_ids), "now": unit.now}
    rows = unit.session.connection().execute(_days(), asked)
    found = {}
    for prompt_id, protocol, stored, answered, possible in rows:
        parameters = own_version(stored) or version(protocol)
        needed = parameters.moments_in_a_valid_day - answered
        if 0 < needed <= possible:
            found[prompt_id] = needed
    return found
