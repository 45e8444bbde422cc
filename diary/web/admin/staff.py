"""Who works here: adding people, changing what they may do, and letting them go."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.datastructures import MultiDict

from diary.language import N_, TEAM_LANGUAGES
from diary.store import accounts, attempts, audit, centres, staffing, untreated
from diary.store.accounts import NewStaff
from diary.store.centres import SiteView
from diary.store.database import Unit
from diary.store.errors import NotFound, Refused
from diary.store.scope import TREATING
from diary.store.staffing import WORKING, Duties, StaffView
from diary.store.tables import Action, Role
from diary.web.admin.access import changing, looked_at
from diary.web.context import access_point, wiring
from diary.web.language import day_short, gettext, moment_in, ngettext
from diary.web.team import words
from diary.web.team.forms import Form, FormError
from diary.web.team.welcome import link_for, unknown_secrets

blueprint = Blueprint("staff", __name__, url_prefix="/staff")

LABELS = {
    "name": N_("Name"),
    "login": N_("Log-in name"),
    "role": N_("Role"),
    "site_id": N_("Site"),
    "language": N_("Language"),
    "successor": N_("Who treats these patients from now on"),
    "reset": N_("Signing in"),
}


@blueprint.get("")
def listing() -> ResponseReturnValue:
    """Show everybody, those who may sign in first, and how many patients nobody treats."""
    return _listing(Form(MultiDict()))


@blueprint.post("/untreated")
def give() -> ResponseReturnValue:
    """Let a colleague treat the patients whom nobody treats."""
    form = Form(request.form)
    staff_id = form.uuid("successor")
    if staff_id is None:
        return _listing(form)
    with changing("staff.give") as unit:
        given = untreated.give(unit, staff_id)
        _log_handed_over(unit, given)
    words_ = ngettext(
        "%(num)d patient was handed over.", "%(num)d patients were handed over.", len(given)
    )
    flash(words_ % {"num": len(given)}, "good")
    return redirect(url_for("admin.staff.listing"), 303)


def _listing(form: Form) -> ResponseReturnValue:
    with looked_at("staff.list") as unit:
        people = staffing.staff(unit)
        alone = untreated.untreated(unit)
        zone = ZoneInfo(centres.centre(unit).timezone)
        closed = attempts.closed_until(unit, "login", [one.login for one in people])
    page = render_template(
        "admin/people.html",
        closed={login: moment_in(until, zone) for login, until in closed.items()},
        people=people,
        roles=_roles(),
        seen={one.id: moment_in(one.seen_at, zone) for one in people if one.seen_at},
        alone=len(alone.patient_ids) if alone else 0,
        since=day_short(alone.since.astimezone(zone).date()) if alone else "",
        able=[(str(one.id), one.name) for one in people if one.active and one.role in TREATING],
        form=form,
        labels=_labels(),
    )
    return page, 422 if form.errors else 200


@blueprint.get("/new")
def new() -> ResponseReturnValue:
    """Show the form for a new colleague."""
    return _new_page(Form(MultiDict({"language": current_user.member.language})))


@blueprint.post("/new")
def add() -> ResponseReturnValue:
    """Make an account and show the link with which the colleague begins."""
    form = Form(request.form)
    try:
        with changing("staff.add", Action.CREATE) as unit:
            staff_id = accounts.add_staff(unit, _read(form, unit))
            return _link_page(unit, staff_id)
    except FormError:
        return _new_page(form)
    except Refused as refusal:
        form.errors |= refusal.fields or {"login": refusal.text}
        return _new_page(form)


@blueprint.get("/<uuid:staff_id>")
def page(staff_id: UUID) -> ResponseReturnValue:
    """Show one account with what may be changed."""
    return _page(staff_id, None)


@blueprint.post("/<uuid:staff_id>")
def change(staff_id: UUID) -> ResponseReturnValue:
    """Save name, role and site."""
    form = Form(request.form)

    def save(unit: Unit) -> list[UUID]:
        role, site_id = form.choice("role", [one.value for one in WORKING]), form.uuid("site_id")
        if form.errors or site_id is None:
            raise FormError
        duties = Duties(form.value("name"), Role(role), site_id)
        return staffing.change(unit, staff_id, duties, _successor(form))

    return _saved(staff_id, "staff.change", form, save, N_("The account is saved."))


@blueprint.post("/<uuid:staff_id>/deactivate")
def deactivate(staff_id: UUID) -> ResponseReturnValue:
    """Let somebody sign in no more; open sessions end at once."""
    form = Form(request.form)

    def save(unit: Unit) -> list[UUID]:
        return staffing.deactivate(unit, staff_id, _successor(form))

    done = N_("This colleague can no longer sign in, and is signed out everywhere.")
    return _saved(staff_id, "staff.deactivate", form, save, done)


@blueprint.post("/<uuid:staff_id>/reactivate")
def reactivate(staff_id: UUID) -> ResponseReturnValue:
    """Let somebody sign in again."""

    def save(unit: Unit) -> list[UUID]:
        staffing.reactivate(unit, staff_id)
        return []

    done = N_("This colleague can sign in again. Patients are not given back by themselves.")
    return _saved(staff_id, "staff.reactivate", Form(request.form), save, done)


@blueprint.post("/<uuid:staff_id>/reset")
def reset(staff_id: UUID) -> ResponseReturnValue:
    """Take password and code app away, and show a new link to begin with."""
    form = Form(request.form)
    try:
        with changing("staff.reset", touched=f"staff {staff_id}") as unit:
            staffing.reset(unit, staff_id, *unknown_secrets())
            return _link_page(unit, staff_id)
    except Refused as refusal:
        form.errors["reset"] = refusal.text
        return _page(staff_id, form)


def _read(form: Form, unit: Unit) -> NewStaff:
    name, login = form.text("name"), form.text("login")
    role = form.choice("role", [one.value for one in WORKING])
    language = form.choice("language", TEAM_LANGUAGES)
    site_id = form.uuid("site_id")
    if login and len(login.split()) > 1:
        form.errors["login"] = N_("Fill in a log-in name without spaces.")
    if form.errors or site_id is None:
        raise FormError
    if all(one.id != site_id for one in centres.sites(unit)):
        raise NotFound
    name = centres.short_text(name, "name")
    login = centres.short_text(login, "login")
    return NewStaff(site_id, login, name, Role(role), language, *unknown_secrets())


def _link_page(unit: Unit, staff_id: UUID) -> ResponseReturnValue:
    """Show the link, which stands in this answer only."""
    found = accounts.find_staff_by_id(unit, unit.within.centre_id, staff_id)
    if found is None:
        raise NotFound
    address, expires = link_for(wiring().settings, found, unit.now)
    zone = ZoneInfo(centres.centre(unit).timezone)
    return render_template(
        "admin/link.html", name=found.name, address=address, expires=moment_in(expires, zone)
    )


def _successor(form: Form) -> UUID | None:
    return form.uuid("successor") if form.value("successor") else None


def _saved(
    staff_id: UUID, event: str, form: Form, save: Callable[[Unit], list[UUID]], done: str
) -> ResponseReturnValue:
    """Save inside one transaction, or show the page again with what is wrong."""
    try:
        with changing(event, touched=f"staff {staff_id}") as unit:
            _log_handed_over(unit, save(unit))
    except FormError:
        return _page(staff_id, form)
    except Refused as refusal:
        form.errors |= refusal.fields
        return _page(staff_id, form)
    flash(gettext(done), "good")
    return redirect(url_for("admin.staff.page", staff_id=staff_id), 303)


def _log_handed_over(unit: Unit, patient_ids: Iterable[UUID]) -> None:
    """Write it down for each patient, who can read who was let in, and by whom."""
    for patient_id in patient_ids:
        audit.log(
            unit,
            "relation.hand_over",
            Action.UPDATE,
            access_point=access_point(),
            patient_id=patient_id,
            treatment_relation=False,
        )


def _new_page(form: Form) -> ResponseReturnValue:
    with looked_at("staff.read") as unit:
        sites = centres.sites(unit)
    page = render_template("admin/person_new.html", form=form, labels=_labels(), **_options(sites))
    return page, 422 if form.errors else 200


def _page(staff_id: UUID, form: Form | None) -> ResponseReturnValue:
    with looked_at("staff.read", touched=f"staff {staff_id}") as unit:
        person = staffing.member(unit, staff_id)
        sites = centres.sites(unit)
        alone = len(staffing.treated_by_nobody_else(unit, staff_id))
        others = staffing.successors(unit, staff_id)
        zone = ZoneInfo(centres.centre(unit).timezone)
        closed = attempts.closed_until(unit, "login", [person.login])
    page = render_template(
        "admin/person.html",
        closed={login: moment_in(until, zone) for login, until in closed.items()},
        person=person,
        seen=person.seen_at and moment_in(person.seen_at, zone),
        own=person.id == current_user.member.staff_id,
        alone=alone,
        others=[(str(one.id), one.name) for one in others],
        form=_filled(person, form),
        labels=_labels(),
        **_options(sites),
    )
    return page, 422 if form is not None and form.errors else 200


def _filled(person: StaffView, form: Form | None) -> Form:
    """Return the form as it was sent, with what is kept where nothing was."""
    kept = {"name": person.name, "role": person.role.value, "site_id": str(person.site_id)}
    if form is None:
        return Form(MultiDict(kept))
    return Form(MultiDict(kept | form.sent.to_dict()), form.errors)


def _roles() -> dict[Role, str]:
    return {role: words.said(words.ROLES, role) for role in WORKING}


def _options(sites: list[SiteView]) -> dict[str, object]:
    return {
        "roles": [(role.value, said) for role, said in _roles().items()],
        "sites": [(str(one.id), one.name) for one in sites],
    }


def _labels() -> dict[str, str]:
    return {name: gettext(label) for name, label in LABELS.items()}
