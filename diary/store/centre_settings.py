"""What the administrator settles for the whole centre: its details, and what new patients get."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Text, cast, select, update
from sqlmodel import col

from diary.language import TEAM_LANGUAGES
from diary.protocol.messages import N_
from diary.protocol.moments import DEFAULT_MOMENTS, Moment, check_plan
from diary.protocol.reminding import Quiet, Step, check_ladder
from diary.protocol.versions import NVA_2020
from diary.store.centres import for_administrators, short_text
from diary.store.database import Unit
from diary.store.errors import Refused
from diary.store.ladder import quiet_of, steps_of
from diary.store.pathway_reading import EVENING, moments_as_rows, moments_from_rows
from diary.store.tables import Centre

TELEPHONE = re.compile(r"\+?[\d\s()\-./]{3,30}")
BAD_TELEPHONE = N_("Fill in a telephone number like 020 123 45 67.")
TOO_FEW = N_("A day counts with measurements at two moments: keep at least two times.")


@dataclass(frozen=True, slots=True)
class Custom:
    """A ladder with quiet hours, of a centre or of one patient."""

    steps: tuple[Step, ...]
    quiet: Quiet | None


@dataclass(frozen=True, slots=True)
class Usual:
    """What is filled in for a new patient: the moments, and the questions of the evening."""

    moments: tuple[Moment, ...]
    evening: tuple[str, ...]


def set_details(unit: Unit, name: str, phone_number: str, language: str) -> None:
    """Keep the centre's name, the number that patients call, and its language.

    For administrators. Raises Refused with a text for each field at fault.
    """
    for_administrators(unit)
    number = phone_number.strip()
    if not TELEPHONE.fullmatch(number):
        raise Refused("phone_number", BAD_TELEPHONE, fields={"phone_number": BAD_TELEPHONE})
    if language not in TEAM_LANGUAGES:
        wrong = N_("Choose one of these.")
        raise Refused("language", wrong, fields={"language": wrong})
    _update(unit, name=short_text(name, "name"), phone_number=number, language=language)


def custom_of(ladder: str | None, start: str | None, end: str | None) -> Custom:
    """Return a ladder and quiet hours as they are stored; without a ladder the product's own."""
    return Custom(tuple(steps_of(ladder)), quiet_of(start, end))


def stored_ladder(steps: Sequence[Step]) -> list[dict[str, Any]]:
    """Return a ladder as it is stored; Refused ("ladder") when it is none."""
    wrong = check_ladder(steps)
    if wrong:
        raise Refused("ladder", wrong[0], fields={"ladder": wrong[0]})
    return [
        {
            "after": int(step.after / timedelta(minutes=1)),
            "channel": "other" if step.other else "first",
        }
        for step in steps
    ]


def centre_custom(unit: Unit) -> Custom:
    """Return how the patients of the centre are reminded when nothing else is said."""
    row = unit.session.execute(
        select(
            cast(col(Centre.ladder), Text).label("ladder"),
            col(Centre.quiet_from),
            col(Centre.quiet_until),
        ).where(col(Centre.id) == unit.within.centre_id)
    ).one()
    return custom_of(row.ladder, row.quiet_from, row.quiet_until)


def set_centre_custom(unit: Unit, new: Custom) -> None:
    """Keep how patients are reminded; it holds for what is not planned yet. For administrators."""
    for_administrators(unit)
    quiet = new.quiet
    _update(
        unit,
        ladder=stored_ladder(new.steps),
        quiet_from=f"{quiet.start:%H:%M}" if quiet else None,
        quiet_until=f"{quiet.end:%H:%M}" if quiet else None,
    )


def usual(unit: Unit) -> Usual:
    """Return what is filled in for a new patient of the centre."""
    row = unit.session.execute(
        select(col(Centre.moments), col(Centre.evening)).where(
            col(Centre.id) == unit.within.centre_id
        )
    ).one()
    return Usual(
        DEFAULT_MOMENTS if row.moments is None else moments_from_rows(row.moments),
        EVENING if row.evening is None else tuple(row.evening),
    )


def set_usual(unit: Unit, moments: Sequence[Moment], evening: Collection[str]) -> None:
    """Keep what is filled in for new patients; who has begun stays as it is. For administrators.

    Raises Refused ("moments") for a plan that is none.
    """
    for_administrators(unit)
    few = [TOO_FEW] if len(moments) < NVA_2020.moments_in_a_valid_day else []
    wrong = [*check_plan(moments), *few]
    if wrong:
        raise Refused("moments", wrong[0], fields={"moments": wrong[0]})
    questions = [name for name in EVENING if name in evening]
    _update(unit, moments=moments_as_rows(moments), evening=questions)


def zone(unit: Unit) -> ZoneInfo:
    """Return the time zone in which the centre works."""
    name = unit.session.execute(
        select(col(Centre.timezone)).where(col(Centre.id) == unit.within.centre_id)
    ).scalar_one()
    return ZoneInfo(name)


def _update(unit: Unit, **values: object) -> None:
    unit.session.execute(
        update(Centre).where(col(Centre.id) == unit.within.centre_id).values(**values)
    )
