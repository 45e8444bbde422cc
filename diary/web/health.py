"""Is the process alive, is the product ready, and figures for Prometheus."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify
from flask.typing import ResponseReturnValue
from prometheus_client import CONTENT_TYPE_LATEST
from sqlalchemy.exc import SQLAlchemyError

from diary.store import migrations, pulse
from diary.web import metrics as figures
from diary.web.context import now, reading, wiring

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def alive() -> ResponseReturnValue:
    """Say that this process answers."""
    return jsonify(status="alive")


@blueprint.get("/readyz")
def ready() -> ResponseReturnValue:
    """Say whether database, migrations and worker are in order; 503 names what is not."""
    problems = _problems()
    return jsonify(status="not ready" if problems else "ready", problems=problems), (
        503 if problems else 200
    )


def _problems() -> list[str]:
    try:
        if not migrations.is_current(wiring().database.engine):
            return ["migrations"]
        with reading(None) as unit:
            tick = pulse.last_tick(unit)
    except SQLAlchemyError:
        return ["database"]
    if tick is None or now() - tick > pulse.SILENCE:
        return ["worker"]
    return []


@blueprint.get("/metrics")
def metrics() -> ResponseReturnValue:
    """Return figures as Prometheus text: of this process, and of the reminders of all."""
    return Response(figures.exposition(), content_type=CONTENT_TYPE_LATEST)
