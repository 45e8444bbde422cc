"""The patient's pages: calm, one thing at a time, and whole without JavaScript."""

from __future__ import annotations

from flask import Blueprint

from diary.web.patient import (
    access,
    access_log,
    activation,
    app_files,
    attacks,
    chart,
    diary,
    download,
    entries,
    evening,
    events,
    home,
    medicines,
    pausing,
    pin,
    reminders,
    score,
    settings,
    symptoms,
    travel,
)

blueprint = Blueprint("patient", __name__)
blueprint.before_request(access.require_phone)
blueprint.before_request(access.require_pin)


@blueprint.app_template_filter("dialled")
def _dialled(phone_number: str) -> str:
    """Return a phone number as a `tel:` link takes it."""
    return "".join(character for character in phone_number if character in "+0123456789")


for room in (
    access_log,
    activation,
    app_files,
    attacks,
    chart,
    diary,
    download,
    entries,
    evening,
    events,
    home,
    medicines,
    pausing,
    pin,
    reminders,
    score,
    settings,
    symptoms,
    travel,
):
    room.install(blueprint)
