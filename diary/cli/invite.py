"""`diary invite`: a new activation code for a patient's phone."""

from __future__ import annotations

import click

from diary.cli.installation import find_patient, installation
from diary.cli.problems import told_in_one_line
from diary.store import audit, phones
from diary.store.tables import Action


@click.command()
@click.argument("patient")
@told_in_one_line
def invite(patient: str) -> None:
    """Make a new activation code for PATIENT (an id or a hospital number).

    The code connects one phone, together with the patient's date of birth. It is good once, for
    seven days; codes made before end now. Phones that are connected stay connected.

    \b
    Example:
      diary invite 1234567
    """
    with installation("invite") as here:
        found = find_patient(here, patient)
        with here.writing(found.scope) as unit:
            code = phones.create_activation_code(unit, found.patient_id)
            audit.log(
                unit,
                "activation code made",
                Action.CREATE,
                access_point=here.access_point,
                patient_id=found.patient_id,
            )
            expires = unit.now + phones.CODE_LIVES
        address = f"{here.settings.base_url}/a/{code}"
    click.echo(f"code     {code}")
    click.echo(f"address  {address}")
    click.echo(f"until    {expires:%Y-%m-%d %H:%M} UTC")
