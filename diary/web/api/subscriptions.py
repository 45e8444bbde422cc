"""`/api/v1/subscriptions`: where Web Push reaches this phone."""

from __future__ import annotations

from fnmatch import fnmatchcase
from urllib.parse import urlsplit

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue
from spectree import Response

from diary.language import N_
from diary.push_keys import key_hash, public_key
from diary.store import phones, subscriptions
from diary.web.api.access import phone_owner
from diary.web.api.bodies import NOT_RIGHT, read_body, refuse
from diary.web.api.documentation import SIGNED_IN, spec
from diary.web.api.schemas import ErrorBody, PushKey, Subscription
from diary.web.context import wiring, writing
from diary.web.language import gettext

blueprint = Blueprint("subscriptions", __name__)

NO_PUSH_SERVICE = N_("Your centre sends no reminders to this kind of phone.")


@blueprint.post("/subscriptions")
@spec.validate(
    json=Subscription,
    resp=Response("HTTP_204", HTTP_400=ErrorBody, HTTP_401=ErrorBody),
    security=SIGNED_IN,
    skip_validation=True,
)
def renew() -> ResponseReturnValue:
    """Keep, or renew, the address of this phone, if its push service is on the centre's list."""
    owner = phone_owner()
    body = read_body(Subscription)
    if not _is_listed(body.endpoint):
        refuse(400, "not_right", NOT_RIGHT, {"endpoint": gettext(NO_PUSH_SERVICE)})
    with writing(owner.scope) as unit:
        made_with = _made_with(body, subscriptions.of_phone(unit, owner))
        subscriptions.subscribe(
            unit, owner, body.endpoint, body.keys.p256dh, body.keys.auth, made_with
        )
    return "", 204


@blueprint.get("/subscriptions")
@spec.validate(
    resp=Response(HTTP_200=PushKey, HTTP_401=ErrorBody), security=SIGNED_IN, skip_validation=True
)
def key() -> ResponseReturnValue:
    """Return the key that this phone subscribes with."""
    phone_owner()
    return jsonify(key=newest_key())


@blueprint.delete("/subscriptions")
@spec.validate(
    resp=Response("HTTP_204", HTTP_401=ErrorBody), security=SIGNED_IN, skip_validation=True
)
def stop() -> ResponseReturnValue:
    """Send no more push messages to this phone: they were turned off, or are blocked there."""
    owner = phone_owner()
    with writing(owner.scope) as unit:
        phones.silence(unit, owner.centre_id, owner.phone_id)
    return "", 204


def _made_with(body: Subscription, known: subscriptions.Subscription | None) -> str | None:
    """Return which of our keys a subscription was made with.

    A phone that does not say so either renews an address, or has just made one with the newest.
    """
    if body.key is not None:
        return key_hash(body.key)
    if known is not None and known.endpoint == body.endpoint:
        return known.vapid_hash
    return key_hash(newest_key())


def newest_key() -> str:
    """Return the key that phones subscribe with from now on."""
    return public_key(wiring().settings.push_keys[0])


def _is_listed(endpoint: str) -> bool:
    """Tell whether `endpoint` is at a known push service: the diary sends requests nowhere else."""
    try:
        host = (urlsplit(endpoint).hostname or "").lower()
    except ValueError:
        return False
    return any(fnmatchcase(host, pattern.lower()) for pattern in wiring().settings.push_hosts)
