"""`POST /api/v1/subscriptions`: where Web Push reaches this phone."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue
from spectree import Response

from diary.store import subscriptions
from diary.web.api.access import phone_owner
from diary.web.api.bodies import read_body
from diary.web.api.documentation import SIGNED_IN, spec
from diary.web.api.schemas import ErrorBody, Subscription
from diary.web.context import writing

blueprint = Blueprint("subscriptions", __name__)


@blueprint.post("/subscriptions")
@spec.validate(
    json=Subscription,
    resp=Response("HTTP_204", HTTP_400=ErrorBody, HTTP_401=ErrorBody),
    security=SIGNED_IN,
    skip_validation=True,
)
def renew() -> ResponseReturnValue:
    """Keep, or renew, the address of this phone. An address off the centre's list gets no push."""
    owner = phone_owner()
    body = read_body(Subscription)
    with writing(owner.scope) as unit:
        subscriptions.subscribe(unit, owner, body.endpoint, body.keys.p256dh, body.keys.auth)
    return "", 204
