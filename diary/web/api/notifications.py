"""`POST /api/v1/notifications`: the phone tells that a reminder was shown, or opened."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue
from spectree import Response

from diary.store import notices
from diary.store.notices import Notice
from diary.web.api.access import phone_owner
from diary.web.api.bodies import read_body
from diary.web.api.documentation import SIGNED_IN, spec
from diary.web.api.schemas import ErrorBody, NotificationReports
from diary.web.context import writing

blueprint = Blueprint("notifications", __name__)


@blueprint.post("/notifications")
@spec.validate(
    json=NotificationReports,
    resp=Response("HTTP_204", HTTP_400=ErrorBody, HTTP_401=ErrorBody, HTTP_503=ErrorBody),
    security=SIGNED_IN,
    skip_validation=True,
)
def report() -> ResponseReturnValue:
    """Keep when reminders of the own diary were shown and opened: the first time counts.

    The same again changes nothing. What is not known here is passed over without a word.
    """
    owner = phone_owner()
    body = read_body(NotificationReports)
    with writing(owner.scope) as unit:
        notices.note(
            unit,
            owner.patient_id,
            (
                Notice(one.prompt, one.step, one.channel, one.event, one.at)
                for one in body.notifications
            ),
        )
    return "", 204
