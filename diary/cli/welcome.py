"""`diary welcome`: a new link to begin with, for a colleague who cannot sign in any more."""

from __future__ import annotations

import click

from diary.cli.installation import installation
from diary.cli.problems import told_in_one_line
from diary.store import accounts, audit, staffing
from diary.store.scope import Scope
from diary.store.tables import Action
from diary.web.team.welcome import link_for, unknown_secrets


@click.command()
@click.argument("login")
@told_in_one_line
def welcome(login: str) -> None:
    """Print a new welcome link for the colleague whose log-in name is LOGIN.

    For when no administrator can sign in to make one: the phone with the code app is lost, or what
    `diary init` printed. Password and code app of the colleague are taken away, and open sessions
    end. The link is good once, for three days; with it a new password is chosen and the code app
    set up. That it was made is in the access log.

    \b
    Example:
      diary welcome bea
    """
    with installation("welcome") as here:
        with here.reading(None) as unit:
            found = accounts.find_staff(unit, login)
        if found is None or not found.active:
            raise click.ClickException(f"nobody who may sign in has the log-in {login}")
        with here.writing(Scope(found.centre_id)) as unit:
            staffing.reset(unit, found.staff_id, *unknown_secrets())
            audit.log(
                unit,
                "staff.reset",
                Action.UPDATE,
                access_point=here.access_point,
                object=f"staff {found.staff_id}",
            )
            at = unit.now
        with here.reading(None) as unit:
            anew = accounts.find_staff_by_id(unit, found.centre_id, found.staff_id)
        assert anew is not None
        address, expires = link_for(here.settings, anew, at)
    click.echo(f"for      {anew.name} ({anew.role.value})")
    click.echo(f"address  {address}")
    click.echo(f"until    {expires:%Y-%m-%d %H:%M} UTC, once")
