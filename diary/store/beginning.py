"""What a pathway begins with, and the rules it must keep: at enrolment, and after another one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import insert

from diary.protocol.messages import N_
from diary.protocol.moments import Moment, check_plan
from diary.protocol.scales import Scale
from diary.protocol.versions import Parameters
from diary.store.database import Unit
from diary.store.pathway_reading import moments_as_rows
from diary.store.protocol_versions import for_new, stored_version
from diary.store.tables import Pathway

LONGEST_TEXT = 200


@dataclass(frozen=True, slots=True)
class NewPathway:
    """A pathway to begin; `sites` has the primary pain site first.

    Without `parameters` it starts with the version that the centre chose.
    """

    timezone: str
    indication: str | None
    scale: Scale
    sites: tuple[str, ...]
    moments: tuple[Moment, ...]
    parameters: Parameters | None = None
    pain_since: date | None = None


def insert_pathway(unit: Unit, patient_id: UUID, new: NewPathway) -> UUID:
    """Make a pathway that was found right, of a patient without an open one."""
    parameters, made = new.parameters or for_new(unit), uuid4()
    unit.session.execute(
        insert(Pathway).values(
            centre_id=unit.within.centre_id,
            id=made,
            patient_id=patient_id,
            protocol=parameters.name,
            own_protocol=stored_version(parameters),
            timezone=new.timezone,
            indication=new.indication,
            scale=new.scale,
            sites=list(new.sites),
            primary_site=new.sites[0],
            moments=moments_as_rows(new.moments),
            med_table=parameters.med_table.value,
            pain_since=new.pain_since,
            started_at=unit.now,
        )
    )
    return made


def wrong_in(new: NewPathway, birth_date: date, today: date) -> Mapping[str, str]:
    """Return a text for each field of `new` that is not right."""
    plan = check_plan(new.moments)
    checks = {
        "timezone": (is_zone(new.timezone), N_("Choose a time zone.")),
        "sites": (
            0 < len(new.sites) == len(set(new.sites)) and all(map(is_text, new.sites)),
            N_("Choose at least one pain site, and each one once."),
        ),
        "moments": (not plan, plan[0] if plan else ""),
        "pain_since": (
            new.pain_since is None or birth_date <= new.pain_since <= today,
            N_("Fill in a date between the birth date and today."),
        ),
    }
    return {field: text for field, (right, text) in checks.items() if not right}


def is_text(text: str) -> bool:
    """Tell whether a short text has something in it that can be read, and no more than that."""
    return 0 < len(text.strip()) <= LONGEST_TEXT and text.isprintable()


def is_zone(name: str) -> bool:
    """Tell whether there is a time zone of this name."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True
