"""Who has looked at my diary: when, who, what and why, from the access log."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from diary.store.looks import looks
from diary.web import log_pages
from diary.web.patient.access import visit
from diary.web.patient.looks import shown_looks

PAGE = 100


def install(blueprint: Blueprint) -> None:
    """Add the page."""
    blueprint.add_url_rule("/looked", view_func=access_log)


def access_log() -> ResponseReturnValue:
    """Show what others did with the patient's data, the latest first, a hundred lines at a time."""
    before = log_pages.before()
    with visit("patient.access_log") as seen:
        found = looks(seen.unit, seen.owner.patient_id, most=PAGE + 1, before=before)
        here = found[:PAGE]
        return seen.page(
            "access_log",
            looks=shown_looks(here, seen.zone),
            earlier=here[-1].number if len(found) > PAGE else None,
            latest=before is None,
        )
