"""Centres and their sites."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID, uuid4

from sqlalchemy import Select, insert, select
from sqlmodel import col

from diary.store.database import Unit
from diary.store.errors import NotFound
from diary.store.tables import Centre, Site


@dataclass(frozen=True, slots=True)
class NewCentre:
    """A centre to be made, with the names of its sites (at least one)."""

    name: str
    phone_number: str
    sites: tuple[str, ...]
    timezone: str = "Europe/Amsterdam"
    language: str = "nl"


@dataclass(frozen=True, slots=True)
class CentreView:
    """A centre: whom a patient calls, and the zone and language it works in."""

    id: UUID
    name: str
    phone_number: str
    timezone: str
    language: str


@dataclass(frozen=True, slots=True)
class SiteView:
    """A place where the centre treats patients."""

    id: UUID
    name: str


def create_centre(unit: Unit, new: NewCentre) -> UUID:
    """Make a centre and its sites; the unit has no scope (the command line does this)."""
    if unit.scope is not None:
        raise NotFound
    centre_id = uuid4()
    unit.session.execute(
        insert(Centre).values(
            id=centre_id,
            name=new.name,
            phone_number=new.phone_number,
            timezone=new.timezone,
            language=new.language,
            created_at=unit.now,
        )
    )
    unit.session.execute(
        insert(Site),
        [{"centre_id": centre_id, "id": uuid4(), "name": name} for name in new.sites],
    )
    return centre_id


def centre(unit: Unit) -> CentreView:
    """Return the centre of the scope."""
    row = unit.session.execute(_centres().where(col(Centre.id) == unit.within.centre_id)).one()
    return CentreView(*row)


def all_centres(unit: Unit) -> list[CentreView]:
    """Return every centre, by name; for the worker, whose unit has no scope."""
    if unit.scope is not None:
        raise NotFound
    rows = unit.session.execute(_centres().order_by(col(Centre.name), col(Centre.id)))
    return [CentreView(*row) for row in rows]


def sites(unit: Unit) -> list[SiteView]:
    """Return the sites of the scope's centre, by name."""
    rows = unit.session.execute(
        select(col(Site.id), col(Site.name))
        .where(col(Site.centre_id) == unit.within.centre_id)
        .order_by(col(Site.name), col(Site.id))
    )
    return [SiteView(*row) for row in rows]


def _centres() -> Select[UUID, str, str, str, str]:
    return select(
        col(Centre.id),
        col(Centre.name),
        col(Centre.phone_number),
        col(Centre.timezone),
        col(Centre.language),
    )
