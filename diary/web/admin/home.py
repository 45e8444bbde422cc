"""Where the administrator begins: every part of the centre in one line."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from diary.store import centres, staffing
from diary.web.admin.access import looked_at
from diary.web.language import gettext, ngettext

blueprint = Blueprint("home", __name__)


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the centre: where it is looked after, and how it stands."""

    url: str
    title: str
    state: str


@blueprint.get("/")
def page() -> ResponseReturnValue:
    """Show the parts of the centre."""
    with looked_at("centre.read") as unit:
        centre = centres.centre(unit)
        sites = centres.sites(unit)
        people = [one for one in staffing.staff(unit) if one.active]
    count = ngettext("%(num)d person", "%(num)d people", len(people)) % {"num": len(people)}
    parts = [
        Part(url_for("admin.staff.listing"), gettext("People"), count),
        Part(url_for("admin.sites.page"), gettext("Sites"), ", ".join(one.name for one in sites)),
    ]
    return render_template("admin/home.html", centre=centre, parts=parts)
