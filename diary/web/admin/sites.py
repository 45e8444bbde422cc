"""The places where the centre treats patients."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from diary.language import N_
from diary.store import centres
from diary.store.errors import Refused
from diary.store.tables import Action
from diary.web.admin.access import changing, looked_at
from diary.web.language import gettext
from diary.web.team.forms import Form

blueprint = Blueprint("sites", __name__, url_prefix="/sites")


@blueprint.get("")
def page() -> ResponseReturnValue:
    """Show the sites with their names to change, and a field for another one."""
    return _page(Form(request.args), None)


@blueprint.post("")
def add() -> ResponseReturnValue:
    """Add a site."""
    form = Form(request.form)
    try:
        with changing("site.add", Action.CREATE) as unit:
            centres.add_site(unit, form.value("site"))
    except Refused as refusal:
        form.errors.update(refusal.fields)
        return _page(form, None)
    flash(gettext(N_("The site is added.")), "good")
    return redirect(url_for("admin.sites.page"), 303)


@blueprint.post("/<uuid:site_id>")
def rename(site_id: UUID) -> ResponseReturnValue:
    """Give a site another name."""
    form = Form(request.form)
    try:
        with changing("site.rename", touched=f"site {site_id}") as unit:
            centres.rename_site(unit, site_id, form.value("name"))
    except Refused as refusal:
        form.errors[f"name-{site_id}"] = refusal.text
        return _page(form, site_id)
    flash(gettext(N_("The name is saved.")), "good")
    return redirect(url_for("admin.sites.page"), 303)


def _page(form: Form, wrong: UUID | None) -> ResponseReturnValue:
    with looked_at("site.list") as unit:
        found = centres.sites(unit)
    page = render_template(
        "admin/sites.html",
        form=form,
        sites=[(one, form.value("name") if one.id == wrong else one.name) for one in found],
        labels={"site": gettext("Name"), f"name-{wrong}": gettext("Name")},
    )
    return page, 422 if form.errors else 200
