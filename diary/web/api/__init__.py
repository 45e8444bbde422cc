"""The API of the phones: `/api/v1`. Every error has one shape and repeats nothing that was sent."""

from __future__ import annotations

from flask import Blueprint

from diary.web.api.devices import blueprint as devices
from diary.web.api.documentation import blueprint as documentation
from diary.web.api.entries import blueprint as entries
from diary.web.api.notifications import blueprint as notifications
from diary.web.api.subscriptions import blueprint as subscriptions
from diary.web.api.today import blueprint as today

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")
for room in (devices, entries, today, subscriptions, notifications, documentation):
    blueprint.register_blueprint(room)
