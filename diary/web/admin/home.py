"""Where the administrator begins: every part of the centre in one line."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from diary.store import access_log, centres, protocol_versions, staffing
from diary.store.tables import Channel
from diary.web.admin.access import looked_at
from diary.web.admin.channels import is_set_up
from diary.web.language import gettext, ngettext
from diary.web.symptoms import centre_list
from diary.web.team import words

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
        protocol = protocol_versions.for_new(unit).name
        last = access_log.last_number(unit)
    count = ngettext("%(num)d person", "%(num)d people", len(people)) % {"num": len(people)}
    there = ", ".join(words.channel(one.value) for one in Channel if is_set_up(one))
    asked = sum(one.asked for one in centre_list())
    symptoms = ngettext("%(num)d is asked", "%(num)d are asked", asked) % {"num": asked}
    lines = ngettext("%(num)d line", "%(num)d lines", last) % {"num": last}
    parts = [
        Part(url_for("admin.centre.page"), gettext("Settings"), centre.phone_number),
        Part(url_for("admin.staff.listing"), gettext("People"), count),
        Part(url_for("admin.sites.page"), gettext("Sites"), ", ".join(one.name for one in sites)),
        Part(url_for("admin.symptoms.page"), gettext("Alarm symptoms"), symptoms),
        Part(url_for("admin.protocols.page"), gettext("Protocol versions"), protocol),
        Part(url_for("admin.channels.page"), gettext("Channels"), there),
        Part(url_for("admin.log.page"), gettext("Access log"), lines),
    ]
    return render_template("admin/home.html", centre=centre, parts=parts)
