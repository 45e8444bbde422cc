"""What the verbs that work on an installation share: its store, its patients, and who is asking."""

from __future__ import annotations

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

import click

from diary.clock import utc_now
from diary.settings import Settings, load
from diary.store import centres, pathways, patient_list, patients
from diary.store.database import Database, Unit
from diary.store.migrations import is_current
from diary.store.pathways import PathwayView
from diary.store.scope import Scope


@dataclass(frozen=True, slots=True)
class Installation:
    """The settings and the open store; `verb` is the command that is run."""

    settings: Settings
    database: Database
    verb: str

    @property
    def access_point(self) -> str:
        """Return what the access log says of where this came in, and of who did it."""
        try:
            user = getpass.getuser()
        except (KeyError, OSError):
            user = "unknown"
        return f"diary {self.verb}, system user {user}"

    @contextmanager
    def writing(self, scope: Scope | None) -> Iterator[Unit]:
        """Open a writing transaction at this moment."""
        with self.database.write(scope, now=utc_now()) as unit:
            yield unit

    @contextmanager
    def reading(self, scope: Scope | None) -> Iterator[Unit]:
        """Open a reading transaction at this moment."""
        with self.database.read(scope, now=utc_now()) as unit:
            yield unit


@dataclass(frozen=True, slots=True)
class Found:
    """A patient, and the scope in which the product itself sees the centre's patients."""

    scope: Scope
    patient_id: UUID


@contextmanager
def installation(verb: str) -> Iterator[Installation]:
    """Open the installation that the settings name; its schema must be the code's."""
    settings = load()
    database = settings.open_database()
    try:
        if not is_current(database.engine):
            raise click.ClickException("the database is not up to date: run `diary upgrade` first")
        yield Installation(settings, database, verb)
    finally:
        database.close()


def find_patient(here: Installation, text: str) -> Found:
    """Return the patient whose id or hospital number `text` is; raises a ClickException."""
    with here.reading(None) as unit:
        scopes = [Scope(centre.id) for centre in centres.all_centres(unit)]
    found = [found for scope in scopes for found in _in_centre(here, scope, text.strip())]
    if not found:
        raise click.ClickException(
            "there is no such patient: give the id or the hospital number (of an open pathway)"
        )
    if len(found) > 1:
        raise click.ClickException(
            "two centres have a patient with this hospital number: give the id"
        )
    return found[0]


def _in_centre(here: Installation, scope: Scope, text: str) -> list[Found]:
    with here.reading(scope) as unit:
        try:
            patient_id = UUID(text)
        except ValueError:
            number = text.casefold()
            return [
                Found(scope, patient.id)
                for patient in patient_list.listed(unit)
                if patient.hospital_number.casefold() == number
            ]
        known = patients.card(unit, patient_id) is not None
    return [Found(scope, patient_id)] if known else []


def pathway_of(unit: Unit, patient_id: UUID, number: int | None) -> tuple[PathwayView, int, int]:
    """Return a pathway of a patient, its number and how many there are; None: the last one."""
    own = pathways.all_pathways(unit, patient_id)
    if not own:
        raise click.ClickException("this patient has no diary")
    if number is not None and number > len(own):
        raise click.ClickException(f"this patient has {len(own)} pathways, no number {number}")
    number = number or len(own)
    return own[number - 1], number, len(own)
