"""The access log: filtered, a page at a time, as a file, and checked to be unbroken."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import (
    Blueprint,
    Response,
    flash,
    redirect,
    render_template,
    request,
    stream_with_context,
    url_for,
)
from flask.typing import ResponseReturnValue

from diary.exchange.access_log_csv import write_log
from diary.language import N_
from diary.store import access_log, audit, centre_settings
from diary.store.access_log import Line, Wanted
from diary.store.scope import Scope
from diary.store.tables import Action
from diary.web import log_pages
from diary.web.admin.access import looked_at
from diary.web.context import reading
from diary.web.language import day_short, gettext
from diary.web.team.access import staff_scope
from diary.web.team.forms import Form
from diary.web.team.looked import DONE, who

blueprint = Blueprint("log", __name__, url_prefix="/log")

PAGE = 100
# Lines of the file that are held at once.
PART = 5_000
LABELS = {"day": N_("Day"), "person": N_("Person"), "event": N_("Event begins with")}


@dataclass(frozen=True, slots=True)
class Shown:
    """A line in words; the patient by the first letters of the id, which the file has whole."""

    number: int
    at: str
    who: str
    what: str
    event: str
    patient: str
    touched: str
    checks: str
    refused: bool


@blueprint.get("")
def page() -> ResponseReturnValue:
    """Show the lines that are asked for, the latest first, a hundred at a time."""
    form = Form(request.args)
    wanted, before = _wanted(form), log_pages.before()
    with looked_at("log.read") as unit:
        zone = centre_settings.zone(unit)
        asked = (
            ()
            if form.errors
            else access_log.lines(unit, wanted, zone, most=PAGE + 1, before=before)
        )
        people = access_log.people(unit)
        last = access_log.last_number(unit)
    here = asked[:PAGE]
    kept = {name: value for name, value in request.args.items() if name != "before" and value}
    earlier = _address("page", kept | {"before": str(here[-1].number)}) if here else ""
    page = render_template(
        "admin/log.html",
        form=form,
        labels={name: gettext(label) for name, label in LABELS.items()},
        people=[(str(staff_id), name) for staff_id, name in people],
        lines=[_shown(line, zone) for line in here],
        earlier=earlier if len(asked) > PAGE else "",
        latest=_address("page", kept) if before else "",
        file_url=_address("table", kept),
        last=last,
    )
    return page, 422 if form.errors else 200


@blueprint.get("/access-log.csv")
def table() -> ResponseReturnValue:
    """Give all lines that are asked for as a CSV file, however many: part by part as it is read."""
    form = Form(request.args)
    wanted = _wanted(form)
    if form.errors:
        return redirect(_address("page", request.args), 303)
    with looked_at("log.export") as unit:
        zone = centre_settings.zone(unit)
        last = access_log.last_number(unit)
    parts = stream_with_context(write_log(_parts(staff_scope(), wanted, zone, last)))
    response = Response(parts, mimetype="text/csv")
    response.headers["Content-Disposition"] = 'attachment; filename="access-log.csv"'
    return response


@blueprint.post("/check")
def check() -> ResponseReturnValue:
    """Verify the whole chain, and say up to where it is unbroken."""
    with looked_at("log.check", Action.EXECUTE) as unit:
        last = access_log.last_number(unit)
        broken = audit.verify(unit)
    if broken:
        text = gettext(
            N_(
                "The log is broken at line %(first)d: a line was changed or taken out. %(num)d "
                "lines do not verify. Tell who runs this installation, and keep the backups."
            )
        )
        flash(text % {"first": broken[0], "num": len(broken)}, "bad")
    else:
        text = gettext(N_("The log is unbroken up to line %(last)d."))
        flash(text % {"last": last}, "good")
    return redirect(url_for("admin.log.page"), 303)


def _parts(scope: Scope, wanted: Wanted, zone: ZoneInfo, last: int) -> Iterator[list[Line]]:
    """Yield the lines up to number `last`, the latest first.

    A part is a transaction of its own: a slow download keeps none open. What was logged does not
    change, so the parts fit together.
    """
    before = last + 1
    while True:
        with reading(scope) as unit:
            found = access_log.lines(unit, wanted, zone, most=PART, before=before)
        yield found
        if len(found) < PART:
            return
        before = found[-1].number


def _wanted(form: Form) -> Wanted:
    person: UUID | None = form.uuid("person") if form.value("person") else None
    day = form.day("day", required=False)
    return Wanted(day, person, form.value("event"), bool(form.value("refused")))


def _address(page: str, asked: Mapping[str, str]) -> str:
    return f"{url_for(f'admin.log.{page}')}?{urlencode(asked)}"


def _shown(line: Line, zone: ZoneInfo) -> Shown:
    at = line.at.astimezone(zone)
    marks = [
        (line.authorised, gettext("allowed"), gettext("refused")),
        (line.treatment_relation, gettext("treats"), ""),
        (line.emergency, gettext("emergency"), ""),
    ]
    return Shown(
        number=line.number,
        at=f"{day_short(at.date())} {at:%H:%M:%S}",
        who=who(line.role, line.name),
        what=gettext(DONE[line.action]),
        event=line.event,
        patient="" if line.patient_id is None else str(line.patient_id)[:8],
        touched=line.object or "",
        checks=", ".join(text for holds, yes, no in marks if (text := yes if holds else no)),
        refused=not line.authorised,
    )
