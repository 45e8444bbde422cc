"""How often a patient still has to measure today, for the day to count; for the last reminder."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import Text, and_, cast, func, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from diary.protocol.pathway import CLUSTER
from diary.protocol.versions import version
from diary.store.asking import same_centre
from diary.store.database import Unit
from diary.store.protocol_versions import own_version
from diary.store.tables import Pathway, Prompt


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
    day = aliased(Prompt)
    own = cast(col(Pathway.own_protocol), Text)
    waits = and_(
        col(day.answered_at).is_(None),
        col(day.cancelled_at).is_(None),
        col(day.closes_at) > unit.now,
    )
    rows = unit.session.execute(
        select(
            col(Prompt.id),
            col(Pathway.protocol),
            own,
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
            col(Prompt.centre_id).in_(centre_ids),
            col(Prompt.id).in_(prompt_ids),
            or_(col(Pathway.indication).is_(None), col(Pathway.indication) != CLUSTER),
        )
        .group_by(col(Prompt.id), col(Pathway.protocol), own)
    )
    found = {}
    for prompt_id, protocol, stored, answered, possible in rows:
        parameters = own_version(stored) or version(protocol)
        needed = parameters.moments_in_a_valid_day - answered
        if 0 < needed <= possible:
            found[prompt_id] = needed
    return found
