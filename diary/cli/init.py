"""`diary init`: keys, database, centre and first administrator."""

from __future__ import annotations

import os
import secrets
import sys
from pathlib import Path

import click
import pyotp
import segno
from argon2 import PasswordHasher
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.asymmetric import ec
from py_vapid.utils import b64urlencode

from diary.cli.problems import told_in_one_line
from diary.clock import utc_now
from diary.language import TEAM_LANGUAGES
from diary.settings import load, settings_file
from diary.store import accounts, centres, migrations
from diary.store.accounts import SHORTEST_PASSWORD, NewStaff
from diary.store.centres import NewCentre
from diary.store.database import Database
from diary.store.scope import Scope
from diary.store.tables import Role


@click.command()
@click.option("--database-url", help="Default: SQLite in diary.db beside the settings file.")
@click.option("--base-url", prompt="Address on which patients reach the app (https://…)")
@click.option("--contact", prompt="E-mail address of the technical contact (for push services)")
@click.option("--centre", prompt="Name of the centre")
@click.option("--phone-number", prompt="Telephone number that patients call")
@click.option("--site", "sites", multiple=True, help="A site of the centre; may be repeated.")
@click.option("--name", prompt="Your name")
@click.option("--login", prompt="Your log-in name")
@click.option(
    "--language", type=click.Choice(list(TEAM_LANGUAGES)), default="nl", show_default=True
)
@click.option("--generate-password", is_flag=True, help="Make a password instead of asking.")
@told_in_one_line
def init(
    database_url: str | None,
    base_url: str,
    contact: str,
    centre: str,
    phone_number: str,
    sites: tuple[str, ...],
    name: str,
    login: str,
    language: str,
    generate_password: bool,
) -> None:
    """Set up an installation: keys, database, centre and first administrator.

    The keys and settings go to the file diary.env (DIARY_SETTINGS= to change), readable by you
    alone. Keep a copy of it in a safe place: without its keys, names cannot be read any more.
    What is there already is kept, so that an interrupted set-up can be run again.

    \b
    Examples:
      diary init                         asks what it needs to know
      DIARY_SETTINGS=/etc/diary.env diary init --database-url postgresql+psycopg:///diary
    """
    # The database, too, is readable by its owner alone.
    os.umask(0o077)
    password = secrets.token_urlsafe(12) if generate_password else _asked_password()
    path = settings_file()
    if not path.exists():
        url = database_url or f"sqlite:///{path.resolve().parent / 'diary.db'}"
        write_settings(path, url, base_url, contact)
        click.echo(f"Settings and keys are in {path}. Keep a copy in a safe place.")
    database = load().open_database()
    try:
        migrations.upgrade(database.engine)
        new = NewCentre(centre, phone_number, sites or (centre,), language=language)
        secret = _first_administrator(database, new, name, login, password)
    finally:
        database.close()
    uri = pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name="Pijndagboek")
    click.echo(f"log-in    {login}")
    if generate_password:
        click.echo(f"password  {password}")
    click.echo(f"code app  {secret} (shown this once)\n          {uri}")
    if sys.stdout.isatty():
        segno.make(uri, micro=False).terminal(compact=True)


def write_settings(path: Path, database_url: str, base_url: str, contact: str) -> None:
    """Write a settings file with new keys, mode 600; raises FileExistsError when there is one."""
    key = ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value
    lines = {
        "DATABASE_URL": database_url,
        "BASE_URL": base_url,
        "SECRET_KEY": secrets.token_urlsafe(48),
        "PEPPER": secrets.token_urlsafe(48),
        "VAULT_KEYS": Fernet.generate_key().decode(),
        "VAPID_PRIVATE_KEYS": b64urlencode(key.to_bytes(32, "big")),
        "VAPID_SUBJECT": f"mailto:{contact}",
    }
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.writelines(f"DIARY_{name}={value}\n" for name, value in lines.items())


def _asked_password() -> str:
    while True:
        password: str = click.prompt("Your password", hide_input=True, confirmation_prompt=True)
        if len(password) >= SHORTEST_PASSWORD:
            return password
        click.echo(
            f"At least {SHORTEST_PASSWORD} characters, please. A sentence is fine.", err=True
        )


def _first_administrator(
    database: Database, new: NewCentre, name: str, login: str, password: str
) -> str:
    """Make the centre with its first administrator; return the secret for the code app."""
    secret = pyotp.random_base32()
    with database.write(None, now=utc_now()) as unit:
        if centres.all_centres(unit):
            raise click.ClickException("there is a centre already: nothing was changed")
        centre_id = centres.create_centre(unit, new)
        inside = unit.enter(Scope(centre_id))
        site = centres.sites(inside)[0]
        accounts.add_staff(
            inside,
            NewStaff(
                site_id=site.id,
                login=login,
                name=name,
                role=Role.ADMINISTRATOR,
                language=new.language,
                password_hash=PasswordHasher().hash(password),
                totp_secret=secret,
            ),
        )
    return secret
