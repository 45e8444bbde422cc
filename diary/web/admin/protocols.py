"""The protocol versions of the centre: its own ones, and which one new pathways start with."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from diary.language import N_
from diary.protocol.own_versions import (
    deviation_cautions,
    other_values,
    values_of,
    version_to_json,
)
from diary.protocol.reading import Problem
from diary.protocol.versions import VERSIONS, Parameters
from diary.store import centre_settings
from diary.store import protocol_versions as store
from diary.store.errors import Refused
from diary.store.protocol_versions import OwnVersion, RefusedVersion
from diary.store.tables import Action
from diary.web.admin.access import changing, looked_at
from diary.web.language import day_short, gettext
from diary.web.team import words
from diary.web.team.forms import FILL_IN, Form

blueprint = Blueprint("protocols", __name__, url_prefix="/protocols")

LABELS = {"protocol": N_("New pathways start with"), "json": N_("The version, as JSON")}
OTHER_VALUE = N_("%(parameter)s is %(value)s instead of %(usual)s.")


@dataclass(frozen=True, slots=True)
class Shown:
    """A version in words: what differs from S3's, and who added it."""

    name: str
    added: str
    differs: Sequence[str]


@blueprint.get("")
def page() -> ResponseReturnValue:
    """Show the versions, and which one new pathways start with."""
    return _page(Form(MultiDict()))


@blueprint.post("")
def add() -> ResponseReturnValue:
    """Add a version from a file or from what was pasted; nobody starts with it yet."""
    sent = request.files.get("file")
    text = (sent.read() if sent else b"") or request.form.get("json", "").encode()
    form = Form(MultiDict({"json": text.decode("utf-8", "replace")}))
    if not text.strip():
        form.errors["json"] = FILL_IN
        return _page(form)
    try:
        with changing("protocol.add", Action.CREATE) as unit:
            new = store.add(unit, text)
    except RefusedVersion as refusal:
        form.errors["json"] = refusal.text
        return _page(form, refusal.problems)
    flash(
        gettext(N_("Version %(name)s is added. Choose it for new pathways when it is time."))
        % {"name": new.name},
        "good",
    )
    return redirect(url_for("admin.protocols.page"), 303)


@blueprint.post("/choose")
def choose() -> ResponseReturnValue:
    """Let new pathways start with another version; who has begun keeps the own one."""
    form = Form(request.form)
    name = form.value("protocol")
    try:
        with changing("protocol.choose", touched=f"protocol {name[:40]}") as unit:
            store.choose(unit, name)
    except Refused as refusal:
        form.errors |= refusal.fields
        return _page(form)
    flash(
        gettext(N_("Saved. Who has begun keeps the version that the pathway started with.")), "good"
    )
    return redirect(url_for("admin.protocols.page"), 303)


@blueprint.get("/<name>.json")
def export(name: str) -> ResponseReturnValue:
    """Give a version as a file; of the product's every value, to make an own one from."""
    with looked_at("protocol.read", touched=f"protocol {name[:40]}") as unit:
        found = {one.parameters.name: one.parameters for one in store.versions(unit)}
    if name not in found and name not in VERSIONS:
        abort(404)
    written = version_to_json(found[name]) if name in found else _whole(VERSIONS[name])
    text = json.dumps(written, ensure_ascii=False, indent=2)
    response = Response(text + "\n", mimetype="application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.json"'
    return response


def _whole(parameters: Parameters) -> dict[str, object]:
    return {"name": parameters.name, "parameters": values_of(parameters), "deviates_from": {}}


def _page(form: Form, problems: Sequence[Problem] = ()) -> ResponseReturnValue:
    with looked_at("protocol.list") as unit:
        zone, own = centre_settings.zone(unit), store.versions(unit)
        chosen = store.for_new(unit).name
    names = [*VERSIONS, *(one.parameters.name for one in own)]
    page = render_template(
        "admin/protocols.html",
        form=form,
        labels={name: gettext(label) for name, label in LABELS.items()},
        chosen=form if "protocol" in form.sent else Form(MultiDict({"protocol": chosen})),
        names=[(name, name) for name in names],
        product=list(VERSIONS),
        own=[_shown(one, zone) for one in own],
        problems=[(one.pointer, _said(one)) for one in problems],
    )
    return page, 422 if form.errors else 200


def _said(problem: Problem) -> str:
    if not problem.text:
        return problem.message
    text = gettext(problem.text)
    return text % problem.values if problem.values else text


def _shown(one: OwnVersion, zone: ZoneInfo) -> Shown:
    differs = [words.caution(found) for found in deviation_cautions(one.parameters)]
    differs += [
        gettext(OTHER_VALUE) % {"parameter": name, "value": value, "usual": usual}
        for name, value, usual in other_values(one.parameters)
    ]
    at = one.added_at.astimezone(zone).date()
    added = gettext(N_("Added by %(name)s on %(day)s.")) % {
        "name": one.added_by,
        "day": f"{day_short(at)} {at.year}",
    }
    return Shown(one.parameters.name, added, differs)
