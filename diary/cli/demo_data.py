"""`diary demo-data`: invented patients, to show, to try and to measure with."""

from __future__ import annotations

import json
from dataclasses import asdict

import click
import pyotp

from diary.cli.installation import installation
from diary.cli.problems import told_in_one_line
from diary.exchange.demo.making import Demo, make_demo
from diary.exchange.demo.stories import SHORTEST_DIARY, STORIES


@click.command()
@click.option(
    "--patients",
    "number",
    type=click.IntRange(1, 10_000),
    default=len(STORIES),
    show_default=True,
    help="How many patients; the stories repeat after that.",
)
@click.option(
    "--days",
    type=click.IntRange(SHORTEST_DIARY, 60),
    default=17,
    show_default=True,
    help="Days of a whole diary, intake and trial together.",
)
@click.option(
    "--seed",
    type=int,
    default=1,
    show_default=True,
    help="The same seed at the same time gives the same diaries.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the log-ins as JSON.")
@told_in_one_line
def demo_data(number: int, days: int, seed: int, as_json: bool) -> None:
    """Make a demonstration centre with invented patients, and print how to sign in.

    It is a centre of its own: nothing of a centre that is there already is touched or shown. The
    patients are in intake or trial as of now, or have a verdict: robust, not robust, not reached,
    or with too little data; one has an implant, and one is switched off again.

    \b
    Examples:
      diary demo-data
      diary demo-data --patients 500 --days 30 --json > logins.json
    """
    with installation("demo-data") as here:
        with here.writing(None) as unit:
            made = make_demo(unit, number=number, days=days, seed=seed)
        base_url = here.settings.base_url
    if as_json:
        click.echo(json.dumps(asdict(made), default=str, ensure_ascii=False, indent=2))
    else:
        _print(made, base_url)


def _print(made: Demo, base_url: str) -> None:
    click.echo(f"Team: {base_url}/team/")
    for member in made.staff:
        code = pyotp.TOTP(member.totp_secret).now()
        click.echo(
            f"  {member.login:<16} {member.password}  code now {code}, secret {member.totp_secret}"
        )
    click.echo(f"Patients: {base_url}/activate")
    for patient in made.patients:
        click.echo(
            f"  {patient.name:<22} {patient.activation_code}  born {patient.birth_date:%d-%m-%Y}"
            f"  {patient.story}"
        )
