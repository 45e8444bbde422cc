"""All own data in one file (GDPR, articles 15 and 20)."""

from __future__ import annotations

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from diary.exchange import own_data
from diary.store import cases
from diary.store.looks import looks
from diary.store.own_data import own_rows
from diary.web.language import current, day_short
from diary.web.language import gettext as _
from diary.web.patient.access import Visit, visit
from diary.web.patient.looks import shown_looks


def install(blueprint: Blueprint) -> None:
    """Add the page and the file."""
    blueprint.add_url_rule("/download", view_func=download)
    blueprint.add_url_rule("/download/file", view_func=download_file, methods=["POST"])


def download() -> ResponseReturnValue:
    """Say what is in the file and what to take care of, before it is made."""
    with visit("patient.download") as seen:
        return seen.page("download")


def download_file() -> ResponseReturnValue:
    """Return the file; nothing in its name says whose or what it is."""
    with visit("patient.export") as seen:
        content = _copy(seen)
        name = f"diary-{seen.unit.now.astimezone(seen.zone).date().isoformat()}.zip"
    return Response(
        content,
        mimetype="application/zip",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _copy(seen: Visit) -> bytes:
    unit, patient_id = seen.unit, seen.owner.patient_id
    now = unit.now.replace(microsecond=0)
    diaries = [cases.case_in(unit, pathway, now) for pathway in seen.pathways]
    return own_data.write_copy(
        readme=_readme(len(diaries) - 1),
        case=diaries[-1] if diaries else None,
        earlier=diaries[:-1],
        looks=_looks(seen),
        rows=own_rows(unit, patient_id),
        language=current(),
        at=now.astimezone(seen.zone),
    )


def _looks(seen: Visit) -> list[list[str]]:
    heading = [_("Day"), _("Time"), _("Who"), _("What"), _("Why")]
    found = shown_looks(looks(seen.unit, seen.owner.patient_id), seen.zone)
    return [heading, *([day_short(x.day), x.times, x.who, x.what, x.why] for x in found)]


def _readme(earlier: int) -> str:
    lines = {
        own_data.TABLE: _("your measurements, for Excel or another spreadsheet"),
        own_data.CASE: _("your diary, for another computer program"),
        **{
            own_data.numbered(name, number): _("your earlier diary")
            for number in range(1, earlier + 1)
            for name in (own_data.TABLE, own_data.CASE)
        },
        own_data.LOOKS: _("who has looked at your diary"),
        own_data.ROWS: _("everything we keep about you, also what you changed"),
    }
    files = "\n".join(f"{name}: {words}" for name, words in lines.items())
    # Words inside an f-string are not found for the catalogues.
    heading = _("This is a copy of all your data.")
    return f"{heading}\n\n{files}\n"
