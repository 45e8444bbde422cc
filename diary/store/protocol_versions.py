"""A centre's own protocol versions: append-only; a pathway keeps for ever what it began with."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import uuid4

from sqlalchemy import Text, cast, select, update
from sqlmodel import col

from diary.protocol.case_text import parse_version_text
from diary.protocol.messages import N_
from diary.protocol.own_versions import VersionError, parse_version, version_to_json
from diary.protocol.reading import Problem, Wrong
from diary.protocol.versions import NVA_2020, VERSIONS, Parameters, version
from diary.store.centres import for_administrators
from diary.store.database import Unit
from diary.store.errors import Refused
from diary.store.tables import Centre, ProtocolVersion, Staff

NOT_RIGHT = N_("This protocol version cannot be used. What is wrong stands below.")
UNKNOWN = N_("Choose one of these.")
NAME_TAKEN = N_("is the name of a version of this centre already; a change needs a new name")


@dataclass(frozen=True, slots=True)
class OwnVersion:
    """A version of the centre, who added it and when."""

    parameters: Parameters
    added_by: str
    added_at: datetime


class RefusedVersion(Refused):
    """A version that cannot be used; `problems` are all that is wrong, each at its place.

    `fields` has the same in English, by JSON pointer.
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        found: dict[str, str] = {}
        for one in problems:
            before = found.get(one.pointer)
            found[one.pointer] = f"{before}; {one.message}" if before else one.message
        super().__init__("protocol_version", NOT_RIGHT, fields=found)
        self.problems = tuple(problems)


def own_version(stored: str | None) -> Parameters | None:
    """Return an own version as it is stored, in JSON; None: it is the product's."""
    return None if stored is None else _read(stored)


@lru_cache(maxsize=256)
def _read(stored: str) -> Parameters:
    return parse_version(json.loads(stored))


def stored_version(parameters: Parameters) -> dict[str, Any] | None:
    """Return what a pathway keeps of a version; None when it is the product's."""
    written = version_to_json(parameters)
    return None if isinstance(written, str) else written


def versions(unit: Unit) -> list[OwnVersion]:
    """Return the centre's own versions, the oldest first. For administrators."""
    for_administrators(unit)
    rows = unit.session.execute(
        select(
            cast(col(ProtocolVersion.body), Text), col(Staff.name), col(ProtocolVersion.added_at)
        )
        .join(
            Staff,
            (col(Staff.centre_id) == col(ProtocolVersion.centre_id))
            & (col(Staff.id) == col(ProtocolVersion.added_by)),
        )
        .where(col(ProtocolVersion.centre_id) == unit.within.centre_id)
        .order_by(col(ProtocolVersion.added_at), col(ProtocolVersion.name))
    )
    return [OwnVersion(_read(body), name, at) for body, name, at in rows]


def add(unit: Unit, text: bytes) -> Parameters:
    """Add the version in a JSON text (docs/case.md); nobody starts with it yet.

    For administrators. Raises Refused with every problem, by its JSON pointer ("" the whole).
    """
    for_administrators(unit)
    try:
        new = parse_version_text(text)
    except VersionError as error:
        raise RefusedVersion(error.problems) from None
    added = unit.session.execute(
        unit.insert(ProtocolVersion)
        .values(
            centre_id=unit.within.centre_id,
            id=uuid4(),
            name=new.name,
            body=version_to_json(new),
            added_by=unit.within.staff_id,
            added_at=unit.now,
        )
        .on_conflict_do_nothing()
        .returning(col(ProtocolVersion.id))
    )
    if added.first() is None:
        raise RefusedVersion([Problem.of("/name", Wrong(NAME_TAKEN))])
    return new


def for_new(unit: Unit) -> Parameters:
    """Return the version that new pathways of the scope's centre start with."""
    name, own = unit.session.execute(
        select(col(Centre.protocol), cast(col(ProtocolVersion.body), Text))
        .outerjoin(
            ProtocolVersion,
            (col(ProtocolVersion.centre_id) == col(Centre.id))
            & (col(ProtocolVersion.name) == col(Centre.protocol)),
        )
        .where(col(Centre.id) == unit.within.centre_id)
    ).one()
    return own_version(own) or version(name or NVA_2020.name)


def choose(unit: Unit, name: str) -> None:
    """Let new pathways start with a version of the product or of the centre.

    Who has begun keeps what the pathway began with. For administrators; Refused ("protocol")
    for a name that is not there.
    """
    for_administrators(unit)
    own = {one.parameters.name for one in versions(unit)}
    if name not in own and name not in VERSIONS:
        raise Refused("protocol", UNKNOWN, fields={"protocol": UNKNOWN})
    unit.session.execute(
        update(Centre).where(col(Centre.id) == unit.within.centre_id).values(protocol=name)
    )
