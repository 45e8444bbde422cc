"""Centres and their sites."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID, uuid4

from sqlalchemy import Select, insert, select, update
from sqlmodel import col

from diary.protocol.messages import N_
from diary.store.database import Unit
from diary.store.errors import NotFound, Refused
from diary.store.tables import Centre, Role, Site

LONGEST_NAME = 200


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


def add_site(unit: Unit, name: str) -> UUID:
    """Add a site to the scope's centre; for administrators and the product itself.

    Raises Refused("site") for an empty or long name, and for one that is there already.
    """
    for_administrators(unit)
    new_id = uuid4()
    unit.session.execute(
        insert(Site).values(
            centre_id=unit.within.centre_id, id=new_id, name=_site_name(unit, name, None)
        )
    )
    return new_id


def rename_site(unit: Unit, site_id: UUID, name: str) -> None:
    """Give a site another name; NotFound when it is none of this centre."""
    for_administrators(unit)
    renamed = unit.session.execute(
        update(Site)
        .where(col(Site.centre_id) == unit.within.centre_id, col(Site.id) == site_id)
        .values(name=_site_name(unit, name, site_id))
        .returning(col(Site.id))
    )
    if renamed.first() is None:
        raise NotFound


def for_administrators(unit: Unit) -> None:
    """Raise NotFound for everybody but administrators and the product itself."""
    if unit.within.role not in {None, Role.ADMINISTRATOR}:
        raise NotFound


def short_text(text: str, field: str) -> str:
    """Return one line of text without spaces around it; Refused at `field` when it is none."""
    found = text.strip()
    if not 0 < len(found) <= LONGEST_NAME or not found.isprintable():
        wrong = N_("Fill in 1 to 200 characters, on one line.")
        raise Refused(field, wrong, fields={field: wrong})
    return found


def _site_name(unit: Unit, name: str, site_id: UUID | None) -> str:
    found = short_text(name, "site")
    others = [site.name.casefold() for site in sites(unit) if site.id != site_id]
    if found.casefold() in others:
        wrong = N_("There is a site of this name already.")
        raise Refused("site", wrong, fields={"site": wrong})
    return found


def _centres() -> Select[UUID, str, str, str, str]:
    return select(
        col(Centre.id),
        col(Centre.name),
        col(Centre.phone_number),
        col(Centre.timezone),
        col(Centre.language),
    )
