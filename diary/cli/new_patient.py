"""The options with which `diary import --new` enrols a patient."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import click

from diary.cli.installation import Installation
from diary.language import LANGUAGES
from diary.protocol.pathway import INDICATIONS, SITES, Case
from diary.protocol.phases import Phase, PhaseKind
from diary.protocol.scales import Scale
from diary.protocol.versions import VERSIONS
from diary.store import (
    accounts,
    centre_settings,
    centres,
    pathways,
    patients,
    protocol_versions,
    reminding,
)
from diary.store.database import Unit
from diary.store.patients import Enrolment
from diary.store.scope import TREATING

DAY = click.DateTime(["%Y-%m-%d", "%d-%m-%Y"])
NEEDED = ("nurse", "name", "hospital_number", "birth_date")
_OPTIONS = (
    click.option("--nurse", metavar="LOGIN", help="New: who treats the patient."),
    click.option("--name", help="New: the patient's name."),
    click.option("--hospital-number", help="New: the patient's number in the hospital."),
    click.option("--birth-date", type=DAY, metavar="DATE", help="New: date of birth."),
    click.option("--email", help="New: where reminders go, once consent is written down."),
    click.option(
        "--language", type=click.Choice(list(LANGUAGES)), default="nl", help="New: the patient's."
    ),
    click.option("--indication", type=click.Choice(INDICATIONS), help="New, from a table."),
    click.option(
        "--scale",
        type=click.Choice([scale.value for scale in Scale]),
        default=Scale.NRS.value,
        help="New, from a table: nrs (default) or vas.",
    ),
    click.option(
        "--primary-site",
        type=click.Choice(SITES),
        help="New, from a table with several pain sites: the one that is judged.",
    ),
    click.option(
        "--phase",
        "phases",
        type=(click.Choice([kind.value for kind in PhaseKind]), DAY, DAY),
        multiple=True,
        metavar="KIND FIRST LAST",
        help="New, from a table: a phase and its days; may be repeated.",
    ),
)


def new_patient_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options to a click command, which gets them by their names."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


@dataclass(frozen=True, slots=True)
class NewPatient:
    """What the options say; from the indication on for a table, which does not tell these."""

    nurse: str
    name: str
    hospital_number: str
    birth_date: date
    email: str | None
    language: str
    indication: str | None
    scale: Scale
    primary_site: str | None
    phases: tuple[Phase, ...]

    @classmethod
    def from_options(cls, options: dict[str, Any]) -> NewPatient:
        """Return the new patient; raises UsageError that names the options that are missing."""
        missing = [f"--{key.replace('_', '-')}" for key in NEEDED if not options[key]]
        if missing:
            raise click.UsageError(f"--new also needs {', '.join(missing)}")
        days = [(kind, first.date(), last.date()) for kind, first, last in options["phases"]]
        return cls(
            nurse=options["nurse"],
            name=options["name"],
            hospital_number=options["hospital_number"],
            birth_date=options["birth_date"].date(),
            email=options["email"],
            language=options["language"],
            indication=options["indication"],
            scale=Scale(options["scale"]),
            primary_site=options["primary_site"],
            phases=tuple(Phase(PhaseKind(kind), first, last) for kind, first, last in days),
        )

    def treated_by(self, here: Installation) -> accounts.StaffSecret:
        """Return the nurse, in whose centre and at whose site the patient is enrolled."""
        with here.reading(None) as unit:
            nurse = accounts.find_staff(unit, self.nurse)
        if nurse is None or not nurse.active or nurse.role not in TREATING:
            raise click.ClickException(f"nobody who treats patients has the log-in {self.nurse}")
        return nurse

    def frame(self, unit: Unit) -> Case:
        """Return the case without entries that a table fills: what every new patient gets here.

        That is the protocol version and the usual moments of the centre of the scope.
        """
        parameters = protocol_versions.for_new(unit)
        return Case(
            as_of=unit.now,
            scale=self.scale,
            phases=self.phases,
            timezone=centres.centre(unit).timezone,
            protocol=parameters.name,
            own_protocol=None if parameters.name in VERSIONS else parameters,
            indication=self.indication,
            moments=centre_settings.usual(unit).moments,
            med_table=parameters.med_table.value,
        )

    def enrol(self, unit: Unit, nurse: accounts.StaffSecret, case: Case) -> UUID:
        """Enrol the patient with the plan of `case`, treated by `nurse`."""
        patient_id = patients.enrol(
            unit,
            Enrolment(
                name=self.name,
                hospital_number=self.hospital_number,
                birth_date=self.birth_date,
                email=None,
                language=self.language,
                timezone=case.timezone,
                site_id=nurse.site_id,
                indication=case.indication,
                scale=case.scale,
                sites=case.sites,
                moments=case.moments,
                parameters=case.parameters,
                pain_since=case.patient.pain_since,
            ),
        )
        patients.relate(unit, nurse.staff_id, patient_id)
        pathway = pathways.pathway(unit, patient_id)
        assert pathway is not None
        reminding.set_channels(unit, pathway, self.email, None, None)
        return patient_id
